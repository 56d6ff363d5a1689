"""A replay from start to end: the parts that are not running are started, every message is waited for, then all is stopped."""

from __future__ import annotations

import socket
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hotline.bootstrap import House, environment, open_house
from hotline.cli.common import err, progress
from hotline.cli.run import prepare
from hotline.cli.supervisor import Supervisor
from hotline.domain.order import State
from hotline.errors import HotlineError
from hotline.services.messages import CALLS
from hotline.services.rows import Receipt
from hotline.settings import Settings
from hotline.upstream.replay import read_messages, send
from streams.clock import LEASE
from streams.door import OutboxDoor

DEADLINE_SECONDS = 3600.0
POLL_SECONDS = 0.05
START_SECONDS = 120.0
AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What came of a replayed file; ``seconds`` from the first message on the topic to the last commit."""

    sent: int
    orders: int
    duplicates: int
    needed_person: int
    set_aside: int
    startup_seconds: float
    seconds: float
    calls_per_second: float

    def as_dict(self) -> dict[str, Any]:
        """Return JSON-able values."""
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}

    def lines(self) -> Iterator[str]:
        """Yield the result as a person reads it."""
        yield f"发送 {self.sent} 件,工单 {self.orders} 件,重复 {self.duplicates} 件,异常 {self.set_aside} 件"
        yield f"须人工派单 {self.needed_person} 件;启动 {self.startup_seconds:.1f} 秒"
        yield f"用时 {self.seconds:.2f} 秒,每秒 {self.calls_per_second:.0f} 件"


def replay_file(chosen: Settings, file: Path, rate: float | None, batch: int) -> Replay:
    """Send every message of ``file`` as a call and wait until each has its order or is set aside."""
    begun = time.monotonic()
    house = open_house(prepare(chosen))
    with _running(house) as look:
        startup = time.monotonic() - begun
        started_at = house.clock.now()
        receipts, bad = _send_all(house, file, rate, batch)
        ended_at = _wait(house, len(receipts), look)
    with house.store.read() as work:
        first = work.outbox.first_sent_since(CALLS, started_at)
    return _result(house, receipts, bad, startup, (ended_at - (first or ended_at)).total_seconds())


def _send_all(house: House, file: Path, rate: float | None, batch: int) -> tuple[list[Receipt], int]:
    receipts: list[Receipt] = []
    bad = 0
    messages = read_messages(file, house.books.current().calendar, house.clock.now())
    with progress("发送", None) as bar:
        for answers in send(messages, house.intake, rate=rate, batch=batch):
            receipts += [answer for answer in answers if isinstance(answer, Receipt)]
            bad += sum(1 for answer in answers if not isinstance(answer, Receipt))
            bar(len(receipts))
    return receipts, bad


@contextmanager
def _running(house: House) -> Iterator[Callable[[], None]]:
    """Have a broker, a worker and a clock: those of this deployment if they run, else our own; yields what looks after them."""
    door, chosen = OutboxDoor(house.store), house.settings
    if not door.take(LEASE, 1.0):
        yield lambda: None
        return
    door.release(LEASE)
    ports = {name: free_port() for name in ("worker_port", "clock_port", "broker_port")}
    own = chosen.model_copy(update=ports)
    with Supervisor(environment(own), told=err.print) as children:
        for name in (("broker",) if own.embedded else ()) + ("clock", "worker"):
            children.start(name, name)
        if not children.wait(lambda: ready(own.worker_port), deadline=START_SECONDS):
            raise HotlineError("the worker did not begin to read", message=f"分派进程没有在 {START_SECONDS:.0f} 秒内就绪")
        yield children.look


def ready(port: int) -> bool:
    """Whether a process of ours answers /readyz with yes."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(house: House, total: int, look: Callable[[], None]) -> datetime:
    """Wait until no call waits for its order; return when that was."""
    end = time.monotonic() + DEADLINE_SECONDS
    with progress("分派", total) as bar:
        while (waiting := _untriaged(house)) > 0:
            if time.monotonic() > end:
                raise HotlineError(f"{waiting} calls wait after an hour", message=f"一小时后仍有 {waiting} 件未分派")
            bar(max(0, total - waiting))
            look()
            time.sleep(POLL_SECONDS)
        bar(total)
    return house.clock.now()


def _untriaged(house: House) -> int:
    with house.store.read() as work:
        return work.calls.untriaged()


def _result(house: House, receipts: Sequence[Receipt], bad: int, startup: float, seconds: float) -> Replay:
    ids = list({receipt.call_id for receipt in receipts})
    orders: dict[str, str] = {}
    needed = 0
    with house.store.read() as work:
        for start in range(0, len(ids), AT_ONCE):
            made = work.orders.by_calls(ids[start : start + AT_ONCE])
            orders.update(made)
            found = work.orders.get_many(list(made.values())).values()
            needed += sum(1 for order in found if order.state is State.ON_DESK)
    return Replay(
        sent=len(receipts) + bad, orders=len(set(orders.values())), needed_person=needed, set_aside=bad,
        duplicates=sum(1 for receipt in receipts if not receipt.created), startup_seconds=startup, seconds=seconds,
        calls_per_second=len(orders) / seconds if seconds > 0 else 0.0,
    )  # fmt: skip
