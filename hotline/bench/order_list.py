"""A unit's open list out of very many orders: made-up orders are put into a database, then units ask for their lists.

The orders are written in bulk, past every service: they only have to look like the real ones to the database. Nothing else may be
in it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from time import perf_counter
from typing import Final

from sqlalchemy import text

from hotline.domain.call import Call, Caller, NewCall
from hotline.domain.order import Event, Leg, Order, State, Suggestion
from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput
from hotline.services.ports import Store
from hotline.services.rows import OrderFilter
from hotline.services.work_list import UNIT_TABS, Asked, WorkList
from hotline.store.sql.dialects import make_engine

UNITS: Final = 45
OPEN_SHARE: Final = 0.02  # of all orders: ten days' work of two years and a half
AT_ONCE: Final = 2000  # orders a commit
ASKED: Final = 2000  # lists
WARM: Final = 200
_SEED: Final = 12345
END: Final = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_DAYS: Final = 900
_OPEN: Final = (State.DISPATCHED, State.SIGNED, State.SIGNED, State.ANSWERED, State.IN_CALLBACK)
_TABS: Final = ("sign", "handling", "soon", "late")

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFigures:
    """Milliseconds in this process, the database's answer and our reading of it; ``page`` = the list with all tabs' counts."""

    orders: int
    open_orders: int
    units: int
    fill_seconds: float
    asked: int
    list_median_ms: float
    list_p99_ms: float
    counts_median_ms: float
    counts_p99_ms: float
    page_p99_ms: float
    next_p99_ms: float

    def as_dict(self) -> dict[str, float]:
        """Return JSON-able values."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


def bench_list(store: Store, lists: WorkList, url: str, orders: int, texts: Sequence[tuple[str, str]], told: Told) -> ListFigures:
    """Fill an empty database with ``orders`` orders of 45 units and ask for open lists; ``texts`` are (title, text).

    A database that this bench filled with as many before is asked again as it is. Raises ``InvalidInput`` for any other.
    """
    begun = perf_counter()
    _fill(store, orders, texts, told)
    _analyse(url)
    filled = perf_counter() - begun
    with store.read() as work:
        still_open = work.orders.count(OrderFilter(open_only=True))
    chance = random.Random(_SEED)  # noqa: S311  # made-up questions, no secret
    for _ in range(WARM):
        _ask(lists, chance)
    times = [_ask(lists, chance) for _ in range(ASKED)]
    listed, counted, following = zip(*times, strict=True)
    pages = [one + two for one, two in zip(listed, counted, strict=True)]
    return ListFigures(
        orders=orders, open_orders=still_open, units=UNITS, fill_seconds=filled, asked=ASKED,
        list_median_ms=median(listed), list_p99_ms=_p99(listed), counts_median_ms=median(counted), counts_p99_ms=_p99(counted),
        page_p99_ms=_p99(pages), next_p99_ms=_p99(following),
    )  # fmt: skip


def _ask(lists: WorkList, chance: random.Random) -> tuple[float, float, float]:
    """Ask as a unit's clerk for a list, for the tabs' counts, and for the list's next page; milliseconds each."""
    clerk = Actor("bench", Role.CLERK, _unit(chance.randrange(UNITS)))
    asked = Asked(tab=chance.choice(_TABS))
    begun = perf_counter()
    found = lists.page(asked, limit=50, by=clerk)
    listed = perf_counter()
    lists.counts(asked, UNIT_TABS, by=clerk)
    counted = perf_counter()
    if found.page.cursor is not None:
        lists.page(asked, cursor=found.page.cursor, limit=50, by=clerk)
    return (listed - begun) * 1000, (counted - listed) * 1000, (perf_counter() - counted) * 1000


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[98]


def _fill(store: Store, orders: int, texts: Sequence[tuple[str, str]], told: Told) -> None:
    with store.read() as work:
        there = work.orders.count(OrderFilter())
        ours = bool(work.calls.by_message([("bench:list", "0")]))
    if there and (there != orders or not ours):
        raise InvalidInput(
            f"the database has {there} orders", message="数据库中已有其他工单;测速须用空库,或本命令以相同件数填充过的库"
        )
    for start in range(0, 0 if there else orders, AT_ONCE):
        part = list(_made(range(start, min(start + AT_ONCE, orders)), orders, texts))
        with store.write() as work:
            work.calls.add([call for call, _ in part])
            work.orders.add([order for _, order in part])
            work.legs.add([leg for _, order in part for leg in _legs(order)])
            work.events.add([event for _, order in part for event in _events(order)])
            work.commit()
        told(start + len(part), orders)


