"""The demo's lively sample city: a month lived through the real services at a stepped clock, then fresh calls as time passes.

The month's messages to the broker are marked as sent, never relayed: triage has done its work by then, and the times between
call and order would be those of a month ago.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

from hotline.bench.gathered import Gathered
from hotline.bench.sample_calls import DAYS, Message, message, month, unacceptable
from hotline.bench.sample_life import City, Life, Services
from hotline.bench.sample_texts import corpus, pick
from hotline.bench.stepped_clock import Agenda, SteppedClock
from hotline.domain.reading import Reading
from hotline.errors import StoreUnavailable
from hotline.services.intake import Intake
from hotline.services.ports import Clock, Reader, Store

SWEEP = timedelta(hours=4)
AT_ONCE = 64  # texts read by one call of the reader
SETTLED_AT_ONCE = 1000  # outbox rows
ASKED_BACK = 4  # applications for return that wait at the end
BAD = 3  # times that something comes in that cannot be taken

Told = Callable[[int, int], None]
"""Told (calls lived, calls in all)."""


def feed_city(
    city: City, *, orders: int = 400, seed: int = 12345, now: datetime | None = None, told: Told = lambda _done, _total: None
) -> int:
    """Live the last 30 days up to ``now`` with ``orders`` first calls; return how many messages came in. Same seed, same city.

    Nothing else may be writing meanwhile: feed before the processes start.
    """
    end = now or datetime.now(UTC)
    chance = random.Random(seed)  # noqa: S311 - a made-up city, no secret
    pack, clock = city.books.current(), SteppedClock(end - timedelta(days=DAYS + 1))
    messages = month(pack, end, orders, chance)
    with Gathered(city.store) as store:
        services = Services(store, city.books, Remembering(city.reader, messages), clock)
        agenda = Agenda(clock)
        life = Life(services, agenda, clock, pack, seed)
        _expect(messages, services, life, agenda, told)
        _expect_routine(messages, services, agenda, end, chance)
        agenda.at(end, partial(life.ask_back, ASKED_BACK))
        agenda.run_until(end)
    settle(city.store, end)
    return len(messages)


def trickle(intake: Intake, clock: Clock, seconds: float, stop: threading.Event, seed: int | None = None) -> int:
    """Record a fresh call about every ``seconds`` until ``stop`` is set; return how many. A store that is away is waited for."""
    chance = random.Random(seed)  # noqa: S311 - a made-up city, no secret
    samples, started, recorded = corpus(), clock.now(), 0
    for number in count(1):
        if stop.wait(chance.uniform(0.5, 1.5) * seconds):
            break
        now = clock.now()
        new = message(pick(samples, now.date(), chance), f"live-{started:%Y%m%d%H%M%S%f}-{number}", now, chance)
        try:
            recorded += intake.record(new).created
        except StoreUnavailable:
            continue
    return recorded


def settle(store: Store, at: datetime) -> int:
    """Mark every message that waits for the broker as sent and return how many there were."""
    settled = 0
    while True:
        with store.write() as work:
            rows = work.outbox.unsent(SETTLED_AT_ONCE)
            if not rows:
                return settled
            work.outbox.mark_sent([row.id for row in rows], at)
            work.commit()
        settled += len(rows)


class Remembering:
    """A reader that has read the month's texts beforehand, many at a time, and reads others when asked."""

    def __init__(self, reader: Reader, messages: Iterable[Message]) -> None:
        self._reader = reader
        texts = list({(one.call.title, one.call.text): None for one in messages if not one.follows})
        self._known: dict[tuple[str, str], Reading] = {}
        for start in range(0, len(texts), AT_ONCE):
            part = texts[start : start + AT_ONCE]
            self._known.update(zip(part, reader.read(part), strict=True))

    def read(self, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return one reading a text, in the same order."""
        known: Mapping[tuple[str, str], Reading] = self._known
        return [known[text] if text in known else self._reader.read([text])[0] for text in texts]


def _expect(messages: Sequence[Message], services: Services, life: Life, agenda: Agenda, told: Told) -> None:
    """Put every message down for when it has been written up."""
    lived = count(1)

    def arrive(one: Message) -> None:
        receipt = services.intake.record(one.call)
        services.triage.handle([receipt.call_id])
        if not one.follows:
            life.begin(receipt.call_id, one.sample)
        told(next(lived), len(messages))

    for one in messages:
        agenda.at(one.call.received_at + timedelta(seconds=20 + len(one.call.text) % 90), partial(arrive, one))


def _expect_routine(
    messages: Sequence[Message], services: Services, agenda: Agenda, end: datetime, chance: random.Random
) -> None:
    """Put down a sweep every few hours, and the odd thing that cannot be taken."""
    for step in range(timedelta(days=DAYS) // SWEEP):
        agenda.at(end - step * SWEEP - timedelta(minutes=1), services.supervision.sweep)
    for number in range(BAD):
        at = end - timedelta(days=chance.uniform(0.2, 6))
        earlier = [one.call for one in messages if one.call.received_at < at - timedelta(hours=1)]
        if earlier:
            agenda.at(at, partial(unacceptable, services.intake, chance.choice(earlier), number))
