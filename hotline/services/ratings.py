"""Ratings 好差评: taken in once a round and channel; a bad one is checked, and rectified where it is reasonable 差评整改."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.lifecycle import Change, apply
from hotline.domain.order import Flag, Order
from hotline.domain.ratings import PRE, Rating
from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput, RatingStands
from hotline.services import change
from hotline.services.acting import Acts, said
from hotline.services.clocks import Clocks, facts_of
from hotline.services.facts import asked
from hotline.services.ports import UnitOfWork

CHECKS = {True: "reasonable", False: "unreasonable"}
OPEN_CHECKS = frozenset({"waiting", "reasonable"})
"""A bad rating that is still to be checked or rectified: the limit of the rectification runs from it."""
ABOVE = "upstream"
LEVEL_NAMES = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}


class Ratings(Acts):
    """What citizens say of how an order was handled. Nobody may press for a rating, and none is ever changed."""

    def rate(
        self, order_id: str, *, channel: str, level: int, solved: str | None = None, reason: str = "", by: Actor
    ) -> Order:  # fmt: skip
        """Take in a rating that did not come from our callback: the regional system's, the platform's above, the citizen's own.

        It belongs to the running round. Raises ``RatingStands`` where the round and channel has one.
        """
        if channel == PRE:
            raise InvalidInput("pre is our own call", message="预回访的评价在回访中登记")

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            at = self._clock.now()
            _from_where(order, channel, by)
            rating = Rating(
                order_id=order.id, round=order.round, channel=channel, level=level, at=at, actor=by.name, solved=solved,
                reason=said(reason),
            )  # fmt: skip
            data = {"channel": channel, "level": level, "solved": solved, "reason": rating.reason, "round": order.round}
            done = apply(order, Action.RATE, at=at, by=by, data=data, **rated(order, rating))
            keep(work, rating)
            return [done]

        return self._act(order_id, by, act)

    def check(self, order_id: str, *, reasonable: bool, reason: str, rectify: bool = False, by: Actor) -> Order:
        """Find a bad rating reasonable: it stays in the queue until it is rectified. Or not: the order stays as it is.

        ``rectify`` gives a reasonable one back to its unit in the same commit.
        """
        if not reason.strip():
            raise InvalidInput("a check needs a reason", message="差评核实须填写核实意见")
        data = {"reasonable": reasonable, "reason": said(reason)}

        def act(_work: UnitOfWork, order: Order) -> list[Change]:
            flags = order.flags if reasonable else order.flags - {Flag.BAD_RATING}
            fields: dict[str, Any] = {"rating_check": CHECKS[reasonable], "flags": flags}
            checked = apply(order, Action.CHECK_RATING, at=self._clock.now(), by=by, data=data, **fields)
            return [checked, self._rectified(checked.order, reason, by)] if reasonable and rectify else [checked]

        return self._act(order_id, by, act)

    def rectify(self, order_id: str, *, note: str = "", by: Actor) -> Order:
        """Give the order back to its unit to put right what the rating complains of, with a limit of its own from the rating on.

        It is answered, reviewed and called back again; no second rating is asked for.
        """

        return self._act(order_id, by, lambda _work, order: [self._rectified(order, note, by)])

    def _rectified(self, order: Order, note: str, by: Actor) -> Change:
        at, pack = self._clock.now(), self._books.current()
        due = Clocks(pack).on_rectify(order)
        flags = (order.flags | {Flag.RECTIFYING}) - {Flag.BAD_RATING}
        data = {"reason": said(note), **due.data, **asked(pack.content_hash, facts_of(order))}
        return apply(order, Action.RECTIFY, at=at, by=by, data=data, legs_due=due.legs, flags=flags, **due.fields)

    def of(self, order_id: str, *, by: Actor) -> list[Rating]:
        """Return an order's ratings, oldest first; to its unit those before it was closed, and all once it rectifies."""
        with self._store.read() as work:
            order = change.visible(work, order_id, by)
            found = work.ratings.of_order(order_id)
        if not by.of_unit or order.rating_check == "rectified":
            return found
        return [one for one in found if order.closed_at is not None and one.at <= order.closed_at]


def _from_where(order: Order, channel: str, by: Actor) -> None:
    if by.role is Role.UPSTREAM:
        return
    if channel == ABOVE:
        raise InvalidInput("only the platform above rates as itself", message="上级平台的评价由上级来件登记")
    if channel == "phone" and order.origin == "upstream":
        raise InvalidInput("our call of an order from above is a pre-callback", message="上级交办工单的电话评价在预回访中登记")


def keep(work: UnitOfWork, rating: Rating) -> None:
    """Keep a rating; raises ``RatingStands`` with the one that stands."""
    if not work.ratings.add(rating):
        stands = next(one for one in work.ratings.of_order(rating.order_id) if one.key == rating.key)
        raise RatingStands(rating.order_id, rating.round, rating.channel, LEVEL_NAMES[stands.level], stands.actor, stands.at)


def rated(order: Order, rating: Rating) -> dict[str, Any]:
    """Return the order's fields after a rating: a bad one waits for its check, and no later one takes its place."""
    at: datetime = rating.at
    if order.rating_check in OPEN_CHECKS:
        return {"rated_at": order.rated_at}
    if not rating.bad:
        return {"rated_at": at}
    return {"rated_at": at, "rating_check": "waiting", "flags": order.flags | {Flag.BAD_RATING}}
