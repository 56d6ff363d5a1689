"""Rows that no facts reach, and the rows above that cover them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from hotline.domain.facts import Facts
from routing_rules.decide import dispatch
from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.table import Row
from routing_rules.verify.ground import series_of
from routing_rules.verify.prover import Claim, Example, Prover
from routing_rules.verify.slots import TooInvolved
from routing_rules.verify.standing import Standing, day_before, names
from routing_rules.verify.telling import shown, tell_stopped, told_to_repeat, unit_words


def check_reach(pack: Pack, prover: Prover, findings: Findings) -> None:
    """Add every row that is never reached, and every row without an end that is not reached any more from some day on."""
    for series in series_of(pack):
        prover.begin()
        reach = _Reach(pack, Standing(prover, series), told_to_repeat(findings, series.table))
        for number, row in enumerate(series.table.rows):
            try:
                reach.check_row(number, findings)
            except TooInvolved as stopped:
                tell_stopped(findings, series.table, row, stopped, "是否用得到")
                break
        prover.unreached[id(series.table)] = reach.dead


class _Reach:
    """The rows of a series from the top; a row that is never reached covers nothing that those above it do not."""

    def __init__(self, pack: Pack, standing: Standing, repeats: Mapping[str, set[str]]) -> None:
        self._pack, self._standing, self._repeats = pack, standing, repeats
        self.dead = 0
        self._last = standing.days(standing.starts()[-1])

    def check_row(self, number: int, findings: Findings) -> None:
        """Add what there is to say of a row."""
        standing, row = self._standing, self._standing.rows[number]
        above = standing.index.before(number) & ~self.dead
        found = standing.facts(number, above, self._last) if row.valid_to == date.max else None
        for_ever = found is not None
        found = found or standing.facts(number, above)
        if found is None:
            self.dead |= standing.index.of(number)
        if row is standing.rows[-1] and row.unconditional:
            return  # the fallback has to be there even when nothing is left for it
        if found is None:
            if not self._told(row, row.valid_from) and (not _asks_return(standing, row) or not _fires(self._pack, standing, row)):
                _tell_never(self._pack, standing, number, above, findings)
            return
        if row.valid_to == date.max and not for_ever and not _asks_return(standing, row) and not self._told(row, date.max):
            _tell_no_more(self._pack, standing, number, above, findings)
        if not found.returned_by or standing.table is not self._pack.dispatch.table:
            return  # who has returned nothing gets the first row that fits
        if dispatch(self._pack, found).row_id != row.id:
            self._check_fires(row, found, findings)

    def _told(self, row: Row, since: date) -> bool:
        """Whether the row has been told as the same condition as another that holds on all its days from ``since`` on."""
        known = (self._standing.table.row(name) for name in self._repeats.get(row.id, ()))
        return any(other is not None and other.valid_from <= since and other.valid_to >= row.valid_to for other in known)

    def _check_fires(self, row: Row, found: Facts, findings: Findings) -> None:
        """A dispatch row for a unit that must have returned the order before it could answer never fires."""
        if not _fires(self._pack, self._standing, row):
            lead = unit_words(self._pack, self._pack.dispatch.targets[row.id].lead)
            sentence = f"只有在 {lead} 退单之后才轮到这一行,而它正是派给该单位的,永远用不到"
            findings.error(self._standing.table.name, row.id, sentence, "unreachable", **shown(self._pack, Example(found)))


def _asks_return(standing: Standing, row: Row) -> bool:
    """Whether the row is meant for orders that a unit has returned: then rows above do not fire for that unit."""
    cells = zip(standing.table.inputs, row.inputs, strict=True)
    return any(fact == "returned_by" and not cell.any and not cell.negated for fact, cell in cells)


def _fires(pack: Pack, standing: Standing, row: Row) -> bool:
    if standing.table is not pack.dispatch.table:
        return False
    return standing.prover.example(Claim(standing.table, row)) is not None


def _tell_never(pack: Pack, standing: Standing, number: int, above: int, findings: Findings) -> None:
    row = standing.rows[number]
    covering = [standing.rows[one] for one in standing.prover.cover(standing.boxes(number), standing.index, above)]
    if not covering:
        findings.error(standing.table.name, row.id, "各列条件互相矛盾,没有任何工单能同时满足", "unreachable")
        return
    example = standing.past(number, iter(covering))
    if example is None and (facts := standing.facts(number, 0)) is not None:
        example = Example(facts)
    more = {"others": tuple(one.id for one in covering), **shown(pack, example)}
    sentence = f"永远用不到:{_covered(covering)},没有工单会轮到这一行"
    if standing.table is pack.dispatch.table and "returned_by" in standing.table.inputs:
        sentence += "(如用于退单之后,请在 returned_by 列写明已退单的单位)"
    findings.error(standing.table.name, row.id, sentence, "unreachable", **more)


def _covered(covering: Sequence[Row]) -> str:
    if len(covering) == 1:
        return f"排在前面的 {covering[0].id} 已包含它的全部情形"
    return f"排在前面的 {names(covering)}合起来已包含它的全部情形"


def _tell_no_more(pack: Pack, standing: Standing, number: int, above: int, findings: Findings) -> None:
    """Find the day from which the row is not reached any more: from each later day on it is not either."""
    row, starts = standing.rows[number], standing.starts()
    reached, dead = 0, len(starts) - 1
    while dead - reached > 1:
        middle = (reached + dead) // 2
        if standing.search(number, above, standing.days(starts[middle])).state is None:
            dead = middle
        else:
            reached = middle
    since = starts[dead]
    boxes = [both for box in standing.boxes(number) if (both := box.both(standing.days(since))) is not None]
    covering = [standing.rows[one] for one in standing.prover.cover(boxes, standing.index, above)]
    facts = standing.facts(number, 0, standing.days(since))
    sentence = f"自 {since} 起不再用到({day_before(since)} 以前用得到):排在前面的 {names(covering)}此后包含它的全部情形"
    more = {"others": tuple(one.id for one in covering), **shown(pack, Example(facts) if facts else None)}
    findings.warn(standing.table.name, row.id, sentence, "unreachable", **more)
