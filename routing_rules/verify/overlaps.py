"""Rows that fit the same facts and decide differently, and rows without which nothing would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.verify.cover import Found, Part, outside
from routing_rules.verify.ground import series_of
from routing_rules.verify.prover import Example, Prover
from routing_rules.verify.repeats import outcome
from routing_rules.verify.slots import TooInvolved
from routing_rules.verify.standing import Standing, names
from routing_rules.verify.telling import shown, told_to_repeat

MOST_PARTS = 300_000
"""Work for the overlaps of one series: they are only notices, and a table can be all overlaps.

5,000 rows of a district take some 240,000.
"""


def check_overlaps(pack: Pack, prover: Prover, findings: Findings) -> None:
    """Add a notice for each row that cuts into later ones of another outcome, and for each that could as well be left out."""
    for series in sorted(series_of(pack), key=lambda one: len(one.table.rows)):  # the largest takes what work is left
        standing = Standing(prover, series)
        prover.begin(MOST_PARTS)
        repeats = told_to_repeat(findings, series.table)
        for number, row in enumerate(standing.rows):
            if standing.index.of(number) & standing.unreached:
                continue
            try:
                _check_row(pack, _Below(standing, number, repeats), findings)
            except TooInvolved:
                sentence = f"重叠的行太多,自 {row.id} 起未再逐行查找重叠和多余的行"
                findings.note(series.table.name, row.id, sentence, "overlap")
                break


class _Below:
    """A row and the rows below it that would answer in its place."""

    def __init__(self, standing: Standing, number: int, repeats: Mapping[str, set[str]]) -> None:
        self._meter, self._repeats = standing.prover.meter, repeats
        self.standing, self.number, self.row = standing, number, standing.rows[number]
        self.touched, self._holding = standing.look(number)
        self._mine = standing.index.of(number)
        self._states = standing.states(number)

    def heirs(self) -> Iterator[tuple[int, Found]]:
        """Yield the rows below that would answer some of the row's facts otherwise if it were not there."""
        index = self.standing.index
        for other in index.rows(self.touched & ~index.before(self.number + 1)):
            self._meter.count()
            if self.differs(other):
                found = self._between(other, index.before(other) & ~self._mine)
                if found.state is not None:
                    yield other, found
            if self.contains(other):
                return  # nothing of the row's facts gets past a row that fits them all

    def differs(self, other: int) -> bool:
        """Whether a row below decides otherwise; the fallback always does: it says that there is no rule."""
        return other == len(self.standing.rows) - 1 or outcome(self.standing.rows[other]) != outcome(self.row)

    def contains(self, other: int) -> bool:
        """Whether a row below fits whatever this row fits: the general rule after its exception."""
        return bool(self._holding & self.standing.index.of(other))

    def told(self, other: int) -> bool:
        """Whether the two have been told as rows of the same condition."""
        return self.row.id in self._repeats.get(self.standing.rows[other].id, ())

    def equals(self, other: int) -> bool:
        """Whether both rows fit the same facts."""
        return self._within(self.number, other) and self._within(other, self.number)

    def crosses(self, other: int) -> bool:
        """Whether neither of the two fits whatever the other fits."""
        return not self._within(self.number, other) and not self._within(other, self.number)

    def _within(self, one: int, other: int) -> bool:
        """Whether a row fits only where another does: one box holds it all, or, of several, all of them together do."""
        boxes = self.standing.index.of(other)
        if self.standing.look(one)[1] & boxes:
            return True
        return boxes.bit_count() > 1 and self.standing.search(one, boxes).state is None

    def _between(self, other: int, barred: int) -> Found:
        """Look for facts of both rows that are in none of the boxes ``barred``."""
        for state in self._states:
            for box in self.standing.boxes(other):
                both = self.standing.prover.ground.narrowed(state, box)
                if both is not None:
                    found = outside(both, (Part(self.standing.index, barred, {}),), self._meter)
                    if found.state is not None:
                        return found
        return Found(None, (0,))


def _check_row(pack: Pack, below: _Below, findings: Findings) -> None:
    standing, row = below.standing, below.row
    heirs = list(below.heirs())
    crossed = [(other, found) for other, found in heirs if not below.told(other) and below.crosses(other)]
    if not heirs:
        _check_needless(below, findings)
    if not crossed:
        return
    rows = [standing.rows[other] for other, _ in crossed]
    example = standing.past(crossed[0][0], iter([row])) or Example(standing.facts_of(crossed[0][1]))
    sentence = f"与排在后面的 {names(rows)}有共同的情形而结论不同,共同的情形按本行办理"
    more = {"others": tuple(one.id for one in rows), **shown(pack, example)}
    findings.note(standing.table.name, row.id, sentence, "overlap", **more)


def _check_needless(below: _Below, findings: Findings) -> None:
    """No row below decides any of the row's facts otherwise: but some row must decide them, and the row must be reached."""
    standing, number = below.standing, below.number
    everything = standing.index.before(len(standing.rows)) & ~standing.index.of(number)
    if standing.answers(number) is None or standing.facts(number, everything) is not None:
        return
    later = (standing.rows[other] for other in standing.index.rows(below.touched & ~standing.index.before(number + 1)))
    same = next((one for one in later if outcome(one) == outcome(below.row)), None)
    if same is None:
        return
    twin = standing.prover.ground.number(standing.table, same)
    if below.told(twin) or below.equals(twin):
        return  # a repeated row is told as such
    told = "" if same.outputs.get("why") == below.row.outputs.get("why") else "(只是理由不同)"
    sentence = f"删去这一行结果不变:排在后面的 {names([same])}对同样的情形给出同样的结论{told}"
    findings.note(standing.table.name, below.row.id, sentence, "repeated", others=(same.id,))