def _made(numbers: Sequence[int], orders: int, texts: Sequence[tuple[str, str]]) -> Iterator[tuple[Call, Order]]:
    for number in numbers:
        chance = random.Random(_SEED + number)  # noqa: S311
        title, said = texts[number % len(texts)]
        at = END - timedelta(days=_DAYS) * ((orders - number) / orders)
        still_open = number >= orders * (1 - OPEN_SHARE)
        ident = f"KDL{at:%Y%m%d}{number:07d}"
        new = NewCall(
            source="bench:list", message_id=str(number), received_at=at, text=said or title, title=title if said else "",
            caller=Caller(name="测试", phone=f"1380000{number % 10000:04d}"),
        )  # fmt: skip
        order = _order(ident, f"bench{number}", title or said[:30], at, chance)
        call = Call(id=order.call_id, new=new, code="234567", recorded_at=at, order_id=ident)
        yield call, _open(order, chance) if still_open else order


def _order(ident: str, call: str, title: str, at: datetime, chance: random.Random) -> Order:
    units = chance.sample(range(UNITS), 3)
    assists = (_unit(units[1]),) if chance.random() < 0.1 else ()
    suggestions = tuple(Suggestion(unit=_unit(one), confidence=0.3, row="D-0410", why="职责相符") for one in units)
    return Order(
        id=ident, call_id=call, state=State.CLOSED, version=9, received_at=at, created_at=at, updated_at=at + timedelta(days=3),
        title=title, category=f"城乡建设/物业/{chance.randrange(12)}", kind=chance.choice(("求助", "投诉", "咨询")),
        place=f"150203/{chance.randrange(16):03d}", place_name="测试小区", unit=_unit(units[0]), assists=assists,
        suggestions=suggestions, dispatched_at=at, first_dispatched_at=at, signed_at=at + timedelta(hours=1),
        answered_at=at + timedelta(days=2), closed_at=at + timedelta(days=3), rule_row="D-0410", rule_unit=_unit(units[0]),
        due={"answer": at + timedelta(days=5), "sign": at + timedelta(hours=2), "contact": at + timedelta(hours=24)},
        due_rows={"answer": "L-0100", "sign": "L-0200", "contact": "L-0300"}, model_version="bench", book="0" * 64,
    )  # fmt: skip


def _open(order: Order, chance: random.Random) -> Order:
    state = chance.choice(_OPEN)
    due = END + timedelta(minutes=chance.randrange(-2 * 1440, 5 * 1440))
    after = {"review": due, "callback": due} if state not in (State.DISPATCHED, State.SIGNED) else {}
    dues = {**order.due, "answer": due, **after}
    signed = None if state is State.DISPATCHED else order.signed_at
    answered = None if state in (State.DISPATCHED, State.SIGNED) else order.answered_at
    return replace(order, state=state, due=dues, signed_at=signed, answered_at=answered, closed_at=None)


def _legs(order: Order) -> Iterator[Leg]:
    ended = None if order.state in (State.DISPATCHED, State.SIGNED) else order.received_at + timedelta(days=2)
    for unit, role in ((str(order.unit), "lead"), *((one, "assist") for one in order.assists)):
        yield Leg(
            order_id=order.id, round=1, unit=unit, role=role, assigned_at=order.received_at, due_at=order.due["answer"],
            ended_at=ended, outcome="answered" if ended else "",
        )  # fmt: skip


def _events(order: Order) -> Iterator[Event]:
    kinds = ("registered", "dispatched", "signed", "contacted") if order.open else ("registered", "closed")
    for seq, kind in enumerate(kinds, start=1):
        data = {"row": "D-0410"}
        yield Event(order_id=order.id, seq=seq, at=order.received_at, kind=kind, actor="测试", unit=order.unit, data=data)


def _unit(number: int) -> str:
    return f"U{number:02d}"


def _analyse(url: str) -> None:
    """Let the database look at what is there now, as it does by itself after a while."""
    engine = make_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
