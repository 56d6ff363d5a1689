"""Objections 申诉: a unit's, to one of its orders in one rate; decided by the office, with the effect shown before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from hotline.domain.assessment import SCOPE_NAMES, Act, Assessment, Objection, Scope, Verdict
from hotline.domain.indicators import RATES, Rate
from hotline.domain.ranking import Standing
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput, NotAllowed, NotFound
from hotline.services import change
from hotline.services.assessment.steps import Steps, reads_orders, written
from hotline.services.attachments import belonging


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What upholding would do to the unit: its line before and after; None = it has none."""

    before: Standing | None
    after: Standing | None


class Objections(Steps):
    """Brings objections and decides them."""

    def bring(
        self, month: date, order_id: str, rate: Rate, *, reason: str, proof: str = "", evidence: Sequence[str] = (), by: Actor
    ) -> Assessment:  # fmt: skip
        """Object to an order of one's own unit in a rate, with files of the order as evidence, or words where it lies.

        Raises ``InvalidInput`` when the order does not count for the unit there, ``NotFound`` when it is none of its.
        """
        if not by.of_unit or by.unit is None:
            raise NotAllowed(f"{by.name} belongs to no unit")
        unit = by.unit
        said = {"reason": written(reason, "申诉理由"), "proof": proof.strip()[:500]}
        with self._store.read() as work:
            order = change.visible(work, order_id, by)
            files = belonging(work, order, evidence, self._books.current().settings.attachments)
        if not files and not said["proof"]:
            raise InvalidInput("evidence is missing", message="请选择佐证附件,或写明佐证材料的出处")
        if rate not in RATES or not self._counting.counts(month, unit, rate, order_id):
            told = f"工单 {order_id} 在该月该项指标中未计入本单位,无须申诉"
            raise InvalidInput("the order does not count there", message=told)
        one = self._read(month)
        if any((item.unit, item.order_id, item.rate) == (unit, order_id, rate) for item in one.objections.values()):
            raise InvalidInput("objected to already", message=f"工单 {order_id} 的该项指标已申诉过")
        data = {"unit": unit, "order_id": order_id, "rate": rate, **said, "evidence": files}
        return self._do(month, Act.OBJECT, by, data, seen=one)

    def effect(self, month: date, no: int, scope: Scope = "rate", *, by: Actor) -> Effect:
        """Return what upholding an objection would do, as things stand now."""
        return self.effects(month, no, by=by)[scope]

    def effects(self, month: date, no: int, *, by: Actor) -> dict[Scope, Effect]:
        """Return it for each scope, all from one state of the store."""
        one = self._read(month)
        item = self._mine(one, no, by)
        extras = [[] if item.state is Verdict.GRANTED else [replace(item, scope=scope)] for scope in SCOPE_NAMES]
        (_, stands), *then = self._counting.tables(one, [[], *extras])
        before = _line(stands, item.unit)
        return {
            scope: Effect(before=before, after=_line(lines, item.unit))
            for scope, (_, lines) in zip(SCOPE_NAMES, then, strict=True)
        }

    def agree(self, month: date, no: int, scope: Scope = "rate", *, note: str = "", by: Actor) -> Assessment:
        """Agree as the first of two."""
        return self._decide(month, no, Act.AGREE, {"scope": scope, "note": note.strip()}, by)

    def uphold(self, month: date, no: int, scope: Scope = "rate", *, note: str = "", by: Actor) -> Assessment:
        """Take the order out for the unit: in the rate, or wholly."""
        return self._decide(month, no, Act.UPHOLD, {"scope": scope, "note": note.strip()}, by)

    def refuse(self, month: date, no: int, *, reason: str, by: Actor) -> Assessment:
        """Refuse it, with a reason."""
        return self._decide(month, no, Act.REFUSE, {"note": written(reason, "不成立的理由")}, by)

    def _decide(self, month: date, no: int, act: Act, data: dict[str, str], by: Actor) -> Assessment:
        self._mine(self._read(month), no, by)
        return self._do(month, act, by, data, no=no)

    def _mine(self, one: Assessment, no: int, by: Actor) -> Objection:
        """The objection, if ``by`` may know of it and of its order; a unit knows of its own alone. Raises ``NotFound``."""
        item = self._item(one, Act.UPHOLD, no)
        assert isinstance(item, Objection)  # noqa: S101  # the room of objections holds nothing else
        if not reads_orders(by) or (by.of_unit and item.unit != by.unit):
            raise NotFound("objections", f"{one.id}/{no}")
        with self._store.read() as work:
            change.visible(work, item.order_id, by)
        return item


def _line(lines: Sequence[Standing], unit: str) -> Standing | None:
    return next((line for line in lines if line.unit == unit), None)
