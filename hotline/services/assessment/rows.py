"""What the store keeps of assessments beside their steps: tables of a month as they were, and the city's official scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from hotline.domain.assessment import Assessment, Stage
from hotline.domain.indicators import Book, Rate, Ratio
from hotline.domain.ranking import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a table rests on: the pack's hash and its definitions as they were, and where the rolling quarter's months are from.

    ``sources`` = ``{"2026-09": 7}``, the edition taken, 0 = counted live; ``excluded`` = how many orders objections took out.
    """

    pack: str
    book: Book = "own"
    definitions: Mapping[str, str] = field(default_factory=dict)
    left_out: str = ""
    weights: Mapping[Rate, float] = field(default_factory=dict)
    floor: int = 0
    tiers: tuple[int, ...] = ()
    quarters: bool = True
    sources: Mapping[str, int] = field(default_factory=dict)
    excluded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A month's table as it was written, for ever; ``number`` is the step that wrote it."""

    month: date
    number: int
    at: datetime
    actor: str
    basis: Basis
    lines: tuple[Standing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A month's assessment in one line; ``edition`` = the table approved, ``in_force`` = the one that counts now (restated)."""

    month: date
    stage: Stage
    version: int
    edition: int = 0
    in_force: int = 0
    until: datetime | None = None

    @classmethod
    def of(cls, one: Assessment) -> Head:
        """Return the line of an assessment."""
        return cls(
            month=one.month, stage=one.stage, version=one.version, edition=one.edition, in_force=one.in_force, until=one.until
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialFile:
    """A file with the city's scores that was imported: its sha256, its name, who brought it in, how many scores it has."""

    hash: str
    name: str
    at: datetime
    actor: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialScore:
    """The city's score of a unit in a month, of a file; ``rates`` where it gives them, 0…1."""

    file: str
    month: date
    unit: str
    score: float
    rates: Mapping[str, float] = field(default_factory=dict)


def as_counts(rates: Mapping[Rate, Ratio]) -> dict[str, list[int]]:
    """Return ratios as a document keeps them."""
    return {rate: [one.numerator, one.denominator] for rate, one in rates.items()}
