"""The way of a month: previewed, opened for objections, approved by another person, frozen, published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from hotline.domain.assessment import (
    SETTLED,
    Act,
    Assessment,
    AssessmentStep,
    Objection,
    Points,
    Restatement,
    Stage,
    objection_of,
)
from hotline.domain.ranking import Standing
from hotline.domain.roles import Actor
from hotline.errors import ChangedMeanwhile
from hotline.services import expected
from hotline.services.assessment.months import moved
from hotline.services.assessment.rows import Basis, Edition, Head
from hotline.services.assessment.steps import Steps, loaded, reader, reads_orders, written
from hotline.services.incident_book import seen_of
from hotline.services.ports import UnitOfWork

MONTHS_SHOWN = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A month as ``by`` may see it: the table that counts, and the first one where a restatement took its place.

    ``edition`` 0 = counted now and not settled. ``alone`` = a unit's person sees no more than its own line before the month is
    published. ``lawful`` = why each act on the whole month cannot be done now (empty = it can).
    """

    assessment: Assessment
    basis: Basis
    lines: Sequence[Standing]
    edition: int
    drawn_at: datetime
    first: Sequence[Standing] = ()
    alone: bool = False
    lawful: Mapping[Act, str]
    objections: Sequence[Objection] = ()
    points: Sequence[Points] = ()
    restatements: Sequence[Restatement] = ()
    steps: Sequence[AssessmentStep] = ()


class Procedure(Steps):
    """Months and what is done to a whole month."""

    def months(self, *, by: Actor) -> list[Head]:
        """Return the last two years' months, newest first, the running one among them; those nobody opened are previews."""
        reader(by)
        today = self._clock.now().astimezone(self._books.current().zone).date().replace(day=1)
        wanted = [moved(today, -back) for back in range(MONTHS_SHOWN)]
        with self._store.read() as work:
            known = {head.month: head for head in work.assessments.heads(wanted[-1], wanted[0])}
        return [known.get(month) or Head(month=month, stage=Stage.PREVIEW, version=0) for month in wanted]

    def sheet(self, month: date, *, by: Actor) -> Sheet:
        """Return a month's table: live until it is approved, then as it was written."""
        reader(by)
        with self._store.read() as work:
            one = loaded(work, month)
            kept = work.assessments.edition(month, one.in_force) if one.stage in SETTLED else None
            first = work.assessments.edition(month, one.edition) if kept and one.in_force != one.edition else None
            steps = work.assessments.steps(month)
            shown = self._seen(work, one, by)
        basis, lines = (kept.basis, kept.lines) if kept else self._counting.table(one)
        alone = by.of_unit and one.stage is not Stage.PUBLISHED
        return Sheet(
            assessment=one, basis=basis, lines=_visible(lines, by, alone), edition=kept.number if kept else 0,
            drawn_at=kept.at if kept else self._clock.now(), first=_visible(first.lines, by, alone) if first else (),
            alone=alone, lawful={act: self.refusal(one, act, by) for act in _WHOLE}, objections=shown,
            points=[item for item in one.points.values() if not by.of_unit or item.unit == by.unit],
            restatements=list(one.restatements.values()) if not alone else [],
            steps=[] if by.of_unit else _told(steps, shown),
        )  # fmt: skip

    def open(self, month: date, *, by: Actor) -> Assessment:
        """Open a month that is over for objections, for the pack's working days from tomorrow on."""
        return self._do(month, Act.OPEN, by, {"until": self._until().isoformat()})

    def approve(self, month: date, *, by: Actor) -> Assessment:
        """Approve a month: its table is written as it is at this moment, and what is frozen later is this table."""
        one = self._read(month)
        self._check(one, Act.APPROVE, by)
        basis, lines = self._counting.table(one)
        edition = Edition(
            month=month, number=one.version + 1, at=self._clock.now(), actor=by.name, basis=basis, lines=lines
        )  # fmt: skip
        return self.keep(edition, Act.APPROVE, {"edition": edition.number}, one, by)

    def keep(self, edition: Edition, act: Act, data: Mapping[str, object], seen: Assessment, by: Actor) -> Assessment:
        """Write a table with the step that made it, if nothing happened since ``seen``."""
        with self._store.write() as work:
            one = expected.met(loaded(work, edition.month))
            if one.version != seen.version:
                raise ChangedMeanwhile(f"assessment {one.id} is not at version {seen.version}")
            self._check(one, act, by)
            done = self._write(work, one, act, by, data)
            work.assessments.add_edition(replace(edition, number=done.version))
            work.commit()
        return done

    def send_back(self, month: date, *, reason: str, by: Actor) -> Assessment:
        """Open an approved month again, with a reason; its table may change, so units may object anew for as many days."""
        return self._do(month, Act.SEND_BACK, by, {"reason": written(reason, "退回理由"), "until": self._until().isoformat()})

    def freeze(self, month: date, *, by: Actor) -> Assessment:
        """Freeze the approved table: from now on it changes through a restatement alone."""
        return self._do(month, Act.FREEZE, by, {})

    def publish(self, month: date, *, by: Actor) -> Assessment:
        """Publish a frozen month: every unit sees the whole table."""
        return self._do(month, Act.PUBLISH, by, {})

    def _until(self) -> datetime:
        """The end of the time for objections that begins now."""
        pack, now = self._books.current(), self._clock.now()
        today, days = now.astimezone(pack.zone).date(), pack.settings.assessment.objection_days
        if not days:
            return now
        last = pack.calendar.take(today + timedelta(days=1), days)[0][-1]
        return pack.calendar.midnight_after(last).astimezone(UTC)

    def _seen(self, work: UnitOfWork, one: Assessment, by: Actor) -> list[Objection]:
        """The objections that ``by`` may know of: a unit its own, nobody those to orders that complain about himself."""
        if not reads_orders(by):
            return []
        mine = [item for item in one.objections.values() if not by.of_unit or item.unit == by.unit]
        known = seen_of(work, {item.order_id for item in mine}, by)
        return [item for item in mine if item.order_id in known]


_WHOLE = (Act.OPEN, Act.OBJECT, Act.ADD_POINTS, Act.APPROVE, Act.SEND_BACK, Act.FREEZE, Act.PUBLISH, Act.RESTATE)


def _told(steps: Sequence[AssessmentStep], shown: Sequence[Objection]) -> list[AssessmentStep]:
    """The steps without those about objections that are not shown: their reasons and notes tell of the orders."""
    known = {item.no for item in shown}
    return [step for step in steps if (about := objection_of(step)) is None or about in known]


def _visible(lines: Sequence[Standing], by: Actor, alone: bool) -> tuple[Standing, ...]:
    return tuple(line for line in lines if not alone or line.unit == by.unit)
