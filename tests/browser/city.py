"""A hotline for the browser's tests: real services, pack and model behind a real server; its clock runs from a fixed morning."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

from classifiers.together import OrdersAlike
from hotline.domain.call import Caller, NewCall
from hotline.domain.order import Order
from hotline.domain.roles import Actor, Role
from hotline.metrics.registry import new_registry
from hotline.metrics.web import WebMetrics
from hotline.services.access import Access
from hotline.services.assessment.wired import assessing
from hotline.services.books import Books
from hotline.services.closing import Callback, Closing
from hotline.services.drafts import Drafts
from hotline.services.explaining import Explaining
from hotline.services.figures.bulletins import Bulletins
from hotline.services.figures.lists import FigureLists
from hotline.services.figures.reading import Figures
from hotline.services.figures.seeing import Seeing
from hotline.services.followup import followup
from hotline.services.handling import Handling
from hotline.services.inside import inside
from hotline.services.intake import Intake
from hotline.services.live import Live
from hotline.services.ports import Reader
from hotline.services.positions import Positions
from hotline.services.queries import Queries
from hotline.services.repeats import Repeats
from hotline.services.saved_views import SavedViews
from hotline.services.secrecy import proposed
from hotline.services.set_aside import SetAsideList
from hotline.services.suggest import Suggest
from hotline.services.together import together
from hotline.services.triage import Triage
from hotline.services.webhooks import Webhooks
from hotline.services.work_list import WorkList
from hotline.services.work_list_index import SearchIndex
from hotline.store import MemoryStore
from hotline.upstream.above import above
from hotline.upstream.official_scores import read_scores
from hotline.web.app import create_app
from hotline.web.console import add_console
from hotline.web.parts import WebParts
from hotline.web.serve import server
from routing_rules.pack import pack_files
from tests.waiting import wait_until

START = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # a Monday, 10:30 in 包头
WANG = Caller(name="王建国", phone="13847210086")
DISPATCHER, AGENT = Actor("测试派单员", Role.DISPATCHER), Actor("测试坐席", Role.AGENT)
REVIEWER = Actor("测试审核员", Role.REVIEWER)


class RunningClock:
    """Runs from START with real time; ``pass_by`` moves it on."""

    def __init__(self) -> None:
        self._begun, self._moved = time.monotonic(), timedelta(0)

    def now(self) -> datetime:
        return START + timedelta(seconds=time.monotonic() - self._begun) + self._moved

    def pass_by(self, span: timedelta) -> None:
        self._moved += span


@dataclass
class City:
    """The services, a key a role, and the address they are served at."""

    reader: Reader
    clock: RunningClock = field(default_factory=RunningClock)

    def __post_init__(self) -> None:
        self.store = store = MemoryStore()
        self.books = books = Books(store, self.clock)
        books.publish_first(pack_files("kundulun"))
        self.intake = Intake(store, self.clock)
        self.triage = Triage(store, self.clock, books, self.reader)
        self.together = together(store, self.clock, books, self.reader, OrdersAlike())
        self.handling, self.closing = Handling(store, self.clock, books), Closing(store, self.clock, books)
        self.queries, self.access = Queries(store, self.clock, books), Access(store, self.clock, timedelta(hours=12))
        registry, figures = new_registry(), Figures(store, self.clock, books)
        self.parts = WebParts(
            intake=self.intake, above=above(store, self.clock, books, Path(mkdtemp(prefix="hotline-imports-"))),
            handling=self.handling, inside=inside(store, self.clock, books), together=self.together, closing=self.closing,
            queries=self.queries, figures=figures, figure_lists=FigureLists(store, self.clock, books, figures),
            bulletins=Bulletins(self.clock, books, figures),
            seeing=Seeing(self.clock, books, figures, self.together.incidents),
            assessing=assessing(store, self.clock, books, read_scores),
            access=self.access, books=books, drafts=Drafts(store, self.clock, books),
            explaining=Explaining(self.queries, books),
            suggest=Suggest(self.clock, books, self.reader), followup=followup(store, self.clock, books),
            set_aside=SetAsideList(store, self.clock, self.intake), repeats=Repeats(store, self.clock),
            work_list=WorkList(store, self.clock, self.handling), saved_views=SavedViews(store), live=Live(store),
            webhooks=Webhooks(store, self.clock, books),
            clock=self.clock, registry=registry, metrics=WebMetrics(registry), store_ready=lambda: None,
        )  # fmt: skip

    # -- the server ------------------------------------------------------------------------------------------------------
    def serve(self) -> None:
        """Serve on a free port of this machine."""
        self._server = server(create_app(self.parts, pages=add_console), "127.0.0.1", 0)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        wait_until(lambda: self._server.started, what="the web server")
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._thread.join(10)

    def key(self, role: Role, unit: str | None = None) -> str:
        """Return a new key; its name is the role's."""
        return self.access.new_key(role, unit=unit, name={Role.CLERK: "李办", Role.AGENT: "赵坐席"}.get(role, f"测试{role}"))

    # -- what happened before the test ---------------------------------------------------------------------------------
    def call(self, text: str, **fields: Any) -> str:
        """Record a message; return its id."""
        usual = {"source": "test", "message_id": uuid4().hex, "received_at": self.clock.now(), "caller": WANG}
        return self.intake.record(NewCall(text=text, **{**usual, **fields})).call_id

    def order(self, text: str, **fields: Any) -> Order:
        """Record and triage a message; return its order."""
        return self.triaged(self.call(text, **fields))

    def triaged(self, call_id: str) -> Order:
        """Triage a call as the worker would; return its order."""
        self.triage.handle([call_id])
        with self.store.read() as work:
            order = work.orders.get(work.orders.by_calls([call_id])[call_id])
        assert order is not None
        return order

    def clock_ticks(self) -> None:
        """Do what the clock does several times a second: give events their positions, write down what orders are found by."""
        Positions(self.store).settle()
        SearchIndex(self.store).follow()

    def now(self, order_id: str) -> Order:
        """Return an order as it stands now."""
        return self.queries.order(order_id, by=DISPATCHER).order

    def dispatched(self, text: str, unit: str, **fields: Any) -> Order:
        """An order sent to a unit by a person, who lets stand what is proposed for the unit to read of a report."""
        order = self.order(text, **fields)
        text = proposed(order, self.queries.order(order.id, by=DISPATCHER).calls[0])
        return self.handling.dispatch(order.id, unit=unit, handling_text=text, by=DISPATCHER)

    def answered(self, text: str, unit: str, **fields: Any) -> Order:
        """An order that its unit signed, contacted the citizen for and answered."""
        order, clerk = self.dispatched(text, unit, **fields), Actor("李办", Role.CLERK, unit)
        self.clock.pass_by(timedelta(minutes=20))
        self.handling.sign(order.id, by=clerk)
        self.clock.pass_by(timedelta(minutes=10))
        self.handling.contact(order.id, by=clerk)
        return self.handling.answer(order.id, text="已派人到现场处理完毕。", public="您反映的问题已处理。", by=clerk)

    def closed(self, text: str, unit: str, *, solved: str = "yes", rating: int = 5, **fields: Any) -> Order:
        """An order whose citizen was called back."""
        order = self.handling.review(self.answered(text, unit, **fields).id, passed=True, by=REVIEWER)
        return self.closing.callback(order.id, Callback(reached=True, responded=True, solved=solved, rating=rating), by=AGENT)
