"""How much waits to be entered on the platform above, by how near its deadline is; read seldom: it looks through weeks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from prometheus_client.core import GaugeMetricFamily

from hotline.services.books import Books
from hotline.services.ports import Clock, Store
from hotline.services.upstream_replies import UpstreamReplies

EVERY: Final = timedelta(minutes=5)


class Unfilled:
    """Counts the entries that wait, anew every five minutes."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._replies, self._clock = UpstreamReplies(store, clock, books), clock
        self._read_at: datetime | None = None
        self._found: Mapping[str, int] = {}

    def counts(self) -> Mapping[str, int]:
        """Return how many wait in each band."""
        now = self._clock.now()
        if self._read_at is None or now - self._read_at >= EVERY:
            self._found, self._read_at = {str(band): n for band, n in self._replies.bands().items()}, now
        return self._found


def unfilled_family(found: Mapping[str, int]) -> GaugeMetricFamily:
    """Return the gauge; every band is there from the start."""
    text = "Answers and applications not yet entered on the platform above, by how near its deadline is"
    family = GaugeMetricFamily("hotline_upstream_unfilled", text, labels=("band",))
    for band in ("overdue", "urgent", "warn", "later"):
        family.add_metric((band,), found.get(band, 0))
    return family
