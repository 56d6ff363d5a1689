"""``[assessment]`` in ``pack.toml``: how the office assesses its units 考核."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from hotline.domain.indicators import Book
from routing_rules.pack_times import SAID


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentSettings:
    """``objection_days`` working days for objections from the day after the month was opened, ``tiers`` the borders of volume.

    ``quarters`` = ranked by the rolling quarter, else by the month; ``two_persons`` = two uphold an objection.
    """

    objection_days: int = 5
    tiers: tuple[int, ...] = ()
    quarters: bool = True
    book: Book = "own"
    two_persons: bool = False


class Assessment(BaseModel):
    """The table as it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    objection_days: int = Field(default=5, ge=0, le=60)
    tiers: list[Annotated[int, Field(ge=1)]] = Field(default=[], max_length=9)
    quarters: bool = True
    book: Book = "own"
    two_persons: bool = False

    @field_validator("tiers")
    @classmethod
    def _ascending(cls, tiers: list[int]) -> list[int]:
        if any(later <= earlier for earlier, later in pairwise(tiers)):
            raise PydanticCustomError(SAID, "分档的界限应由小到大,如 [50, 200]")
        return tiers

    def settings(self) -> AssessmentSettings:
        """Return what it says."""
        return AssessmentSettings(**{**self.model_dump(), "tiers": tuple(self.tiers)})
