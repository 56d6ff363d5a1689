"""The topics: their names, their partitions, and their creation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from hotline.errors import BrokerUnavailable
from hotline.services.messages import CALLS, INTAKE, ORDERS

__all__ = [
    "CALLS",
    "EMBEDDED_PARTITIONS",
    "INTAKE",
    "KAFKA_PARTITIONS",
    "ORDERS",
    "bootstrap_servers",
    "create_embedded_topics",
    "ensure_topics",
    "topics_of",
]

#: Never changed later: another count sends the same key to another partition and breaks its order.
KAFKA_PARTITIONS: Final = 12
#: The embedded broker serves one worker (two at most); more partitions only make its rebalances and fetches longer.
EMBEDDED_PARTITIONS: Final = 4

#: The embedded broker's last topic: when it is there, the others are.
_READY: Final = "hotline.ready"

_NO_ERROR, _TOPIC_ALREADY_EXISTS = 0, 36
_TIMEOUT_MS = 10_000

T = TypeVar("T")


def bootstrap_servers(url: str) -> list[str]:
    """Return the host:port pairs of a broker address: ``kafka://a:9092,b:9092``, with or without the scheme, ``;`` or ``,``."""
    bare = url.removeprefix("kafka://")
    return [server.strip().removeprefix("kafka://") for server in bare.replace(";", ",").split(",") if server.strip()]


def topics_of(*, durable: bool) -> tuple[str, ...]:
    """Return the topics that exist.

    `hotline.intake` only on a durable Kafka: what an outside platform wrote to a broker in memory would be lost with it.
    """
    return (CALLS, ORDERS, INTAKE) if durable else (CALLS, ORDERS)


async def ensure_topics(url: str, *, durable: bool, replication: int = 1) -> Sequence[str]:
    """Create the topics that are missing on Kafka and return their names; on the embedded broker only see that they exist.

    ``replication`` is the number of copies and at most the number of brokers. Raises `BrokerUnavailable` when the broker does
    not answer, refuses, or (embedded) has not created its own topics yet.
    """
    if durable:
        return await _with_admin(
            url, lambda admin: _create_missing(admin, topics_of(durable=True), KAFKA_PARTITIONS, replication)
        )
    await _with_admin(url, _see_ready)
    return []


async def create_embedded_topics(url: str) -> None:
    """Create the embedded broker's topics; for the process that started it, and for nobody else.

    Tansu 0.6 takes messages for a topic it does not have, and creating it afterwards loses them (seen in one of three restarts
    under load). So one process creates, at once, and the others wait for `_READY`; see `Relay`.
    """

    async def create(admin: AIOKafkaAdminClient) -> None:
        await _create_missing(admin, topics_of(durable=False), EMBEDDED_PARTITIONS, 1)
        await _create_missing(admin, [_READY], 1, 1)

    await _with_admin(url, create)


async def _with_admin(url: str, work: Callable[[AIOKafkaAdminClient], Awaitable[T]]) -> T:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers(url), request_timeout_ms=_TIMEOUT_MS)
    try:
        await admin.start()
        return await work(admin)
    except (KafkaError, OSError, AttributeError) as problem:  # aiokafka: no controller yet is an AttributeError
        raise BrokerUnavailable(f"topics could not be prepared at {url}: {type(problem).__name__}") from problem
    finally:
        await admin.close()


async def _see_ready(admin: AIOKafkaAdminClient) -> None:
    if _READY not in await admin.list_topics():
        raise BrokerUnavailable("the embedded broker has no topics yet")


async def _create_missing(admin: AIOKafkaAdminClient, names: Sequence[str], partitions: int, replication: int) -> list[str]:
    existing = set(await admin.list_topics())
    missing = [name for name in names if name not in existing]
    if not missing:
        return []
    answer = await admin.create_topics([NewTopic(name, partitions, replication) for name in missing], timeout_ms=_TIMEOUT_MS)
    created = []
    for name, code, *_ in answer.topic_errors:
        if code == _NO_ERROR:
            created.append(name)
        elif code != _TOPIC_ALREADY_EXISTS:  # another process was faster: as good as ours
            raise BrokerUnavailable(f"topic {name} was refused with Kafka error {code}")
    return created
