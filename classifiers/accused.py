"""The unit whose conduct a text complains of: it may not be the one to answer (被反映单位回避)."""

from __future__ import annotations

import re
from collections.abc import Iterable

import ahocorasick_rs as ac

from classifiers.text import fold
from routing_rules.units import Unit

_OFFICES = frozenset({"department", "subordinate", "street", "town"})
"""Companies answer for complaints about their own service; offices do not judge their own conduct."""
_SEAT = re.compile(r"^(?:国家税务总局)?(?:[^省]{2,3}省|[^区]{2,4}自治区)?(?:[^区]{2,4}?市)?(?:.{2,4}区)?")
"""Province, city and district at the head of a name; the city's own name holds no 区, so that 某区市场监管局 keeps its 市."""
_BRANCH = re.compile(r"(?<=[局心])(?:.{2,4}区)?(?:分局|管理部)$")
_CONDUCT = (
    r"(?:不作为|乱作为|推诿|踢皮球|吃拿卡要|态度(?:恶劣|差|蛮横|不好)|粗暴执法|暴力执法|野蛮执法|包庇|徇私|敷衍|执法不公|"
    r"选择性执法|乱罚款|乱收费|收受好处|收(?:红包|黑钱)|以权谋私|故意刁难|骂人|玩忽职守)"
)
_BEFORE = re.compile(r"(?:投诉|举报|反映|控告)[^,.!?;。]{0,6}$")
_BEHIND = re.compile(rf"^[^.!?;。]{{0,16}}{_CONDUCT}")
_PERSON = "(?:工作人员|窗口|科长|干部|执法人员|队员|民警|主任|领导|办事员)"
_STAFF = re.compile(rf"^的?[^,.!?;。]{{0,4}}{_PERSON}[^.!?;。]{{0,12}}{_CONDUCT}")


class AccusedFinder:
    """Finds the office that a text accuses. Finding changes nothing: threads may share it."""

    def __init__(self, units: Iterable[Unit]) -> None:
        """Take a pack's units; each is known by its full name and by what is left without the place it sits in."""
        names: dict[str, set[str]] = {}
        for unit in units:
            if unit.level in _OFFICES:
                for name in _names(unit.name):
                    names.setdefault(name, set()).add(unit.code)
        self._names = [(name, next(iter(codes))) for name, codes in names.items() if len(codes) == 1]
        self._automaton = ac.AhoCorasick([name for name, _ in self._names], matchkind=ac.MATCHKIND_LEFTMOST_LONGEST)

    def find(self, folded: str) -> str | None:
        """Return the code of the unit whose conduct a folded text complains of; None when there is none.

        A complaint word right before the name and misconduct behind it, or the unit's staff and their misconduct.
        """
        for which, start, end in self._automaton.find_matches_as_indexes(folded):
            behind = folded[end : end + 40]
            told = _BEFORE.search(folded[max(start - 12, 0) : start]) and _BEHIND.search(behind)
            if told or _STAFF.search(behind):
                return self._names[which][1]
        return None


def _names(name: str) -> set[str]:
    whole = fold(name)
    short = _BRANCH.sub("", _SEAT.sub("", whole))
    return {whole, short} if len(short) >= 3 else {whole}
