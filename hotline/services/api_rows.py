"""Rows that the API keeps: answers under an ``Idempotency-Key``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A request that must not take effect twice, by ``id`` = sha256 of (API key, path, ``Idempotency-Key``).

    ``print`` is the sha256 of what was sent, ``holder`` a token of the attempt that runs, which is believed dead after
    ``until``. ``status`` is None until there is an answer.
    """

    id: str
    print: str
    holder: str
    claimed_at: datetime
    until: datetime
    status: int | None = None
    headers: Headers = ()
    body: bytes = b""
