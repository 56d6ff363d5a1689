"""An office that changes its rules: a store, a clock, the small pack in force, and people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hotline.bench.stepped_clock import SteppedClock
from hotline.domain.order import Order
from hotline.domain.roles import Actor, Role
from hotline.services.books import Books
from hotline.services.drafts import Drafts
from hotline.services.ports import Store
from hotline.services.rows import Draft
from tests.store.examples import keep_order
from tests.unit.packs import FILES, files

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in 包头
DAY = timedelta(days=1)
ZHANG = Actor("张三", Role.DISPATCHER)
LI = Actor("李四", Role.SUPERVISOR)
DISPATCH = FILES["dispatch.csv"]
TO_DEPARTMENT = DISPATCH.replace("D-6,民政/*,,,,@street", "D-6,民政/*,,,,ZJJ")
"""The dispatch table with one lead changed."""


class Office:
    """The small pack is in force since yesterday."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, SteppedClock(NOW - DAY)
        self.books = Books(store, self.clock)
        self.books.publish_first(files())
        self.clock.move_to(NOW)
        self.books.refresh()
        self.drafts = Drafts(store, self.clock, self.books)

    def pass_by(self, time: timedelta) -> None:
        """Let time pass."""
        self.clock.move_to(self.clock.now() + time)

    def order(self, number: str = "SML1", **facts: Any) -> Order:
        """Keep a past order of the class 民政/低保, received yesterday in the first street."""
        plain = {"received_at": NOW - DAY, "category": "民政/低保", "kind": "求助", "place": "15/15001", "place_name": "一街道"}
        return keep_order(self.store, number, **{**plain, **facts})

    def proposed(self, dispatch: str = TO_DEPARTMENT, by: Actor = ZHANG) -> Draft:
        """Propose the small pack with another dispatch table."""
        return self.drafts.propose(files(dispatch=dispatch), by=by)

    def rehearsed(self, dispatch: str = TO_DEPARTMENT) -> Draft:
        """Propose it and try it on the last 30 days."""
        draft = self.proposed(dispatch)
        self.drafts.rehearse(draft.hash, since=NOW - 30 * DAY, by=ZHANG)
        return self.drafts.get(draft.hash)
