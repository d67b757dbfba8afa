"""Mews's face: the Connector API."""
