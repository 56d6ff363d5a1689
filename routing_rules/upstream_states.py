"""What the words of the city's system mean to us: the table from its 办件状态 to a kind of message from above.

A word that stands in no row goes to the desk as it is. An empty ``->about`` says that the word is no news: it is the city's view
of what we do ourselves. The starting words are customary, not the city's own list: their rows are not confirmed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from hotline.domain.above import ABOUT_NAMES, About
from routing_rules.findings import Findings
from routing_rules.sheets import Sheet
from routing_rules.truths import truth_cell

TABLE: Final = "upstream_states"
TELLS: Final = frozenset({About.REDO, About.SEND_BACK, About.RECALL, About.URGE, About.CLOSE, About.SUPPLEMENT})
"""What a word alone can say: a decision, a rating or a due time need more than a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamState:
    """A word of the city's and what it says; ``about`` empty = nothing new."""

    id: str
    state: str
    about: str
    source: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class UpstreamStates:
    """The table; a pack without one knows no words: every change of a state then goes to the desk."""

    rows: Mapping[str, UpstreamState] = field(default_factory=dict)

    def of(self, word: str) -> UpstreamState | None:
        """Return the row for a word, whatever width and blanks it is written with; None for one that is not there."""
        return self.rows.get(_folded(word))


def read_upstream_states(sheet: Sheet | None, findings: Findings) -> UpstreamStates:
    """Read the table; every fault goes into ``findings`` and its row is left out."""
    rows: dict[str, UpstreamState] = {}
    seen: set[str] = set()
    for line, cells in sheet.records() if sheet else ():
        row = UpstreamState(
            id=cells["id"], state=cells["state"], about=cells["->about"], source=cells.get("source", ""),
            confirmed=truth_cell(cells, "confirmed", (TABLE, cells["id"] or f"第 {line} 行"), findings),
        )  # fmt: skip
        if fault := _fault(row, rows, seen):
            findings.error(TABLE, row.id or f"第 {line} 行", fault, "name")
            continue
        seen.add(row.id)
        rows[_folded(row.state)] = row
    return UpstreamStates(rows)


def _fault(row: UpstreamState, rows: Mapping[str, UpstreamState], seen: set[str]) -> str:
    if not row.id or row.id in seen:
        return "编号为空或重复"
    if not _folded(row.state):
        return "市级办件状态为空"
    if _folded(row.state) in rows:
        return f"“{row.state}”已在 {rows[_folded(row.state)].id} 中写明"
    if row.about and row.about not in TELLS:
        known = "、".join(f"{one}({ABOUT_NAMES[one]})" for one in sorted(TELLS))
        return f"->about 应为空,或:{known}"
    return ""


def _folded(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).split()).casefold()
