"""What the services need from outside: time, a reader of texts, and a store with units of work.

``hotline.store.memory`` and ``hotline.store.sql`` keep the same contract (tests/store). Everything is synchronous; streams and
web call services in threads. A store that does not answer raises ``StoreUnavailable``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from hotline.domain.call import Call
from hotline.domain.order import Event, Leg, LegDues, Order
from hotline.domain.reading import Reading
from hotline.services.access_ports import Access, Marks
from hotline.services.api_ports import ApiRooms
from hotline.services.assessment.ports import AssessmentRooms
from hotline.services.book_ports import Books, Drafts
from hotline.services.closing_ports import Notices, Ratings
from hotline.services.figures.ports import FigureRows
from hotline.services.figures.report_ports import ReportRows
from hotline.services.file_ports import Attachments
from hotline.services.incident_ports import MatterRooms
from hotline.services.list_ports import SavedViews, Texts
from hotline.services.recusal_ports import Unbarred
from hotline.services.rows import EventCount, OrderFilter, OutboxRow, Page, SetAside


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""


class Reader(Protocol):
    """Reads (title, text) pairs; the answer does not depend on the batch."""

    def read(self, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return one reading a text, in the same order."""


class Calls(Protocol):
    """Recorded messages."""

    def add(self, calls: Sequence[Call]) -> set[str]:
        """Insert; a call whose (source, message_id) is there already is left out. Return the ids inserted."""

    def get(self, ids: Sequence[str]) -> dict[str, Call]:
        """Return the calls found, by id."""

    def by_message(self, messages: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Call]:
        """Return the calls found, by (source, message_id)."""

    def link(self, orders: Mapping[str, str]) -> None:
        """Set the order id of calls: ``{call_id: order_id}``."""

    def of_order(self, order_id: str) -> list[Call]:
        """Return every call under an order: the one that made it, then those under its upstream number, oldest first."""

    def under(self, numbers: Sequence[str]) -> dict[str, list[Call]]:
        """Return the calls that came under numbers of others (``NewCall.number``), by number, in the order they were recorded."""

    def late(self, limit: int) -> list[Call]:
        """Return calls without an order whose upstream number has one by now, the oldest recorded first."""

    def of_phone(self, phone: str, since: datetime) -> list[Call]:
        """Return a caller's calls received since, newest first, at most 50."""

    def often(self, since: datetime, before: datetime, least: int) -> list[frozenset[str]]:
        """Return the orders of each caller whose calls of ``since`` ≤ at < ``before`` came to at least so many; never whose."""

    def untriaged(self) -> int:
        """How many calls have no order yet and are not set aside."""


class Orders(Unbarred, Protocol):
    """Work orders as they stand now."""

    def add(self, orders: Sequence[Order]) -> set[str]:
        """Insert; one whose call's matter or upstream number has an order already is left out. Return the ids inserted."""

    def get(self, order_id: str) -> Order | None:
        """Return the order."""

    def get_many(self, order_ids: Sequence[str]) -> dict[str, Order]:
        """Return the orders found, by id."""

    def by_calls(self, call_ids: Sequence[str]) -> dict[str, str]:
        """Return ``{call_id: order_id}`` for calls that made an order: the first of its matters (``of_call``)."""

    def of_call(self, call_id: str) -> list[Order]:
        """Return a call's orders, one for each matter, in order."""

    def by_upstream(self, numbers: Sequence[str]) -> dict[str, Order]:
        """Return ``{upstream_no: order}`` for known numbers."""

    def save(self, orders: Sequence[Order]) -> None:
        """Write orders whose stored version is one less; raises ``ChangedMeanwhile`` otherwise."""

    def page(self, wanted: OrderFilter, cursor: str | None, limit: int) -> Page:
        """List orders in their ``sort``: newest received, the desk's (danger, urgent, then oldest), or least time left first.

        Raises ``InvalidInput`` for a cursor that is none of this list's.
        """

    def count(self, wanted: OrderFilter) -> int:
        """How many orders match."""

    def count_each(self, wanted: Mapping[str, OrderFilter], most: int) -> dict[str, int]:
        """How many orders match each filter; nobody counts further than ``most``."""

    def open(self) -> list[Order]:
        """Return all open orders (for the sweep and the gauges)."""

    def provisional(self) -> list[Order]:
        """Return the open orders with a due time in a year whose holidays were not published."""

    def naming(self, hidden_from: frozenset[str]) -> frozenset[str]:
        """Return the ids of the orders that complain about one of these (``OrderFilter.hidden_from``)."""

    def numbers(self, days: Mapping[str, int]) -> dict[str, int]:
        """Take ``n`` order numbers of each day (``{"20261123": 3}``); return the first taken. Gaps are allowed."""


