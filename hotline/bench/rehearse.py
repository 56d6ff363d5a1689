"""How long a rehearsal takes: made-up past orders in a database of their own, a draft that differs from the book in force."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice
from time import perf_counter
from typing import Any

from hotline.domain.call import Call, NewCall
from hotline.domain.facts import KINDS
from hotline.domain.order import Order, State
from hotline.services.ports import Store
from hotline.services.rehearsing import rehearse_orders
from routing_rules.pack import Pack, load_pack
from routing_rules.rehearsal.ruling import row_ids

DAYS = 365
AT_ONCE = 500
CHANGED_SHARE = 0.05
_KIND_WEIGHTS = (5, 38, 808, 131, 18, 1)  # 丰城, May 2025 (DOMAIN.md), of KINDS in their order; 表扬 is not in it


@dataclass(frozen=True, slots=True)
class RehearseFigures:
    """Seconds for reading the orders and asking both books; ``rows`` of the dispatch table."""

    orders: int
    rows: int
    seconds: float
    moved: int
    changed: int

    def as_dict(self) -> dict[str, Any]:
        """Return the figures for JSON."""
        return {**asdict(self), "orders_per_second": round(self.orders / self.seconds)}


def bench_rehearse(store: Store, files: Mapping[str, bytes], count: int, now: datetime, seed: int = 12345) -> RehearseFigures:
    """Store ``count`` orders of the last year and rehearse a draft with a twentieth of its rows changed."""
    chance = random.Random(seed)  # noqa: S311 - made-up orders, no secret
    old, new = load_pack(files), load_pack(changed(files, chance))
    _fill(store, old, count, now, chance)
    start = perf_counter()
    found = rehearse_orders(store, old, new, since=now - timedelta(days=DAYS), on=now.date())
    seconds = perf_counter() - start
    return RehearseFigures(found.orders, len(row_ids(files)), round(seconds, 2), found.moved, len(found.changes))


def changed(files: Mapping[str, bytes], chance: random.Random) -> dict[str, bytes]:
    """Return a pack with every answer limit a day longer and the leads of some dispatch rows exchanged."""
    limits = files["deadlines.csv"].replace(b",answer,5,working_day", b",answer,6,working_day")
    lines = files["dispatch.csv"].decode("utf-8-sig").splitlines()
    heads = lines[0].split(",")
    lead = heads.index("->lead")
    rows = [line.split(",") for line in lines[1:]]
    plain = [row for row in rows[:-1] if '"' not in ",".join(row) and row[lead].isalpha()]
    some = chance.sample(plain, max(2, round(len(rows) * CHANGED_SHARE)))
    leads = [row[lead] for row in some]
    for row, other in zip(some, [*leads[1:], leads[0]], strict=True):
        row[lead] = other
    return {**files, "deadlines.csv": limits, "dispatch.csv": "\n".join([lines[0], *map(",".join, rows), ""]).encode()}


def _fill(store: Store, pack: Pack, count: int, now: datetime, chance: random.Random) -> None:
    orders = _orders(pack, count, now, chance)
    while batch := list(islice(orders, AT_ONCE)):
        with store.write() as work:
            work.calls.add([_call(order) for order in batch])
            work.orders.add(batch)
            work.commit()


def _orders(pack: Pack, count: int, now: datetime, chance: random.Random) -> Iterator[Order]:
    categories = sorted(path for path in pack.categories if path.count("/") == max(one.count("/") for one in pack.categories))
    places = [pack.geography.path(place.code) for place in pack.places]
    estates: list[str | None] = [estate.id for estate in pack.estates] or [None]
    units = [unit.code for unit in pack.units.values() if unit.gets_orders]
    for number in range(count):
        at = now - timedelta(seconds=chance.uniform(0, DAYS * 86_400))
        sent, answered = at + timedelta(hours=chance.uniform(0, 4)), at + timedelta(hours=chance.uniform(5, 200))
        yield Order(
            id=f"BEN{number:08d}", call_id=f"ben-{number}", state=State.CLOSED, version=1, received_at=at, created_at=at,
            updated_at=at, category=chance.choice(categories), kind=chance.choices(KINDS, _KIND_WEIGHTS)[0],
            urgency=chance.choices(("normal", "urgent", "danger"), (90, 8, 2))[0], place=chance.choice(places),
            estate=chance.choice(estates) if chance.random() < 0.4 else None, unit=chance.choice(units), first_dispatched_at=sent,
            dispatched_at=sent, answered_at=answered, closed_at=answered,
        )  # fmt: skip


def _call(order: Order) -> Call:
    new = NewCall(source="bench", message_id=order.call_id, received_at=order.received_at, text="测速", title="测速")
    return Call(id=order.call_id, new=new, code="000000", recorded_at=order.received_at)
