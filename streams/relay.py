"""From the outbox to the broker: what a commit promised is sent, in order, again and again until the broker has it.

A row is marked only after every copy of its message was acknowledged, so a crash in between sends it twice, never not at all.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from hotline.errors import BrokerUnavailable, HotlineError
from hotline.services.rows import OutboxRow
from streams.broker import BrokerStart
from streams.topics import bootstrap_servers, ensure_topics, topics_of
from streams.verdict import Verdict

log = logging.getLogger(__name__)

_REQUEST_TIMEOUT_MS = 10_000
_LONGEST_PAUSE_SECONDS = 5.0
#: A relay that has not finished a round for so long is not ready; the broker alone may be away for a restart.
_SILENT_SECONDS = 60.0


class OutboxPort(Protocol):
    """The outbox table; called in a thread. Either raises `StoreUnavailable` while the database is away."""

    def unsent(self, limit: int) -> Sequence[OutboxRow]:
        """Return the oldest rows with ``sent_at is null``, by id; never by "id > last", since commits come late."""

    def mark_sent(self, ids: Sequence[int], at: datetime) -> None:
        """Set ``sent_at`` in one commit; for a call also the time of its last emission."""


class Relay:
    """Sends the outbox every 100 ms, at once when a batch was full; only while ``active`` says that this process may.

    ``broker_start`` is `streams.broker.read_broker_start` of the embedded broker's folder; it is left out on a durable Kafka.
    """

    def __init__(
        self,
        *,
        broker_url: str,
        durable: bool,
        outbox: OutboxPort,
        now: Callable[[], datetime],
        broker_start: Callable[[], BrokerStart | None] = lambda: None,
        active: Callable[[], bool] = lambda: True,
        every: timedelta = timedelta(milliseconds=100),
        limit: int = 1000,
    ) -> None:
        self._url, self._durable, self._outbox = broker_url, durable, outbox
        self._now, self._active, self._every, self._limit = now, active, every.total_seconds(), limit
        self._topics = frozenset(topics_of(durable=durable))
        self._broker_start, self._start = broker_start, broker_start()
        self._producer: AIOKafkaProducer | None = None
        self._round_at = monotonic()
        self._trouble = ""

    async def run(self, stop: asyncio.Event) -> None:
        """Relay until ``stop`` is set; errors are waited out, twice as long each time up to 5 s."""
        seconds = self._every
        while not stop.is_set():
            try:
                full = self._active() and await self.once() >= self._limit
                self._round_at, self._trouble, seconds = monotonic(), "", self._every
            except Exception as problem:
                full, seconds = False, min(max(seconds, self._every) * 2, _LONGEST_PAUSE_SECONDS)
                await self._fail(problem)
            if not full:
                await pause(stop, seconds)
        await self.close()

    async def once(self) -> int:
        """Send one batch and mark what was acknowledged; return how many rows that were.

        Raises `BrokerUnavailable` when rows were left, `StoreUnavailable` when the outbox cannot be read or marked.
        """
        rows = await asyncio.to_thread(self._outbox.unsent, self._limit)
        if not rows:
            return 0
        at = self._now()  # before sending: what a broker got and forgot must look older than its next start
        sent = await self._send(await self._connected(), rows)
        self._see_same_broker()
        if sent:
            await asyncio.to_thread(self._outbox.mark_sent, sent, at)
        if len(sent) < len(rows):
            raise BrokerUnavailable(f"{len(rows) - len(sent)} of {len(rows)} messages were not acknowledged")
        return len(sent)

    async def close(self) -> None:
        """Close the connection; the next `once` opens it again."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    def verdict(self) -> Verdict:
        """Return whether the outbox is being sent, for /readyz; safe from any thread."""
        silent = monotonic() - self._round_at
        if silent <= _SILENT_SECONDS:
            return Verdict()
        return Verdict((f"nothing could be sent for {silent:.0f} s: {self._trouble or 'a round is stuck'}",))

    async def _send(self, producer: AIOKafkaProducer, rows: Sequence[OutboxRow]) -> list[int]:
        waiting: list[tuple[int, asyncio.Future[Any]]] = []
        for row in rows:
            if row.topic not in self._topics:
                log.error("outbox row %d names the unknown topic %s and stays", row.id, row.topic)
                continue
            try:
                waiting.append((row.id, await producer.send(row.topic, value=row.value, key=row.key)))
            except KafkaError as problem:
                log.warning("outbox row %d was not sent: %s", row.id, type(problem).__name__)
                break  # the rest would only wait for the same timeout
        answers = await asyncio.gather(*(future for _, future in waiting), return_exceptions=True)
        return [number for (number, _), answer in zip(waiting, answers, strict=True) if not isinstance(answer, BaseException)]

    def _see_same_broker(self) -> None:
        """Raise when the embedded broker has started anew since the producer connected.

        Tansu 0.6 takes messages for a topic it does not have yet, and creating the topic then loses them: what was acknowledged
        between a start and its topics must not be marked.
        """
        if self._broker_start() != self._start:
            raise BrokerUnavailable("the embedded broker was started anew")

    async def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            self._start = self._broker_start()
            await ensure_topics(self._url, durable=self._durable)
            producer = AIOKafkaProducer(
                bootstrap_servers=bootstrap_servers(self._url), acks="all", request_timeout_ms=_REQUEST_TIMEOUT_MS
            )
            try:
                await producer.start()
            except (KafkaError, OSError) as problem:
                await producer.stop()
                raise BrokerUnavailable(f"no producer at {self._url}: {type(problem).__name__}") from problem
            self._producer = producer
        return self._producer

    async def _fail(self, problem: Exception) -> None:
        reason = kind_of(problem)
        if reason != self._trouble:  # once for each kind of trouble, not ten times a second
            log.warning("the relay waits: %s", reason, exc_info=None if isinstance(problem, HotlineError) else problem)
        self._trouble = reason
        try:
            await self.close()
        except Exception as closing:
            log.warning("the producer did not close: %s", type(closing).__name__)


def kind_of(problem: Exception) -> str:
    """Return what a log line may say of ``problem``: its kind, not its words, which may be a person's."""
    return problem.code if isinstance(problem, HotlineError) else type(problem).__name__


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait ``seconds``, or less when ``stop`` is set."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
