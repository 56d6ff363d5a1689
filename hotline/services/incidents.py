"""Incidents 事件 (停热, 停水): proposed by a burst or opened by a person, one dispatch for all, reports, one reply to all.

The machine only proposes. Every order keeps its own life: what is done for all is written as an event of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from hotline.domain.actions import Action
from hotline.domain.incident import Incident, IncidentState
from hotline.domain.lifecycle import apply, refusal
from hotline.domain.order import Order, State
from hotline.domain.roles import Actor, Role
from hotline.errors import HotlineError, InvalidInput, NotAllowed
from hotline.services import change, ids
from hotline.services.acting import said
from hotline.services.books import Books
from hotline.services.handling import Handling
from hotline.services.incident_book import as_seen, known, write_step
from hotline.services.incident_proposals import IncidentProposals
from hotline.services.ports import Clock, Store, UnitOfWork

OFFICE: Final = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person says of an incident; ``units`` are the lead and the assisting ones, ``place`` a path."""

    title: str
    category: str
    place: str | None = None
    place_name: str = ""
    cause: str = ""
    units: tuple[str, ...] = ()
    expected_end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an act for all came to: the orders it was done to, and why not for the others, ``{order: Chinese sentence}``."""

    done: tuple[str, ...] = ()
    left: Mapping[str, str] | None = None


class Incidents(IncidentProposals):
    """Incidents and what is done for all their orders."""

    def __init__(self, store: Store, clock: Clock, books: Books, handling: Handling) -> None:
        super().__init__(store, clock, books)
        self._handling = handling

    # -- people --------------------------------------------------------------------------------------------------------
    def open(self, told: Told, *, ident: str | None = None, orders: Sequence[str] = (), by: Actor) -> Incident:
        """Open an incident, a new one or one that was proposed, and join orders to it. Raises ``InvalidInput``."""
        _office(by)
        fields = self._checked(told)
        with self._store.write() as work:
            now = self._clock.now()
            incident = self._begun(work, told, by) if ident is None else known(work, ident)
            if incident.state is not IncidentState.PROPOSED:
                raise InvalidInput("not proposed", message="该事件已确认或已结束")
            data = {**_plain(fields), "orders": list(orders)}
            state = {"state": IncidentState.OPEN, "opened_at": now}
            opened = write_step(work, incident, now, by.name, "opened", data, **state, **fields)
            self._join(work, opened, orders, by)
            work.commit()
        return opened

    def _begun(self, work: UnitOfWork, told: Told, by: Actor) -> Incident:
        now = self._clock.now()
        incident = Incident(
            id=ids.call_id(now), state=IncidentState.PROPOSED, version=0, category=told.category, place=told.place,
            created_at=now, created_by=by.name,
        )  # fmt: skip
        work.incidents.add(incident)
        return incident

    def change(self, ident: str, told: Told, *, by: Actor) -> Incident:
        """Write down anew what is known of an open incident: cause, units, expected end."""
        fields = self._checked(told)
        return self._act(ident, by, "changed", _plain(fields), **fields)

    def dismiss(self, ident: str, *, reason: str, by: Actor) -> Incident:
        """Say that a proposal is no incident."""
        if not reason.strip():
            raise InvalidInput("a reason is needed", message="请填写不成立的理由")
        return self._act(
            ident, by, "dismissed", {"reason": said(reason)}, among=IncidentState.PROPOSED, state=IncidentState.DISMISSED,
            closed_at=self._clock.now(),
        )  # fmt: skip

    def report(self, ident: str, *, text: str, expected_end: datetime | None = None, by: Actor) -> Incident:
        """Write a periodic report 进展; a unit that handles the incident may."""
        if not text.strip():
            raise InvalidInput("a report needs a text", message="请填写进展情况")
        fields: dict[str, Any] = {"expected_end": expected_end.astimezone(UTC)} if expected_end else {}
        return self._act(ident, by, "reported", {"text": said(text), **_plain(fields)}, units_may=True, **fields)

    def join(self, ident: str, orders: Sequence[str], *, by: Actor) -> Outcome:
        """Join orders to an open incident, in one commit; those that cannot be are told."""
        _office(by)
        with self._store.write() as work:
            incident = known(work, ident)
            if incident.state is not IncidentState.OPEN:
                raise InvalidInput("not open", message="只有处置中的事件可以并入工单")
            outcome = self._join(work, incident, orders, by)
            work.commit()
        return outcome

    def leave(self, order_id: str, *, reason: str = "", by: Actor) -> Order:
        """Take an order out of its incident."""
        with self._store.write() as work:
            order = change.visible(work, order_id, by)
            data = {"incident": order.incident, "reason": said(reason)}
            done = apply(order, Action.LEAVE_INCIDENT, at=self._clock.now(), by=by, data=data)
            change.write(work, [done])
            work.commit()
        return done.order

    def dispatch(self, ident: str, *, by: Actor) -> Outcome:
        """Send every order of an incident that waits on the desk to its units: one act, an event of each order."""
        incident, _, orders = self.get(ident, by=by)
        if not incident.units:
            raise InvalidInput("no units", message="请先填写处置单位")
        lead, *assists = incident.units
        waiting = [order for order in orders if order.state in (State.ON_DESK, State.REGISTERED)]

        def send(order: Order) -> None:
            reason = f"事件 {incident.title}"
            self._handling.dispatch(order.id, unit=lead, assists=tuple(assists), reason=reason, reason_code="same_matter", by=by)

        outcome = _each(waiting, send)
        if outcome.done:
            self._act(ident, by, "dispatched", {"orders": list(outcome.done), "units": list(incident.units)})
        return outcome

    def close(self, ident: str, *, reply: str, by: Actor) -> Incident:
        """Close an incident; ``reply`` is the text that is then offered for every order."""
        if not reply.strip():
            raise InvalidInput("a reply is needed", message="请填写答复内容")
        data = {"reply": said(reply)}
        return self._act(
            ident, by, "closed", data, units_may=True, state=IncidentState.CLOSED, closed_at=self._clock.now(), reply=said(reply)
        )

    def reply(self, ident: str, texts: Mapping[str, str], *, by: Actor) -> Outcome:
        """Answer orders of a closed incident in one act of the unit that holds them: each gets its own text and event.

        An order that is not signed is signed first. Contact, sign-off, review and callback stay each order's own.
        """
        incident, _, orders = self.get(ident, by=by)
        if incident.state is not IncidentState.CLOSED:
            raise InvalidInput("not closed", message="事件恢复后才能统一答复")
        wanted = [order for order in orders if texts.get(order.id, "").strip()]

        def answer(order: Order) -> None:
            if order.state is State.DISPATCHED:
                self._handling.sign(order.id, by=by)
            self._handling.answer(order.id, text=texts[order.id], public=texts[order.id], by=by)

        outcome = _each(wanted, answer)
        if outcome.done:
            self._act(ident, by, "replied", {"orders": list(outcome.done)}, among=IncidentState.CLOSED, units_may=True)
        return outcome

    # -- inside --------------------------------------------------------------------------------------------------------
    def _checked(self, told: Told) -> dict[str, Any]:
        pack = self._books.current()
        if not told.title.strip():
            raise InvalidInput("a title is needed", message="请填写事件名称")
        if told.category not in pack.categories:
            raise InvalidInput("no such category", message="事项不在事项目录中")
        for code in told.units:
            pack.receiving_unit(code)
        place = pack.geography.places.get((told.place or "").rsplit("/", 1)[-1])
        if told.place and place is None:
            raise InvalidInput("no such place", message="地点不在地名表中")
        where = {"place": pack.geography.path(place.code), "place_name": said(told.place_name) or place.name} if place else {}
        return {
            "title": said(told.title)[:100], "category": told.category, "cause": said(told.cause), "units": told.units,
            "expected_end": told.expected_end.astimezone(UTC) if told.expected_end else None, **where,
        }  # fmt: skip

    def _act(
        self, ident: str, by: Actor, kind: str, data: Mapping[str, Any], *, among: IncidentState = IncidentState.OPEN,
        units_may: bool = False, **fields: Any,
    ) -> Incident:  # fmt: skip
        with self._store.write() as work:
            incident = known(work, ident)
            if not (units_may and by.of_unit and by.unit in incident.units):
                _office(by)
            if incident.state is not among:
                raise InvalidInput(f"incident is {incident.state}", message="事件的状态不允许此操作")
            done = write_step(work, incident, self._clock.now(), by.name, kind, data, **fields)
            shown = as_seen(work, [done], by)[0]
            work.commit()
        return shown

    def _join(self, work: UnitOfWork, incident: Incident, orders: Sequence[str], by: Actor) -> Outcome:
        done, left, at = list[str](), dict[str, str](), self._clock.now()
        for ident in dict.fromkeys(orders):
            order = change.visible(work, ident, by)
            if why := refusal(order, Action.JOIN_INCIDENT, by):
                left[ident] = why
                continue
            data = {"incident": incident.id, "title": incident.title}
            change.write(work, [apply(order, Action.JOIN_INCIDENT, at=at, by=by, data=data, incident=incident.id)])
            done.append(ident)
        return Outcome(done=tuple(done), left=left)


def _each(orders: Sequence[Order], act: Callable[[Order], object]) -> Outcome:
    """Do something to each order, a commit each; what is refused for one is told and does not keep the others."""
    done, left = list[str](), dict[str, str]()
    for order in orders:
        try:
            act(order)
            done.append(order.id)
        except HotlineError as refused:
            left[order.id] = refused.message
    return Outcome(done=tuple(done), left=left)


def _office(by: Actor) -> None:
    if by.role not in OFFICE:
        raise NotAllowed(f"{by.name} may not run incidents")


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a step keeps of the fields."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()}
