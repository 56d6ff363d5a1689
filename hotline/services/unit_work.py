"""What happens inside a unit: handed down its tree, to a named person, back to the unit above; assisting parts; sign-off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from hotline.domain.actions import Action
from hotline.domain.lifecycle import Change, apply, check
from hotline.domain.order import Leg, LegDues, Order
from hotline.domain.roles import Actor
from hotline.domain.text import clean
from hotline.errors import HotlineError, InvalidInput, Recused, UnknownUnit
from hotline.services.acting import Acts, said
from hotline.services.attachments import belonging
from hotline.services.clocks import Clocks
from hotline.services.ports import UnitOfWork
from routing_rules.pack import Pack
from routing_rules.units import Unit

LONGEST_NAME = 40
MOST_AT_ONCE = 200  # orders handed down by one act


class UnitWork(Acts):
    """Acts of the units in an order's line; the lead stays answerable, and at every moment one unit holds the order."""

    def hand_down(self, order_id: str, *, to: str, person: str = "", note: str = "", by: Actor) -> Order:
        """Hand the order down to a unit below the acting one 转办, over as many levels as lie between; no desk is asked.

        Who held it below the acting unit until now holds it no longer. A new leg is due when the lead's is: the clock does not
        move. Raises ``UnknownUnit``, ``InvalidInput`` when ``to`` does not lie below, and ``Recused`` when the order complains
        about the person or a unit on the way.
        """
        handler = _name(person) if person.strip() else ""

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            check(order, Action.HAND_DOWN, by)
            pack, holder = self._books.current(), _acting(order, by)
            line = _line(pack, order, holder, to)
            _may_handle(order, handler)
            data = {"from": order.holder, "to": to, "line": list(line), "person": handler, "note": said(note)}
            due = _lead_due(work.legs.of_order(order_id), order)
            fields = {"line": line, "handler": handler}
            at = self._clock.now()
            return [apply(order, Action.HAND_DOWN, at=at, by=by, data=data, legs_due=LegDues(due, due), **fields)]

        return self._act(order_id, by, act)

    def hand_down_each(
        self, order_ids: Sequence[str], *, to: str, person: str = "", note: str = "", by: Actor
    ) -> dict[str, HotlineError | None]:  # fmt: skip
        """Hand several orders down, each in a commit of its own; return what kept each back, None = handed down.

        Raises ``InvalidInput`` for none or more than ``MOST_AT_ONCE``.
        """
        if not 1 <= len(order_ids) <= MOST_AT_ONCE:
            raise InvalidInput(f"1 to {MOST_AT_ONCE} orders", message=f"一次可转办 1 至 {MOST_AT_ONCE} 件")
        told: dict[str, HotlineError | None] = {}
        for order_id in dict.fromkeys(order_ids):
            try:
                self.hand_down(order_id, to=to, person=person, note=note, by=by)
                told[order_id] = None
            except HotlineError as refused:
                told[order_id] = refused
        return told

    def hand_back(self, order_id: str, *, reason: str, by: Actor) -> Order:
        """Refuse what was handed down: the unit above holds the order again, never the desk."""
        reason = _reason(reason, "退回上一级须填写理由")

        def act(_work: UnitOfWork, order: Order) -> list[Change]:
            data = {"from": order.holder, "to": order.holders[-2] if order.line else None, "reason": reason}
            return [apply(order, Action.HAND_BACK, at=self._clock.now(), by=by, data=data)]

        return self._act(order_id, by, act)

    def name_handler(self, order_id: str, *, person: str, by: Actor) -> Order:
        """Name the person of the holding unit who handles the order 经办人; whom it complains about is ``Recused``."""
        name = _name(person)

        def act(_work: UnitOfWork, order: Order) -> list[Change]:
            check(order, Action.NAME_HANDLER, by)
            _may_handle(order, name)
            data = {"person": name, "by_unit": by.unit}
            return [apply(order, Action.NAME_HANDLER, at=self._clock.now(), by=by, data=data, handler=name)]

        return self._act(order_id, by, act)

    def answer_part(self, order_id: str, *, text: str, attachments: Sequence[str] = (), by: Actor) -> Order:
        """An assisting unit gives its part 协办意见 to the lead, which ends its leg; the lead answers the citizen."""
        text = _reason(text, "协办意见不能为空")

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            files = belonging(work, order, attachments, self._books.current().settings.attachments)
            data = {"text": text, "attachments": files, "by_unit": by.unit}
            return [apply(order, Action.ANSWER_PART, at=self._clock.now(), by=by, data=data)]

        return self._act(order_id, by, act)

    def sign_off(self, order_id: str, *, note: str = "", by: Actor) -> Order:
        """A leader of the unit whose turn it is releases the answer 签发; after the last one the office reviews it."""

        def act(_work: UnitOfWork, order: Order) -> list[Change]:
            check(order, Action.SIGN_OFF, by)
            at, level = self._clock.now(), len(order.signoffs) + 1
            due = Clocks(self._books.current()).on_signed_off(order, at) if level >= order.signoffs_needed else None
            told = {"level": level, "of": order.signoffs_needed, "note": said(note), "by_unit": by.unit}
            data = {**told, **(due.data if due else {})}
            return [apply(order, Action.SIGN_OFF, at=at, by=by, data=data, **(due.fields if due else {}))]

        return self._act(order_id, by, act)

    def take_back_answer(self, order_id: str, *, reason: str, by: Actor) -> Order:
        """Take an answer back to mend it, as long as its release is not complete or nobody reviews it."""
        reason = _reason(reason, "收回修改须填写理由")

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            due = _lead_due(work.legs.of_order(order_id), order)
            data = {"reason": reason, "by_unit": by.unit}
            return [apply(order, Action.TAKE_BACK_ANSWER, at=self._clock.now(), by=by, data=data, legs_due=LegDues(due, due))]

        return self._act(order_id, by, act)

    def targets(self, order: Order, by: Actor) -> tuple[Unit, ...]:
        """Return the units that ``by`` may hand the order down to, nearest first in the pack's order."""
        pack, holder = self._books.current(), _acting(order, by)
        below = pack.units.below(holder) if holder else ()
        fits = (unit for unit in below if unit.code != order.holder and not _why_not(pack, order, holder, unit.code))
        return tuple(unit for unit in fits if not _accused(pack, order, pack.units.way_down(holder, unit.code)))


