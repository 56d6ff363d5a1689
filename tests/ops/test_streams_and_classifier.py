"""What the worker exports: counters from the start, a lag that is felt, the model that speaks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from prometheus_client import generate_latest

from hotline.metrics.registry import new_registry
from hotline.metrics.stream import LagClock, WorkerMetrics
from streams.lag import Position
from streams.meter import StreamMeter
from tests.ops.city import TOPIC, City

P0, P1 = (TOPIC, 0), (TOPIC, 1)
GROUP = {"consumergroup": "hotline-worker", "topic": TOPIC}


class Wall:
    """A wall clock set by hand, Unix seconds."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.mark.parametrize("result", ["ok", "retry", "dead"])
def test_every_result_is_at_zero_from_the_start(result: str) -> None:
    registry = new_registry()
    WorkerMetrics(registry, topics=[TOPIC], group="hotline-worker")
    assert registry.get_sample_value("hotline_events_processed_total", {"topic": TOPIC, "result": result}) == 0


def test_it_is_the_meter_that_the_streams_ask_for() -> None:
    meter: StreamMeter = WorkerMetrics(new_registry(), topics=[TOPIC], group="hotline-worker")
    assert meter


def test_a_partition_read_to_its_end_has_no_lag() -> None:
    clock = LagClock()
    assert clock.see(P0, Position(end=5, committed=5), 0.0) == 0
    assert clock.see(P0, Position(end=5, committed=5), 900.0) == 0


def test_a_quiet_partitions_first_message_counts_from_zero() -> None:
    clock = LagClock()
    clock.see(P0, Position(end=5, committed=5), 0.0)
    assert clock.see(P0, Position(end=6, committed=5), 900.0) == 0


def test_lag_is_the_age_of_the_oldest_message_that_waits() -> None:
    clock = LagClock()
    clock.see(P0, Position(end=5, committed=5), 0.0)
    clock.see(P0, Position(end=6, committed=5), 10.0)
    clock.see(P0, Position(end=9, committed=5), 20.0)
    assert clock.see(P0, Position(end=9, committed=5), 70.0) == 60
    assert clock.see(P0, Position(end=9, committed=6), 70.0) == 50
    assert clock.see(P0, Position(end=9, committed=9), 70.0) == 0


def test_a_broker_that_began_anew_is_no_lag() -> None:
    clock = LagClock()
    clock.see(P0, Position(end=500, committed=400), 0.0)
    assert clock.see(P0, Position(end=2, committed=2), 60.0) == 0


def test_a_topics_lag_is_its_worst_partitions() -> None:
    registry, wall = new_registry(), Wall()
    metrics = WorkerMetrics(registry, topics=[TOPIC], group="hotline-worker", now=wall)
    metrics.positions({P0: Position(end=4, committed=1), P1: Position(end=1, committed=1)})
    wall.at = 30.0
    metrics.positions({P0: Position(end=4, committed=1), P1: Position(end=1, committed=1)})
    assert registry.get_sample_value("hotline_stream_lag_seconds", GROUP) == 30


def test_no_created_series_come_with_the_workers_metrics() -> None:
    registry = new_registry()
    WorkerMetrics(registry, topics=[TOPIC], group="hotline-worker")
    assert b"_created" not in generate_latest(registry)


def test_a_triaged_call_shows_how_sure_the_model_was() -> None:
    city = City(datetime(2026, 11, 2, 1, 30, tzinfo=UTC))
    city.calls(2, text="暖气不热")
    assert city.worker.get_sample_value("hotline_classifier_confidence_count") == 2
    assert city.worker.get_sample_value("hotline_classifier_confidence_bucket", {"le": "0.9"}) == 0


def test_the_model_that_speaks_is_named() -> None:
    city = City(datetime(2026, 11, 2, 1, 30, tzinfo=UTC))
    assert city.worker.get_sample_value("hotline_classifier_info", {"version": "words-1"}) == 1
