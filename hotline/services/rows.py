"""What the services hand to a store and get back: rows that are no part of an order's life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from hotline.domain.call import Call
from hotline.domain.order import Event, Flag, Leg, Order, State
from hotline.domain.roles import Role
from routing_rules.findings import Finding

Sort = Literal["received", "urgency", "due"]


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
    """A rule book as stored: the whole folder under its content hash, in force from ``effective_at`` on.

    ``published_by`` approved it, ``proposed_by`` (empty at the first start) is another person. ``withdrawn_at`` is set only
    before it came into force: then it never does.
    """

    hash: str
    files: Mapping[str, bytes]
    effective_at: datetime
    published_at: datetime
    published_by: str
    proposed_by: str = ""
    withdrawn_at: datetime | None = None


class DraftState(StrEnum):
    """How far a draft of the rules has come; ``draft`` has errors, ``approved`` is or will be in force at its time."""

    DRAFT = "draft"
    CHECKED = "checked"
    REHEARSED = "rehearsed"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A book on its way into force, by its content hash; its files lie with the books' and are never thrown away.

    ``base`` is the hash of the book in force when it was proposed, ``fresh`` the places in ``findings`` of what the base has
    not; ``rehearsal`` is the last one, as ``Rehearsal.as_dict`` writes it; ``order_id`` the order whose ruling it came from.
    In lists ``findings`` and ``rehearsal`` are left out; ``errors`` and ``warnings`` are always counted.
    """

    hash: str
    base: str
    state: DraftState
    proposed_by: str
    proposed_at: datetime
    note: str = ""
    order_id: str = ""
    version: int = 1
    errors: int = 0
    warnings: int = 0
    findings: Sequence[Finding] = ()
    fresh: Sequence[int] = ()
    rehearsal: Mapping[str, Any] | None = None
    approved_by: str = ""
    approved_at: datetime | None = None
    effective_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.state not in (DraftState.APPROVED, DraftState.WITHDRAWN)

    @property
    def new_findings(self) -> tuple[Finding, ...]:
        """What the check says of it and not of its base."""
        return tuple(self.findings[place] for place in self.fresh)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStep:
    """A step of a draft, for ever: ``step`` is ``proposed``, ``checked``, ``rehearsed``, ``approved`` or ``withdrawn``."""

    hash: str
    at: datetime
    actor: str
    step: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders to list; None and empty mean any. ``seen_by`` limits to orders a unit has or had a leg of.

    ``hidden_from`` (units, and persons behind an ``@``) leaves out orders that complain about one of them, or of one above it.

    ``with_unit`` limits to open orders that lie with a unit now: it leads them or a leg of it runs. ``text`` is a whole order
    number or city's number 市级编号, or words of what was said, masked (``work_list_words``); for a unit (``seen_by``) words
    find no order whose reporter is hidden. Times are half-open: from, inclusive, to before. ``again`` = sent back, done again
    or applied to give back; ``waits`` = something of that sort waits for a decision (``return`` … ``ruling``; ``*`` = anything).
    ``to_enter`` = something of it may have to be entered above 未回填. ``by_due`` sorts by the time left, ``by_urgency`` as the
    desk does; otherwise the newest is first.
    """

    states: frozenset[State] = frozenset()
    unit: str | None = None
    seen_by: str | None = None
    hidden_from: frozenset[str] = frozenset()
    with_unit: str | None = None
    category: str | None = None
    text: str = ""
    due_from: datetime | None = None
    due_before: datetime | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None
    kind: str | None = None
    channel: str | None = None
    urgency: str | None = None
    flags: frozenset[Flag] = frozenset()
    without: frozenset[Flag] = frozenset()
    again: bool = False
    waiting_return: bool = False
    waits: str | None = None
    place: str | None = None
    open_only: bool = False
    merged_into: str | None = None
    incident: str | None = None
    spot_check: bool = False
    to_enter: bool = False
    by_urgency: bool = False
    by_due: bool = False

    @property
    def sort(self) -> Sort:
        """The order the list comes in."""
        return "urgency" if self.by_urgency else "due" if self.by_due else "received"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderText:
    """What a call says, masked and written as it is searched (``work_list_words``): an order is found by it."""

    call_id: str
    order_id: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A filter of the work list under a name, of one key; ``query`` is the filter as an address has it."""

    key: str
    name: str
    query: str


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
