"""Messages from the platform above: what comes under a known 市级编号 is an event of its order. Nothing of it is dropped.

Idempotent per message (source, message id): the intake knows the same message again, and a message is linked to its order in
the commit of its events, so that it acts once however often it is delivered.

Out of order: a message carries when it was said (``upstream_rows.sent_of``), and its events keep that (``sent``). Of the messages
that say where the order stands (``domain.above.WHERE``), and of those that say until when it is due (``UNTIL``), one that was
said before the newest that took effect is noted and changes nothing; equal times go by message id. What comes before the order
itself is set aside under its call and taken up when the order is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal

import orjson

from hotline.domain.above import STARTS, UNTIL, WHERE, About, about_name
from hotline.domain.actions import Action
from hotline.domain.call import Call, NewCall
from hotline.domain.lifecycle import Change, apply
from hotline.domain.order import Event, Order
from hotline.errors import ChangedMeanwhile, HotlineError, StoreUnavailable
from hotline.services import change, ids
from hotline.services.books import Books
from hotline.services.intake import Intake
from hotline.services.ports import Clock, Store, UnitOfWork
from hotline.services.rows import Receipt, SetAside
from hotline.services.upstream_acts import PLATFORM, Said, UpstreamActs, already
from hotline.services.upstream_rows import Step, is_row, last_row, sent_of, steps_of

Outcome = Literal["event", "waits", "order"]
"""What became of a message: an event of its order, kept until its order is there, or an order of its own (triage makes it)."""
EARLY: Final = "上级来件先于工单到达,工单登记后自动处理"
SUPERSEDED: Final = "晚到的旧来件,不改变现状"
NO_NEWS: Final = "没有需要办理的变化"
KNOWN: Final = "与现状一致"
OLD_SHEET: Final = "较早导出的表晚到,请核对"
NOT_KNOWN: Final = "不认识的来件类型"
ATTEMPTS: Final = 10
AT_ONCE: Final = 200  # messages a commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The answer to a message: its receipt, the order it belongs to, and what became of it; the same message, the same answer."""

    receipt: Receipt
    order_id: str | None
    outcome: Outcome


class UpstreamMessages:
    """Takes messages of the platform above."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books
        self._intake = Intake(store, clock)

    def receive(self, new: NewCall) -> Taken:
        """Record a message and do what it says at once where its order is known. Raises ``MessageConflict``, listed by then."""
        receipt = self._intake.record(new)
        self.take([receipt.call_id])
        with self._store.read() as work:
            call = work.calls.get([receipt.call_id])[receipt.call_id]
        outcome: Outcome = "event" if call.order_id else "order" if call.new.about in STARTS else "waits"
        if call.order_id and self._began(call):
            outcome = "order"
        return Taken(receipt=receipt, order_id=call.order_id, outcome=outcome)

    def take(self, call_ids: Sequence[str]) -> int:
        """Do what recorded messages under known numbers say, several a commit; those before their order are set aside.

        Returns how many became events. Who acts on an order meanwhile wins; the messages are done anew.
        """
        taken = 0
        for start in range(0, len(call_ids), AT_ONCE):
            taken += self._again(call_ids[start : start + AT_ONCE])
        return taken

    def catch_up(self, limit: int = AT_ONCE) -> int:
        """Take what came before its order and was not seen when the order was made; returns how many."""
        with self._store.read() as work:
            late = [call.id for call in work.calls.late(limit)]
        return self.take(late)

    def _again(self, call_ids: Sequence[str]) -> int:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._once(call_ids)
            except ChangedMeanwhile:
                continue
        return self._once(call_ids)

    def _once(self, call_ids: Sequence[str]) -> int:
        with self._store.write() as work:
            linked = self.take_in(work, call_ids)
            work.commit()
        return len(linked)

    def take_in(self, work: UnitOfWork, call_ids: Sequence[str]) -> dict[str, str]:
        """Do what messages say, the oldest said first, in the caller's commit; returns those linked: ``{call_id: order_id}``."""
        found = work.calls.get(list(dict.fromkeys(call_ids)))
        calls = sorted((one for one in found.values() if one.order_id is None), key=_said_at)
        numbers = [call.new.upstream_no for call in calls if call.new.upstream_no]
        orders = dict(work.orders.by_upstream(numbers)) if numbers else {}
        linked = work.orders.by_calls([call.id for call in calls])
        for call in calls:
            order = orders.get(call.new.upstream_no or "")
            if order is None or call.id in linked:
                continue
            changes = self.changes(work, order, call)
            change.write(work, changes)
            orders[str(call.new.upstream_no)] = changes[-1].order
            self._other_matters(work, order, call)
            linked[call.id] = order.id
            work.calls.link({call.id: order.id})
            work.set_asides.mark_retried(_early_id(call), self._clock.now())
        work.set_asides.add([_early(call, self._clock.now()) for call in calls if _waits(call, linked)])
        return linked

    def _other_matters(self, work: UnitOfWork, order: Order, call: Call) -> None:
        """What is said of a number is said of every order that its call was split into; one that has ended is left alone."""
        for other in work.orders.of_call(order.call_id):
            if other.id != order.id and other.open:
                change.write(work, self.changes(work, other, call))

    def changes(self, work: UnitOfWork, order: Order, call: Call) -> list[Change]:
        """Return the changes that a message makes of its order: at least one, whatever it says."""
        done: list[Change] = []
        for step in self._steps(work, call):
            now = done[-1].order if done else order
            done += self._step(work, now, call, step, done)
        return done

    def _steps(self, work: UnitOfWork, call: Call) -> list[Step]:
        if not is_row(call.new):
            about = call.new.about if call.new.about not in STARTS else About.SUPPLEMENT
            return [Step(about, call.new.data, call.new.upstream_due)]
        number = str(call.new.number)
        known = [one for one in work.calls.under([number]).get(number, []) if one.order_id is not None]
        old = last_row(known, before=call)
        if old is not None and is_row(old.new) and sent_of(old) > sent_of(call):
            return [Step(About.SUPPLEMENT, {"why": OLD_SHEET})]
        return steps_of(self._books.current(), old.new if old else None, call.new) or [Step("")]

    def _step(self, work: UnitOfWork, order: Order, call: Call, step: Step, done: Sequence[Change]) -> list[Change]:
        """One thing said: done, noted because it is old or known, or given to the desk with what was wrong about it."""
        at, events = self._clock.now(), [*work.events.of_order(order.id), *(one.event for one in done)]
        if why := _no_effect(order, events, call, step):
            return [apply(order, Action.NOTE_ABOVE, at=at, by=PLATFORM, data={**_told(call, step), "why": why})]
        if step.due is not None and _superseded(events, call, UNTIL):
            step = replace(step, due=None)  # a newer due time stands; what else it says holds
        told, why = _told(call, step), str(step.data.get("why", "")) if is_row(call.new) else ""
        if step.about != About.SUPPLEMENT:
            try:
                what = Said(
                    about=step.about, data=step.data, due=step.due, sent=sent_of(call), at=at, told=told | {"applied": True}
                )
                if changes := UpstreamActs(self._books, work).changes(order, what):
                    return changes
                why = NOT_KNOWN
            except (ChangedMeanwhile, StoreUnavailable):
                raise
            except HotlineError as refused:
                why = refused.message
        data = {**told, "channel": call.new.channel, **({"why": why, "understood": False} if why else {})}
        return [apply(order, Action.SUPPLEMENT, at=at, by=PLATFORM, data=data)]

    def _began(self, call: Call) -> bool:
        with self._store.read() as work:
            return call.id in work.orders.by_calls([call.id])


