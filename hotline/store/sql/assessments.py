"""Assessments and official scores, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from sqlalchemy import exc, func, insert, select

from hotline.domain.assessment import AssessmentStep, Stage
from hotline.domain.indicators import RATES, Rate, Ratio
from hotline.domain.ranking import Standing
from hotline.errors import ChangedMeanwhile
from hotline.services.assessment.rows import Basis, Edition, Head, OfficialFile, OfficialScore, as_counts
from hotline.store.sql import tables
from hotline.store.sql.dialects import is_duplicate
from hotline.store.sql.session import Row, Session, Values

a: Final = tables.assessments
s: Final = tables.assessment_steps
e: Final = tables.assessment_editions
u: Final = tables.assessment_units
f: Final = tables.official_files
o: Final = tables.official_scores
_STEP: Final = [s.c[name] for name in AssessmentStep.__slots__]
_PLAIN: Final = ("unit", "name", "sort", "points", "period_points", "rated", "score", "ranking", "tier", "rank")


class SqlAssessments:
    """``assessment.ports.Assessments`` in SQL; the database refuses to change a step or a table."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_step(self, step: AssessmentStep, head: Head) -> None:
        """Append a step and write the head it leads to; raises ``ChangedMeanwhile`` for a number that is taken."""
        known = {**asdict(head), "stage": head.stage.value}
        changed = {name: value for name, value in known.items() if name != "month"}
        new = self._session.insert(a).values(known)
        self._session.run(new.on_conflict_do_update(index_elements=["month"], set_=changed))
        try:
            self._session.connection.execute(insert(s), {name: getattr(step, name) for name in AssessmentStep.__slots__})
        except exc.IntegrityError as problem:
            if is_duplicate(problem):
                raise ChangedMeanwhile(f"assessment {step.month:%Y-%m} has a step {step.seq}") from problem
            raise

    def steps(self, month: date) -> list[AssessmentStep]:
        """Return a month's steps, oldest first."""
        found = self._session.rows(select(*_STEP).where(s.c.month == month).order_by(s.c.seq))
        return [AssessmentStep(**row._mapping) for row in found]

    def heads(self, first: date, last: date) -> list[Head]:
        """Return the heads of months from ``first`` to ``last``, both included, newest first."""
        found = self._session.rows(select(a).where(a.c.month.between(first, last)).order_by(a.c.month.desc()))
        return [Head(**{**row._mapping, "stage": Stage(row.stage)}) for row in found]

    def add_edition(self, edition: Edition) -> None:
        """Keep a table; the database lets nobody change it."""
        head = {"month": edition.month, "number": edition.number, "at": edition.at, "actor": edition.actor}
        self._session.run(insert(e).values(**head, pack=edition.basis.pack, basis=asdict(edition.basis)))
        rows = [_line_row(edition, place, line) for place, line in enumerate(edition.lines)]
        if rows:
            self._session.run(insert(u), rows)

    def edition(self, month: date, number: int) -> Edition | None:
        """Return a table."""
        head = self._session.run(select(e).where(e.c.month == month, e.c.number == number)).first()
        if head is None:
            return None
        rows = self._session.rows(select(u).where(u.c.month == month, u.c.edition == number).order_by(u.c.place))
        basis = Basis(**{**head.basis, "tiers": tuple(head.basis["tiers"])})
        lines = tuple(_line(row) for row in rows)
        return Edition(month=month, number=number, at=head.at, actor=head.actor, basis=basis, lines=lines)


class SqlOfficialScores:
    """``assessment.ports.OfficialScores`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, file: OfficialFile, scores: Sequence[OfficialScore]) -> bool:
        """Keep a file's scores; False, and nothing is changed, where the file is known."""
        new = self._session.insert(f).values(asdict(file)).on_conflict_do_nothing().returning(f.c.hash)
        if self._session.run(new).first() is None:
            return False
        if scores:
            self._session.run(insert(o), [asdict(one) for one in scores])
        return True

    def files(self, limit: int) -> list[OfficialFile]:
        """Return files, newest first."""
        found = self._session.rows(select(f).order_by(f.c.at.desc(), f.c.hash).limit(limit))
        return [OfficialFile(**row._mapping) for row in found]

    def of(self, first: date, last: date) -> list[OfficialScore]:
        """Return the scores of months, both included: of each month and unit the one that was brought in last."""
        latest = func.row_number().over(partition_by=(o.c.month, o.c.unit), order_by=(f.c.at.desc(), f.c.hash))
        ranked = (
            select(o, latest.label("nth")).join_from(o, f, f.c.hash == o.c.file).where(o.c.month.between(first, last)).subquery()
        )  # fmt: skip
        wanted = [ranked.c[name] for name in OfficialScore.__slots__]
        found = self._session.rows(select(*wanted).where(ranked.c.nth == 1).order_by(ranked.c.month, ranked.c.unit))
        return [OfficialScore(**row._mapping) for row in found]


def _line_row(edition: Edition, place: int, line: Standing) -> Values:
    counts = {
        f"{rate}_{part}": n for rate in RATES for part, n in zip(("num", "den"), _pair(line.rates, rate), strict=True)
    }  # fmt: skip
    return {
        "month": edition.month, "edition": edition.number, "place": place, "volume": line.volume,
        "period_volume": line.period_volume, "period": as_counts(line.period), **counts,
        **{name: getattr(line, name) for name in _PLAIN},
    }  # fmt: skip


def _pair(rates: Mapping[Rate, Ratio], rate: Rate) -> tuple[int, int]:
    one = rates.get(rate, Ratio())
    return one.numerator, one.denominator


def _line(row: Row) -> Standing:
    plain: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    rates: dict[Rate, Ratio] = {rate: Ratio(getattr(row, f"{rate}_num"), getattr(row, f"{rate}_den")) for rate in RATES}
    return Standing(**plain, rates=rates, period={rate: Ratio(*pair) for rate, pair in row.period.items()})
