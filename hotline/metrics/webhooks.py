"""The worker's figures of webhooks: what came of tries, what waits, which endpoints fail or were switched off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from hotline.errors import HotlineError
from hotline.services.api_rows import Backlog, Endpoint
from hotline.services.webhook_queue import FAILED, Outcome

RESULTS: Final = ("delivered", "failed")
STATES: Final = ("ok", "failing", "switched_off")
State = Callable[[], tuple[Sequence[Endpoint], Mapping[str, Backlog]]]


class WebhookMetrics(Collector):
    """Counts tries; the rest is read from the database when it is asked for. No endpoint's address is a label."""

    def __init__(self, registry: CollectorRegistry, state: State, now: Callable[[], datetime]) -> None:
        text = "Tries of webhook deliveries, by what came of them"
        self._tries = Counter("hotline_webhook_tries", text, ("result",), registry=registry)
        for result in RESULTS:
            self._tries.labels(result)
        self._state, self._now = state, now
        registry.register(self)

    def tried(self, outcome: Outcome) -> None:
        """Count a try."""
        self._tries.labels("delivered" if outcome.ok else "failed").inc()

    def describe(self) -> Iterator[Metric]:
        """Announce nothing: reading the database is not for the start."""
        yield from ()

    def collect(self) -> Iterable[Metric]:
        """Yield the gauges; none while the database is away."""
        try:
            endpoints, backlogs = self._state()
        except HotlineError:
            return
        yield from _gauges(endpoints, backlogs, self._now())


def _gauges(endpoints: Sequence[Endpoint], backlogs: Mapping[str, Backlog], now: datetime) -> Iterator[Metric]:
    text = "Endpoints: answering, failing, or switched off after three days of failures (by the machine, not by a person)"
    states = GaugeMetricFamily("hotline_webhook_endpoints", text, labels=("state",))
    found = [_state_of(one) for one in endpoints]
    for state in STATES:
        states.add_metric((state,), found.count(state))
    yield states
    on = [backlogs[one.id] for one in endpoints if one.enabled and one.id in backlogs]
    waiting = sum(one.waiting for one in on)
    yield GaugeMetricFamily("hotline_webhook_waiting", "Deliveries that wait, of endpoints that are on", value=waiting)
    gave_up = sum(one.gave_up for one in backlogs.values())
    yield GaugeMetricFamily("hotline_webhook_given_up", "Deliveries given up after three days, kept to be resent", value=gave_up)
    oldest = max((now - one.oldest for one in on if one.oldest is not None), default=None)
    seconds = oldest.total_seconds() if oldest is not None else 0.0
    yield GaugeMetricFamily("hotline_webhook_oldest_waiting_seconds", "Age of the oldest that waits, 0 = none", value=seconds)


def _state_of(endpoint: Endpoint) -> str:
    if endpoint.enabled:
        return "failing" if endpoint.failures else "ok"
    return "switched_off" if endpoint.off_why == FAILED else "off"
