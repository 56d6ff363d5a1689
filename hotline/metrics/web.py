"""The web process's collectors: requests, suggestions, what dispatchers chose, the classifier (OPS.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Histogram

from hotline.domain.order import Order
from hotline.domain.reading import Reading
from hotline.metrics.reading import ClassifierMetrics

UNMATCHED: Final = "unmatched"
"""The route of a request that no route took: paths are never labels."""
Outcome = Literal["shown", "low_confidence", "empty", "error"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("shown", "low_confidence", "empty", "error")
CHOICES: Final = ("top1", "top3", "other", "none")
_CODES: Final = (200, 202, 303, 401, 403, 404, 409, 422, 429, 500, 503)
_REQUEST_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.3, 0.5, 1, 2, 5, 10)
_SUGGEST_SECONDS: Final = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2)  # 0.3 s is the desk's promise


class WebMetrics:
    """Collectors in ``registry``; every label pair exists at 0 from the start, because ``increase()`` loses a first event."""

    def __init__(self, registry: CollectorRegistry, model: str = "") -> None:
        self._requests = Counter("hotline_http_requests", "Requests answered", ("route", "code"), registry=registry)
        self._seconds = Histogram(
            "hotline_http_request_duration_seconds", "Time to the end of the answer", ("route",), registry=registry,
            buckets=_REQUEST_SECONDS,
        )  # fmt: skip
        self._suggest_seconds = Histogram(
            "hotline_suggest_duration_seconds", "Time for a suggestion", registry=registry, buckets=_SUGGEST_SECONDS
        )
        self._suggest = Counter("hotline_suggest", "Suggestions by what came of them", ("outcome",), registry=registry)
        self._choice = Counter("hotline_dispatch_choice", "What dispatchers chose", ("result",), registry=registry)
        self._classifier = ClassifierMetrics(registry, model)
        for outcome in OUTCOMES:
            self._suggest.labels(outcome)
        for choice in CHOICES:
            self._choice.labels(choice)
        self.expect([UNMATCHED])

    def expect(self, routes: Iterable[str]) -> None:
        """Begin the counters of these route templates at 0."""
        for route in routes:
            self._seconds.labels(route)
            for code in _CODES:
                self._requests.labels(route, str(code))

    def request(self, route: str, code: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(route, str(code)).inc()
        self._seconds.labels(route).observe(seconds)

    def suggested(self, outcome: Outcome, seconds: float, reading: Reading | None = None) -> None:
        """Count a suggestion; ``reading`` is what it rests on, None when there is none."""
        self._suggest.labels(outcome).inc()
        self._suggest_seconds.observe(seconds)
        if reading is not None:
            self._classifier.seen([reading])

    def dispatched(self, order: Order) -> None:
        """Count what a dispatcher chose, for an order just dispatched: the desk's and the API's acts alike."""
        self._choice.labels(choice_of(order)).inc()


def choice_of(order: Order) -> str:
    """Return where the chosen unit stood among the suggestions: top1, top3, other; none = nothing was suggested."""
    ranks = [suggestion.unit for suggestion in order.suggestions]
    if not ranks:
        return "none"
    if order.unit not in ranks:
        return "other"
    rank = ranks.index(order.unit)
    return "top1" if rank == 0 else "top3" if rank < 3 else "other"
