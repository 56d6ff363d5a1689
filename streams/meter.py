"""What the streams count. `hotline.metrics` is wired to it by the composition root; tests and tools count nothing."""

from __future__ import annotations

from typing import Literal, Protocol

#: done, tried again because the database was away, or set aside for a person.
Result = Literal["ok", "retry", "dead"]


class StreamMeter(Protocol):
    """The stream metrics of the operations handbook; called from the worker's event loop, once a batch."""

    def processed(self, topic: str, result: Result, count: int) -> None:
        """Add to ``hotline_events_processed_total{topic,result}``."""

    def progressed(self, topic: str, partition: int, at: float) -> None:
        """Set ``hotline_stream_last_progress_timestamp_seconds{topic,partition}`` to ``at``, Unix seconds."""

    def aged(self, topic: str, seconds: float) -> None:
        """Observe ``hotline_event_age_seconds`` of the oldest message of a batch: written to the topic until done."""


class SilentMeter:
    """Counts nothing."""

    def processed(self, topic: str, result: Result, count: int) -> None:
        """Do nothing."""

    def progressed(self, topic: str, partition: int, at: float) -> None:
        """Do nothing."""

    def aged(self, topic: str, seconds: float) -> None:
        """Do nothing."""
