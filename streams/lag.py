"""How far the consumer group is behind, asked of the broker itself.

Faust's own numbers are blind exactly when they are needed: a worker that has stopped reading thinks it has read everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, KafkaTimeoutError

from hotline.errors import BrokerUnavailable
from streams.progress import Partition
from streams.topics import bootstrap_servers

_TIMEOUT_MS = 5_000
_FETCH_WAIT_MS = 50
_FETCHES = 60


@dataclass(frozen=True, slots=True)
class Position:
    """Where a partition ends and where the group stands; both count messages from 0."""

    end: int
    committed: int

    @property
    def lag(self) -> int:
        """Messages written and not yet committed; 0 when a broker lost what had been committed."""
        return max(0, self.end - self.committed)


class LagReader:
    """Reads positions of one group on given topics; one connection, to be used from one event loop.

    ``seen`` is told every reading, for the metrics.
    """

    def __init__(
        self,
        *,
        broker_url: str,
        group: str,
        topics: Sequence[str],
        seen: Callable[[Mapping[Partition, Position]], object] = lambda _positions: None,
    ) -> None:
        self._servers, self._group, self._topics = bootstrap_servers(broker_url), group, list(topics)
        self._seen = seen
        self._admin: AIOKafkaAdminClient | None = None
        self._consumer: AIOKafkaConsumer | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def read(self) -> Mapping[Partition, Position]:
        """Return the position on every partition; raise `BrokerUnavailable` when the broker does not answer in 5 s."""
        try:
            admin, consumer = await self._connected()
            found = await admin.describe_topics(self._topics)
            partitions = [TopicPartition(t["topic"], p["partition"]) for t in found for p in t["partitions"]]
            begins = await consumer.beginning_offsets(partitions)
            ends = await _ends(consumer, partitions)
            committed = await admin.list_consumer_group_offsets(self._group, partitions=partitions)
        except (KafkaError, OSError, AttributeError) as problem:
            await self.close()
            raise BrokerUnavailable(f"positions of {self._group} could not be read: {type(problem).__name__}") from problem
        at = {tp: committed[tp].offset if tp in committed else -1 for tp in partitions}
        # -1 = never committed: the group starts at the earliest message.
        positions = {(tp.topic, tp.partition): Position(ends[tp], at[tp] if at[tp] >= 0 else begins[tp]) for tp in partitions}
        self._seen(positions)
        return positions

    async def close(self) -> None:
        """Close the connections; the next `read` opens them again."""
        admin, consumer, self._admin, self._consumer = self._admin, self._consumer, None, None
        if consumer is not None:
            await consumer.stop()
        if admin is not None:
            await admin.close()

    async def _connected(self) -> tuple[AIOKafkaAdminClient, AIOKafkaConsumer]:
        if self._admin is None or self._consumer is None:
            self._admin = AIOKafkaAdminClient(bootstrap_servers=self._servers, request_timeout_ms=_TIMEOUT_MS)
            self._consumer = AIOKafkaConsumer(
                bootstrap_servers=self._servers,
                request_timeout_ms=_TIMEOUT_MS,
                enable_auto_commit=False,
                fetch_max_wait_ms=_FETCH_WAIT_MS,
            )
            await self._admin.start()
            await self._consumer.start()
        return self._admin, self._consumer


async def _ends(consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """Return where each partition ends, by the answers to a fetch of its last batch.

    Tansu 0.6 answers "latest" with the first offset of the last batch: a single waiting message would look like none.
    """
    ends: dict[TopicPartition, int] = dict(await consumer.end_offsets(list(partitions)))
    consumer.assign(list(partitions))
    for partition, end in ends.items():
        consumer.seek(partition, end)
    for _ in range(_FETCHES):
        await consumer.getmany(timeout_ms=_FETCH_WAIT_MS)
        if all(consumer.highwater(partition) is not None for partition in partitions):
            break
    else:
        raise KafkaTimeoutError(f"no answer to {_FETCHES} fetches")  # half an answer would look like no lag
    ends = {partition: max(end, consumer.highwater(partition)) for partition, end in ends.items()}
    consumer.unsubscribe()  # nothing is fetched until the next reading, and no old mark is left for it
    return ends
