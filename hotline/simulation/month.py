"""A month of a district through the real services, with the platform above, and what of it breaks an invariant."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Final

from hotline.bench.gathered import Gathered
from hotline.bench.sample_calls import DAYS, Message, month
from hotline.bench.sample_city import SWEEP, Remembering, settle
from hotline.bench.sample_life import City
from hotline.bench.stepped_clock import Agenda, SteppedClock
from hotline.services.own_words import calls_of
from hotline.services.ports import Store, UnitOfWork
from hotline.services.rows import OrderFilter
from hotline.simulation import phrases
from hotline.simulation.above import Platform
from hotline.simulation.doing import Everything
from hotline.simulation.invariants import INVARIANTS, UPSTREAM_ONCE, answered_once, broken
from hotline.simulation.life import FullLife
from hotline.simulation.lived import Lived
from routing_rules.pack import Pack

SHOWN: Final = 5  # orders named of each broken invariant
AT_ONCE: Final = 500
IN_SECRET: Final = 0.02  # of the first calls
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
    messages = [_in_secret(one, chance) for one in month(pack, end, orders, chance)]
    outcome = Outcome()
    with Gathered(city.store) as store:
        services, agenda = Everything(store, city.books, Remembering(city.reader, messages), clock), Agenda(clock)
        life = FullLife(services, agenda, clock, pack, seed)
        platform = Platform(services, life, agenda, clock, pack, seed)
        life.platform_decides = lambda order, asks, granted: platform.decide(order, asks, granted=granted)
        platform.expect(messages)
        _expect(messages, services, life, platform, agenda, partial(told_of, told, len(messages)))
        for step in range((timedelta(days=DAYS) + AFTERWARDS) // SWEEP):
            agenda.at(end + AFTERWARDS - step * SWEEP, partial(_sweep, services))
        agenda.run_until(end + AFTERWARDS)
        outcome.refused = life.refused
        _look_back(store, pack, platform, outcome)
    settle(city.store, clock.now())
    return outcome


def _in_secret(one: Message, chance: random.Random) -> Message:
    """Some callers ask that nobody learns who spoke."""
    if one.follows or chance.random() >= IN_SECRET:
        return one
    return replace(one, call=replace(one.call, text=f"{one.call.text}{phrases.SECRET}"))


def told_of(told: Told, total: int, done: int) -> None:
    """Pass on how many messages came in."""
    told(done, total)


def _sweep(services: Everything) -> None:
    for sweep in services.sweeps:
        sweep()


def _expect(
    messages: Sequence[Message], services: Everything, life: FullLife, platform: Platform, agenda: Agenda,
    told: Callable[[int], None],
) -> None:  # fmt: skip
    """Put every message down for when it has been written up."""
    lived = count(1)

    def arrive(one: Message) -> None:
        receipt = services.intake.record(one.call)
        services.triage.handle([receipt.call_id])
        platform.noted(one.call, receipt.call_id)
        if not one.follows:
            life.begin(receipt.call_id, one.sample)
        told(next(lived))

    for one in messages:
        agenda.at(one.call.received_at + timedelta(seconds=20 + len(one.call.text) % 90), partial(arrive, one))


def _look_back(store: Store, pack: Pack, platform: Platform, outcome: Outcome) -> None:
    """Look at every order once it is over: each invariant, and that every message the platform sent was answered once."""
    with store.read() as work:
        waits = {one.ref for one in work.set_asides.page(100_000)}
        answers: dict[str, set[tuple[str, object]]] = {}
        for lived in _lived(work):
            outcome.orders += 1
            outcome.events += len(lived.events)
            for name in broken(pack, lived):
                outcome.blame(name, lived.order.id)
            answers.setdefault(lived.order.call_id, set()).add((lived.order.call_id, "began"))
            for event in lived.events[1:]:
                if (call := event.data.get("call")) is not None:
                    answers.setdefault(str(call), set()).add(("said", event.at))
        outcome.upstream_messages = len(platform.sent)
        for message in (*answered_once(platform.sent.values(), answers, waits), *platform.answered_otherwise):
            outcome.blame(UPSTREAM_ONCE, message)


def _lived(work: UnitOfWork) -> Iterator[Lived]:
    """Yield every order with all that is known of it."""
    cursor: str | None = None
    while True:
        page = work.orders.page(OrderFilter(), cursor, AT_ONCE)
        for order in page.orders:
            events, legs = work.events.of_order(order.id), work.legs.of_order(order.id)
            yield Lived(order=order, events=events, legs=legs, calls=calls_of(work, order))
        if page.cursor is None:
            return
        cursor = page.cursor
