"""Faults of a world: set, listed with their hits, and cleared."""

from __future__ import annotations

from mockmews.control.call import Call, Endpoint, Json
from mockmews.wire.faults import FAULT_KEYS, read_faults, show_fault


def list_all(call: Call) -> Json:
    return {"faults": [show_fault(each) for each in call.world.faults]}


def add(call: Call) -> Json:
    """One fault, or a list of them: all are set, or none."""
    given = call.given
    found = call.mock.faults.set(call.world, read_faults(given, where="body"))
    if isinstance(given, list):
        return {"faults": [show_fault(each) for each in found]}
    return show_fault(found[0])


def clear(call: Call) -> Json:
    """What the faults held back goes out now."""
    return {"cleared": call.mock.faults.clear(call.world, call.path.get("fault"))}


_PLACE = "/integrations/{id}/faults"

ENDPOINTS = (
    Endpoint("GET", _PLACE, list_all, "The faults that stand, with their hits."),
    Endpoint("POST", _PLACE, add, "Set a fault, or a list of them.", FAULT_KEYS, status=201),
    Endpoint("DELETE", _PLACE, clear, "Clear all faults."),
    Endpoint("DELETE", f"{_PLACE}/{{fault}}", clear, "Clear one fault."),
)
