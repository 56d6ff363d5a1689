"""The composition root: settings in, wired services and processes out. Nobody else reads settings or chooses a store."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from classifiers.in_force import ReaderInForce, ShadowInForce
from classifiers.model import Classifier
from classifiers.shelf import ModelShelf
from classifiers.together import Bursting, OrdersAlike
from hotline.services.above import Above
from hotline.services.access import Access
from hotline.services.assessment.wired import Assessing, assessing
from hotline.services.books import Books
from hotline.services.bursts import Bursts
from hotline.services.closing import Closing
from hotline.services.drafts import Drafts
from hotline.services.explaining import Explaining
from hotline.services.figures.bulletins import Bulletins
from hotline.services.figures.following import FigureKeeper
from hotline.services.figures.reading import Figures
from hotline.services.figures.report import ReportKeeper
from hotline.services.followup import Followup, followup
from hotline.services.handling import Handling
from hotline.services.inside import Inside, inside
from hotline.services.intake import Intake
from hotline.services.live import Live
from hotline.services.models import Models
from hotline.services.one_commit import JoiningStore
from hotline.services.outside import OutsideIntake
from hotline.services.ports import Clock, Store
from hotline.services.positions import Positions
from hotline.services.queries import Queries
from hotline.services.recounting import Recounting
from hotline.services.repeats import Repeats
from hotline.services.saved_views import SavedViews
from hotline.services.set_aside import SetAsideList
from hotline.services.suggest import Suggest
from hotline.services.supervision import Supervision
from hotline.services.together import Together, together
from hotline.services.triage import Triage
from hotline.services.webhook_queue import WebhookQueue
from hotline.services.webhooks import Webhooks
from hotline.services.work_list import WorkList
from hotline.services.work_list_index import SearchIndex
from hotline.settings import Settings
from hotline.store import open_store
from hotline.upstream.above import above
from hotline.upstream.http import HttpPlatform
from hotline.upstream.official_scores import read_scores
from hotline.upstream.tie import Tie
from routing_rules.pack import pack_files


class SystemClock:
    """The machine's own time of day."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """All services over one store; the reader, which is heavy, is loaded when first asked for."""

    settings: Settings
    store: Store
    clock: Clock

    @cached_property
    def books(self) -> Books:
        """The rule book in force; the first start publishes the shipped pack."""
        books = Books(self.store, self.clock)
        books.publish_first(pack_files(self.settings.pack))
        books.refresh()
        return books

    @cached_property
    def drafts(self) -> Drafts:
        """Books on their way into force."""
        return Drafts(self.store, self.clock, self.books)

    @cached_property
    def shelf(self) -> ModelShelf:
        """Where the versions of the model lie."""
        return ModelShelf(self.settings.data_dir / "models", self.settings.model_dir)

    @cached_property
    def models(self) -> Models:
        """Which version is in force."""
        return Models(self.store, self.clock, self.shelf)

    @property
    def model(self) -> Classifier:
        """The model in force; raises ``ModelError``."""
        return self.reader.model

    @cached_property
    def reader(self) -> ReaderInForce:
        """The model in force with the words and places of the book in force."""
        return ReaderInForce(self.models, self.shelf, self.books, self.settings.accept_error)

    @cached_property
    def shadow(self) -> ShadowInForce:
        """The candidate that reads beside it."""
        return ShadowInForce(self.models, self.shelf, self.books, self.settings.accept_error)

    def ready(self) -> None:
        """Raise ``StoreUnavailable`` when the database does not answer."""
        with self.store.read() as work:
            work.marks.mark("ready")

    @cached_property
    def intake(self) -> Intake:
        """The one way in."""
        return Intake(self.store, self.clock)

    @cached_property
    def outside(self) -> OutsideIntake:
        """Calls from the topic ``hotline.intake``."""
        return OutsideIntake(self.intake)

    @cached_property
    def triage(self) -> Triage:
        """Calls become orders."""
        return Triage(self.store, self.clock, self.books, self.reader)

    @cached_property
    def handling(self) -> Handling:
        """What people do to an order."""
        return Handling(self.store, self.clock, self.books)

    @cached_property
    def inside(self) -> Inside:
        """What happens inside a unit, and at the office's review."""
        return inside(self.store, self.clock, self.books)

    @cached_property
    def closing(self) -> Closing:
        """Callbacks."""
        return Closing(self.store, self.clock, self.books)

    @cached_property
    def followup(self) -> Followup:
        """What follows an answer, and who watches over an order."""
        return followup(self.store, self.clock, self.books)

    @cached_property
    def queries(self) -> Queries:
        """Questions."""
        return Queries(self.store, self.clock, self.books)

    @cached_property
    def figures(self) -> Figures:
        """The rates and what is behind them."""
        return Figures(self.store, self.clock, self.books)

    @cached_property
    def bulletins(self) -> Bulletins:
        """Weekly, monthly and topics' reports."""
        return Bulletins(self.clock, self.books, self.figures)

    @cached_property
    def figure_keeper(self) -> FigureKeeper:
        """Keeps the figures ready."""
        return FigureKeeper(self.store, self.books)

    @cached_property
    def report_keeper(self) -> ReportKeeper:
        """Keeps the report's names and weights in step with the book."""
        return ReportKeeper(self.store, self.books)

    @cached_property
    def assessing(self) -> Assessing:
        """Months' assessments."""
        return assessing(self.store, self.clock, self.books, read_scores)

    @cached_property
    def together(self) -> Together:
        """What many orders have to do with each other."""
        return together(self.store, self.clock, self.books, self.reader, OrdersAlike())

    @cached_property
    def bursts(self) -> Bursts:
        """Many callers on one thing."""
        return Bursts(self.store, self.clock, self.together.incidents, Bursting)

    @cached_property
    def positions(self) -> Positions:
        """Positions of events, in the order of commits."""
        return Positions(self.store)

    @cached_property
    def search_index(self) -> SearchIndex:
        """What orders are found by."""
        return SearchIndex(self.store)

    @cached_property
    def work_list(self) -> WorkList:
        """What a unit has to do."""
        return WorkList(self.store, self.clock, self.handling)

    @cached_property
    def saved_views(self) -> SavedViews:
        """Filters people keep."""
        return SavedViews(self.store)

    @cached_property
    def live(self) -> Live:
        """What happens, as it happens."""
        return Live(self.store)

    @cached_property
    def access(self) -> Access:
        """Keys and sessions."""
        return Access(self.store, self.clock, timedelta(hours=self.settings.session_hours))

    @cached_property
    def above(self) -> Above:
        """What has to do with the platform above."""
        return above(self.store, self.clock, self.books, self.settings.data_dir / "imports")

    @cached_property
    def tie(self) -> Tie | None:
        """The machine's tie to the platform above, where there is one."""
        settings = self.settings
        if settings.upstream_url is None or settings.upstream_key is None:
            return None
        platform = HttpPlatform(settings.upstream_url, settings.upstream_key.get_secret_value())
        return Tie(platform, self.above.messages, self.above.replies, self.store, self.clock.now)

    @cached_property
    def supervision(self) -> Supervision:
        """The sweep."""
        return Supervision(self.store, self.clock, self.books)

    @cached_property
    def suggest(self) -> Suggest:
        """Suggestions while the caller speaks."""
        return Suggest(self.clock, self.books, self.reader)

    @cached_property
    def explaining(self) -> Explaining:
        """Past decisions, explained by the books of their days."""
        return Explaining(self.queries, self.books)

    @cached_property
    def recounting(self) -> Recounting:
        """Due times that wait for a year's holidays."""
        return Recounting(self.store, self.clock, self.books)

    @cached_property
    def repeats(self) -> Repeats:
        """Requests under an ``Idempotency-Key``."""
        return Repeats(self.store, self.clock)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Endpoints of webhooks."""
        return Webhooks(self.store, self.clock, self.books)

    @cached_property
    def webhook_queue(self) -> WebhookQueue:
        """Their deliveries."""
        return WebhookQueue(self.store, self.clock, random.SystemRandom().random)

    @cached_property
    def set_aside(self) -> SetAsideList:
        """What could not be processed."""
        return SetAsideList(self.store, self.clock, self.intake)


def open_house(settings: Settings, clock: Clock | None = None) -> House:
    """Return the services over the settings' database; raises ``SchemaMismatch`` or ``StoreUnavailable``."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return House(settings, JoiningStore(open_store(settings.database)), clock or SystemClock())


def environment(settings: Settings) -> Mapping[str, str]:
    """Return the environment that gives a child process these very settings."""
    values = {
        "DATA_DIR": str(settings.data_dir), "BROKER_PORT": str(settings.broker_port), "WEB_HOST": settings.web_host,
        "WEB_PORT": str(settings.web_port), "WORKER_PORT": str(settings.worker_port), "CLOCK_PORT": str(settings.clock_port),
        "PACK": settings.pack, "MODEL": str(settings.model or ""), "ACCEPT_ERROR": str(settings.accept_error),
        "WEBHOOK_PRIVATE": str(settings.webhook_private),
        "UPSTREAM_URL": settings.upstream_url or "",
        "UPSTREAM_KEY": settings.upstream_key.get_secret_value() if settings.upstream_key else "",
        "LOG_LEVEL": settings.log_level, "DATABASE_URL": settings.database, "BROKER_URL": settings.broker_url or "",
    }  # fmt: skip
    return {f"HOTLINE_{name}": value for name, value in values.items()}
