"""The store in SQL: SQLite and PostgreSQL through SQLAlchemy Core, no ORM."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection, NestedTransaction

from hotline.store.sql import dialects
from hotline.store.sql.access import SqlAccess
from hotline.store.sql.assessments import SqlAssessments, SqlOfficialScores
from hotline.store.sql.attachments import SqlAttachments
from hotline.store.sql.books import SqlBooks, SqlDrafts
from hotline.store.sql.calls import SqlCalls
from hotline.store.sql.closing import SqlNotices, SqlRatings
from hotline.store.sql.figures import SqlFigures
from hotline.store.sql.incidents import SqlIncidents, SqlUnknownPlaces
from hotline.store.sql.marks import SqlMarks
from hotline.store.sql.order_texts import SqlTexts
from hotline.store.sql.orders import SqlOrders
from hotline.store.sql.outbox import SqlOutbox, SqlSetAsides
from hotline.store.sql.past import SqlEvents, SqlLegs, Tally
from hotline.store.sql.repeats import SqlRepeats
from hotline.store.sql.report import SqlReport
from hotline.store.sql.saved_views import SqlSavedViews
from hotline.store.sql.session import Session, translated
from hotline.store.sql.webhooks import SqlWebhooks


class SqlSavepoint:
    """``api_ports.Savepoint``."""

    def __init__(self, nested: NestedTransaction) -> None:
        self._nested = nested

    def keep(self) -> None:
        """Go on with what was done since."""
        with translated():
            self._nested.commit()

    def undo(self) -> None:
        """Undo what was done since."""
        with translated():
            self._nested.rollback()


class SqlWork:
    """``ports.UnitOfWork``: one transaction on one connection; a reading one cannot be committed."""

    def __init__(self, engine: Engine, tally: Tally, *, writes: bool) -> None:
        self._engine, self._tally, self._writes = engine, tally, writes
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        with translated():
            connection = self._engine.connect()
            try:
                connection.begin()
            except BaseException:
                connection.close()
                raise
        self._connection = connection
        session = Session(connection)
        self.calls, self.orders, self.legs = SqlCalls(session), SqlOrders(session), SqlLegs(session)
        self.events = SqlEvents(session, Tally() if self._writes else self._tally)
        self.outbox, self.set_asides, self.marks = SqlOutbox(session), SqlSetAsides(session), SqlMarks(session)
        self.access, self.books, self.drafts = SqlAccess(session), SqlBooks(session), SqlDrafts(session)
        self.texts, self.saved_views = SqlTexts(session), SqlSavedViews(session)
        self.ratings, self.notices, self.figures = SqlRatings(session), SqlNotices(session), SqlFigures(session)
        self.repeats, self.webhooks = SqlRepeats(session), SqlWebhooks(session)
        self.incidents, self.unknown_places = SqlIncidents(session), SqlUnknownPlaces(session)
        self.attachments, self.report = SqlAttachments(session), SqlReport(session)
        self.assessments, self.official_scores = SqlAssessments(session), SqlOfficialScores(session)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with translated():
                connection.close()

    def savepoint(self) -> SqlSavepoint:
        """Return a place to go back to."""
        if self._connection is None:
            raise RuntimeError("the unit of work is over")
        with translated():
            return SqlSavepoint(self._connection.begin_nested())

    def commit(self) -> None:
        """Make it last."""
        if not self._writes:
            raise RuntimeError("a reading unit of work has nothing to commit")
        if self._connection is None:
            raise RuntimeError("the unit of work is over")
        with translated():
            self._connection.commit()


class SqlStore:
    """``ports.Store`` over an engine of ``dialects.make_engine``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading, self._writing = dialects.reading(engine), dialects.writing(engine)
        self._tally = Tally()

    def write(self) -> SqlWork:
        """Begin a writing transaction."""
        return SqlWork(self._writing, self._tally, writes=True)

    def read(self) -> SqlWork:
        """Begin a reading transaction: one state of the store, however much is committed meanwhile."""
        return SqlWork(self._reading, self._tally, writes=False)

    def ping(self) -> None:
        """Ask the database for an answer; raises ``StoreUnavailable``."""
        with translated(), self._engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
