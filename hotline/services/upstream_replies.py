"""What has to be entered above: answers, returns, extensions; each is marked 已回填 by whom and when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from hotline.domain.actions import Action
from hotline.domain.applications import ASKS_NAMES, Asks
from hotline.domain.bands import Band
from hotline.domain.bands import band as band_of
from hotline.domain.lifecycle import apply
from hotline.domain.order import Event, Order, State
from hotline.domain.roles import Actor, May, may
from hotline.errors import InvalidInput, NotAllowed, NotFound
from hotline.services import change
from hotline.services.acting import said
from hotline.services.books import Books
from hotline.services.clocks import UPSTREAM
from hotline.services.notice_rows import Notice
from hotline.services.notices import told
from hotline.services.ports import Clock, Store, UnitOfWork
from hotline.services.rows import OrderFilter, Viewed

ANSWER: Final = "answer"
KINDS: Final[Mapping[str, str]] = {ANSWER: "答复", **{str(asks): f"{name}申请" for asks, name in ASKS_NAMES.items()}}
_RELEASED: Final = frozenset({"review_passed", "passed_up"})
_APPLIED: Final[Mapping[str, Asks]] = {f"{asks}_applied": asks for asks in Asks}
_TO_ENTER: Final = frozenset({*_RELEASED, *_APPLIED})
_DECIDED: Final = frozenset({"granted", "refused"})
LOOK_BACK: Final = timedelta(days=60)
"""What was entered above longer ago is asked for by its date; what was not stays in the list however old it is."""
PAGE: Final = 500  # orders read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to be entered above: an answer the office released, or an application that the platform decides.

    ``key`` is its name for ever (our message id to the platform): the order's number and the event's. ``due`` is the platform's
    due time, ``filled_by`` who entered it when, empty while it is not.
    """

    key: str
    order_id: str
    upstream_no: str
    kind: str
    unit: str | None
    received: datetime
    at: datetime
    text: str
    public: str = ""
    clause: str = ""
    amount: int | None = None
    until: str | None = None
    due: datetime | None = None
    filled_by: str = ""
    filled_at: datetime | None = None

    @property
    def name(self) -> str:
        """What it is, in Chinese."""
        return KINDS[self.kind]


class UpstreamReplies:
    """The city's sheet: what has to be entered above."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def entries(self, *, since: datetime | None = None, filled: bool = False, by: Actor) -> list[Entry]:
        """Return what is not entered above (``filled``: is), nearest deadline first, and since then alone where that is given.

        What is entered is looked back for ``LOOK_BACK`` unless ``since`` says otherwise. Raises ``NotAllowed``.
        """
        if by.role is None or not may(by.role, May.READ_ALL):
            raise NotAllowed(f"{by.name} may not see what is entered above")
        told = self._all(since or self._clock.now() - LOOK_BACK) if filled else self._unfilled()
        found = [one for one in told if bool(one.filled_by) is filled and (since is None or one.at >= since)]
        return sorted(found, key=lambda one: (one.due is None, one.due or one.at, one.key), reverse=filled)

    def exported(self, entries: Sequence[Entry], *, by: Actor) -> None:
        """Record that somebody took these out as a sheet: who saw what is kept for ever."""
        rows = [Viewed(at=self._clock.now(), actor=by.name, what="upstream.exported", ref=one.order_id) for one in entries]
        with self._store.write() as work:
            for row in rows:
                work.access.viewed(row)
            work.commit()

    def waiting(self) -> list[Entry]:
        """Return everything that is not entered above, for the clock and for the adapter that enters it."""
        return list(self._unfilled())

    def fill_in(self, keys: Collection[str], *, note: str = "", by: Actor) -> int:
        """Mark entries as entered above 已回填 by this person now, an event each order; returns how many were not yet.

        Raises ``NotFound`` for an entry that is none, ``NotAllowed``.
        """
        if not keys:
            raise InvalidInput("nothing was chosen", message="请先勾选已回填的行")
        done, text = 0, said(note)
        by_order: dict[str, list[int]] = {}
        for key in dict.fromkeys(keys):
            order_id, _, seq = key.rpartition(":")
            if not (order_id and seq.isdecimal()):
                raise NotFound("entry", key[:80])
            by_order.setdefault(order_id, []).append(int(seq))
        with self._store.write() as work:
            for order_id, wanted in by_order.items():
                done += self._marked(work, order_id, wanted, text, by)
            work.commit()
        return done

    def read_change(self, order_id: str, *, note: str = "", by: Actor) -> Order:
        """Note that a dispatcher has seen what changed above 来件变更 and done what it needs; its flag is gone."""
        with self._store.write() as work:
            order = change.visible(work, order_id, by)
            done = apply(order, Action.READ_CHANGE, at=self._clock.now(), by=by, data={"note": said(note)})
            change.write(work, [done])
            work.commit()
        return done.order

    def remind(self) -> int:
        """Tell the desk and the office, once for each entry and band, of what is not entered above near its deadline."""
        pack, now, told_ = self._books.current(), self._clock.now(), list[Notice]()
        waiting = [(one, band_of(now, one.due, one.received, pack.settings.bands)) for one in self.waiting()]
        near = [(one, how) for one, how in waiting if how in ("urgent", "overdue")]
        with self._store.write() as work:
            orders = work.orders.get_many([one.order_id for one, _ in near])
            for one, how in near:
                why = f"{one.name}尚未回填市级平台" + (",已过市级时限" if how == "overdue" else "")
                due = one.due.isoformat() if one.due else None
                said_ = {"mark": f"fill_in|{one.key}|{how}", "step": "fill_in", "why": why, "due": due, "clock": UPSTREAM}
                told_ += told(pack, orders[one.order_id], now, ("desk", "office"), said_)
            count = work.notices.add(told_)
            work.commit()
        return count

    def bands(self) -> dict[Band, int]:
        """Return how many entries wait in each band of the platform's due time, for the alarm (``hotline_upstream_unfilled``)."""
        limits, now = self._books.current().settings.bands, self._clock.now()
        found: dict[Band, int] = {"overdue": 0, "urgent": 0, "warn": 0, "later": 0}
        for one in self.waiting():
            found[band_of(now, one.due, one.received, limits)] += 1
        return found

    def _marked(self, work: UnitOfWork, order_id: str, wanted: Sequence[int], note: str, by: Actor) -> int:
        order = change.visible(work, order_id, by)
        entries = {one.key: one for one in entries_of(order, work.events.of_order(order_id))}
        keys = [f"{order_id}:{seq}" for seq in wanted]
        if unknown := [key for key in keys if key not in entries]:
            raise NotFound("entry", unknown[0])
        fresh = [key for key in keys if not entries[key].filled_by]
        if fresh:
            data: dict[str, Any] = {
                "entries": fresh, "what": [entries[key].name for key in fresh], "by": by.name, "note": note,
            }  # fmt: skip
            left = any(not one.filled_by and one.key not in fresh for one in entries.values())
            change.write(work, [apply(order, Action.FILL_IN, at=self._clock.now(), by=by, data=data, to_enter=left)])
        return len(fresh)

    def _unfilled(self) -> Iterator[Entry]:
        """What is not entered above, however old: of the orders marked so, which are few, a page at a time."""
        cursor: str | None = None
        while True:
            with self._store.read() as work:
                page = work.orders.page(OrderFilter(to_enter=True), cursor, PAGE)
                past = _by_order(work.events.of_orders([one.id for one in page.orders]))
                numbers = {one.id: _number(work, one) for one in page.orders}
            for order in page.orders:
                found = entries_of(order, past.get(order.id, ()), numbers[order.id])
                yield from (one for one in found if not one.filled_by)
            if (cursor := page.cursor) is None:
                return

    def _all(self, since: datetime) -> Iterator[Entry]:
        after = ""
        while True:
            with self._store.read() as work:
                events = work.events.with_kinds(_TO_ENTER, since, after, PAGE)
                orders = work.orders.get_many(list(dict.fromkeys(event.order_id for event in events)))
                numbers = {one.id: _number(work, one) for one in orders.values()}
            if not events:
                return
            for order_id, past in _by_order(events).items():
                if orders[order_id].origin == "upstream":
                    found = entries_of(orders[order_id], past, numbers[order_id])
                    yield from (one for one in found if one.at >= since)
            after = events[-1].order_id


