"""When a worker counts as dead: the operations handbook's rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from streams.broker import BrokerStart
from streams.lag import Position
from streams.progress import Progress
from streams.reemission import lost_before
from streams.verdict import Limits, Stalls, alive

CALLS_0, CALLS_1 = ("hotline.calls", 0), ("hotline.calls", 1)
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
START = BrokerStart("s2", NOON)


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def worker(*partitions: tuple[str, int]) -> tuple[Progress, Hands]:
    """A worker that got its partitions at 0 s and ticks at 1,000 s."""
    hands = Hands()
    progress = Progress(now=hands)
    progress.assigned(partitions)
    hands.at = 1000.0
    progress.tick()
    return progress, hands


def stalled_since(at: float, *partitions: tuple[str, int]) -> Stalls:
    stalls = Stalls()
    stalls.see({partition: Position(end=10, committed=5) for partition in partitions}, at)
    return stalls


def test_a_worker_with_nothing_to_do_lives() -> None:
    progress, _ = worker(CALLS_0)
    assert alive(progress, Stalls(), Limits(), 1000.0).ok


def test_a_loop_that_has_not_ticked_for_thirty_seconds_is_dead() -> None:
    progress, _ = worker(CALLS_0)
    assert alive(progress, Stalls(), Limits(), 1030.0).ok
    assert not alive(progress, Stalls(), Limits(), 1031.0).ok


def test_work_without_progress_for_five_minutes_is_dead() -> None:
    progress, _ = worker(CALLS_0)
    assert alive(progress, stalled_since(700.0, CALLS_0), Limits(), 1000.0).ok
    assert not alive(progress, stalled_since(699.0, CALLS_0), Limits(), 1000.0).ok


def test_somebody_elses_partition_is_not_our_death() -> None:
    progress, _ = worker(CALLS_1)
    assert alive(progress, stalled_since(0.0, CALLS_0), Limits(), 1000.0).ok


def test_a_worker_thrown_out_of_the_group_answers_for_all_partitions() -> None:
    progress, _ = worker()
    assert not alive(progress, stalled_since(0.0, CALLS_0), Limits(), 1000.0).ok


def test_a_rebalance_gives_two_minutes() -> None:
    progress, hands = worker(CALLS_0)
    hands.at = 900.0
    progress.assigned([CALLS_0])
    assert alive(progress, stalled_since(0.0, CALLS_0), Limits(), 1000.0).ok
    progress.ticked_at = 1021.0
    assert not alive(progress, stalled_since(0.0, CALLS_0), Limits(), 1021.0).ok


def test_waiting_for_the_database_is_not_death() -> None:
    progress, _ = worker(CALLS_0)
    progress.waits_for_database(True)
    assert alive(progress, stalled_since(0.0, CALLS_0), Limits(), 1000.0).ok


def test_a_commit_that_moves_begins_the_wait_anew() -> None:
    stalls = stalled_since(0.0, CALLS_0)
    stalls.see({CALLS_0: Position(end=20, committed=6)}, 500.0)
    assert stalls.since == {CALLS_0: 500.0}


def test_the_first_message_on_a_quiet_partition_does_not_look_old() -> None:
    stalls = Stalls()
    stalls.see({CALLS_0: Position(end=5, committed=5)}, 0.0)
    stalls.see({CALLS_0: Position(end=6, committed=5)}, 5000.0)
    assert stalls.since == {CALLS_0: 5000.0}


def test_a_broker_that_is_away_begins_every_wait_anew() -> None:
    stalls = stalled_since(0.0, CALLS_0)
    stalls.forget()
    assert stalls.since == {}


def test_a_new_start_of_the_broker_loses_everything_sent_before_it() -> None:
    assert lost_before(seen="s1", current=START, calls_lag=None, now=NOON) == START.at


def test_a_start_that_was_seen_loses_nothing_while_messages_wait() -> None:
    assert lost_before(seen="s2", current=START, calls_lag=3, now=NOON) is None


def test_a_message_ten_minutes_old_is_lost_when_nothing_waits() -> None:
    assert lost_before(seen=None, current=None, calls_lag=0, now=NOON) == NOON - timedelta(minutes=10)


def test_nothing_counts_as_lost_while_the_broker_does_not_answer() -> None:
    assert lost_before(seen=None, current=None, calls_lag=None, now=NOON) is None
