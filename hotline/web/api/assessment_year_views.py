"""The year's sheet and the city's scores as the API shows them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from hotline.services.assessment.official import Beside, OfficialPlan
from hotline.services.assessment.rows import OfficialFile
from hotline.services.assessment.year import YearLine, YearSheet
from hotline.web.api.assessment_views import CountView, HeadView, counts


class MonthScoreView(BaseModel):
    """A unit's score of a month; ``first`` is what was frozen where it was restated."""

    score: float | None
    restated: bool
    first: float | None
    official: float | None


class YearLineView(BaseModel):
    """A unit's year."""

    unit: str
    name: str
    sort: str
    months: dict[str, MonthScoreView]
    rates: dict[str, CountView]
    points: float
    mean: float | None
    official_mean: float | None
    rank: int | None

    @classmethod
    def of(cls, one: YearLine) -> YearLineView:
        """Show a unit's year."""
        months = {
            f"{month:%Y-%m}": MonthScoreView(**{name: getattr(score, name) for name in MonthScoreView.model_fields})
            for month, score in one.months.items()
        }
        plain = {name: getattr(one, name) for name in cls.model_fields if name not in ("months", "rates")}
        return cls(**plain, months=months, rates=counts(one.rates))


class YearView(BaseModel):
    """A year's sheet."""

    year: int
    floor: int
    months: list[HeadView]
    lines: list[YearLineView]

    @classmethod
    def of(cls, one: YearSheet) -> YearView:
        """Show a year."""
        lines = [YearLineView.of(line) for line in one.lines]
        return cls(year=one.year, floor=one.floor, months=[HeadView.of(head) for head in one.months], lines=lines)


class BesideView(BaseModel):
    """The city's score beside ours; ``difference`` = theirs less ours, ``before`` = what an earlier file said."""

    month: str
    unit: str
    name: str
    official: float
    ours: float | None
    difference: float | None
    rates: dict[str, float]
    before: float | None

    @classmethod
    def of(cls, one: Beside) -> BesideView:
        """Show two scores."""
        plain = {name: getattr(one, name) for name in cls.model_fields if name not in ("month", "rates")}
        return cls(month=f"{one.month:%Y-%m}", rates=dict(one.rates), **plain)


class LeftOutView(BaseModel):
    """A row that is left out, and why."""

    row: int
    why: str


class PlanView(BaseModel):
    """What bringing a file in would do."""

    hash: str
    name: str
    known: bool
    scores: list[BesideView]
    left_out: list[LeftOutView]

    @classmethod
    def of(cls, one: OfficialPlan) -> PlanView:
        """Show a plan."""
        return cls(
            hash=one.hash, name=one.name, known=one.known, scores=[BesideView.of(score) for score in one.scores],
            left_out=[LeftOutView(row=row, why=why) for row, why in one.left_out],
        )  # fmt: skip


class FileView(BaseModel):
    """A file that was brought in."""

    hash: str
    name: str
    at: datetime
    actor: str
    rows: int

    @classmethod
    def of(cls, one: OfficialFile) -> FileView:
        """Show a file."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})
