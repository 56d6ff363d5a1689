"""What persons do about an order beside its handling: acknowledge 确认, supervise 督办, name the accused, confirm the text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from hotline.domain.actions import Action
from hotline.domain.lifecycle import Change, apply, check
from hotline.domain.order import Order
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput
from hotline.services import recusal
from hotline.services.acting import Acts, said
from hotline.services.notices import told
from hotline.services.ports import UnitOfWork
from hotline.services.secrecy import confirmed_text

LONGEST_NAME: Final = 50
MOST_NAMED: Final = 20


class Supervising(Acts):
    """Acts of the office on a running order; their notices are written in the same commit."""

    def acknowledge(self, order_id: str, *, note: str = "", by: Actor) -> Order:
        """Record that a person has seen an urgent order and looks after it."""
        return self._one(order_id, Action.ACKNOWLEDGE, by, {"note": said(note)})

    def supervise(self, order_id: str, *, text: str, due: datetime, by: Actor) -> Order:
        """Supervise the unit in writing 督办: what is to be done, and until when (aware) it has to reply."""
        if not text.strip():
            raise InvalidInput("a supervision needs a text", message="督办须写明督办事项")

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            at, until = self._clock.now(), due.astimezone(UTC)
            check(order, Action.SUPERVISE, by)
            if until <= at:
                raise InvalidInput("due in the past", message="督办回复时限应晚于现在")
            to = sorted({one for one in (order.unit, order.holder) if one})
            data = {"text": said(text), "due": until.isoformat(), "to": to}
            done = apply(order, Action.SUPERVISE, at=at, by=by, data=data, supervised_due=until)
            notice = {"mark": f"supervised|{done.order.version}", "step": "supervise", "why": said(text), "due": data["due"]}
            work.notices.add(list(told(self._books.current(), order, at, to, notice)))
            return [done]

        return self._act(order_id, by, act)

    def reply(self, order_id: str, *, text: str, by: Actor) -> Order:
        """The unit's answer to a written supervision."""
        if not text.strip():
            raise InvalidInput("a reply needs a text", message="督办回复不能为空")

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            at = self._clock.now()
            done = apply(order, Action.REPLY_SUPERVISION, at=at, by=by, data={"text": said(text)})
            notice = {"mark": f"replied|{done.order.version}", "step": "reply", "why": said(text)}
            work.notices.add(list(told(self._books.current(), order, at, ["supervisor"], notice)))
            return [done]

        return self._act(order_id, by, act)

    def name_accused(self, order_id: str, *, units: Sequence[str] = (), persons: Sequence[str] = (), by: Actor) -> Order:
        """Name units and persons that are complained about: they, and everybody below the units, do not get or see the order.

        Raises ``UnknownUnit`` for a code the pack does not have.
        """
        pack, people = self._books.current(), [one.strip() for one in persons if one.strip()]
        if not units and not people:
            raise InvalidInput("nobody named", message="请写明被反映的单位或人员")
        if len(units) + len(people) > MOST_NAMED or any(len(one) > LONGEST_NAME or "|" in one for one in people):
            raise InvalidInput("too many or too long", message=f"被反映对象至多 {MOST_NAMED} 个,姓名至多 {LONGEST_NAME} 字")
        for code in units:
            pack.known_unit(code)

        def act(_work: UnitOfWork, order: Order) -> list[Change]:
            fields = recusal.named(pack, order, units, people)
            data = {"units": list(units), "persons": people}
            return [apply(order, Action.NAME_ACCUSED, at=self._clock.now(), by=by, data=data, **fields)]

        return self._act(order_id, by, act)

    def hide_reporter(self, order_id: str, *, text: str, by: Actor) -> Order:
        """Confirm the text that the unit reads of a secret order: a version in which nothing tells who spoke."""
        if not text.strip():
            raise InvalidInput("a text is needed", message="办理文本不能为空")

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            return [confirmed_text(work, order, text, self._clock.now(), by)]

        return self._act(order_id, by, act)
