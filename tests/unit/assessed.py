"""An office that assesses its units: the small pack in November, orders that were handled in the autumn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from hotline.bench.stepped_clock import SteppedClock
from hotline.domain.assessment import Assessment
from hotline.domain.order import State
from hotline.domain.ranking import Standing
from hotline.domain.roles import Actor, Role
from hotline.services.assessment.wired import assessing
from hotline.services.books import Books
from hotline.services.ports import Store
from hotline.services.rows import Book
from hotline.upstream.official_scores import read_scores
from routing_rules.pack import content_hash
from tests.store.examples import a_leg, an_event, an_order, keep
from tests.unit.packs import TOML, files

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in 包头
LATER = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)  # five working days are over
OCTOBER, SEPTEMBER = date(2026, 10, 1), date(2026, 9, 1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZHANG, LI, WANG = Actor("张三", Role.DISPATCHER), Actor("李四", Role.SUPERVISOR), Actor("王五", Role.SUPERVISOR)
CLERK = Actor("住建局经办", Role.CLERK, "ZJJ")
MONITOR = Actor("运行监测", Role.OPERATIONS)
STREET = Actor("街道经办", Role.CLERK, "JD")
SETTINGS = """
[rates]
floor = 2

[rates.weights]
response = 0.3
resolution = 0.35
satisfaction = 0.35

[assessment]
tiers = [5]
"""


class Assessed:
    """The small pack is in force since long; the clock stands at the beginning of November."""

    def __init__(self, store: Store, settings: str = SETTINGS) -> None:
        self.store, self.clock = store, SteppedClock(NOW - 200 * DAY)
        self.books = Books(store, self.clock)
        self.books.publish_first(files(pack=TOML + settings))
        self.clock.move_to(NOW)
        self.books.refresh()
        parts = assessing(store, self.clock, self.books, read_scores)
        self.procedure, self.objections, self.points = parts.procedure, parts.objections, parts.points
        self.restating, self.years, self.official = parts.restating, parts.years, parts.official
        self._numbers = count(1)

    def handled(self, unit: str, *, late: bool = False, good: bool = True, month: date = OCTOBER, **facts: Any) -> str:
        """Keep an order that a unit answered in a month, in time or late; the citizen was content or not."""
        ident, at = f"SML{next(self._numbers)}", datetime(month.year, month.month, 12, 2, tzinfo=UTC)
        due = {"answer": (at + DAY).isoformat(), "contact": (at + DAY).isoformat(), "sign": (at + HOUR).isoformat()}
        done = at + 3 * DAY if late else at + 2 * HOUR
        said = {"reached": True, "responded": True, "solved": "yes" if good else "no", "rating": 5 if good else 1}
        kinds: list[tuple[str, datetime, dict[str, Any]]] = [
            ("registered", at, {"origin": "own"}), ("dispatched", at, {"due": due, "choice": "top1"}), ("signed", at, {}),
            ("contacted", at + HOUR, {"reached": True}), ("answered", done, {}), ("closed", done + HOUR, said),
        ]  # fmt: skip
        events = [
            an_event(ident, seq, at=when, kind=kind, unit=unit, data=data) for seq, (kind, when, data) in enumerate(kinds, 1)
        ]  # fmt: skip
        order = an_order(ident, f"call-{ident}", unit=unit, state=State.CLOSED, received_at=at, version=len(kinds), **facts)
        keep(self.store, [order], events, [a_leg(ident, unit, assigned_at=at)])
        return ident

    def autumn(self) -> str:
        """Two departments, a company and a street with orders of October; return the department's late order."""
        late = self.handled("ZJJ", late=True, good=False)
        for unit, times in (("ZJJ", 3), ("ZWJ", 4), ("RL", 2), ("JD", 1)):
            for _ in range(times):
                self.handled(unit)
        return late

    def line(self, unit: str, month: date = OCTOBER, by: Actor = ZHANG) -> Standing:
        """A unit's line as it is shown."""
        return next(line for line in self.procedure.sheet(month, by=by).lines if line.unit == unit)

    def opened(self, month: date = OCTOBER) -> Assessment:
        """Open a month."""
        return self.procedure.open(month, by=ZHANG)

    def frozen(self, month: date = OCTOBER) -> Assessment:
        """Open, approve and freeze a month."""
        self.opened(month)
        self.clock.move_to(self.clock.now() + 8 * DAY)
        self.procedure.approve(month, by=LI)
        return self.procedure.freeze(month, by=ZHANG)

    def redefined(self, settings: str) -> None:
        """Put a pack with other definitions in force."""
        changed = files(pack=TOML + settings)
        with self.store.write() as work:
            now = self.clock.now()
            digest = content_hash(changed)
            work.books.add(Book(hash=digest, files=changed, effective_at=now, published_at=now, published_by="李四"))
            work.commit()
        self.books.refresh()
