"""Spoken sentences written for this project, with what must be heard in them; half of each list was kept unseen while building.

The half is drawn by the id's hash. Words and rules were made looking at the ``build`` half only; ``held`` tells how well they do.
Of the alarms the layer learns from both halves of ``emergency`` and from ``alarms``. ``alarms_held`` and ``alarms_blind`` were
written by other authors and no limit was set on them: they tell how well the alarms do. ``alarms_held`` was measured three times,
``alarms_blind`` once, after the last change (some two dozen of its sentences had been on the screen by accident before; nothing
was written or set for them).
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Part = Literal["build", "held", "blind"]
_FOLDER = Path(__file__).parent
YES = "yes"


@dataclass(frozen=True, slots=True)
class Hits:
    """How often something was said and heard: ``right`` = both, ``missed`` = said only, ``wrong`` = heard only."""

    right: int
    missed: int
    wrong: int

    @property
    def recall(self) -> float:
        """The share of what was said that was heard, 0…1."""
        return self.right / max(self.right + self.missed, 1)

    @property
    def precision(self) -> float:
        """The share of what was heard that was said, 0…1."""
        return self.right / max(self.right + self.wrong, 1)


def part_of(ident: str) -> Part:
    """Return the half an id was drawn for."""
    return "held" if int(hashlib.sha256(ident.encode()).hexdigest()[:8], 16) % 2 else "build"


def heard(name: str, part: Part) -> list[dict[str, str]]:
    """Return one part of a list, a row a sentence, by column."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["part"] == part]


def hits(said_and_heard: Iterable[tuple[bool, bool]]) -> Hits:
    """Return the counts over (was it said, was it heard)."""
    pairs = list(said_and_heard)
    return Hits(pairs.count((True, True)), pairs.count((True, False)), pairs.count((False, True)))
