"""Whether what comes in is still what the model was trained for: the mix of first-level classes by PSI."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from hotline.domain.order import Event

WINDOWS: Final = {"7d": 7, "90d": 90}
"""Days before today, today among them: a week says enough in a city, a quarter in a district."""
_LEAST_SHARE = 1e-4
_PSEUDO = 0.5
Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Training:
    """What was usual when the model in force was trained: shares of the first-level classes, and of features never met.

    An empty ``mix`` = no model is in force; ``unknown`` None = its manifest does not say.
    """

    mix: Shares = field(default_factory=dict)
    unknown: float | None = None


Trained = Callable[[], Training]


def first_level(label: str) -> str:
    """Return the first level of a category's path."""
    return label.partition("/")[0]


def first_levels(labels: Iterable[str], shares: Iterable[float]) -> dict[str, float]:
    """Return the shares of the first-level classes from those of the full paths."""
    found: dict[str, float] = defaultdict(float)
    for label, share in zip(labels, shares, strict=True):
        found[first_level(label)] += share
    return dict(found)


def psi(trained: Shares, seen: Mapping[str, int]) -> float:
    """Return the population stability index of counts against the training's shares; 0 = the same mix.

    Half a text is added to every class, and no share counts as less than 1 in 10,000: a class that was never seen says that much
    and no more. Customary bands: under 0.1 nothing happened, over 0.25 it is another population.
    """
    classes = sorted({*trained, *seen})
    total = sum(seen.values()) + _PSEUDO * len(classes)
    found = 0.0
    for one in classes:
        was, now = max(trained.get(one, 0.0), _LEAST_SHARE), (seen.get(one, 0) + _PSEUDO) / total
        found += (now - was) * math.log(now / was)
    return found


class Mix:
    """First-level classes as the model read them, by the local day of the order; days beyond the longest window are dropped."""

    def __init__(self) -> None:
        self._days: dict[date, Counter[str]] = {}

    def see(self, event: Event, day: date) -> None:
        """Count an order that was made on ``day``; what the model was never asked about says nothing."""
        if label := _read_as(event.data):
            self._days.setdefault(day, Counter())[first_level(label)] += 1
            oldest = day - timedelta(days=max(WINDOWS.values()))
            for old in [one for one in self._days if one < oldest]:
                del self._days[old]

    def within(self, today: date, days: int) -> Counter[str]:
        """Return the counts of the last ``days`` local days, ``today`` among them."""
        found: Counter[str] = Counter()
        for day, counts in self._days.items():
            if today - timedelta(days=days) < day <= today:
                found += counts
        return found


def _read_as(data: Mapping[str, Any]) -> str:
    read = data.get("categories") or []
    return str(read[0][0]) if read else ""


def drift_families(mix: Mix, trained: Training, today: date) -> Iterator[Metric]:
    """Yield the index and its sample for each window, and the share of unknown features that training found usual."""
    index = GaugeMetricFamily(
        "hotline_classifier_psi", "First-level classes read against the training's mix, 0 = the same", labels=("window",)
    )
    sample = GaugeMetricFamily("hotline_classifier_psi_sample", "Orders the index is over", labels=("window",))
    for window, days in WINDOWS.items():
        seen = mix.within(today, days)
        index.add_metric((window,), psi(trained.mix, seen) if trained.mix and seen else 0.0)
        sample.add_metric((window,), sum(seen.values()) if trained.mix else 0)
    yield index
    yield sample
    if trained.unknown is not None:
        text = "Share of a text's features that training would not know had it not seen the text, 0 to 1"
        yield GaugeMetricFamily("hotline_classifier_unknown_share_trained", text, value=trained.unknown)
