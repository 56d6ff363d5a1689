"""Names for new things: call ids that sort by time, query codes, set-aside ids, keys."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime

_CODE_DIGITS = "23456789"  # read over the phone: no 0, no 1


def call_id(now: datetime) -> str:
    """Return a new call's id, 32 hex digits: UUID version 7 (RFC 9562), so that indexes grow at one end."""
    milliseconds = int(now.timestamp() * 1000)
    rest = secrets.randbits(74)
    value = (milliseconds << 80) | (0x7 << 76) | ((rest >> 62) << 64) | (0b10 << 62) | (rest & ((1 << 62) - 1))
    return uuid.UUID(int=value).hex


def query_code() -> str:
    """Return the code 提取码 a citizen needs beside the order number, 6 digits."""
    return "".join(secrets.choice(_CODE_DIGITS) for _ in range(6))


def digest_id(*parts: bytes) -> str:
    """Return an id of 32 hex digits that is the same for the same parts, for things that must not be stored twice."""
    return hashlib.sha256(b"\x1f".join(parts)).hexdigest()[:32]


def secret() -> tuple[str, str]:
    """Return a new secret of 256 bits and the sha256 under which it is stored (DESIGN §4)."""
    value = secrets.token_urlsafe(32)
    return value, fingerprint(value)


def fingerprint(value: str) -> str:
    """Return the sha256 of a secret, hex."""
    return hashlib.sha256(value.encode()).hexdigest()
