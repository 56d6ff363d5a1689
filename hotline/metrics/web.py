"""The web process's collectors: requests, suggestions, what dispatchers chose, the classifier (OPS.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from hotline.domain.order import Order

UNMATCHED: Final = "unmatched"
"""The route of a request that no route took: paths are never labels."""
Outcome = Literal["shown", "low_confidence", "empty", "error"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("shown", "low_confidence", "empty", "error")
CHOICES: Final = ("top1", "top3", "other", "none")
_CODES: Final = (200, 202, 303, 401, 403, 404, 409, 422, 429, 500, 503)
_REQUEST_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.3, 0.5, 1, 2, 5, 10)
_SUGGEST_SECONDS: Final = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2)  # 0.3 s is the desk's promise
_CONFIDENCES: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


class WebMetrics:
    """Collectors in ``registry``; every label pair exists at 0 from the start, because ``increase()`` loses a first event."""

    def __init__(self, registry: CollectorRegistry) -> None:
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
        self._confidence = Histogram(
            "hotline_classifier_confidence", "The first category's confidence", registry=registry, buckets=_CONFIDENCES
        )
        self._info = Gauge("hotline_classifier_info", "The model in use", ("version",), registry=registry)
        self._version = ""
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

    def suggested(self, outcome: Outcome, seconds: float, confidence: float | None = None) -> None:
        """Count a suggestion; ``confidence`` is the first category's, None when there is none."""
        self._suggest.labels(outcome).inc()
        self._suggest_seconds.observe(seconds)
        if confidence is not None:
            self._confidence.observe(confidence)

    def dispatched(self, order: Order) -> None:
        """Count what a dispatcher chose, for an order just dispatched: the desk's and the API's acts alike."""
        self._choice.labels(choice_of(order)).inc()

    def model(self, version: str) -> None:
        """Show which model is in use; one series at a time."""
        if version and version != self._version:
            self._info.clear()
            self._info.labels(version).set(1)
            self._version = version


def choice_of(order: Order) -> str:
    """Return where the chosen unit stood among the suggestions: top1, top3, other; none = nothing was suggested."""
    ranks = [suggestion.unit for suggestion in order.suggestions]
    if not ranks:
        return "none"
    if order.unit not in ranks:
        return "other"
    rank = ranks.index(order.unit)
    return "top1" if rank == 0 else "top3" if rank < 3 else "other"
