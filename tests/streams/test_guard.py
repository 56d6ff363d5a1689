"""A batch always ends well, or does not end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from hotline.errors import InvalidInput, StoreUnavailable, UnreadableMessage
from streams.guard import Guard, Pauses, Received, reason_of
from streams.meter import Result
from streams.progress import Progress
from tests.waiting import wait_until_async

TOPIC = "hotline.calls"


@dataclass
class Office:
    """Handles what it is given, in one step for the whole batch, unless something is wrong with it."""

    poison: frozenset[str] = frozenset()
    away: int = 0
    refuses_asides: int = 0
    handled: list[str] = field(default_factory=list)
    asides: list[tuple[bytes, str, str]] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    counts: dict[Result, int] = field(default_factory=dict)

    def handle(self, ids: Sequence[str]) -> int:
        self.threads.add(threading.get_ident())
        self.calls.append(len(ids))
        if self.away:
            self.away -= 1
            raise StoreUnavailable("away")
        if self.poison & set(ids):
            raise ValueError("13800000000 is no date")
        self.handled += ids
        return len(ids)

    def set_aside(self, raw: bytes, topic: str, reason: str) -> None:
        if self.refuses_asides:
            self.refuses_asides -= 1
            raise OSError("disk full")
        self.asides.append((raw, topic, reason))

    def processed(self, topic: str, result: Result, count: int) -> None:
        self.counts[result] = self.counts.get(result, 0) + count

    def progressed(self, topic: str, partition: int, at: float) -> None: ...

    def aged(self, topic: str, seconds: float) -> None: ...


def decode(raw: bytes) -> str:
    if raw.startswith(b"!"):
        raise UnreadableMessage("not ours")
    return raw.decode()


def batch(*values: bytes) -> list[Received]:
    return [Received(TOPIC, 0, offset, value, 0.0) for offset, value in enumerate(values)]


def guard_of(office: Office, progress: Progress | None = None) -> Guard[str]:
    return Guard(
        topic=TOPIC, decode=decode, set_aside=office.set_aside, progress=progress or Progress(), meter=office,
        pauses=Pauses(first=0.001, longest=0.002),
    )  # fmt: skip


async def test_a_good_batch_is_handled_in_one_call() -> None:
    office = Office()
    assert await guard_of(office).run(office.handle, batch(b"a", b"b")) == 2
    assert office.calls == [2]


async def test_a_handler_never_runs_in_the_event_loops_thread() -> None:
    office = Office()
    await guard_of(office).run(office.handle, batch(b"a"))
    assert threading.get_ident() not in office.threads


async def test_a_message_that_cannot_be_read_is_set_aside_and_the_rest_goes_on() -> None:
    office = Office()
    assert await guard_of(office).run(office.handle, batch(b"a", b"!x", b"b")) == 2
    assert office.asides == [(b"!x", TOPIC, "input.unreadable: not ours")]


@pytest.mark.parametrize("where", range(9))
async def test_the_message_at_fault_is_found_and_set_aside_alone(where: int) -> None:
    office = Office(poison=frozenset({str(where)}))
    assert await guard_of(office).run(office.handle, batch(*(str(n).encode() for n in range(9)))) == 8
    assert [raw for raw, _, _ in office.asides] == [str(where).encode()]


async def test_the_order_of_messages_survives_the_halving() -> None:
    office = Office(poison=frozenset({"3"}))
    await guard_of(office).run(office.handle, batch(*(str(n).encode() for n in range(8))))
    assert office.handled == ["0", "1", "2", "4", "5", "6", "7"]


async def test_one_fault_in_five_hundred_costs_at_most_twenty_calls() -> None:
    office = Office(poison=frozenset({"77"}))
    await guard_of(office).run(office.handle, batch(*(str(n).encode() for n in range(500))))
    assert len(office.calls) <= 20


async def test_a_batch_waits_for_a_database_that_is_away() -> None:
    office = Office(away=5)
    assert await guard_of(office).run(office.handle, batch(b"a", b"b")) == 2
    assert office.asides == []
    assert office.counts == {"retry": 10, "ok": 2}


async def test_waiting_for_the_database_shows() -> None:
    office, progress = Office(away=10**9), Progress()
    task = asyncio.create_task(guard_of(office, progress).run(office.handle, batch(b"a")))
    await wait_until_async(lambda: progress.waiting_since is not None)
    office.away = 0
    await task
    assert progress.waiting_since is None


async def test_a_set_aside_that_fails_is_tried_again() -> None:
    office = Office(refuses_asides=3)
    await guard_of(office).run(office.handle, batch(b"!x"))
    assert len(office.asides) == 1


async def test_progress_shows_the_last_offset() -> None:
    office, progress = Office(), Progress()
    await guard_of(office, progress).run(office.handle, batch(b"a", b"!x", b"c"))
    assert progress.last[TOPIC, 0].offset == 2


async def test_messages_are_counted_by_what_became_of_them() -> None:
    office = Office(poison=frozenset({"b"}))
    await guard_of(office).run(office.handle, batch(b"a", b"!x", b"b"))
    assert office.counts == {"ok": 1, "dead": 2}


def test_a_reason_never_repeats_what_a_foreign_error_says() -> None:
    assert "138" not in reason_of(ValueError("13800000000 is no date"))


def test_a_reason_repeats_what_our_own_error_says() -> None:
    assert reason_of(InvalidInput("kind is missing")) == "input.invalid: kind is missing"
