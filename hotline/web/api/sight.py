"""Early sight 态势: what came in this week by class and street, and how likely that is without a cause."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from hotline.services.figures.sight import NOT_SAID, Season, Seen
from hotline.web.auth import RatesUser
from hotline.web.parts import UsesParts

router = APIRouter(prefix="/api/v1/sight", tags=["指标"])


class SeenView(BaseModel):
    """Orders registered this week, last week, and in a usual week (mean of the eight before); ``chance`` = how likely by chance.

    ``mark`` is ``up`` or ``down`` for what stands out of all cells together, else empty.
    """

    now: int
    last: int
    usual: float
    chance: float
    mark: Literal["", "up", "down"]

    @classmethod
    def of(cls, seen: Seen) -> SeenView:
        """Return a cell."""
        return cls(now=seen.now, last=seen.last, usual=round(seen.usual, 3), chance=float(f"{seen.chance:.4g}"), mark=seen.mark)


class CellView(SeenView):
    """A class in a street; null = all of them, ``-`` = not known, or elsewhere."""

    category: str | None
    street: str | None


class SeasonView(BaseModel):
    """Heating matters apart; ``year_ago`` and ``around`` (with the weeks beside it) are null without orders of a year ago."""

    on: bool
    now: int
    last: int
    year_ago: int | None
    around: float | None


class BurstView(BaseModel):
    """An incident proposed or open: its class and place, how many orders raised it, and how many are usual."""

    id: str
    title: str
    category: str
    place: str | None
    state: str
    orders: int
    expected: float | None


class SightView(BaseModel):
    """Seven local days up to now; ``cells`` has every class, street and sum that occurs in nine weeks."""

    first: date
    last: date
    unknown: str
    cells: list[CellView]
    season: SeasonView | None
    incidents: list[BurstView]


@router.get("")
def early_sight(
    parts: UsesParts, who: RatesUser, level: Annotated[int, Query(ge=1, le=3, description="类别层级")] = 2
) -> SightView:  # fmt: skip
    """Return what came in by class and street against the weeks before; a unit's key sees its own orders alone."""
    found = parts.seeing.now(level=level, by=who)
    cells = [
        CellView(category=matter or None, street=street or None, **SeenView.of(seen).model_dump())
        for (matter, street), seen in sorted(found.sight.cells.items())
    ]
    bursts = [
        BurstView(
            id=one.id, title=one.title, category=one.category, place=one.place, state=one.state.value, orders=len(one.offered),
            expected=one.expected,
        )
        for one in found.incidents
    ]  # fmt: skip
    return SightView(
        first=found.first, last=found.last, unknown=NOT_SAID, cells=cells, incidents=bursts,
        season=_season(found.season, on=found.heating_now),
    )  # fmt: skip


def _season(season: Season | None, *, on: bool) -> SeasonView | None:
    if season is None:
        return None
    year_ago, around = (season.year_ago, round(season.around, 2)) if season.known else (None, None)
    return SeasonView(on=on, now=season.now, last=season.last, year_ago=year_ago, around=around)
