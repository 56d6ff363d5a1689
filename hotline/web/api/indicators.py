"""The rates, by unit, with what they are made of."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import BaseModel

from hotline.errors import InvalidInput
from hotline.web.api.fields import aware, start_of
from hotline.web.auth import RatesUser
from hotline.web.parts import UsesParts

router = APIRouter(prefix="/api/v1/indicators", tags=["指标"])

DAYS = 30  # when nothing is asked for: the last 30 local days, today among them


class RatioView(BaseModel):
    """A rate as a fraction."""

    numerator: int
    denominator: int


@router.get("")
def indicators(
    parts: UsesParts,
    who: RatesUser,
    from_: Annotated[str | None, Query(alias="from", max_length=40, description="本地日期,或带时区的时刻;含当日")] = None,
    to: Annotated[str | None, Query(max_length=40, description="本地日期(含当日),或带时区的时刻(不含)")] = None,
    by: Annotated[Literal["unit"], Query()] = "unit",  # noqa: ARG001  # the only grouping so far
) -> dict[str, dict[str, RatioView]]:
    """Return ``{unit: {rate: {numerator, denominator}}}`` of what was settled in the period; a unit's key sees its own."""
    zone = parts.books.current().zone
    today = parts.clock.now().astimezone(zone).date()
    start = _edge("from", from_, zone) if from_ else start_of(today - timedelta(days=DAYS - 1), zone)
    end = _edge("to", to, zone, end=True) if to else start_of(today + timedelta(days=1), zone)
    if start >= end:
        raise InvalidInput("from is not before to", message="起始时间(from)须早于截止时间(to)")
    found = parts.figures.within(start, end, by=who)
    return {
        unit: {rate: RatioView(numerator=one.numerator, denominator=one.denominator) for rate, one in rates.items()}
        for unit, rates in found.items()
    }


def _edge(name: str, text: str, zone: ZoneInfo, *, end: bool = False) -> datetime:
    """Return an edge of the period: a local date stands for its whole day, an instant for itself."""
    try:
        if len(text) == len("2026-11-23"):
            day = date.fromisoformat(text) + timedelta(days=1 if end else 0)
            return aware(datetime.combine(day, datetime.min.time()), zone, name=name)
        return aware(datetime.fromisoformat(text.replace(" ", "+")), zone, name=name)
    except (ValueError, OverflowError):
        message = f"{name} 不是有效的日期或时间,应为 2026-11-23 或 2026-11-23T00:00:00+08:00"
        raise InvalidInput(f"{name} is no date", message=message) from None
