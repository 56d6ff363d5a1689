"""A month's assessment as its page shows it: lines by sort and tier, objections, points, restatements in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from hotline.domain.assessment import ACT_NAMES, SCOPE_NAMES, Act, Objection, Scope, Verdict
from hotline.domain.indicators import NOTHING, RATE_NAMES, RATES, Book, Rate, Ratio
from hotline.domain.ranking import SORT_NAMES, Standing
from hotline.services.assessment.objections import Effect
from hotline.services.assessment.procedure import Sheet
from hotline.services.assessment.restating import Moved
from hotline.services.figures.periods import Period
from hotline.web.console.clocktext import Times
from hotline.web.console.figure_links import address
from hotline.web.console.periods import whole_month

SHOWN: Final[tuple[Rate, ...]] = ("response", "resolution", "satisfaction", "on_time", "return", "reopening")
VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.WAITING: "待决定", Verdict.AGREED: "一人已同意", Verdict.GRANTED: "成立", Verdict.REFUSED: "不成立",
}  # fmt: skip
DECISIONS: Final[Mapping[Verdict, str]] = {
    Verdict.WAITING: "待批准", Verdict.AGREED: "待批准", Verdict.GRANTED: "已批准", Verdict.REFUSED: "未批准",
}  # fmt: skip
TIERS: Final = "一二三四五六七八九十"
PLACE: Final = "名次"
WHOLE: Final = (Act.OPEN, Act.APPROVE, Act.SEND_BACK, Act.FREEZE, Act.PUBLISH)


@dataclass(frozen=True, slots=True)
class Cell:
    """A rate of the month with what it is made of, and of the period that ranks it."""

    percent: str
    fraction: str
    period: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A unit's line."""

    unit: str
    name: str
    rank: str
    volume: int
    period_volume: int
    cells: Sequence[Cell]
    points: str
    score: str
    ranking: str
    moved: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one sort and tier."""

    heading: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something before and after, as words."""

    what: str
    before: str
    after: str


def percent(ratio: Ratio) -> str:
    """Return a rate with one decimal."""
    return "—" if ratio.value is None else f"{ratio.value:.1%}"


def fraction(ratio: Ratio) -> str:
    """Return what a rate is made of."""
    return f"{ratio.numerator}/{ratio.denominator}"


def points(value: float) -> str:
    """Return points with their sign, nothing for none."""
    return f"{value:+g}" if value else ""


def score(value: float | None) -> str:
    """Return a score with two decimals."""
    return "—" if value is None else f"{value:.2f}"


def blocks(sheet: Sheet, times: Times, *, links: bool) -> list[Block]:
    """Return the lines by sort and tier; who stands apart comes last in each sort."""
    month, book = sheet.assessment.month, sheet.basis.book
    period = whole_month(month, times.zone)
    before = {line.unit: line for line in sheet.first}
    found = []
    for (sort, tier, apart), lines in groupby(sheet.lines, key=lambda one: (one.sort, one.tier, one.rank is None)):
        heading = f"{SORT_NAMES[sort]} · {_tier(tier, sheet.basis.tiers, apart, sheet.basis.floor)}"
        rows = [_row(line, before, period, book, links=links, quarters=sheet.basis.quarters) for line in lines]
        found.append(Block(heading, rows))
    return found


def _tier(tier: int, borders: Sequence[int], apart: bool, floor: int) -> str:
    if apart:
        return f"不参加排名(派单少于 {floor} 件或没有样本)"
    if not borders:
        return "不分档"
    span = [*reversed(borders)]
    low = f"{span[tier - 1]} 件及以上" if tier <= len(span) else f"不足 {span[-1]} 件"
    return f"{TIERS[tier - 1]}档({low})"


def _row(
    line: Standing, first: Mapping[str, Standing], period: Period, book: Book, *, links: bool, quarters: bool
) -> Row:  # fmt: skip
    was = first.get(line.unit)
    moved_from = f"原 {score(was.score)}" if was is not None and was.score != line.score else ""
    return Row(
        unit=line.unit, name=line.name, rank="—" if line.rank is None else str(line.rank), volume=line.volume,
        period_volume=line.period_volume, points=points(line.points), score=score(line.score), ranking=score(line.ranking),
        cells=[_cell(line, rate, period, book, links=links, quarters=quarters) for rate in SHOWN], moved=moved_from,
    )  # fmt: skip