class Legs(Protocol):
    """Units' assignments."""

    def add(self, legs: Sequence[Leg]) -> None:
        """Begin legs."""

    def end(self, order_id: str, at: datetime, outcome: str, unit: str | None = None) -> None:
        """End the order's running legs, or one unit's alone."""

    def move(self, order_id: str, due: LegDues) -> None:
        """Set when the order's running legs are due."""

    def of_order(self, order_id: str) -> list[Leg]:
        """Return an order's legs, oldest first."""

    def units(self, order_ids: Sequence[str]) -> dict[str, frozenset[str]]:
        """Return every unit that has or had a leg of these orders: ``{order_id: units}``."""


class Events(Protocol):
    """The append-only past of orders."""

    def add(self, events: Sequence[Event]) -> None:
        """Append; an event whose (order_id, seq) exists raises ``ChangedMeanwhile``."""

    def of_order(self, order_id: str) -> list[Event]:
        """Return an order's events by ``seq``."""

    def settle(self, limit: int) -> int:
        """Give the next positions to events that were committed and have none, at most ``limit``; return how many.

        Positions count from 1 in the order of commits and are given by the clock process alone, never while the events are
        written: who reads "after the last position I saw" misses nothing, however late a transaction commits.
        """

    def unsettled(self) -> bool:
        """Whether an event that was committed has no position yet."""

    def settled(self) -> int:
        """Return the last position given, 0 before the first."""

    def since(self, position: int, limit: int) -> list[tuple[int, Event]]:
        """Return events after a position, in its order; one without a position is not there yet."""

    def latest(self, order_ids: Sequence[str], kind: str) -> dict[str, Event]:
        """Return the last event of a kind of each of these orders that has one."""

    def of_orders(self, order_ids: Sequence[str]) -> list[Event]:
        """Return the events of many orders, sorted by order, then seq."""

    def orders_after(self, position: int) -> list[str]:
        """Return the ids of the orders to which something happened after a position, or without one yet, in order."""

    def with_kinds(self, kinds: Collection[str], since: datetime, after: str, limit: int) -> list[Event]:
        """Return all events of the next orders that have an event of one of ``kinds`` at or after ``since``.

        The next ``limit`` orders at most, by id, beyond ``after`` (empty = from the first); sorted by order, then seq.
        """

    def counts(self) -> list[EventCount]:
        """Return cumulative counts of all events that have a position (for counters, OPS.md)."""


class Outbox(Protocol):
    """Messages for the broker, written with what they tell in one commit."""

    def add(self, rows: Sequence[OutboxRow]) -> None:
        """Append."""

    def unsent(self, limit: int) -> list[OutboxRow]:
        """Return rows with no ``sent_at``, oldest first: never "id > last", commits may come late."""

    def mark_sent(self, ids: Sequence[int], at: datetime) -> None:
        """Mark rows as sent."""

    def reopen_untriaged(self, topic: str, limit: int, sent_before: datetime) -> int:
        """Mark as unsent the oldest rows of calls that were sent before then, have no order and are not set aside.

        Return how many; a call counts as set aside while a row of kind ``call`` or ``topic`` names it and was not retried.
        """

    def first_sent_since(self, topic: str, at: datetime) -> datetime | None:
        """When the first row of a topic was sent at or after ``at``, for measuring."""

    def waiting(self) -> int:
        """How many rows wait."""

    def last_sent_at(self) -> datetime | None:
        """When a row was last sent."""

    def purge(self, sent_before: datetime) -> int:
        """Delete rows sent before, except those of calls without an order; return how many."""


class SetAsides(Protocol):
    """What could not be processed."""

    def add(self, rows: Sequence[SetAside]) -> None:
        """Append; a row with a known id is left out, but waits again if it had been retried."""

    def page(self, limit: int, *, retried: bool = False) -> list[SetAside]:
        """Return rows that wait, or those that were retried, newest first."""

    def get(self, ident: str) -> SetAside | None:
        """Return one."""

    def mark_retried(self, ident: str, at: datetime) -> None:
        """Mark one as retried."""

    def count(self) -> int:
        """How many wait."""


class UnitOfWork(ApiRooms, MatterRooms, AssessmentRooms, Protocol):
    """One transaction; leaving it without ``commit`` undoes everything."""

    @property
    def calls(self) -> Calls: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def legs(self) -> Legs: ...
    @property
    def events(self) -> Events: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def set_asides(self) -> SetAsides: ...
    @property
    def access(self) -> Access: ...
    @property
    def books(self) -> Books: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def texts(self) -> Texts: ...
    @property
    def attachments(self) -> Attachments: ...
    @property
    def saved_views(self) -> SavedViews: ...
    @property
    def ratings(self) -> Ratings: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def figures(self) -> FigureRows: ...
    @property
    def report(self) -> ReportRows: ...
    @property
    def marks(self) -> Marks: ...

    def commit(self) -> None:
        """Make it last."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


class Store(Protocol):
    """Opens units of work."""

    def write(self) -> UnitOfWork:
        """Begin a writing transaction (``BEGIN IMMEDIATE`` on SQLite, DESIGN §3)."""

    def read(self) -> UnitOfWork:
        """Begin a reading transaction."""

    def ping(self) -> None:
        """Ask the database for an answer; raises ``StoreUnavailable``."""

    def close(self) -> None:
        """Close every connection; the store can be used again afterwards."""
