"""The city platform of a simulated month: it urges, supplements, changes deadlines, recalls, sends back, closes, rates.

Its messages come twice, late and out of order, as the real one's do.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from hotline.bench.sample_calls import Message
from hotline.bench.sample_life import REVIEWER
from hotline.bench.stepped_clock import Agenda
from hotline.domain.above import About
from hotline.domain.applications import Asks
from hotline.domain.call import NewCall
from hotline.domain.order import Order, State
from hotline.errors import NotFound
from hotline.services.ports import Clock
from hotline.simulation import phrases
from hotline.simulation.doing import Everything
from hotline.simulation.life import FullLife
from routing_rules.pack import Pack

SHARES: Final = {
    About.URGE: (0.05, 20, 120), About.SUPPLEMENT: (0.05, 5, 100), About.CHANGE_DUE: (0.03, 10, 60), About.RECALL: (0.01, 5, 90),
    About.REDO: (0.03, 150, 400), About.RATING: (0.05, 150, 500), About.CLOSE: (0.04, 150, 400), "unheard_of": (0.005, 20, 90),
}  # fmt: skip
"""Of the orders from above: the share that gets such a message, and after how many hours at least and at most."""
TWICE, SWAPPED = 0.05, 0.1  # shares of messages that come a second time, and after one that was said later


class Platform:
    """Puts the platform's messages down and sends them; ``sent`` maps every message that came in to its call.

    ``answered_otherwise`` are those that were sent again and got another answer, or did something a second time.
    """

    def __init__(self, services: Everything, life: FullLife, agenda: Agenda, clock: Clock, pack: Pack, seed: int) -> None:
        self._do, self._life, self._agenda, self._clock, self._pack = services, life, agenda, clock, pack
        self._chance = random.Random(f"{seed}/above")  # noqa: S311 - a made-up city, no secret
        self.sent: dict[tuple[str, str], str] = {}
        self.answered_otherwise: list[str] = []

    def expect(self, messages: Sequence[Message]) -> None:
        """Put down what follows the orders that came from above."""
        for one in messages:
            if not one.call.upstream_no:
                continue
            if self._chance.random() < TWICE:
                again = one.call.received_at + timedelta(hours=self._chance.uniform(1, 48))
                self._agenda.at(again, partial(self._again, one.call))
            if not one.follows:
                self._expect(one.call)

    def noted(self, new: NewCall, call_id: str) -> None:
        """Note a message that came in by another way."""
        if new.upstream_no:
            self.sent[new.source, new.message_id] = call_id

    def _expect(self, first: NewCall) -> None:
        for about, (share, least, most) in SHARES.items():
            if self._chance.random() >= share:
                continue
            said = first.received_at + timedelta(hours=self._chance.uniform(least, most))
            new = replace(
                first, message_id=f"{first.message_id}-{about}", received_at=said, about=str(about), text=phrases.ABOVE, title="",
                chosen_unit=None, direct_answer="", data=self._data(str(about)), upstream_due=self._due(str(about), said),
            )  # fmt: skip
            came = said + timedelta(hours=self._chance.uniform(12, 60)) if self._chance.random() < SWAPPED else said
            self._agenda.at(came, partial(self._send, new))
            if self._chance.random() < TWICE:
                self._agenda.at(came + timedelta(minutes=self._chance.uniform(1, 600)), partial(self._again, new))

    def _data(self, about: str) -> dict[str, Any]:
        return {"level": self._chance.choice((5, 4, 3, 2)), "solved": "yes"} if about == About.RATING else {}

    def _due(self, about: str, said: datetime) -> datetime | None:
        if about not in (About.CHANGE_DUE, About.REDO):
            return None
        days, _ = self._pack.calendar.take(
            said.astimezone(self._pack.zone).date() + timedelta(days=1), self._chance.choice((3, 5))
        )
        return self._pack.calendar.closing(days[-1])

    def decide(self, order: Order, asks: Asks, *, granted: bool) -> None:
        """Send the platform's decision on what was applied for."""
        first = self._do.queries.order(order.id, by=REVIEWER).calls[0].new
        now = self._clock.now()
        data = {"asks": str(asks), "granted": granted, "decided_by": "市热线", "reason": phrases.DECIDED}
        self._send(replace(
            first, message_id=f"{first.message_id}-{asks}-{order.version}", received_at=now, about=str(About.DECISION), text="",
            title="", chosen_unit=None, direct_answer="", data=data, upstream_due=None,
        ))  # fmt: skip

    def _send(self, new: NewCall) -> None:
        taken = self._do.upstream.receive(new)
        self.noted(new, taken.receipt.call_id)
        if taken.order_id is None:
            return
        try:
            order = self._do.queries.order(taken.order_id, by=REVIEWER).order
        except NotFound:
            return
        again = order.state is State.DISPATCHED and order.dispatched_at == order.reopened_at
        if new.about == About.REDO and again and order.id in self._life.samples:
            self._life.follow(order, self._life.samples[order.id])

    def _again(self, new: NewCall) -> None:
        """The same message a second time: nothing may happen but the same answer."""
        known = self.sent.get((new.source, new.message_id))
        if known is None:  # its first time is still to come
            return
        before = self._version(known)
        taken = self._do.upstream.receive(new)
        if taken.receipt.call_id != known or taken.receipt.created or self._version(known) != before:
            self.answered_otherwise.append(known)

    def _version(self, call_id: str) -> int | None:
        order_id = self._do.queries.call(call_id, by=REVIEWER).order_id
        return None if order_id is None else self._do.queries.order(order_id, by=REVIEWER).order.version
