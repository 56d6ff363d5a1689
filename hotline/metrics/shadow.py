"""A candidate read beside the live model: how often the two agree. Nothing is decided by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter

from hotline.domain.reading import Reading
from hotline.services.models import Shadow
from hotline.services.ports import Reader

HEADS: Final = ("category", "unit", "kind")
AGREE: Final = ("yes", "no")
Shadowing = Callable[[], tuple[Shadow, Reader] | None]


class ShadowMetrics:
    """``hotline_classifier_shadow_total{version,head,agree}`` and ``hotline_classifier_shadow_errors_total``."""

    def __init__(self, registry: CollectorRegistry) -> None:
        text = "Calls read by a candidate beside the live model, by whether both said the same"
        self._read = Counter("hotline_classifier_shadow", text, ("version", "head", "agree"), registry=registry)
        self._errors = Counter("hotline_classifier_shadow_errors", "Batches the candidate could not read", registry=registry)

    def expect(self, version: str) -> None:
        """Create a version's label pairs at 0."""
        for head in HEADS:
            for agree in AGREE:
                self._read.labels(version, head, agree)

    def seen(self, version: str, live: Reading, other: Reading) -> None:
        """Count one call that both read."""
        said = {
            "category": (live.first.label, other.first.label),
            "unit": tuple(one.unit[0].label if one.unit else "" for one in (live, other)),
            "kind": (live.kind, other.kind),
        }
        for head, (one, two) in said.items():
            self._read.labels(version, head, "yes" if one == two else "no").inc()

    def failed(self) -> None:
        """Count a batch the candidate could not read."""
        self._errors.inc()


class ShadowedReader:
    """A reader whose every Nth text is read by a candidate as well; what it returns is the live reader's alone."""

    def __init__(self, reader: Reader, shadow: Shadowing, metrics: ShadowMetrics) -> None:
        self._reader, self._shadow, self._metrics = reader, shadow, metrics
        self._owed, self._version = 0.0, ""

    def read(self, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return what the live reader returns."""
        readings = self._reader.read(texts)
        try:
            self._compare(texts, readings)
        except Exception:  # whatever ails a candidate, calls go on
            self._metrics.failed()
        return readings

    def _compare(self, texts: Sequence[tuple[str, str]], live: Sequence[Reading]) -> None:
        found = self._shadow()
        if found is None:
            return
        shadow, reader = found
        if shadow.version != self._version:
            self._version = shadow.version
            self._metrics.expect(shadow.version)
        picked = [at for at in range(len(texts)) if self._due(shadow.share)]
        for at, other in zip(picked, reader.read([texts[at] for at in picked]) if picked else [], strict=True):
            self._metrics.seen(shadow.version, live[at], other)

    def _due(self, share: float) -> bool:
        self._owed += share
        if self._owed < 1 - 1e-9:
            return False
        self._owed -= 1
        return True
