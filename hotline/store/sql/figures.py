"""The figures kept ready, in SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, literal, or_, select

from hotline.domain.indicators import Rate, Ratio
from hotline.services.figures.differences import MARK, Differs
from hotline.services.figures.rows import HEARD, Asked, Counts, Crossed, Figured, Grouping, Stayed, Wanted
from hotline.store.sql import tables
from hotline.store.sql.dialects import one_keeps_figures
from hotline.store.sql.session import Session, Values, chunks, translated

f: Final = tables.figures
s: Final = tables.figure_stays
g: Final = tables.figure_tags
o: Final = tables.orders
KEYS: Final[Mapping[Grouping, ColumnElement[str]]] = {
    "all": literal(""), "unit": f.c.unit, "street": f.c.place, "category": f.c.category, "channel": f.c.channel,
    "kind": f.c.kind, "month": f.c.month, "tag": g.c.tag,
}  # fmt: skip


def _many(*wanted: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((and_(*wanted), 1), else_=0))


_OWN, _OFFICIAL = _many(f.c.book == "own"), _many(f.c.book == "official")
_OWN_GOOD, _OFFICIAL_GOOD = _many(f.c.book == "own", f.c.good), _many(f.c.book == "official", f.c.good)
_PARTS: Final = (_OWN_GOOD, _OWN, _OFFICIAL_GOOD, _OFFICIAL)


class SqlFigures:
    """``figures.ports.FigureRows`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def one_keeps(self) -> None:
        """Wait until no other unit of work keeps figures."""
        with translated():
            one_keeps_figures(self._session.connection)

    def replace(self, rows: Sequence[Figured]) -> None:
        """Keep these orders' rows in place of what there was."""
        for part in chunks(row.order_id for row in rows):
            for table in (f, s, g):
                self._session.run(delete(table).where(table.c.order_id.in_(part)))
        for table, values in ((f, _seen(rows)), (s, _stays(rows)), (g, _tags(rows))):
            for some in chunks(values, 2_000):
                self._session.add(table, some)

    def forget(self) -> None:
        """Delete everything."""
        for table in (f, s, g):
            self._session.run(delete(table))

    def counts(self, asked: Asked, only: Sequence[str] | None = None) -> Counts:
        """Count what is asked for, of all orders or of ``only`` these."""
        key = KEYS[asked.by]
        query = _from(select(key.label("key"), f.c.rate, f.c.good, func.count()), asked).where(*_wanted(asked))
        query = query.group_by(f.c.rate, f.c.good) if asked.by == "all" else query.group_by(key, f.c.rate, f.c.good)
        found: Counts = Counter()
        parts = [query] if only is None else [query.where(f.c.order_id.in_(part)) for part in chunks(only)]
        for part in parts:
            found.update({(key, rate, good): n for key, rate, good, n in self._session.run(part)})
        return found

    def crossed(self, asked: Asked, only: Sequence[str] | None = None) -> Crossed:
        """Count what is asked for by class and place, of all orders or of ``only`` these."""
        query = select(f.c.category, f.c.place, func.count()).where(*_wanted(asked)).group_by(f.c.category, f.c.place)
        found: Crossed = Counter()
        for part in [query] if only is None else [query.where(f.c.order_id.in_(some)) for some in chunks(only)]:
            found.update({(category, place): n for category, place, n in self._session.run(part)})
        return found

    def behind(self, asked: Asked, wanted: Wanted, after: str, limit: int) -> list[str]:
        """Return the ids of the orders behind a figure, in order, beyond ``after``."""
        query = _from(select(f.c.order_id), asked).where(*_wanted(asked), f.c.rate == wanted.rate, f.c.order_id > after)
        if wanted.good is not None:
            query = query.where(f.c.good.is_(wanted.good))
        if wanted.key is not None and asked.by != "all":
            deeper = asked.by in ("street", "category") and not wanted.exact
            column = KEYS[asked.by]
            query = query.where(_at_or_below(column, wanted.key) if deeper else column == wanted.key)
        return [row[0] for row in self._session.rows(query.distinct().order_by(f.c.order_id).limit(limit))]

    def differences(self, asked: Asked, rate: Rate, contrary: bool, after: str, limit: int) -> list[Differs]:
        """Return the orders from above that the books count differently."""
        from_above = select(f.c.order_id).where(f.c.book == "official", f.c.rate == MARK)
        query = select(f.c.order_id, *_PARTS).where(*_settled(asked), f.c.rate == rate, f.c.order_id > after)
        query = query.where(f.c.order_id.in_(from_above)).group_by(f.c.order_id)
        query = query.having(or_(_OWN_GOOD != _OFFICIAL_GOOD, _OWN != _OFFICIAL))
        if contrary:
            query = query.having(and_(_OWN > 0, _OFFICIAL > 0))
        rows = self._session.rows(query.order_by(f.c.order_id).limit(limit))
        return [Differs(row[0], Ratio(row[1], row[2]), Ratio(row[3], row[4])) for row in rows]

    def stays(self, asked: Asked) -> list[Stayed]:
        """Return the stays that ended in the period, of the units, category and place asked for."""
        columns = (s.c.order_id, s.c.stage, s.c.unit, s.c.category, s.c.entered_at, s.c.left_at)
        query = select(*columns).where(s.c.left_at >= asked.start, s.c.left_at < asked.end, *_about(s, asked))
        return [Stayed(*row) for row in self._session.rows(query.order_by(s.c.id))]


def _from(query: Select[Any], asked: Asked) -> Select[Any]:
    return query.join_from(f, g, g.c.order_id == f.c.order_id) if asked.by == "tag" else query.select_from(f)


def _wanted(asked: Asked) -> list[ColumnElement[bool]]:
    known = [f.c.book == asked.book, *_settled(asked)]
    return known if asked.rates is None else [*known, f.c.rate.in_(sorted(asked.rates))]


def _settled(asked: Asked) -> list[ColumnElement[bool]]:
    found = [f.c.at >= asked.start, f.c.at < asked.end, f.c.at <= asked.now, *_about(f, asked)]
    if asked.blind:
        found.append(or_(f.c.rate.not_in(sorted(HEARD)), f.c.order_id.not_in(select(o.c.id).where(o.c.is_open))))
    return found


def _about(table: Any, asked: Asked) -> list[ColumnElement[bool]]:
    """Conditions on whose it is and what it is about."""
    found: list[ColumnElement[bool]] = []
    if asked.units is not None:
        found.append(table.c.unit.in_(sorted(asked.units)))
    if asked.category:
        found.append(_at_or_below(table.c.category, asked.category))
    if asked.place:
        found.append(_at_or_below(table.c.place, asked.place))
    if asked.tag:
        tagged = tables.figure_tags.alias("tagged")  # of its own: the grouping by tags joins the table too
        found.append(table.c.order_id.in_(select(tagged.c.order_id).where(tagged.c.tag == asked.tag)))
    if asked.without:
        found.append(table.c.order_id.not_in(sorted(asked.without)))
    return found


def _at_or_below(column: ColumnElement[str], path: str) -> ColumnElement[bool]:
    return or_(column == path, column.startswith(path + "/", autoescape=True))


def _about_order(row: Figured) -> Values:
    return {"order_id": row.order_id, "category": row.category, "place": row.place}


def _seen(rows: Sequence[Figured]) -> list[Values]:
    return [
        {
            **_about_order(row), "channel": row.channel, "kind": row.kind, "book": seen.book, "rate": seen.rate,
            "unit": seen.unit, "at": seen.at, "good": seen.good, "month": row.month(seen.at),
        }
        for row in rows
        for seen in row.seen
    ]  # fmt: skip


def _stays(rows: Sequence[Figured]) -> list[Values]:
    return [
        {**_about_order(row), "stage": one.stage, "unit": one.unit, "entered_at": one.entered, "left_at": one.left}
        for row in rows
        for one in row.stays
    ]


def _tags(rows: Sequence[Figured]) -> list[Values]:
    return [{"order_id": row.order_id, "tag": tag} for row in rows for tag in sorted(row.tags)]
