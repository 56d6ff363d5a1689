"""The office's review of answers 办结审核: who looks at one, what is checked, passed on or sent back for correction (no 重办)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.contacts import no_duty
from hotline.domain.lifecycle import Change, apply, refusal
from hotline.domain.order import Order, State
from hotline.domain.roles import Actor
from hotline.domain.sampling import OWED, owed
from hotline.domain.transitions import REVIEWED
from hotline.errors import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound, NotFromHere
from hotline.services.acting import Acts, said
from hotline.services.ports import UnitOfWork
from hotline.services.rows import OrderFilter

CHECKS = ("answers", "contacted", "grounds", "tone")
"""What a reviewer looks at: does it answer what was asked, was the citizen contacted, on what grounds, in what tone."""
QUEUE = 100  # orders a page of the queue shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An answer that waits for review; ``taken_by`` looks at it since ``taken_at``."""

    order: Order
    taken_by: str = ""
    taken_at: datetime | None = None


class Reviewing(Acts):
    """Reviews; a reviewer is never the answer's author (``domain.conditions``)."""

    def queue(self, *, by: Actor) -> list[Waiting]:
        """Return the answers that wait for the office, urgent first, then oldest; one that its leaders hold is not there yet."""
        wanted = OrderFilter(states=REVIEWED, by_urgency=True)
        with self._store.read() as work:
            found = [one for one in work.orders.page(wanted, None, QUEUE).orders if _released(one) and _may_see(one, by)]
            taken = work.events.latest([one.id for one in found if one.state is State.IN_REVIEW], "review_taken")
        return [
            Waiting(order=one, taken_by=taken[one.id].actor, taken_at=taken[one.id].at) if one.id in taken else Waiting(order=one)
            for one in found
        ]

    def take(self, order_id: str, *, by: Actor) -> Order:
        """Begin to review an answer: colleagues see by whom; taken again by the same person, nothing changes."""

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            last = work.events.latest([order_id], "review_taken").get(order_id)
            if order.state is State.IN_REVIEW and last is not None and last.actor == by.name:
                return []
            return [apply(order, Action.TAKE_REVIEW, at=self._clock.now(), by=by)]

        return self._act(order_id, by, act)

    def take_next(self, *, by: Actor) -> Order | None:
        """Take the first answer of the queue that nobody looks at and this person may review; None when there is none."""
        for waiting in self.queue(by=by):
            if waiting.taken_by == by.name:
                return waiting.order
            if refusal(waiting.order, Action.TAKE_REVIEW, by) is None:
                try:
                    return self.take(waiting.order.id, by=by)
                except (ChangedMeanwhile, NotFromHere, NotAllowed, NotFound):
                    continue  # a colleague was faster
        return None

    def pass_answer(
        self, order_id: str, *, checklist: Mapping[str, bool] | None = None, note: str = "", close: bool = False, by: Actor
    ) -> Order:  # fmt: skip
        """Pass the answer: on to the callback, or up to the platform above where the pack says so.

        ``close`` = this person closes the order with it, because nobody is owed a callback (``may_close``). Raises
        ``InvalidInput`` for one that must be called, and when the checklist names what is not in order: that is sent back.
        """
        ticked = _checked(checklist)
        failed = [name for name, fine in ticked.items() if not fine]

        def act(_work: UnitOfWork, order: Order) -> list[Change]:
            why = no_duty(order)
            if [name for name in failed if not (why and name == "contacted")]:
                raise InvalidInput(f"not in order: {failed}", message="有核对项不符合,请退回补正,或核对后再通过")
            at, data = self._clock.now(), {"note": said(note), "checklist": ticked}
            if order.origin == "upstream" and self._books.current().settings.pass_up:
                return [apply(order, Action.PASS_UP, at=at, by=by, data=data)]
            passed = apply(order, Action.PASS_REVIEW, at=at, by=by, data=data)
            return [passed, self._closed(passed.order, at, by)] if close else [passed]

        return self._act(order_id, by, act)

    def send_back(
        self, order_id: str, *, note: str = "", checklist: Mapping[str, bool] | None = None, by: Actor
    ) -> Order:  # fmt: skip
        """Send the answer back for correction 退回补正: the unit has it again, in the same round and with the same due time."""
        return self._one(order_id, Action.SEND_BACK, by, {"note": said(note), "checklist": _checked(checklist)})

    def may_close(self, order: Order) -> bool:
        """Whether whoever passes the answer may close the order with it: no callback is owed, and it is ours to close."""
        settings = self._books.current().settings
        above = order.origin == "upstream" and (settings.upstream_closes or settings.pass_up)
        return not above and owed(order, settings.callback) not in OWED

    def _closed(self, order: Order, at: datetime, by: Actor) -> Change:
        if not self.may_close(order):
            raise InvalidInput("this one is called back", message="该工单须回访,不能直接办结")
        why = owed(order, self._books.current().settings.callback)
        data = {"reached": False, "sampled": False, "why": why, "attempt": order.callback_attempts, "final": True}
        return apply(order, Action.CLOSE, at=at, by=by, data=data)


def _released(order: Order) -> bool:
    """Whether every leader of the unit has released the answer."""
    return order.state is not State.ANSWERED or len(order.signoffs) >= order.signoffs_needed


def _may_see(order: Order, by: Actor) -> bool:
    return not by.of_unit and by.name not in order.accused_persons


def _checked(checklist: Mapping[str, bool] | None) -> dict[str, bool]:
    """Return what was looked at and whether it was in order. Raises ``InvalidInput`` for what is none of it."""
    found: dict[str, Any] = dict(checklist or {})
    if unknown := found.keys() - set(CHECKS):
        raise InvalidInput(f"no such check: {sorted(unknown)}", message="核对项不在可选范围内")
    return {name: found[name] for name in CHECKS if name in found}
