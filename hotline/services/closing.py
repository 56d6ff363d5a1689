"""The callback 回访 and what follows: closed, tried again, or done again 重办; for orders from above it is a 预回访."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.contacts import half_day
from hotline.domain.lifecycle import Change, apply, check
from hotline.domain.order import Flag, Order
from hotline.domain.ratings import PRE, SOLVED, Rating
from hotline.domain.roles import Actor, Role
from hotline.domain.sampling import OWED, owed
from hotline.errors import InvalidInput, NotFromHere
from hotline.services.acting import Acts, said
from hotline.services.clocks import Clocks, facts_of, next_round
from hotline.services.facts import asked
from hotline.services.ports import UnitOfWork
from hotline.services.ratings import keep, rated
from routing_rules.pack import Pack

Fields = dict[str, Any]
ABOVE_CLOSES = "上级交办的工单由上级平台办结,预回访后请上报"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """What the citizen said: three questions (DOMAIN.md, "Rates").

    ``responded``: did the unit contact you; ``solved``: yes, partly, no, with the ``reason`` why not; ``rating``: 5 very
    satisfied … 1 very dissatisfied. An attempt that did not reach anybody has none of them. ``reopen`` None lets the rule
    decide: not solved is done again.
    """

    reached: bool
    responded: bool | None = None
    solved: str | None = None
    rating: int | None = None
    note: str = ""
    reason: str = ""
    reopen: bool | None = None

    def __post_init__(self) -> None:
        """Refuse contradictions: nobody reached, yet an opinion; an opinion out of range."""
        if not self.reached and any(said is not None for said in (self.responded, self.solved, self.rating)):
            raise InvalidInput("not reached, yet answers", message="未接通的回访不能填写评价")
        if self.reached and self.solved is None:
            raise InvalidInput("solved is needed when reached", message="接通的回访须填写是否解决")
        if self.solved is not None and self.solved not in SOLVED:
            raise InvalidInput(f"solved must be one of {SOLVED}", message="是否解决只能为:已解决、部分解决、未解决")
        if self.rating is not None and self.rating not in range(1, 6):
            raise InvalidInput("rating must be 1 to 5", message="满意度只能为 1 至 5")


class Closing(Acts):
    """Callbacks. A person reaches the citizen; the machine never closes."""

    def callback(self, order_id: str, heard: Callback, *, by: Actor) -> Order:
        """Record a callback: reached → closed or reopened; not reached → tried again, closed after the pack's last attempt.

        A rating is the round's own, by this channel: raises ``RatingStands`` where it has one. After a bad rating was rectified
        the same question is asked again without a rating. Where only the platform above closes, the order stays open.
        """
        return self._act(order_id, by, lambda work, order: [self._called(work, order, heard, by)])

    def close_uncalled(self, order_id: str, *, by: Actor) -> Order:
        """Close an order whose citizen is not called back: not in the sample, nobody to call, or no reply wanted.

        Raises ``InvalidInput`` for one that must be called.
        """

        def act(_work: UnitOfWork, order: Order) -> list[Change]:
            check(order, Action.CLOSE, by)
            settings = self._books.current().settings
            why = owed(order, settings.callback)
            if why in OWED:
                raise InvalidInput("this one is called back", message="该工单须回访,不能直接办结")
            if order.origin == "upstream" and settings.upstream_closes:
                raise NotFromHere(order.id, Action.CLOSE, order.state, ABOVE_CLOSES)
            data = {"reached": False, "sampled": False, "why": why, "attempt": order.callback_attempts, "final": True}
            return [apply(order, Action.CLOSE, at=self._clock.now(), by=by, data=data)]

        return self._act(order_id, by, act)

    def _called(self, work: UnitOfWork, order: Order, heard: Callback, by: Actor) -> Change:
        at, pack = self._clock.now(), self._books.current()
        check(order, Action.CLOSE, by)
        ours = order.origin == "upstream" and by.role is not Role.UPSTREAM
        attempts, counted = self._attempts(work, order, at, pack)
        final = heard.reached or attempts >= pack.settings.callback_attempts
        data = {**_data(heard, attempts, final=final), "channel": PRE if ours else "phone"}
        data |= {} if counted else {"counted": False}
        data |= {"follow_up": True} if Flag.RECTIFYING in order.flags else {}
        if not final:
            return apply(order, Action.ATTEMPT_CALLBACK, at=at, by=by, data=data, callback_attempts=attempts)
        fields = self._rated(work, order, heard, at, by, str(data["channel"]))
        if heard.reached and _again(order, heard):
            return self._reopened(order, at, by, data, pack)
        if ours and pack.settings.upstream_closes:
            fields["flags"] = fields.get("flags", order.flags) | {Flag.PRECALLED}
            data["final"] = heard.reached
            return apply(order, Action.ATTEMPT_CALLBACK, at=at, by=by, data=data, callback_attempts=attempts, **fields)
        if "flags" in fields:
            fields["flags"] -= {Flag.RECTIFYING}
        return apply(order, Action.CLOSE, at=at, by=by, data=data, callback_attempts=attempts, **fields)

    def _attempts(self, work: UnitOfWork, order: Order, at: datetime, pack: Pack) -> tuple[int, bool]:
        """Return how many attempts count with this one, and whether it does: where the pack asks for other half days."""
        if not pack.settings.callback.half_days:
            return order.callback_attempts + 1, True
        last = work.events.latest([order.id], "callback_attempted").get(order.id)
        since = order.answered_at or order.received_at
        again = last is not None and last.at >= since and half_day(last.at, pack.zone) == half_day(at, pack.zone)
        return order.callback_attempts + (not again), not again

    def _rated(self, work: UnitOfWork, order: Order, heard: Callback, at: datetime, by: Actor, channel: str) -> Fields:
        if heard.rating is None:
            return {}
        rating = Rating(
            order_id=order.id, round=order.round, channel=channel, level=heard.rating, at=at, actor=by.name,
            solved=heard.solved, reason=said(heard.reason),
        )  # fmt: skip
        keep(work, rating)
        return {} if _again(order, heard) else rated(order, rating)

    def _reopened(self, order: Order, at: datetime, by: Actor, data: Fields, pack: Pack) -> Change:
        due = Clocks(pack).on_reopen(order, at)
        data = {**data, **due.data, **asked(pack.content_hash, facts_of(next_round(order, at)))}
        return apply(order, Action.REOPEN, at=at, by=by, data=data, legs_due=due.legs, **due.fields)


def _data(heard: Callback, attempt: int, *, final: bool) -> Fields:
    return {
        "reached": heard.reached, "responded": heard.responded, "solved": heard.solved, "rating": heard.rating,
        "note": said(heard.note), "reason": said(heard.reason), "attempt": attempt, "final": final,
    }  # fmt: skip


def _again(order: Order, heard: Callback) -> bool:
    """Whether the order is done again: as the person says, else when it is not solved; after a rectification only if said."""
    if heard.reopen is not None:
        return heard.reopen
    return heard.solved == "no" and Flag.RECTIFYING not in order.flags
