"""Identifiers and tokens that look like Mews's.

contract.md 6: sample ids are COMB GUIDs, their last six bytes the days since 1900-01-01 and the 1/300
seconds of the day at which they were made. contract.md 2: a token is 32 upper-case hexadecimal digits, a
hyphen and 31 more, its first half the integration's id without hyphens.
"""

from __future__ import annotations

import re
import secrets
import uuid
from functools import lru_cache
from hashlib import blake2b

from mockmews.instants import TICKS_PER_SECOND, Instant

_DAYS_1900_TO_1970 = 25_567
_TICKS_PER_DAY = 86_400 * TICKS_PER_SECOND
_COMB_TICKS_PER_SECOND = 300

_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", re.ASCII)
_VARIANTS = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


def is_uuid(text: object) -> bool:
    """ASCII, hyphenated, either case (contract.md 13a)."""
    return isinstance(text, str) and _UUID.fullmatch(text) is not None


def comb(seed: bytes, kind: str, number: int, at: Instant) -> str:
    """The `number`th identifier of its kind in a world of this seed: a COMB GUID made at `at`."""
    hashed = _begun(seed, kind).copy()
    hashed.update(b"%d" % number)
    head = hashed.hexdigest()
    days, ticks = divmod(at, _TICKS_PER_DAY)
    tail = ((days + _DAYS_1900_TO_1970) & 0xFFFF) << 32 | ticks * _COMB_TICKS_PER_SECOND // TICKS_PER_SECOND
    # Version 4 and the RFC variant, as every sample of the documents has them.
    return f"{head[:8]}-{head[8:12]}-4{head[13:16]}-{_VARIANTS[head[16]]}{head[17:20]}-{tail:012x}"


@lru_cache(maxsize=1024)
def _begun(seed: bytes, kind: str) -> blake2b:
    """The hash of what all identifiers of a kind have in common; each goes on with a copy."""
    return blake2b(b"%s:" % kind.encode(), digest_size=10, key=seed)


def chance(seed: bytes, kind: str, number: int) -> float:
    """A number from 0 to below 1 that depends on seed, kind and number alone."""
    return (
        int.from_bytes(blake2b(b"%s:%d" % (kind.encode(), number), digest_size=6, key=seed).digest()) / 2**48
    )


def fresh_uuid() -> str:
    """A random UUID; for what must never repeat between worlds of one seed."""
    return str(uuid.uuid4())


def fresh_token(integration_id: str | None = None) -> str:
    """A random token of Mews's shape, beginning with the integration's id where one is given."""
    first = integration_id.replace("-", "").upper() if integration_id else secrets.token_hex(16).upper()
    return f"{first}-{secrets.token_hex(16).upper()[:31]}"


def fresh_seed() -> int:
    """A seed for a world that was given none; small enough to be read aloud."""
    return secrets.randbelow(1_000_000_000)


def fresh_secret() -> str:
    """A webhook token: safe in a URL."""
    return secrets.token_hex(16)


def integration_id_of(access_token: str) -> str:
    """The integration id that the first half of a token spells (contract.md 2, an inference)."""
    digits = access_token[:32].lower()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def seed_bytes(seed: int) -> bytes:
    """The key of all identifiers of a world."""
    return str(seed).encode()
