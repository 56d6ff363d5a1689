"""Keys of figures cut to a level of their tree: units under their parent, streets of a place, classes of a category."""

from __future__ import annotations

from collections import Counter
from typing import Final

from hotline.services.figures.rows import Counts, Grouping
from routing_rules.pack import Pack

STREET: Final = 2
"""A place's path is district, street, community."""


def grouped(counts: Counts, by: Grouping, pack: Pack, level: int | None) -> Counts:
    """Return the counts under their keys at ``level`` (from 1; None = as they are, and a place's street)."""
    found: Counts = Counter()
    for (key, rate, good), n in counts.items():
        found[_cut(key, by, pack, level), rate, good] += n
    return found


def _cut(key: str, by: Grouping, pack: Pack, level: int | None) -> str:
    if by == "street":
        return "/".join(key.split("/")[: level or STREET])
    if by == "category" and level is not None:
        return "/".join(key.split("/")[:level])
    if by == "unit" and level is not None:
        return "".join(_way(key, pack)[:level][-1:])
    return key


def within_cut(key: str, level: int, pack: Pack) -> frozenset[str]:
    """Return the units that stand under ``key`` when the tree is cut to ``level``; one that is known no more is its own."""
    return frozenset(code for code in pack.units if _cut(code, "unit", pack, level) == key) | {key}


def _way(code: str, pack: Pack) -> list[str]:
    """Return the units from the top down to this one."""
    return [*reversed([unit.code for unit in pack.units.above(code)]), code]
