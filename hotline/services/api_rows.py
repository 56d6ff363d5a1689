"""Rows that the API keeps: answers under an ``Idempotency-Key``, endpoints of webhooks and their deliveries."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where events are sent. ``unit`` None = of every order, ``kinds`` empty = every kind.

    ``position`` is that of the last event for which deliveries were written: one that is switched off keeps it and goes on there.
    ``failures`` in a row since ``failing_since``; nothing is sent before ``retry_at``. ``secret`` is ``whsec_`` + base64.
    """

    id: str
    url: str
    secret: str
    unit: str | None
    kinds: Sequence[str]
    note: str
    enabled: bool
    position: int
    created_at: datetime
    created_by: str
    failures: int = 0
    failing_since: datetime | None = None
    retry_at: datetime | None = None
    last_ok_at: datetime | None = None
    off_at: datetime | None = None
    off_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one endpoint: sent at ``delivered_at``, or tried again at ``next_at``, or given up at ``gave_up_at``.

    ``id`` is the ``webhook-id``: the same at every try, so that a receiver knows what it has. ``number`` is 0 until stored.
    ``status`` and ``error`` are of the last try, ``first_at`` is when the first one of the running three days was. ``holder``
    tries it now and is believed dead after ``until``.
    """

    id: str
    endpoint_id: str
    order_id: str
    seq: int
    kind: str
    body: bytes
    created_at: datetime
    next_at: datetime | None
    attempts: int = 0
    first_at: datetime | None = None
    tried_at: datetime | None = None
    status: int | None = None
    error: str = ""
    delivered_at: datetime | None = None
    gave_up_at: datetime | None = None
    holder: str = ""
    until: datetime | None = None
    number: int = 0

    @property
    def state(self) -> str:
        """``delivered``, ``gave_up`` or ``waiting``."""
        return "delivered" if self.delivered_at else "gave_up" if self.gave_up_at else "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What an endpoint has not got yet; ``oldest`` is when the oldest of ``waiting`` was written."""

    waiting: int = 0
    gave_up: int = 0
    oldest: datetime | None = None
