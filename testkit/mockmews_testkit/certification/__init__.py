"""Certifying: which probes the score card needs, and what it says once they were played."""
