"""Disputes over who answers for an order: no agreement, or the returns are spent → a ruling 裁定, final (国办函〔2025〕66号)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.conditions import OFFICE_MAY_DECIDE
from hotline.domain.lifecycle import Change, apply, check
from hotline.domain.order import Flag, Order
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput, NotAllowed, NotFromHere
from hotline.services.acting import Acts, said
from hotline.services.allowances import approval_of
from hotline.services.books import Books
from hotline.services.clocks import Clocks, facts_of, returns_allowed
from hotline.services.facts import asked
from hotline.services.pausing import resumed
from hotline.services.ports import UnitOfWork
from routing_rules.approvals import DECIDER_NAMES
from routing_rules.decide import approval
from routing_rules.pack import Pack


class Disputes(Acts):
    """Asking for a ruling and giving it; each act is one commit and raises what ``lifecycle.check`` raises."""

    def ask_ruling(self, order_id: str, *, reason: str, by: Actor) -> Order:
        """Put the order before whom the pack names; its holder stays until then.

        A unit may ask when its own return was refused or the returns are spent. Raises ``NotFromHere`` and ``InvalidInput``.
        """
        why = said(reason)
        if not why.strip():
            raise InvalidInput("a ruling needs a reason", message="提请裁定须填写争议事由")

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            check(order, Action.ASK_RULING, by)
            if by.of_unit and not self._disagreed(work, order):
                told = "退单未获同意,或退单次数已用完,才能提请裁定"
                raise NotFromHere(order.id, Action.ASK_RULING, order.state, told)
            return asked_for(self._books, work, order, at=self._clock.now(), by=by, reason=why)

        return self._act(order_id, by, act)

    def rule(self, order_id: str, *, unit: str, assists: tuple[str, ...] = (), reason: str, by: Actor) -> Order:
        """Rule which unit answers for the order and send it there at once; the ruling is final.

        By a person whom the approvals table names. Raises ``NotAllowed``, ``UnknownUnit`` and ``InvalidInput``.
        """
        why, pack = said(reason), self._books.current()
        if not why.strip():
            raise InvalidInput("a ruling is reasoned", message="裁定须写明理由和依据")
        for code in (unit, *assists):
            pack.receiving_unit(code)
        if unit in assists:
            raise InvalidInput("the lead assists itself", message="协办单位不能与主办单位相同")

        def act(_work: UnitOfWork, order: Order) -> list[Change]:
            check(order, Action.RULE, by)
            _may_rule(pack, order, by)
            return _ruled(pack, order, unit, assists, why, self._clock.now(), by)

        return self._act(order_id, by, act)

    def _disagreed(self, work: UnitOfWork, order: Order) -> bool:
        """Whether the unit's own return was refused since it got the order, or nobody may return it any more."""
        if order.returns >= returns_allowed(self._books.current(), order):
            return True
        events = work.events.of_order(order.id)
        begun = max((at for at, event in enumerate(events) if event.kind in ("dispatched", "reopened")), default=0)
        return any(event.kind == "return_refused" for event in events[begun:])


def asked_for(books: Books, work: UnitOfWork, order: Order, *, at: datetime, by: Actor, reason: str) -> list[Change]:
    """Return the changes that put an order before the ruling; a clock that stood still runs again first."""
    done = list[Change]()
    if Flag.PAUSED in order.flags:
        done.append(resumed(books, work, order, at=at, by=Actor(by.name), reason="提请裁定,恢复计时"))
        order = done[-1].order
    approved = approval_of(books.current(), order, "ruling", at)
    data = {
        "reason": reason, "decider": approved.row.decider, "row": approved.row.row_id, "decide_by": approved.due_at.isoformat(),
        "unit": order.unit,
    }  # fmt: skip
    return [*done, apply(order, Action.ASK_RULING, at=at, by=by, data=data)]


def may_rule(pack: Pack, order: Order, by: Actor) -> bool:
    """Whether the pack names this person for rulings on such an order."""
    return by.role in OFFICE_MAY_DECIDE[approval(pack, facts_of(order), "ruling").decider]


def _may_rule(pack: Pack, order: Order, by: Actor) -> None:
    if not may_rule(pack, order, by):
        named = DECIDER_NAMES[approval(pack, facts_of(order), "ruling").decider]
        raise NotAllowed(f"{by.name} may not rule on order {order.id}", message=f"裁定须由{named}作出")


def _ruled(pack: Pack, order: Order, unit: str, assists: tuple[str, ...], reason: str, at: datetime, by: Actor) -> list[Change]:
    """The ruling, and the dispatch it is: by the machine in that person's name, for a ruler need not be a dispatcher."""
    ruled: dict[str, Any] = {"unit": unit, "assists": list(assists), "reason": reason}
    first = apply(order, Action.RULE, at=at, by=by, data=ruled, ruled_unit=unit)
    order = first.order
    due = Clocks(pack).on_dispatch(order, at)
    known = {"choice": "ruling", "rule": order.rule_unit, "row": order.rule_row, "round": order.round}
    model = {"model": order.suggestions[0].unit if order.suggestions else None}
    data = {**ruled, "reason_code": "ruling", **known, **model, **due.data, **asked(pack.content_hash, facts_of(order))}
    fields: dict[str, Any] = {"unit": unit, "assists": assists, **due.fields}
    return [first, apply(order, Action.DISPATCH, at=at, by=Actor(by.name), data=data, legs_due=due.legs, **fields)]
