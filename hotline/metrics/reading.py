"""What the classifier is sure of: confidence of the first category, doubts, words never met, and which model speaks."""

from __future__ import annotations

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, Summary

from hotline.domain.reading import Reading
from hotline.services.ports import Reader

BORDERS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


class ClassifierMetrics:
    """``hotline_classifier_confidence``, ``_readings_total{unsure}``, ``_unknown_share``, ``_info{version}`` of one process."""

    def __init__(self, registry: CollectorRegistry, version: str = "") -> None:
        text = "Confidence of the first category, 0 to 1"
        self._confidence = Histogram("hotline_classifier_confidence", text, buckets=BORDERS, registry=registry)
        self._readings = Counter("hotline_classifier_readings", "Texts read, by doubt", ("unsure",), registry=registry)
        for unsure in ("yes", "no"):
            self._readings.labels(unsure)
        text = "Share of a text's features that training never met, 0 to 1"
        self._unknown = Summary("hotline_classifier_unknown_share", text, registry=registry)
        self._info = Info("hotline_classifier", "The model in force", registry=registry)
        self._version = version
        self._info.info({"version": version})

    def seen(self, readings: Sequence[Reading]) -> None:
        """Count readings that were made for use."""
        for reading in readings:
            self._confidence.observe(reading.first.confidence)
            self._readings.labels("yes" if reading.unsure else "no").inc()
            self._unknown.observe(1 - reading.known)
            if reading.model != self._version:
                self._version = reading.model
                self._info.info({"version": reading.model})


class MeteredReader:
    """A reader that counts what it reads; the worker's triage is handed this one."""

    def __init__(self, reader: Reader, metrics: ClassifierMetrics) -> None:
        self._reader, self._metrics = reader, metrics

    def read(self, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return what the reader returns."""
        readings = self._reader.read(texts)
        self._metrics.seen(readings)
        return readings