def _no_effect(order: Order, events: Sequence[Event], call: Call, step: Step) -> str:
    """Why a thing said changes nothing: no news, older than what took effect already, or so by now; empty when it may."""
    if not step.about:
        return NO_NEWS
    late = step.about in WHERE and _superseded(events, call, WHERE)
    if late or (step.about == About.CHANGE_DUE and step.due is not None and _superseded(events, call, UNTIL)):
        return SUPERSEDED
    return KNOWN if already(order, step.about) else ""


def _superseded(events: Sequence[Event], call: Call, group: frozenset[About]) -> bool:
    """Whether something newer of the same group took effect already; a message's own earlier steps are not newer."""
    mine = _said_at(call)
    taken = (event.data for event in events if event.data.get("applied") and event.data.get("call") != call.id)
    return any(_stamp(data) > mine for data in taken if data.get("about") in group and (group is WHERE or data.get("due_above")))


def _said_at(call: Call) -> tuple[str, str]:
    return sent_of(call).astimezone(UTC).isoformat(timespec="microseconds"), call.new.message_id


def _stamp(data: Mapping[str, Any]) -> tuple[str, str]:
    return str(data.get("sent", "")), str(data.get("message", ""))


def _told(call: Call, step: Step) -> dict[str, Any]:
    """What an event keeps of the message behind it."""
    told: dict[str, Any] = {
        "call": call.id, "about": step.about, "sent": _said_at(call)[0], "message": call.new.message_id,
        "source": call.new.source, "name": about_name(step.about),
    }  # fmt: skip
    if step.due is not None:
        told["due_above"] = step.due.isoformat()
    if step.column:
        told |= {"column": step.column, "before": step.before[:500], "after": step.after[:500]}
    if call.new.recorded_by:
        told["entered_by"] = call.new.recorded_by
    return told


def _waits(call: Call, linked: Mapping[str, str]) -> bool:
    return call.id not in linked and call.new.about not in STARTS


def _early_id(call: Call) -> str:
    return ids.digest_id(b"above", call.id.encode())


def _early(call: Call, at: datetime) -> SetAside:
    """What came before its order: seen in the list, taken up when the order is there, or when somebody retries it."""
    return SetAside(
        id=_early_id(call), kind="call", reason=EARLY, detail=f"市级编号 {call.new.upstream_no}:{about_name(call.new.about)}",
        payload=orjson.dumps({"call_id": call.id}), at=at, ref=call.id,
    )  # fmt: skip
