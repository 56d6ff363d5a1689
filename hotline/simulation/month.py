"""A month of a district through the real services, with the platform above, and what of it breaks an invariant."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Final

from hotline.bench.gathered import Gathered
from hotline.bench.sample_calls import DAYS, Message, month
from hotline.bench.sample_city import SWEEP, Remembering, settle
from hotline.bench.sample_life import City
from hotline.bench.stepped_clock import Agenda, SteppedClock
from hotline.domain.call import Call
from hotline.domain.order import Event
from hotline.services.ports import Store, UnitOfWork
from hotline.services.rows import OrderFilter
from hotline.simulation.above import Platform
from hotline.simulation.doing import Everything
from hotline.simulation.invariants import INVARIANTS, UPSTREAM_ONCE, Lived, broken, heard_once
from hotline.simulation.life import FullLife
from routing_rules.pack import Pack

SHOWN: Final = 5  # orders named of each broken invariant
AT_ONCE: Final = 500
AFTERWARDS: Final = timedelta(days=15)
"""How long the month's orders are followed after its last call."""
Told = Callable[[int, int], None]
"""Told (steps done, steps in all)."""


@dataclass(slots=True)
class Outcome:
    """What a month came to; ``violations`` counts the orders (or messages) that break each invariant, ``shown`` names some.

    ``refused`` counts by error code what the services refused: acts that came too late.
    """

    orders: int = 0
    events: int = 0
    upstream_messages: int = 0
    violations: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys((*INVARIANTS, UPSTREAM_ONCE), 0)))
    shown: dict[str, list[str]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)

    def blame(self, name: str, who: str) -> None:
        """Count a violation."""
        self.violations[name] += 1
        if len(named := self.shown.setdefault(name, [])) < SHOWN:
            named.append(who)


def simulate(city: City, *, orders: int, seed: int, end: datetime, told: Told = lambda _done, _total: None) -> Outcome:
    """Live a month of ``orders`` first calls up to ``end`` and what follows; the same seed and end give the same month.

    Nothing else may be writing meanwhile.
    """
    chance = random.Random(seed)  # noqa: S311 - a made-up city, no secret
    pack, clock = city.books.current(), SteppedClock(end - timedelta(days=DAYS + 1))
    messages = month(pack, end, orders, chance)
    outcome = Outcome()
    with Gathered(city.store) as store:
        services, agenda = Everything(store, city.books, Remembering(city.reader, messages), clock), Agenda(clock)
        life = FullLife(services, agenda, clock, pack, seed)
        platform = Platform(services, life, agenda, pack, seed)
        platform.expect(messages)
        _expect(messages, services, life, agenda, partial(told_of, told, len(messages)))
        for step in range((timedelta(days=DAYS) + AFTERWARDS) // SWEEP):
            agenda.at(end + AFTERWARDS - step * SWEEP, partial(_sweep, services))
        agenda.run_until(end + AFTERWARDS)
        outcome.refused = life.refused
        _look_back(store, pack, outcome)
    settle(city.store, clock.now())
    return outcome


def told_of(told: Told, total: int, done: int) -> None:
    """Pass on how many messages came in."""
    told(done, total)


def _sweep(services: Everything) -> None:
    for sweep in services.sweeps:
        sweep()


def _expect(
    messages: Sequence[Message], services: Everything, life: FullLife, agenda: Agenda, told: Callable[[int], None]
) -> None:
    """Put every message down for when it has been written up."""
    lived = count(1)

    def arrive(one: Message) -> None:
        receipt = services.intake.record(one.call)
        services.triage.handle([receipt.call_id])
        if not one.follows:
            life.begin(receipt.call_id, one.sample)
        told(next(lived))

    for one in messages:
        agenda.at(one.call.received_at + timedelta(seconds=20 + len(one.call.text) % 90), partial(arrive, one))


def _look_back(store: Store, pack: Pack, outcome: Outcome) -> None:
    """Look at every order once it is over: each invariant, and that every message from above was taken exactly once."""
    with store.read() as work:
        waits = {one.ref for one in work.set_asides.page(100_000)}
        for lived, calls in _lived(work):
            outcome.orders += 1
            outcome.events += len(lived.events)
            for name in broken(pack, lived):
                outcome.blame(name, lived.order.id)
            above = [call for call in calls if call.new.upstream_no]
            outcome.upstream_messages += len(above)
            for message in heard_once(_of_calls(lived.events), [call.id for call in above[1:] if call.id not in waits]):
                outcome.blame(UPSTREAM_ONCE, message)


def _of_calls(events: Sequence[Event]) -> list[Event]:
    return [event for event in events if event.data.get("call")]


def _lived(work: UnitOfWork) -> Iterator[tuple[Lived, list[Call]]]:
    """Yield every order with all that is known of it."""
    cursor: str | None = None
    while True:
        page = work.orders.page(OrderFilter(), cursor, AT_ONCE)
        for order in page.orders:
            events, legs = work.events.of_order(order.id), work.legs.of_order(order.id)
            yield Lived(order=order, events=events, legs=legs), work.calls.of_order(order.id)
        if page.cursor is None:
            return
        cursor = page.cursor
