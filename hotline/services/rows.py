"""What the services hand to a store and get back: rows that are no part of an order's life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hotline.domain.call import Call
from hotline.domain.order import Event, Leg, Order, State
from hotline.domain.roles import Role


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message that waits for the broker. ``ref`` is the call or order it speaks of; ``id`` is 0 until stored."""

    topic: str
    key: bytes
    value: bytes
    ref: str
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Something that could not be processed 异常件: kept whole, with its reason, until somebody retries it.

    ``kind`` is ``topic`` (bytes from a topic), ``conflict`` (a message id with other content), ``row`` (of a file) or
    ``call`` (a recorded call that triage failed on: ``ref`` is its id).
    """

    id: str
    kind: str
    reason: str
    detail: str
    payload: bytes
    at: datetime
    ref: str = ""
    retried_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An API key: never itself, only the sha256 of it (DESIGN §4)."""

    id: str
    sha256: str
    name: str
    role: Role
    unit: str | None
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser's sign-in: sha256 of its cookie, the key behind it, the token its forms carry."""

    sha256: str
    key_id: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewed:
    """Who saw or did what: an unmasked caller, an export, a published book. Never deleted."""

    at: datetime
    actor: str
    what: str
    ref: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A rule book as stored: the whole folder under its content hash, in force from ``effective_at`` on."""

    hash: str
    files: Mapping[str, bytes]
    effective_at: datetime
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders to list; None and empty mean any. ``seen_by`` limits to orders a unit has or had a leg of."""

    states: frozenset[State] = frozenset()
    unit: str | None = None
    seen_by: str | None = None
    category: str | None = None
    text: str = ""
    due_before: datetime | None = None
    waiting_return: bool = False
    place: str | None = None
    open_only: bool = False
    by_urgency: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page of orders; ``cursor`` names the next one, None at the end."""

    orders: Sequence[Order]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class EventCount:
    """Cumulative count of events of a kind, by the unit answerable then, the channel and kind of the order."""

    kind: str
    unit: str | None
    channel: str
    order_kind: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What intake answers: the call's id and code, the order once there is one, and whether this message was new."""

    call_id: str
    code: str
    order_id: str | None = None
    created: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order with its past, for a page or the API."""

    order: Order
    calls: Sequence[Call] = ()
    events: Sequence[Event] = ()
    legs: Sequence[Leg] = ()
    names: Mapping[str, str] = field(default_factory=dict)
