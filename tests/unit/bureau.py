"""An office with units that apply and people who decide, over a store in memory: the small pack with limits that can move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hotline.bench.stepped_clock import SteppedClock
from hotline.domain.applications import Asks
from hotline.domain.order import Event, Leg, Order
from hotline.domain.roles import Actor, Role
from hotline.services.applications import Applications
from hotline.services.books import Books
from hotline.services.disputes import Disputes
from hotline.services.handling import Handling
from hotline.services.rows import Book
from hotline.services.supervision import Supervision
from hotline.store.memory import MemoryStore
from routing_rules.pack import load_pack
from tests.store.examples import keep_order
from tests.unit.packs import files

NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)  # a Monday, 10:00; the year's holidays are published
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZHANG, WANG = Actor("张三", Role.DISPATCHER), Actor("王五", Role.DISPATCHER)
LI = Actor("李四", Role.SUPERVISOR)
CLERK, OTHER = Actor("住建经办", Role.CLERK, "ZJJ"), Actor("街道经办", Role.CLERK, "JD")
PLATFORM = Actor("市热线", Role.UPSTREAM)
WAITING = "等待上级批复"

HEAD = "id,urgency,kind,->clock,->amount,->unit,->starts,->returns,->leg_margin,->extensions,->extension_amount,->pause_reasons"
DEADLINES = (
    HEAD
    + f""",source,confirmed
T-1,danger,,answer,12,hour,,,2,2,6,{WAITING},,yes
T-2,urgent,,answer,9,work_hour,,,1,1,4,,,yes
T-3,,,answer,5,working_day,,,4,2,3,{WAITING};等待补充材料,,yes
T-4,,,sign,2,work_hour,leg_dispatch,,,,,,,yes
T-5,,,dispatch,1,hour,,,,,,,,yes
T-6,,,contact,8,hour,leg_dispatch,,,,,,,yes
T-7,,,review,1,working_day,,,,,,,,yes
T-8,,,callback,3,working_day,,,,,,,,yes
T-9,,,return_window,1,working_day,,2,,,,,,yes
T-10,,,return_decision,4,work_hour,,,,,,,,yes
T-11,,,extension,1,working_day,,,,,,,,yes
"""
)
APPROVALS = """id,asks,origin,->decider,->limit,->unanswered,->allowed,source,confirmed
A-10,return,upstream,upstream,return_decision,remind,,,yes
A-19,return,,dispatcher,return_decision,remind,,,yes
A-20,extension,upstream,upstream,extension,remind,,,yes
A-29,extension,,supervisor,extension,refuse,,,yes
A-39,pause,,supervisor,1 working_day,remind,2,,yes
A-49,exclusion,,two,2 working_day,remind,1,,yes
A-59,upward,,upstream,2 working_day,remind,1,,yes
A-69,ruling,,supervisor,8 work_hour,remind,,,yes
"""


class Bureau:
    """The small pack, changed, is in force since yesterday."""

    def __init__(self, **changed: str | None) -> None:
        self.store, self.clock = MemoryStore(), SteppedClock(NOW - DAY)
        self.books = Books(self.store, self.clock)
        self.put_in_force(**changed)
        self.clock.move_to(NOW)
        parts = self.store, self.clock, self.books
        self.handling, self.applications, self.disputes = Handling(*parts), Applications(*parts), Disputes(*parts)
        self.supervision = Supervision(*parts)

    def put_in_force(self, **changed: str | None) -> None:
        """Put another book in force; unchecked, its own tests check it."""
        made = files(**{"deadlines": DEADLINES, "approvals": APPROVALS, **changed})
        now = self.clock.now()
        book = Book(hash=load_pack(made).content_hash, files=made, effective_at=now, published_at=now, published_by="李四")
        with self.store.write() as work:
            work.books.add(book)
            work.commit()
        self.books.refresh()

    def pass_by(self, time: timedelta) -> None:
        """Let time pass."""
        self.clock.move_to(self.clock.now() + time)

    def order(self, number: str = "SML1", unit: str = "ZJJ", *, sign: bool = True, **facts: Any) -> Order:
        """An order received now that lies with a unit."""
        plain = {"received_at": self.clock.now(), "category": "城建/物业", "kind": "投诉", "place": "15/15001"}
        keep_order(self.store, number, **{**plain, **facts})
        order = self.handling.dispatch(number, unit=unit, by=ZHANG)
        return self.handling.sign(number, by=CLERK if unit == "ZJJ" else OTHER) if sign else order

    def now(self, number: str = "SML1") -> Order:
        """The order as it stands."""
        with self.store.read() as work:
            found = work.orders.get(number)
        assert found is not None
        return found

    def events(self, number: str = "SML1") -> list[Event]:
        """Its past."""
        with self.store.read() as work:
            return work.events.of_order(number)

    def lead(self, number: str = "SML1") -> Leg:
        """The lead's running leg."""
        with self.store.read() as work:
            return next(leg for leg in work.legs.of_order(number) if leg.ended_at is None and leg.role == "lead")

    def kinds(self, number: str = "SML1") -> list[str]:
        """The kinds of its events."""
        return [event.kind for event in self.events(number)]

    def asks(self, asks: Asks, number: str = "SML1", by: Actor = CLERK, **said: Any) -> Order:
        """Apply with all that such an application needs."""
        needed: dict[Asks, dict[str, Any]] = {
            Asks.PAUSE: {"until": "2026-03-20", "reason_code": WAITING, "public": "等省里批复,批复后继续办理"},
            Asks.EXCLUSION: {"documents": ("ab12",)},
        }
        given = {"reason": "三定方案另有规定", "clause": "第五条", **needed.get(asks, {}), **said}
        return self.applications.apply(number, asks, by=by, **given)

    def granted(self, asks: Asks, number: str = "SML1", by: Actor = LI, **said: Any) -> Order:
        """Apply, and grant at once."""
        self.asks(asks, number, **said)
        return self.applications.decide(number, asks, granted=True, reason="同意", by=by)
