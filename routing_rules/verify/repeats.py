"""Rows with the same conditions: said twice, contradicting each other, or versions with a hole between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.table import Row
from routing_rules.verify.ground import series_of
from routing_rules.verify.prover import Example, Prover
from routing_rules.verify.slots import TooInvolved
from routing_rules.verify.space import Box
from routing_rules.verify.standing import Standing, day_before
from routing_rules.verify.telling import attempt, shown, tell_stopped

TOLD_ONLY = frozenset({"why"})
"""Outputs that tell and do not decide."""


def check_repeats(pack: Pack, prover: Prover, findings: Findings) -> None:
    """Add rows that repeat the conditions of another on the same days, and versions of a condition with days between them."""
    for series in series_of(pack):
        standing = Standing(prover, series)
        prover.begin()
        for alike in _alike(standing):
            try:
                _check_versions(pack, standing, alike, findings)
            except TooInvolved as stopped:
                tell_stopped(findings, series.table, standing.rows[alike[0]], stopped, "同一条件的各版本之间有无空档")
                break


def outcome(row: Row) -> dict[str, str]:
    """Return what the row decides."""
    return {name: value for name, value in row.outputs.items() if name not in TOLD_ONLY and value}


def _alike(standing: Standing) -> Iterator[list[int]]:
    """Yield the numbers of rows that hold for the same facts, whatever the day; only where there are several."""
    space, groups = standing.prover.ground.space, defaultdict(list)
    for number, row in enumerate(standing.rows):
        groups[_condition(space.row(standing.table.inputs, row, dated=False))].append(number)
    for numbers in groups.values():
        if len(numbers) > 1:
            yield numbers


def _condition(boxes: tuple[Box, ...]) -> Hashable:
    return frozenset(
        (frozenset(box.masks.items()), frozenset(box.some), frozenset((slot, out) for slot, out in box.none.items() if out))
        for box in boxes
    )


def _check_versions(pack: Pack, standing: Standing, numbers: list[int], findings: Findings) -> None:
    """Go through the versions by their first day, with the one that ends last so far."""
    rows = standing.rows
    in_time = sorted(numbers, key=lambda number: (rows[number].valid_from, number))
    longest = in_time[0]
    for number in in_time[1:]:
        if rows[number].valid_from <= rows[longest].valid_to:
            _tell_twice(pack, standing, min(longest, number), max(longest, number), findings)
        elif rows[number].valid_from > rows[longest].valid_to + timedelta(days=1):
            _tell_hole(pack, standing, longest, number, findings)
        if rows[number].valid_to > rows[longest].valid_to:
            longest = number


def _tell_twice(pack: Pack, standing: Standing, first: int, second: int, findings: Findings) -> None:
    one, two = standing.rows[first], standing.rows[second]
    same_days = (one.valid_from, one.valid_to) == (two.valid_from, two.valid_to)
    same = outcome(one) == outcome(two)
    days = "" if same_days else f",有效期在{_span(max(one.valid_from, two.valid_from), min(one.valid_to, two.valid_to))}重叠"
    if same:
        sentence = f"与 {one.id} 条件相同、结论也相同{days},是重复的行,请删去一行"
    else:
        sentence = f"与 {one.id} 条件相同而结论不同{days},只有排在前面的 {one.id} 起作用,请删去一行或改条件"
    check = "repeated" if same or same_days else "validity"
    findings.error(standing.table.name, two.id, sentence, check, others=(one.id,), **_both_fit(pack, standing, first, second))


def _both_fit(pack: Pack, standing: Standing, first: int, second: int) -> Mapping[str, Any]:
    """Return facts that fit both rows, on a day of both: best those that the first of them answers."""
    one, two = standing.rows[first], standing.rows[second]
    example = standing.past(second, iter([one]))
    if example is None:
        last = min(one.valid_to, two.valid_to)
        days = standing.days(max(one.valid_from, two.valid_from), last)
        example = attempt(lambda: standing.facts(second, standing.index.before(first), days) or standing.facts(second, 0, days))
    return shown(pack, example)


def _tell_hole(pack: Pack, standing: Standing, first: int, second: int, findings: Findings) -> None:
    """Days on which neither version holds; no hole when rows above answer all of it anyway."""
    one, two = standing.rows[first], standing.rows[second]
    start, end = one.valid_to + timedelta(days=1), day_before(two.valid_from)
    days, above = standing.days(start, end), standing.index.before(min(first, second))
    for box in standing.prover.ground.space.row(standing.table.inputs, one, dated=False):
        found = standing.prover.outside([box, days], standing.index, above)
        if (facts := standing.shown(found)) is not None:
            answer = standing.table.first(facts)
            now = f"其间由 {answer.id} 答复" if answer else "其间没有规则"
            sentence = f"{one.id} 于 {one.valid_to} 失效,{two.id} 于 {two.valid_from} 生效,{_span(start, end)}无版本,{now}"
            more = shown(pack, Example(facts))
            findings.warn(standing.table.name, two.id, sentence, "validity", others=(one.id,), **more)
            return


def _span(first: date, last: date) -> str:
    if first == date.min:
        return "全部时间" if last == date.max else f" {last} 以前"
    return f" {first} 以后" if last == date.max else f" {first} 至 {last} "
