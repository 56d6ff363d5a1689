"""Early sight 态势: what came in this week by class and street, against last week and the mean of the eight weeks before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from hotline.domain.surprise import LEAST, fewer, more, notable
from hotline.services.figures.rows import Crossed, below

WEEK: Final = timedelta(days=7)
WEEKS: Final = 8
"""How many weeks before this one are usual."""
YEAR: Final = timedelta(days=364)
"""The same weekdays a year ago."""
MOST_CLASSES: Final = 15
Mark = Literal["", "up", "down"]
Cell = tuple[str, str]
"""A class and a street; empty = all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How many orders this week, last week and in a usual week; ``chance`` = how likely that is without a cause."""

    now: int
    last: int
    usual: float
    chance: float
    mark: Mark = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Classes × streets; ``cells`` has whatever occurred, the sums with an empty class or street among them."""

    start: datetime
    end: datetime
    classes: tuple[str, ...]
    streets: tuple[str, ...]
    cells: Mapping[Cell, Seen]

    def of(self, matter: str = "", street: str = "") -> Seen:
        """Return a cell, a class's or a street's sum, or the sum of all; nothing seen where nothing came."""
        return self.cells.get((matter, street), NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Heating matters apart: this week, last week, and the same week of the last season with those around it.

    ``known`` = there are orders of a year ago at all; without them nothing is compared.
    """

    now: int
    last: int
    year_ago: int
    around: float
    known: bool
    streets: Mapping[str, tuple[int, int]]


NONE: Final = Seen(now=0, last=0, usual=0.0, chance=1.0)
NOT_SAID: Final = "-"
"""Class of an order that has none, street of one whose place is not known or lies elsewhere."""


def sight(
    start: datetime, end: datetime, weeks: Sequence[Crossed], *, level: int, street: Callable[[str], str],
    without: Iterable[str] = (),
) -> Sight:  # fmt: skip
    """Return what stands out in the first of ``weeks`` (``start`` ≤ at < ``end``); the others are those before it, newest first.

    ``level`` cuts the classes, ``street`` tells the street of a place's path; classes in ``without`` are looked at elsewhere.
    """
    apart = tuple(without)
    counted = [_cells(week, level, street, apart) for week in weeks]
    chances = {cell: _chance(cell, counted) for cell in set().union(*counted)}
    # Which cells are tested may depend on their sums alone: chosen by the result, the share of false marks would not hold.
    marked = notable({cell: chance for cell, (chance, _) in chances.items() if sum(week[cell] for week in counted) >= LEAST})
    seen = {cell: Seen(now=counted[0][cell], last=counted[1][cell], usual=_usual(cell, counted), chance=chance)
            for cell, (chance, _) in chances.items()}  # fmt: skip
    cells = {cell: replace(one, mark=chances[cell][1]) if cell in marked and max(one.now, one.usual) >= LEAST else one
             for cell, one in seen.items()}  # fmt: skip
    return Sight(start=start, end=end, classes=_shown(cells), streets=_streets(cells), cells=cells)


def season(
    this: Crossed, last: Crossed, year_ago: Sequence[Crossed], classes: Iterable[str], street: Callable[[str], str]
) -> Season:  # fmt: skip
    """Return the heating matters; ``year_ago`` = the week before the same one a year ago, that week, and the one after it."""
    heated = tuple(classes)
    ago = [_of(week, heated) for week in year_ago]
    now, before = _of(this, heated), _of(year_ago[1], heated)
    found: dict[str, list[int]] = {}
    for at, week in enumerate((this, year_ago[1])):
        for (matter, place), n in week.items():
            if _heats(matter, heated):
                found.setdefault(street(place) or NOT_SAID, [0, 0])[at] += n
    return Season(
        now=now, last=_of(last, heated), year_ago=before, around=sum(ago) / len(ago),
        known=any(sum(week.values()) for week in year_ago), streets={key: (n, was) for key, (n, was) in sorted(found.items())},
    )  # fmt: skip


def _cells(week: Crossed, level: int, street: Callable[[str], str], apart: Sequence[str]) -> Counter[Cell]:
    found: Counter[Cell] = Counter()
    for (matter, place), n in week.items():
        if _heats(matter, apart):
            continue
        one, other = "/".join(matter.split("/")[:level]) or NOT_SAID, street(place) or NOT_SAID
        for cell in ((one, other), (one, ""), ("", other), ("", "")):
            found[cell] += n
    return found


def _chance(cell: Cell, weeks: Sequence[Counter[Cell]]) -> tuple[float, Mark]:
    """Return how likely the cell's count is by chance, and on which side it lies."""
    now, before, stretches = weeks[0][cell], sum(week[cell] for week in weeks[1:]), len(weeks) - 1
    up, down = more(now, before, stretches), fewer(now, before, stretches)
    return min(1.0, 2 * min(up, down)), "up" if up <= down else "down"


def _usual(cell: Cell, weeks: Sequence[Counter[Cell]]) -> float:
    return sum(week[cell] for week in weeks[1:]) / (len(weeks) - 1)


def _shown(cells: Mapping[Cell, Seen]) -> tuple[str, ...]:
    """Return the classes that are marked anywhere, then the largest, ``MOST_CLASSES`` of them, the largest first."""
    sums = {matter: seen for (matter, street), seen in cells.items() if matter and not street}
    marked = {matter for (matter, _), seen in cells.items() if matter and seen.mark}
    first = sorted(sums, key=lambda one: (one not in marked, -sums[one].now, -sums[one].usual, one))[:MOST_CLASSES]
    return tuple(sorted(first, key=lambda one: (-sums[one].now, -sums[one].usual, one)))


def _streets(cells: Mapping[Cell, Seen]) -> tuple[str, ...]:
    return tuple(sorted((street for matter, street in cells if street and not matter), key=lambda one: (one == NOT_SAID, one)))


def _heats(matter: str, classes: Sequence[str]) -> bool:
    return any(below(matter, one) for one in classes)


def _of(week: Crossed, classes: Sequence[str]) -> int:
    return sum(n for (matter, _), n in week.items() if _heats(matter, classes))
