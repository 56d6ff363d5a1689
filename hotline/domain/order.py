"""The work order: what is known of it now. Its past is in its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.domain.applications import Application
from hotline.domain.due import TimeLimit
from hotline.domain.facts import Origin, Urgency


class State(StrEnum):
    """Where an order stands (DESIGN §2)."""

    REGISTERED = "registered"
    ON_DESK = "on_desk"
    DISPATCHED = "dispatched"
    SIGNED = "signed"
    ANSWERED = "answered"
    SIGNED_OFF = "signed_off"
    IN_REVIEW = "in_review"
    PASSED_UP = "passed_up"
    IN_CALLBACK = "in_callback"
    CLOSED = "closed"
    ANSWERED_DIRECTLY = "answered_directly"
    NOT_ACCEPTED = "not_accepted"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    RECALLED = "recalled"
    IN_RULING = "in_ruling"


class Flag(StrEnum):
    """A mark with its own history (DESIGN §2)."""

    PAUSED = "paused"
    EXCLUDED = "excluded"
    CONFIDENTIAL = "confidential"
    ESCALATED = "escalated"
    MERGED = "merged"
    RETURN_ASKED = "return_asked"
    CHANGED_ABOVE = "changed_above"
    PROBLEM = "problem"
    RECTIFYING = "rectifying"
    BAD_RATING = "bad_rating"
    UNACKNOWLEDGED = "unacknowledged"
    PRECALLED = "precalled"
    SPOT_CHECK = "spot_check"


ENDS = frozenset({State.CLOSED, State.ANSWERED_DIRECTLY, State.NOT_ACCEPTED, State.TRANSFERRED, State.WITHDRAWN, State.RECALLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A unit the desk may choose, with the rule row or the model behind it; ``why`` is Chinese."""

    unit: str
    confidence: float
    row: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisional:
    """How a due time in a year without published holidays was counted, to be counted again when they are published.

    ``margin_seconds`` is the row's ``leg_margin``: how long before a ceiling (the platform's due time, or the order's for a leg)
    it is due; ``extensions`` are the amounts of the limit's own units that were granted since, in their order.
    """

    start: datetime
    limit: TimeLimit
    margin_seconds: int = 0
    extensions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A work order 工单.

    ``due`` maps a clock (``sign``, ``contact``, ``answer`` …) to its aware due time; ``due_rows`` to the rule row that gave
    it. ``version`` counts its events: a writer who read an older version is refused. ``first_dispatched_at`` belongs
    to the running round. ``accused`` is the unit that is complained about: no table sends it the order. ``model_*`` is what
    the model said, ``rule_*`` what the table said, ``unit`` where it went: three fields, never one (DESIGN §2).
    ``words``, ``vulnerable`` and ``caller_kind`` are facts the tables were asked with; a ``place_unsure`` was none of them.
    ``reopened_at`` is when the running round began, None in the first. ``provisional`` holds the clocks (and ``leg``) whose
    years are not published; ``steps`` the marks of what the clock has reminded of, ``held_by`` every unit that has led it.
    ``line`` is the way down inside the lead, from the unit just below it to the one that holds the order now, ``handler`` the
    person there. ``pauses`` are half-open, the last without an end while the order is paused. ``ruled_unit`` got it by a ruling
    裁定, which is final. ``signoffs`` of ``signoffs_needed`` leaders released the answer of ``answered_by``;
    ``signoff_units`` is whose turn it is, one by one, from the unit that answered up to the lead. ``rating_check``
    is ``waiting`` after a bad rating 差评, then ``reasonable`` or ``unreasonable``. ``matter`` counts the matters of one call,
    ``matter_text`` is what the call says of this one where it was split; ``auto_class`` the class that the office had switched on
    when the order went out without a person 系统派单.
    ``merged_into`` is the handling order 并单, ``handling_text`` what the unit reads of a hidden reporter's text.
    ``accused_units`` and ``accused_persons`` are all that are complained about (``accused`` is the first unit), ``recused``
    those units and everybody below them 回避: they neither get the order nor see that it is there. ``supervised_due`` is until
    when the unit has to answer a written supervision 督办, None when none waits. ``rating_check`` ends as ``rectified``.
    ``to_enter`` = something of an order from above was released or applied for and may not stand there yet 未回填.
    """

    id: str
    call_id: str
    state: State
    version: int
    received_at: datetime
    created_at: datetime
    updated_at: datetime
    origin: Origin = "own"
    upstream_no: str | None = None
    channel: str = "phone"
    title: str = ""
    category: str | None = None
    kind: str = "求助"
    urgency: Urgency = "normal"
    emergency: str | None = None
    place: str | None = None
    place_name: str = ""
    place_unsure: bool = False
    estate: str | None = None
    caller_kind: str | None = None
    words: frozenset[str] = frozenset()
    vulnerable: frozenset[str] = frozenset()
    accused: str | None = None
    anonymous: bool = False
    reply_needed: bool = True
    unsure: bool = True
    why_desk: str = ""
    unit: str | None = None
    assists: tuple[str, ...] = ()
    round: int = 1
    returned_by: frozenset[str] = frozenset()
    held_by: frozenset[str] = frozenset()
    returns: int = 0
    flags: frozenset[Flag] = frozenset()
    due: Mapping[str, datetime] = field(default_factory=dict)
    due_rows: Mapping[str, str] = field(default_factory=dict)
    provisional: Mapping[str, Provisional] = field(default_factory=dict)
    reopened_at: datetime | None = None
    first_dispatched_at: datetime | None = None
    dispatched_at: datetime | None = None
    signed_at: datetime | None = None
    contacted_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    callback_attempts: int = 0
    steps: frozenset[str] = frozenset()
    line: tuple[str, ...] = ()
    handler: str = ""
    applications: tuple[Application, ...] = ()
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    extensions: int = 0
    ruled_unit: str | None = None
    answered_by: str = ""
    signoffs: tuple[str, ...] = ()
    signoffs_needed: int = 0
    signoff_units: tuple[str, ...] = ()
    rated_at: datetime | None = None
    rating_check: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    matter: int = 1
    matter_text: str | None = None
    auto_class: str = ""
    merged_into: str | None = None
    incident: str | None = None
    handling_text: str | None = None
    accused_units: frozenset[str] = frozenset()
    accused_persons: tuple[str, ...] = ()
    recused: frozenset[str] = frozenset()
    supervised_due: datetime | None = None
    to_enter: bool = False
    suggestions: tuple[Suggestion, ...] = ()
    model_version: str = ""
    model_category: str | None = None
    model_confidence: float | None = None
    evidence: tuple[tuple[int, int, str], ...] = ()
    rule_row: str | None = None
    rule_unit: str | None = None
    book: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody still has to act."""
        return self.state not in ENDS

    @property
    def secret(self) -> bool:
        """Whether units may not learn who spoke: a report 举报, or a caller who asked for secrecy (GB/T 33358-2016)."""
        return self.kind == "举报" or Flag.CONFIDENTIAL in self.flags

    @property
    def holders(self) -> tuple[str, ...]:
        """The lead and the units below it through which it handed the order down; the last one holds it."""
        return (self.unit, *self.line) if self.unit else ()

    @property
    def holder(self) -> str | None:
        """The one unit that holds the order now 首接负责, None while it is on the desk."""
        return self.holders[-1] if self.unit else None

    @property
    def round_began_at(self) -> datetime:
        """When the running round began: the receipt, or the reopening 重办."""
        return self.reopened_at or self.received_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One unit's assignment 承办环节 within a round.

    ``outcome`` is ``returned``, ``reassigned``, ``handed_back``, ``recused``, ``answered``, or
    ``left_out`` (the lead answered without its part) once ended.
    """

    order_id: str
    round: int
    unit: str
    role: str  # lead | inner (below the lead) | assist
    assigned_at: datetime
    due_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class LegDues:
    """When the legs of a dispatch are due: the lead's and those below it, and the assisting units' before it."""

    lead: datetime | None = None
    assist: datetime | None = None

    def of(self, role: str) -> datetime | None:
        """The due time of a leg by its role."""
        return self.assist if role == "assist" else self.lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A thing that happened to an order; ``seq`` counts from 1 within the order, ``data`` is JSON-able.

    ``unit`` is the unit answerable at that moment, ``actor`` the key's name or the process (``triage``, ``clock``).
    """

    order_id: str
    seq: int
    at: datetime
    kind: str
    actor: str
    unit: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
