"""From topic to committed order, beside the bare agent on the same topic in the same run: what our own work costs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from typing import Any

import orjson

from hotline.bench.child import ENDED_BADLY
from hotline.bootstrap import House
from hotline.domain.call import Caller, NewCall
from hotline.errors import HotlineError
from hotline.services.messages import CALLS
from streams.door import OutboxDoor
from streams.relay import Relay

CHILD_SECONDS = 600.0
Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFigures:
    """Calls a second of each part, one core each unless said otherwise; ``ratio`` = orders ÷ bare."""

    calls: int
    characters: float
    intake: float
    relay: float
    bare: float
    orders: float
    ratio: float
    on_desk: float

    def as_dict(self) -> dict[str, float]:
        """Return JSON-able values."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


def bench_stream(house: House, env: Mapping[str, str], texts: Sequence[tuple[str, str]], calls: int, told: Told) -> StreamFigures:
    """Fill the topic with ``calls`` recorded calls, then let a bare agent and a worker read it, one after the other.

    The deployment must be empty and its broker up; ``texts`` are (title, text), repeated as often as needed.
    """
    begun = house.clock.now()
    _record(house, texts, calls, told)
    recorded = house.clock.now()
    asyncio.run(_relay(house, calls, told))
    relayed = house.clock.now()
    found = {kind: _child(kind, env, calls) for kind in ("bare", "orders")}
    bare, orders = (calls / found[kind]["seconds"] for kind in ("bare", "orders"))
    return StreamFigures(
        calls=calls, characters=sum(len(title) + len(text) for title, text in texts) / len(texts),
        intake=calls / (recorded - begun).total_seconds(), relay=calls / (relayed - recorded).total_seconds(), bare=bare,
        orders=orders, ratio=orders / bare, on_desk=found["orders"]["on_desk"] / calls,
    )  # fmt: skip


def _record(house: House, texts: Sequence[tuple[str, str]], calls: int, told: Told) -> None:
    news = _news(house, texts, calls)
    done = 0
    while part := list(islice(news, 500)):
        house.intake.record_many(part)
        done += len(part)
        told("登记", done, calls)


def _news(house: House, texts: Sequence[tuple[str, str]], calls: int) -> Iterator[NewCall]:
    now = house.clock.now()
    for number, (title, text) in enumerate(islice(cycle(texts), calls), 1):
        caller = Caller(name="测试", phone=f"1380000{number % 10000:04d}")
        yield NewCall(
            source="bench",
            message_id=str(number),
            received_at=now,
            text=text or title,
            title=title if text else "",
            caller=caller,
        )


async def _relay(house: House, calls: int, told: Told) -> None:
    settings = house.settings
    relay = Relay(broker_url=settings.broker, durable=not settings.embedded, outbox=OutboxDoor(house.store), now=house.clock.now)
    done = 0
    while done < calls:
        sent = await relay.once()
        done += sent
        told("转发", done, calls)
        if not sent:
            break
    await relay.close()


def _child(kind: str, env: Mapping[str, str], calls: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "hotline.bench.child", kind, str(calls), CALLS]
    done = subprocess.run(command, env=dict(env), stdout=subprocess.PIPE, timeout=CHILD_SECONDS, check=False)
    if done.returncode != 0:
        raise HotlineError(f"the {kind} worker ended with {done.returncode}", message=f"测速进程失败:{ENDED_BADLY}")
    return dict(orjson.loads(done.stdout.splitlines()[-1]))