def _cell(line: Standing, rate: Rate, period: Period, book: Book, *, links: bool, quarters: bool) -> Cell:
    ratio, more = line.rates.get(rate, NOTHING), line.period.get(rate, NOTHING)
    href = address(rate, period, book=book, by="unit", key=line.unit, good=None) if links and ratio.denominator else ""
    return Cell(percent(ratio), fraction(ratio), f"{percent(more)} {fraction(more)}" if quarters else "", href)


def changes(before: Standing | None, after: Standing | None, *, always: Iterable[str] = ()) -> list[Change]:
    """Return what is not alike in two lines of a unit: rates, scores, rank; and what is wanted ``always``."""
    wanted = set(always)
    return [one for one in _compared(before, after) if one.before != one.after or one.what in wanted]


def _compared(before: Standing | None, after: Standing | None) -> Iterator[Change]:
    for rate in RATES:
        pair = [one.rates.get(rate, NOTHING) if one else NOTHING for one in (before, after)]
        said = [f"{percent(ratio)}({fraction(ratio)})" for ratio in pair]
        yield Change(what=RATE_NAMES[rate], before=said[0], after=said[1])
    for what, read in _SCORES:
        yield Change(what=what, before=read(before), after=read(after))


def _place(one: Standing | None) -> str:
    return "—" if one is None else f"第 {one.rank} 名" if one.rank is not None else "不参加排名"


_SCORES: Final = (
    ("本月得分", lambda one: score(one.score) if one else "—"),
    ("排名得分", lambda one: score(one.ranking) if one else "—"),
    (PLACE, _place),
)


def effects(found: Mapping[Scope, Effect], rate: Rate) -> list[tuple[str, str, list[Change]]]:
    """Return for each scope its code, its name and what it would change."""
    return [
        (scope, SCOPE_NAMES[scope], changes(one.before, one.after, always=(RATE_NAMES[rate], PLACE)))
        for scope, one in found.items()
    ]


def differences(found: Sequence[Moved]) -> list[tuple[str, list[Change]]]:
    """Return by unit what a restatement changes."""
    return [(one.name, changes(one.before, one.after)) for one in found]


def objection(one: Objection, times: Times, name: str) -> dict[str, Any]:
    """Return an objection in words."""
    return {
        "no": one.no, "order_id": one.order_id, "rate": RATE_NAMES[_rate(one.rate)], "unit": name, "reason": one.reason,
        "proof": one.proof, "evidence": one.evidence, "at": times.absolute(one.at), "by": one.by, "state": VERDICTS[one.state],
        "waits": not one.state.over, "scope": SCOPE_NAMES[one.scope] if one.state in (Verdict.AGREED, Verdict.GRANTED) else "",
        "agreed_by": one.agreed_by, "decided_by": one.decided_by, "decided": times.absolute(one.decided_at), "note": one.note,
    }  # fmt: skip


def _rate(code: str) -> Rate:
    return next(rate for rate in RATES if rate == code)


def whole(sheet: Sheet) -> tuple[list[tuple[Act, str]], list[tuple[str, str]]]:
    """Return the acts on the whole month that may be done now, and why the others of this role cannot."""
    can = [(act, ACT_NAMES[act]) for act in WHOLE if not sheet.lawful[act]]
    cannot = [(ACT_NAMES[act], sheet.lawful[act]) for act in WHOLE if sheet.lawful[act]]
    return can, cannot


def until_words(sheet: Sheet, times: Times) -> str:
    """Return when the time for objections ends: midnight is told as the end of the day before."""
    until = sheet.assessment.until
    if until is None:
        return ""
    local = until.astimezone(times.zone)
    if (local.hour, local.minute) != (0, 0):
        return f"{local:%m-%d %H:%M}"
    last: date = local.date() - timedelta(days=1)
    return f"{last:%m-%d} 24:00"
