"""The mock's face: the control API."""

from __future__ import annotations

PREFIX = "/_mockmews/v1"