def _acting(order: Order, by: Actor) -> str:
    """The unit of the line that acts: the clerk's own, or for the office the lead."""
    return by.unit if by.of_unit and by.unit else order.unit or ""


def _line(pack: Pack, order: Order, holder: str, to: str) -> tuple[str, ...]:
    """Return the line below the lead after handing down from ``holder`` to ``to``. Raises ``InvalidInput`` and ``Recused``."""
    if to not in pack.units:
        raise UnknownUnit(to)
    if why := _why_not(pack, order, holder, to):
        raise InvalidInput(f"order {order.id} may not be handed down from {holder} to {to}", message=why)
    if to == order.holder:
        raise InvalidInput(f"{to} holds order {order.id} already", message="工单已在该单位办理")
    way = pack.units.way_down(holder, to)
    if accused := _accused(pack, order, way):
        raise Recused(order.id, accused)
    return (*order.line[: order.holders.index(holder)], *way)


def _why_not(pack: Pack, order: Order, holder: str, to: str) -> str:
    way = pack.units.way_down(holder, to)
    if not way or pack.units[to].level == "desk":
        return "只能转办给本单位下属的科室、单位或企业"
    if set(way) & set(order.assists):
        return "该单位已是协办单位,不能再转办"
    return ""


def _accused(pack: Pack, order: Order, way: Iterable[str]) -> str | None:
    """The first unit on the way that the order complains about, itself or by one above it.

    The first accusation, which rules find in the text, stands in ``accused`` alone until an office worker names it.
    """
    about = order.recused | order.accused_units | ({order.accused} if order.accused else set())
    return next((code for code in way if any(pack.units.within(code, one) for one in about)), None)


def _may_handle(order: Order, person: str) -> None:
    if person in order.accused_persons:
        raise Recused(order.id, person)


def _lead_due(legs: Sequence[Leg], order: Order) -> datetime | None:
    """When the lead's leg is due: of the running one, or of the last."""
    leads = [leg for leg in legs if leg.role == "lead" and leg.round == order.round]
    return leads[-1].due_at if leads else order.due.get("answer")


def _reason(text: str, needed: str) -> str:
    if not text.strip():
        raise InvalidInput("a text is needed", message=needed)
    return said(text)


def _name(person: str) -> str:
    name = clean(person).strip()
    if not name or len(name) > LONGEST_NAME or "\n" in name:
        raise InvalidInput("a person's name is needed", message=f"请填写经办人姓名,不超过 {LONGEST_NAME} 字")
    return name
