"""The caller speaks again of an open order: presses for it 催单, or takes it back 撤回; our people write it down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hotline.domain.actions import Action
from hotline.domain.lifecycle import Change, apply, check
from hotline.domain.order import Order, State
from hotline.domain.roles import Actor
from hotline.domain.transitions import HELD, STAGES
from hotline.errors import InvalidInput, NotFromHere
from hotline.services.acting import Acts, said
from hotline.services.merging import members
from hotline.services.notices import told
from hotline.services.ports import UnitOfWork

PRESSED: Final = "来电人催单"
TAKEN_BACK: Final = "来电人撤回诉求"
_OFFICE_STAGES: Final = frozenset({"review", "callback"})


class CallerAgain(Acts):
    """What a caller wants of an order that is there already; whoever holds it is told in the same commit."""

    def urge(self, order_id: str, *, note: str, by: Actor) -> Order:
        """Write down that the caller presses for the order; no clock moves by it. ``note`` is what was said."""
        if not note.strip():
            raise InvalidInput("what was said is needed", message="请填写来电人催办的内容")

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            at = self._clock.now()
            done = apply(order, Action.URGE, at=at, by=by, data={"reason": said(note), "channel": "phone"})
            self._tell(work, done, _holding(order), "urge", PRESSED)
            return [done]

        return self._act(order_id, by, act)

    def withdraw(self, order_id: str, *, reason: str, by: Actor) -> Order:
        """End an order that its caller takes back, with the caller's reason; what was done so far stays on record.

        Raises ``NotFromHere`` for an order under which others are handled: they would lose who handles them.
        """
        if not reason.strip():
            raise InvalidInput("a withdrawal needs its reason", message="请填写来电人撤回的原因")

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            check(order, Action.WITHDRAW, by)
            if members(work, order.id, 1):
                raise NotFromHere(order.id, Action.WITHDRAW, order.state, "该工单下已有并单,请先解除,再撤回")
            done = apply(order, Action.WITHDRAW, at=self._clock.now(), by=by, data={"reason": said(reason)})
            self._tell(work, done, sorted(set(order.holders)), "withdrawn", TAKEN_BACK)
            return [done]

        return self._act(order_id, by, act)

    def _tell(self, work: UnitOfWork, done: Change, to: list[str], step: str, why: str) -> None:
        notice: dict[str, Any] = {"mark": f"{step}|{done.order.version}", "step": step, "why": why}
        work.notices.add(list(told(self._books.current(), done.order, done.event.at, to, notice)))


def _holding(order: Order) -> list[str]:
    return list(dict.fromkeys(_holders(order)))


def _holders(order: Order) -> Iterator[str]:
    """Whoever has to act on it now: the lead and who holds it below, the office, or the desk."""
    if order.state in HELD and order.unit:
        yield from (order.unit, order.holders[-1])
    elif STAGES.get(order.state) in _OFFICE_STAGES or order.state is State.IN_RULING:
        yield "office"
    else:
        yield "desk"
