"""Assessments as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from hotline.domain.assessment import Objection, Points, Restatement
from hotline.domain.indicators import Rate, Ratio
from hotline.domain.ranking import Standing
from hotline.services.assessment.objections import Effect
from hotline.services.assessment.procedure import Sheet
from hotline.services.assessment.restating import Moved
from hotline.services.assessment.rows import Head


class CountView(BaseModel):
    """A rate as a fraction."""

    numerator: int
    denominator: int


def counts(rates: Mapping[Rate, Ratio]) -> dict[str, CountView]:
    """Show ratios."""
    return {rate: CountView(numerator=one.numerator, denominator=one.denominator) for rate, one in rates.items()}


class HeadView(BaseModel):
    """A month: its stage, the edition approved, the one that counts, the end of the time for objections."""

    month: str
    stage: str
    version: int
    edition: int
    in_force: int
    until: datetime | None

    @classmethod
    def of(cls, one: Head) -> HeadView:
        """Show a month."""
        return cls(
            month=f"{one.month:%Y-%m}", stage=one.stage, version=one.version, edition=one.edition, in_force=one.in_force,
            until=one.until,
        )  # fmt: skip


class LineView(BaseModel):
    """A unit's line; ``period`` ranks it, ``rank`` is null for a unit that stands apart."""

    unit: str
    name: str
    sort: str
    volume: int
    period_volume: int
    rates: dict[str, CountView]
    period: dict[str, CountView]
    points: float
    rated: float | None
    score: float | None
    ranking: float | None
    tier: int
    rank: int | None

    @classmethod
    def of(cls, one: Standing) -> LineView:
        """Show a line."""
        plain = {name: getattr(one, name) for name in cls.model_fields if name not in ("rates", "period")}
        return cls(**plain, rates=counts(one.rates), period=counts(one.period))


class ObjectionView(BaseModel):
    """An objection."""

    no: int
    unit: str
    order_id: str
    rate: str
    reason: str
    proof: str
    evidence: list[str]
    scope: str
    by: str
    at: datetime
    state: str
    agreed_by: str
    decided_by: str
    decided_at: datetime | None
    note: str

    @classmethod
    def of(cls, one: Objection) -> ObjectionView:
        """Show an objection."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields if name != "evidence"}, evidence=list(one.evidence))


class PointsView(BaseModel):
    """Points by hand."""

    no: int
    unit: str
    points: float
    basis: str
    by: str
    at: datetime
    state: str
    decided_by: str
    decided_at: datetime | None
    note: str

    @classmethod
    def of(cls, one: Points) -> PointsView:
        """Show points."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class RestatementView(BaseModel):
    """A restatement."""

    no: int
    edition: int
    reason: str
    by: str
    at: datetime
    state: str
    decided_by: str
    decided_at: datetime | None
    note: str

    @classmethod
    def of(cls, one: Restatement) -> RestatementView:
        """Show a restatement."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class HistoryView(BaseModel):
    """Who did what, when."""

    seq: int
    at: datetime
    actor: str
    kind: str
    data: dict[str, Any]


class SheetView(BaseModel):
    """A month's table with what it rests on; ``first`` is the frozen one where a restatement took its place.

    ``edition`` 0 = counted at ``drawn_at``, not settled. ``refusals`` say why an act cannot be done now, empty = it can.
    """

    month: HeadView
    edition: int
    drawn_at: datetime
    pack: str
    book: str
    definitions: dict[str, str]
    left_out: str
    weights: dict[str, float]
    floor: int
    tiers: list[int]
    sources: dict[str, int]
    excluded: int
    lines: list[LineView]
    first: list[LineView]
    objections: list[ObjectionView]
    points: list[PointsView]
    restatements: list[RestatementView]
    refusals: dict[str, str]
    steps: list[HistoryView]

    @classmethod
    def of(cls, one: Sheet) -> SheetView:
        """Show a month."""
        basis = one.basis
        return cls(
            month=HeadView.of(Head.of(one.assessment)), edition=one.edition, drawn_at=one.drawn_at, pack=basis.pack,
            book=basis.book, definitions=dict(basis.definitions), left_out=basis.left_out,
            weights={str(rate): weight for rate, weight in basis.weights.items()}, floor=basis.floor, tiers=list(basis.tiers),
            sources=dict(basis.sources), excluded=basis.excluded, lines=[LineView.of(line) for line in one.lines],
            first=[LineView.of(line) for line in one.first], objections=[ObjectionView.of(item) for item in one.objections],
            points=[PointsView.of(item) for item in one.points],
            restatements=[RestatementView.of(item) for item in one.restatements],
            refusals={str(act): why for act, why in one.lawful.items()},
            steps=[HistoryView(seq=s.seq, at=s.at, actor=s.actor, kind=s.kind, data=dict(s.data)) for s in one.steps],
        )  # fmt: skip


class EffectView(BaseModel):
    """A unit's line before and after an objection would be upheld."""

    before: LineView | None
    after: LineView | None

    @classmethod
    def of(cls, one: Effect) -> EffectView:
        """Show an effect."""
        return cls(before=_line(one.before), after=_line(one.after))


class MovedView(BaseModel):
    """A unit's line before and after a restatement."""

    unit: str
    name: str
    before: LineView | None
    after: LineView | None

    @classmethod
    def of(cls, one: Moved) -> MovedView:
        """Show a difference."""
        return cls(unit=one.unit, name=one.name, before=_line(one.before), after=_line(one.after))


def _line(one: Standing | None) -> LineView | None:
    return None if one is None else LineView.of(one)
