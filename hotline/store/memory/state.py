"""The tables of the store in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Self

from hotline.domain.assessment import AssessmentStep
from hotline.domain.attachments import OrderFile
from hotline.domain.call import Call
from hotline.domain.incident import Incident, IncidentStep
from hotline.domain.order import Event, Leg, Order
from hotline.domain.ratings import Rating
from hotline.services.api_rows import Delivery, Endpoint, Repeat
from hotline.services.assessment.rows import Edition, Head, OfficialFile, OfficialScore
from hotline.services.figures.report_ports import ReportUnit
from hotline.services.figures.rows import Figured
from hotline.services.incident_ports import UnknownPlace
from hotline.services.notice_rows import Notice
from hotline.services.rows import Book, Draft, DraftStep, Key, OrderText, OutboxRow, SavedView, Session, SetAside, Viewed


@dataclass(slots=True)
class State:
    """Every table; the values in them never change, so a copy of the containers is a copy of everything."""

    calls: dict[str, Call] = field(default_factory=dict)
    by_message: dict[tuple[str, str], str] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    by_call: dict[tuple[str, int], str] = field(default_factory=dict)
    by_upstream: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    legs: dict[int, Leg] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    line: list[Event] = field(default_factory=list)  # those that have a position, from 1
    seqs: set[tuple[str, int]] = field(default_factory=set)
    outbox: dict[int, tuple[OutboxRow, datetime | None]] = field(default_factory=dict)
    last_sent: dict[str, datetime] = field(default_factory=dict)
    set_asides: dict[str, SetAside] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    views: list[Viewed] = field(default_factory=list)
    books: list[Book] = field(default_factory=list)
    book_files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    draft_steps: list[DraftStep] = field(default_factory=list)
    texts: dict[tuple[str, str], OrderText] = field(default_factory=dict)
    saved_views: dict[tuple[str, str], SavedView] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    repeats: dict[str, Repeat] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    ratings: dict[tuple[str, int, str], Rating] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    attachments: dict[tuple[str, str], OrderFile] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    incident_steps: dict[tuple[str, int], IncidentStep] = field(default_factory=dict)
    unknown_places: dict[str, UnknownPlace] = field(default_factory=dict)
    figures: dict[str, Figured] = field(default_factory=dict)
    report_units: dict[str, ReportUnit] = field(default_factory=dict)
    report_settings: dict[str, str] = field(default_factory=dict)
    assessments: dict[date, Head] = field(default_factory=dict)
    assessment_steps: dict[tuple[date, int], AssessmentStep] = field(default_factory=dict)
    assessment_editions: dict[tuple[date, int], Edition] = field(default_factory=dict)
    official_files: dict[str, tuple[OfficialFile, tuple[OfficialScore, ...]]] = field(default_factory=dict)
    leases: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def copied(self) -> Self:
        """Return a state that may be written without this one changing."""
        return replace(self, **{one.name: getattr(self, one.name).copy() for one in fields(self)})

    def untriaged(self) -> set[str]:
        """Return the ids of calls that have no order and are not set aside."""
        aside = {row.ref for row in self.set_asides.values() if row.kind == "call" and row.retried_at is None}
        return {call.id for call in self.calls.values() if call.order_id is None} - aside
