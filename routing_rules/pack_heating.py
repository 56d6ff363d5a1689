"""The heating season in ``pack.toml``: its classes, and its days of every year with their validity."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from hotline.domain.season import Heating, MonthDay, Season
from routing_rules.pack_times import SAID

_DAY = re.compile(r"([0-9]{1,2})-([0-9]{1,2})")
_LEAP_YEAR = 2024


def month_day(written: Any) -> MonthDay:
    """Read a day of every year as ``10-15``."""
    found = _DAY.fullmatch(written.strip()) if isinstance(written, str) else None
    try:
        day = date(_LEAP_YEAR, int(found[1]), int(found[2])) if found else None
    except ValueError:
        day = None
    if day is None:
        raise PydanticCustomError(SAID, "“{written}”应写成 月-日,如 10-15(带引号)", {"written": str(written)})
    return day.month, day.day


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Days(_Model):
    """A season, valid on the days from … to, both included."""

    first: Annotated[MonthDay, BeforeValidator(month_day)]
    last: Annotated[MonthDay, BeforeValidator(month_day)]
    valid_from: date = date.min
    valid_to: date = date.max

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_from > self.valid_to:
            raise PydanticCustomError(SAID, "valid_from 不能晚于 valid_to")
        return self


class HeatingFile(_Model):
    """What the office says of heating."""

    classes: list[str] = []
    seasons: list[Days] = Field(default=[], max_length=50)

    def heating(self) -> Heating:
        """Return it as the domain has it."""
        seasons = tuple(Season(one.first, one.last, one.valid_from, one.valid_to) for one in self.seasons)
        return Heating(tuple(dict.fromkeys(self.classes)), seasons)
