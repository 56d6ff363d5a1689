"""The agents. They hold no rules: a batch of raw bytes in, one call, acknowledged when it is done.

Agents yield so that a test can wait for them (`agent.test_context()`); nobody reads what they yield.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import faust
from faust.types import AgentT, AppT, EventT, StreamT, TopicT

from hotline.services.messages import OrderEvent
from streams.guard import Guard, Received

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class BatchSize:
    """A batch ends with ``size`` messages or ``wait`` after the last one ended; 500 calls are the most for one transaction."""

    size: int = 500
    wait: timedelta = timedelta(milliseconds=200)


class Triage(Protocol):
    """Makes orders out of calls; idempotent by call id."""

    def handle(self, call_ids: Sequence[str]) -> int:
        """Return the number of orders made, in one commit; raise `StoreUnavailable` while the database is away."""


class OrderNews(Protocol):
    """Tells others about orders: webhooks, bursts; idempotent by (order id, seq)."""

    def handle(self, events: Sequence[OrderEvent]) -> int:
        """Return the number of events that were new."""


class OutsideIntake(Protocol):
    """Takes calls that an outside platform wrote to `hotline.intake`; idempotent by (source, message id)."""

    def handle(self, calls: Sequence[Mapping[str, object]]) -> int:
        """Return the number of calls that were new."""


class HoldingStream(faust.Stream[Any]):
    """A stream that acknowledges nothing while a batch is unfinished.

    `Stream.take` acknowledges in a ``finally``: a worker that is stopped in the middle of a batch would commit messages that
    were never handled. Found by a test; see `test_a_batch_that_was_cut_off_comes_again`.
    """

    unfinished = False

    async def ack(self, event: EventT[Any]) -> bool:
        """Acknowledge ``event`` unless its batch was cut off."""
        return False if self.unfinished else await super().ack(event)


def add_triage(app: AppT, calls: TopicT, triage: Triage, guard: Guard[str], batch: BatchSize) -> AgentT[Any]:
    """Calls become orders."""
    return _add(app, calls, "triage-calls", triage.handle, guard, batch)


def add_order_news(app: AppT, orders: TopicT, news: OrderNews, guard: Guard[OrderEvent], batch: BatchSize) -> AgentT[Any]:
    """Events of orders go to those who asked for them."""
    return _add(app, orders, "order-news", news.handle, guard, batch)


def add_outside_intake(
    app: AppT, intake: TopicT, outside: OutsideIntake, guard: Guard[Mapping[str, object]], batch: BatchSize
) -> AgentT[Any]:
    """Calls of an outside platform enter through the intake service; on a durable Kafka only."""
    return _add(app, intake, "outside-intake", outside.handle, guard, batch)


def _add(
    app: AppT, topic: TopicT, name: str, handle: Callable[[Sequence[M]], int], guard: Guard[M], batch: BatchSize
) -> AgentT[Any]:
    # More than one task a partition commits offsets past unfinished events (faust#606): scale by partitions.
    @app.agent(topic, name=name, concurrency=1)
    async def run(stream: StreamT[bytes]) -> AsyncIterator[int]:
        ours = _holding(stream)
        async for events in ours.take_events(batch.size, within=batch.wait.total_seconds()):
            ours.unfinished = True
            done = await guard.run(handle, [_received(event) for event in events])
            ours.unfinished = False  # not reached when the worker is stopped meanwhile
            yield done

    return run


def _holding(stream: StreamT[Any]) -> HoldingStream:
    if not isinstance(stream, HoldingStream):
        raise TypeError("the app must be built with Stream=HoldingStream")
    return stream


def _received(event: EventT[Any]) -> Received:
    message = event.message
    value = event.value if isinstance(event.value, bytes) else b""  # a tombstone has no value: it is unreadable
    return Received(message.topic, message.partition, message.offset, value, message.timestamp)
