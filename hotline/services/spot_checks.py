"""Orders that went out without a person 系统派单, looked at afterwards 抽查: who approved that, and whether it was right."""

from __future__ import annotations

from hotline.domain.actions import Action
from hotline.domain.lifecycle import Change, apply
from hotline.domain.order import Order
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput
from hotline.services.acting import Acts, said
from hotline.services.ports import UnitOfWork
from hotline.services.rows import OrderFilter

WAITING = OrderFilter(spot_check=True)


class SpotChecks(Acts):
    """The sample of what the system sent."""

    def check(self, order_id: str, *, right: bool, unit: str | None = None, reason: str = "", by: Actor) -> Order:
        """Say whether the order went to the right unit; a wrong one names the ``unit`` that is right, or gives a reason.

        The order stays where it is; what was said is a label to learn from (``corrections``). Raises ``UnknownUnit``.
        """
        if unit is not None:
            self._books.current().receiving_unit(unit)
        if not right and unit is None and not reason.strip():
            raise InvalidInput("a unit or a reason is needed", message="派错的请指明正确单位,或写明理由")

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            sent = next((one for one in work.events.of_order(order.id) if one.kind == "dispatched"), None)
            went = str(sent.data.get("unit") or "") if sent else ""
            data = {"right": right, "sent": went, "unit": went if right else unit or "", "reason": said(reason)}
            return [apply(order, Action.SPOT_CHECK, at=self._clock.now(), by=by, data=data)]

        return self._act(order_id, by, act)

    def approved_by(self, order: Order) -> str:
        """Return who approved the rules by which the order went out without a person; empty for one that a person sent."""
        if not order.auto_class:
            return ""
        with self._store.read() as work:
            book = next((one for one in work.books.listing() if one.hash == order.book), None)
        return "" if book is None else "系统首次启用" if book.published_by == "first-start" else book.published_by
