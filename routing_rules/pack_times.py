"""The times of day in ``pack.toml``: office hours and quiet hours, every fault of theirs told at once."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from hotline.domain.calendar import OfficeHours
from hotline.domain.quiet import QuietHours

_TIME = re.compile(r"([0-9]{1,2}):([0-5][0-9])")
_DAY = timedelta(days=1)
SAID = "said"
"""The type of a fault whose message is a sentence for the office already."""


def since_midnight(written: Any) -> timedelta:
    """Read a time of day as ``09:00``; ``24:00`` is the end of the day."""
    found = _TIME.fullmatch(written.strip()) if isinstance(written, str) else None
    time = timedelta(hours=int(found[1]), minutes=int(found[2])) if found else None
    if time is None or time > _DAY:
        raise PydanticCustomError(SAID, "时间“{written}”应写成 09:00(带引号,00:00 至 24:00)", {"written": str(written)})
    return time


Time = Annotated[timedelta, BeforeValidator(since_midnight)]


class _Times(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hours(_Times):
    """One opening of some weekdays, valid on the days from … to, both included."""

    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(min_length=1)  # 1 = Monday, as in ISO 8601
    opens: Time
    closes: Time
    valid_from: date = date.min
    valid_to: date = date.max

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        faults = []
        if self.opens >= self.closes:
            faults.append("opens 应早于 closes")
        if self.valid_from > self.valid_to:
            faults.append("valid_from 不能晚于 valid_to")
        if faults:
            raise PydanticCustomError(SAID, "{faults}", {"faults": ";".join(faults)})
        return self

    def rows(self) -> tuple[OfficeHours, ...]:
        """Return the opening of each weekday."""
        own = dict.fromkeys(self.weekdays)
        return tuple(OfficeHours(day - 1, self.opens, self.closes, self.valid_from, self.valid_to) for day in own)


class Office(_Times):
    """The office's openings, and the years whose holidays are published."""

    published_years: list[int] = []
    hours: list[Hours] = Field(min_length=1, max_length=366)

    @model_validator(mode="after")
    def _apart(self) -> Self:
        """Two openings of one day must not overlap: an hour would count twice."""
        met = [
            f"第 {first} 项与第 {second} 项"
            for second, two in enumerate(self.hours, start=1)
            for first, one in enumerate(self.hours[: second - 1], start=1)
            if _overlap(one, two)
        ]
        if met:
            raise PydanticCustomError(SAID, "hours 的{met}时间重叠", {"met": "、".join(met)})
        return self

    def rows(self) -> tuple[OfficeHours, ...]:
        """Return every opening of every weekday."""
        return tuple(row for hours in self.hours for row in hours.rows())


class Quiet(_Times):
    """From when to when messages that can wait are not sent; over midnight when ``to`` is before ``from``."""

    since: Time = Field(alias="from")
    to: Time

    @model_validator(mode="after")
    def _not_all_day(self) -> Self:
        if self.since == self.to or _DAY in (self.since, self.to):
            raise PydanticCustomError(SAID, "from 和 to 应是一天内不同的时间(00:00 至 23:59)")
        return self

    def hours(self) -> QuietHours:
        """Return the quiet hours."""
        return QuietHours(self.since, self.to)


def _overlap(one: Hours, two: Hours) -> bool:
    return (
        bool(set(one.weekdays) & set(two.weekdays))
        and max(one.opens, two.opens) < min(one.closes, two.closes)
        and max(one.valid_from, two.valid_from) <= min(one.valid_to, two.valid_to)
    )
