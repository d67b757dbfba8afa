"""The formats of the contract, one set for both JSON Schema validators, so that they agree.

contract.md 13a: UUIDs are ASCII and hyphenated, instants as `mockmews.instants` reads them; a text of
blanks alone is refused (contract.md 13 row 9), so those fields have a format of our own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from mockmews import instants
from mockmews.model.identifiers import is_uuid

if TYPE_CHECKING:
    from jsonschema import FormatChecker


def is_instant(value: object) -> bool:
    """Whether it is an instant with its time zone."""
    return _reads(value, zone_required=True)


def is_instant_of_any_zone(value: object) -> bool:
    """Whether it is an instant, a date alone or a time without zone included (contract.md 13 row 34)."""
    return _reads(value, zone_required=False)


def is_not_blank(value: object) -> bool:
    """Whether a text has anything but white space."""
    return isinstance(value, str) and value != "" and not value.isspace()


def _reads(value: object, *, zone_required: bool) -> bool:
    if not isinstance(value, str):
        return False
    try:
        instants.parse(value, zone_required=zone_required)
    except ValueError:
        return False
    return True


FORMATS: Mapping[str, Callable[[object], bool]] = MappingProxyType(
    {
        "uuid": is_uuid,
        "date-time": is_instant,
        "date-time-of-any-zone": is_instant_of_any_zone,
        "non-blank": is_not_blank,
    }
)


def format_checker() -> FormatChecker:
    """The same formats for the library `jsonschema`; texts alone have a format."""
    from jsonschema import FormatChecker  # here, not above: it takes 60 ms, and requests never need it

    checker = FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(lambda value, check=check: not isinstance(value, str) or check(value))
    return checker
