"""The callback 回访 and what follows: closed, tried again, or done again 重办."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.domain.actions import Action
from hotline.domain.lifecycle import Change, apply, check
from hotline.domain.order import Order
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput
from hotline.services import change
from hotline.services.books import Books
from hotline.services.clocks import Clocks, facts_of, next_round
from hotline.services.facts import asked
from hotline.services.ports import Clock, Store

SOLVED = ("yes", "partly", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """What the citizen said: three questions (DOMAIN.md, "Rates").

    ``responded``: did the unit contact you; ``solved``: yes, partly, no; ``rating``: 5 very satisfied … 1 very dissatisfied.
    An attempt that did not reach anybody has none of them. ``reopen`` None lets the rule decide: not solved is done again.
    """

    reached: bool
    responded: bool | None = None
    solved: str | None = None
    rating: int | None = None
    note: str = ""
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


class Closing:
    """Callbacks. A person reaches the citizen; the machine never closes."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def callback(self, order_id: str, said: Callback, *, by: Actor) -> Order:
        """Record a callback: reached → closed or reopened; not reached → tried again, closed after the pack's last attempt."""
        with self._store.write() as work:
            done = self._decide(change.visible(work, order_id, by), said, by)
            change.write(work, [done])
            work.commit()
        return done.order

    def _decide(self, order: Order, said: Callback, by: Actor) -> Change:
        at = self._clock.now()
        check(order, Action.CLOSE, by)
        attempts = order.callback_attempts + 1
        final = said.reached or attempts >= self._books.current().settings.callback_attempts
        data = {
            "reached": said.reached, "responded": said.responded, "solved": said.solved, "rating": said.rating,
            "note": said.note, "attempt": attempts, "final": final,
        }  # fmt: skip
        if not final:
            return apply(order, Action.ATTEMPT_CALLBACK, at=at, by=by, data=data)
        reopen = said.reopen if said.reopen is not None else said.solved == "no"
        if not (said.reached and reopen):
            return apply(order, Action.CLOSE, at=at, by=by, data=data, callback_attempts=attempts)
        pack = self._books.current()
        due = Clocks(pack).on_reopen(order, at)
        data = {**data, **due.data, **asked(pack.content_hash, facts_of(next_round(order, at)))}
        return apply(order, Action.REOPEN, at=at, by=by, data=data, legs_due=due.legs, **due.fields)
