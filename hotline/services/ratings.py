"""Ratings 好差评: taken in once a round and channel; a bad one is checked, and rectified where it is reasonable 差评整改."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.lifecycle import Change, apply
from hotline.domain.order import Flag, Order
from hotline.domain.ratings import PRE, Rating
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput, RatingStands
from hotline.services import change
from hotline.services.acting import Acts, said
from hotline.services.clocks import Clocks, facts_of
from hotline.services.facts import asked
from hotline.services.ports import UnitOfWork

CHECKS = {True: "reasonable", False: "unreasonable"}
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
            rating = Rating(
                order_id=order.id, round=order.round, channel=channel, level=level, at=at, actor=by.name, solved=solved,
                reason=said(reason),
            )  # fmt: skip
            data = {"channel": channel, "level": level, "solved": solved, "reason": rating.reason, "round": order.round}
            done = apply(order, Action.RATE, at=at, by=by, data=data, **rated(order, rating))
            keep(work, rating)
            return [done]

        return self._act(order_id, by, act)

    def check(self, order_id: str, *, reasonable: bool, reason: str, by: Actor) -> Order:
        """Find a bad rating reasonable, or not; unreasonable, the order stays as it is and the reason is kept."""
        if not reason.strip():
            raise InvalidInput("a check needs a reason", message="差评核实须填写核实意见")
        data = {"reasonable": reasonable, "reason": said(reason)}
        return self._one(order_id, Action.CHECK_RATING, by, data, rating_check=CHECKS[reasonable])

    def rectify(self, order_id: str, *, note: str = "", by: Actor) -> Order:
        """Give the order back to its unit to put right what the rating complains of, with a limit of its own from the rating on.

        It is answered, reviewed and called back again; no second rating is asked for.
        """

        def act(_work: UnitOfWork, order: Order) -> list[Change]:
            at, pack = self._clock.now(), self._books.current()
            due = Clocks(pack).on_rectify(order)
            data = {"reason": said(note), **due.data, **asked(pack.content_hash, facts_of(order))}
            return [apply(order, Action.RECTIFY, at=at, by=by, data=data, legs_due=due.legs, **due.fields)]

        return self._act(order_id, by, act)

    def of(self, order_id: str, *, by: Actor) -> list[Rating]:
        """Return an order's ratings, oldest first; none to its unit before the order is closed."""
        with self._store.read() as work:
            order = change.visible(work, order_id, by)
            found = work.ratings.of_order(order_id)
        return [] if by.of_unit and order.open and not order.rating_check else found


def keep(work: UnitOfWork, rating: Rating) -> None:
    """Keep a rating; raises ``RatingStands`` with the one that stands."""
    if not work.ratings.add(rating):
        stands = next(one for one in work.ratings.of_order(rating.order_id) if one.key == rating.key)
        raise RatingStands(rating.order_id, rating.round, rating.channel, LEVEL_NAMES[stands.level], stands.actor, stands.at)


def rated(order: Order, rating: Rating) -> dict[str, Any]:
    """Return the order's fields after a rating: a bad one waits for its check."""
    at: datetime = rating.at
    if not rating.bad:
        return {"rated_at": at}
    return {"rated_at": at, "rating_check": "waiting", "flags": order.flags | {Flag.BAD_RATING}}
