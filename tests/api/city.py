"""A small hotline in one process: real services, real pack, real application; only the clock stands still."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from starlette.testclient import TestClient

from classifiers.together import OrdersAlike
from hotline.domain.roles import UNIT_ROLES, Role
from hotline.metrics.registry import new_registry
from hotline.metrics.web import WebMetrics
from hotline.services.access import Access
from hotline.services.assessment.wired import assessing
from hotline.services.books import Books
from hotline.services.closing import Closing
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
from hotline.services.messages import CALLS
from hotline.services.one_commit import JoiningStore
from hotline.services.ports import Store
from hotline.services.positions import Positions
from hotline.services.queries import Queries
from hotline.services.repeats import Repeats
from hotline.services.rows import Book
from hotline.services.saved_views import SavedViews
from hotline.services.set_aside import SetAsideList
from hotline.services.suggest import Suggest
from hotline.services.together import together
from hotline.services.triage import Triage
from hotline.services.webhooks import Webhooks
from hotline.services.work_list import WorkList
from hotline.services.work_list_index import SearchIndex
from hotline.upstream.above import above
from hotline.upstream.official_scores import read_scores
from hotline.web.app import create_app
from hotline.web.parts import WebParts
from routing_rules.pack import load_pack, pack_files
from tests.automatic import with_automatic
from tests.readers import WordReader

START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # a Monday, 09:30 in 包头
HEATING = "中冶世家小区暖气不热,室温只有十四度,请尽快处理"
UNITS = ("CGJ", "SCJG")  # 城管局, 市场监管局


@dataclass
class StoppedClock:
    """A clock that moves when told."""

    time: datetime = START

    def now(self) -> datetime:
        return self.time

    def pass_by(self, time: timedelta) -> None:
        self.time += time


@dataclass
class City:
    """The application with one key a role; clerks of two units."""

    store: Store
    clock: StoppedClock = field(default_factory=StoppedClock)
    pack: str = "kundulun"
    units: tuple[str, ...] = UNITS

    def __post_init__(self) -> None:
        files = pack_files(self.pack)
        self.store = JoiningStore(self.store)
        self.books = Books(self.store, self.clock)
        self.put_in_force()
        reader = WordReader(load_pack(files))
        self.intake = Intake(self.store, self.clock)
        self.triage = Triage(self.store, self.clock, self.books, reader)
        self.access = Access(self.store, self.clock, timedelta(hours=12))
        self.registry = new_registry()
        incidents = together(self.store, self.clock, self.books, reader, OrdersAlike())
        queries, figures = Queries(self.store, self.clock, self.books), Figures(self.store, self.clock, self.books)
        self.parts = WebParts(
            intake=self.intake,
            above=above(self.store, self.clock, self.books, Path(mkdtemp(prefix="hotline-imports-"))),
            handling=Handling(self.store, self.clock, self.books),
            inside=inside(self.store, self.clock, self.books),
            together=incidents,
            seeing=Seeing(self.clock, self.books, figures, incidents.incidents),
            closing=Closing(self.store, self.clock, self.books),
            followup=followup(self.store, self.clock, self.books),
            queries=queries,
            figures=figures,
            bulletins=Bulletins(self.clock, self.books, figures),
            figure_lists=FigureLists(self.store, self.clock, self.books, figures),
            assessing=assessing(self.store, self.clock, self.books, read_scores),
            access=self.access,
            books=self.books,
            drafts=Drafts(self.store, self.clock, self.books),
            explaining=Explaining(queries, self.books),
            suggest=Suggest(self.clock, self.books, reader),
            set_aside=SetAsideList(self.store, self.clock, self.intake),
            repeats=Repeats(self.store, self.clock),
            work_list=WorkList(self.store, self.clock, Handling(self.store, self.clock, self.books)),
            saved_views=SavedViews(self.store),
            live=Live(self.store),
            webhooks=Webhooks(self.store, self.clock, self.books),
            clock=self.clock,
            registry=self.registry,
            metrics=WebMetrics(self.registry),
            store_ready=lambda: None,
        )
        self.app = create_app(self.parts)
        self.keys = {role: self.access.new_key(role) for role in Role if role not in UNIT_ROLES}
        self.clerks = {unit: self.access.new_key(Role.CLERK, unit=unit) for unit in self.units}

    def put_in_force(self, **changed: bytes | None) -> str:
        """Put the shipped pack in force, some files changed or left out (``supervision_csv=None``); return its hash.

        Unchecked: its own tests check it, once and not in every test.
        """
        named = {re.sub("_(csv|toml)$", r".\1", name): content for name, content in changed.items()}
        files = {name: content for name, content in {**pack_files(self.pack), **named}.items() if content is not None}
        digest, now = load_pack(files).content_hash, self.clock.now()
        with self.store.write() as work:
            work.books.add(Book(hash=digest, files=files, effective_at=now, published_at=now, published_by="first-start"))
            work.commit()
        self.books.refresh()
        return digest

    def switch_automatic_dispatch_on(self) -> None:
        """What an office does before an order may go out without a person; the shipped pack has every class off."""
        self.put_in_force(pack_toml=with_automatic(self.pack)["pack.toml"])

    def client(self, app: FastAPI | None = None) -> TestClient:
        """A caller without a key."""
        return TestClient(app or self.app, raise_server_exceptions=False)

    def as_(self, role: Role | str) -> TestClient:
        """A caller with the key of a role, or of the clerk of a unit."""
        key = self.keys[Role(role)] if role in set(Role) else self.clerks[role]
        client = self.client()
        client.headers["Authorization"] = f"Bearer {key}"
        return client

    def message(self, **fields: Any) -> dict[str, Any]:
        """A message that nobody has sent yet."""
        return {"source": "test", "message_id": uuid4().hex, "text": HEATING, **fields}

    def record(self, **fields: Any) -> httpx.Response:
        """Record a message as an agent."""
        return self.as_(Role.AGENT).post("/api/v1/calls", json=self.message(**fields))

    def triaged(self) -> list[str]:
        """Triage what waits, as the worker would; return the ids of its calls."""
        with self.store.write() as work:
            rows = [row for row in work.outbox.unsent(1000) if row.topic == CALLS]
            work.outbox.mark_sent([row.id for row in rows], self.clock.now())
            work.commit()
        self.triage.handle([row.ref for row in rows])
        return [row.ref for row in rows]

    def clock_ticks(self) -> None:
        """Do what the clock does several times a second: give events their positions, write down what orders are found by."""
        Positions(self.store).settle()
        SearchIndex(self.store).follow()

    def order(self, **fields: Any) -> str:
        """Record and triage a message; return its order's number."""
        call = self.record(**fields).json()["call_id"]
        self.triaged()
        return str(self.as_(Role.AGENT).get(f"/api/v1/calls/{call}").json()["order_id"])

    def dispatched(self, unit: str = UNITS[0], **fields: Any) -> str:
        """An order that was sent to a unit."""
        order = self.order(**{"text": "有一件事想请你们管一管", **fields})
        answer = self.as_(Role.DISPATCHER).post(f"/api/v1/orders/{order}/dispatch", json={"unit": unit})
        assert answer.status_code == 200, answer.text
        return order

    def answered(self, unit: str = UNITS[0], **fields: Any) -> str:
        """An order that its unit has answered."""
        order = self.dispatched(unit, **fields)
        clerk = self.as_(unit)
        for act, body in (("sign", None), ("contact", {"result": "reached"}), ("answer", {"text": "已清理"})):
            assert clerk.post(f"/api/v1/orders/{order}/{act}", json=body).status_code == 200
        return order

    def reviewed(self, unit: str = UNITS[0], **fields: Any) -> str:
        """An order whose answer the office has passed."""
        order = self.answered(unit, **fields)
        assert self.as_(Role.REVIEWER).post(f"/api/v1/orders/{order}/review", json={"passed": True}).status_code == 200
        return order

    def closed(self, unit: str = UNITS[0], **said: Any) -> str:
        """An order whose citizen was called back."""
        order = self.reviewed(unit, caller={"name": "王建国", "phone": "13847212345"})
        body = {"reached": True, "responded": True, "solved": "yes", "rating": 5, **said}
        assert self.as_(Role.AGENT).post(f"/api/v1/orders/{order}/callback", json=body).status_code == 200
        return order