def _by_order(events: Sequence[Event]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.order_id, []).append(event)
    return found


def _number(work: UnitOfWork, order: Order) -> str:
    """Return the city's number of an order; one of several matters 拆分 has that of the first."""
    if order.upstream_no or order.origin != "upstream":
        return order.upstream_no or ""
    return next((one.upstream_no for one in work.orders.of_call(order.call_id) if one.upstream_no), "")


def entries_of(order: Order, events: Sequence[Event], number: str = "") -> list[Entry]:
    """Return what of an order has to stand above: its last released answer of each round, and what the platform is to decide.

    What was overtaken before anybody entered it (sent back, decided, recalled) has not to be entered any more; what was entered
    stays in the list.
    """
    filled = {key: event for event in events if event.kind == "filled_in" for key in event.data.get("entries", ())}
    found: list[tuple[Entry, bool]] = []
    answer: Event | None = None
    for event in events:
        if event.kind == "answered":
            answer = event
        elif event.kind in _RELEASED and answer is not None:
            found = [(one, gone or one.kind == ANSWER) for one, gone in found]
            found.append((_entry(order, event, ANSWER, answer.data, filled), False))
        elif event.kind in _APPLIED and event.data.get("decider") == "upstream":
            found.append((_entry(order, event, str(_APPLIED[event.kind]), event.data, filled), False))
        found = [(one, gone or _overtaken(one, event)) for one, gone in found]
    ended = order.state in (State.RECALLED, State.WITHDRAWN)
    kept = [one for one, gone in found if one.filled_by or not (gone or ended)]
    return [replace(one, upstream_no=number) for one in kept] if number else kept


def _overtaken(one: Entry, event: Event) -> bool:
    if event.kind in ("sent_back", "reopened"):
        return True
    asks, _, decided = event.kind.partition("_")
    return decided in _DECIDED and asks == one.kind


def _entry(order: Order, event: Event, kind: str, data: Mapping[str, Any], filled: Mapping[str, Event]) -> Entry:
    key = f"{order.id}:{event.seq}"
    mark = filled.get(key)
    return Entry(
        key=key, order_id=order.id, upstream_no=order.upstream_no or "",
        kind=kind, unit=event.unit, at=event.at, received=order.received_at,
        text=str(data.get("text") or data.get("reason") or ""), public=str(data.get("public") or ""),
        clause=str(data.get("clause") or ""), amount=data.get("amount"), until=data.get("until"), due=order.due.get(UPSTREAM),
        filled_by=mark.actor if mark else "", filled_at=mark.at if mark else None,
    )  # fmt: skip
