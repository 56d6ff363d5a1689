"""The cells of a rule table: what may stand in one, and when a fact satisfies it.

``A`` exact · ``A|B`` one of · ``not A`` (``not A|B``: neither) · ``A/*`` A and everything below it (categories, places) ·
``>=0.8``, ``0.5..0.8`` numbers, half-open · ``22:00..06:00`` time of day, half-open, over midnight too · ``10-15..04-15`` dates
within the year, both days included · empty = any. A missing fact satisfies only the empty cell. On a set ``A`` holds when one
member is A, and ``not A`` is its opposite: no member is A.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from hotline.domain.facts import KINDS
from hotline.errors import RuleError, UnknownFact

FactKind = Literal["text", "path", "set", "number", "moment"]
Predicate = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class FactType:
    """How a fact's cells are written; ``values`` is its vocabulary where that is fixed here rather than in the pack."""

    kind: FactKind
    values: frozenset[str] = frozenset()


YES_NO = frozenset({"yes", "no"})
VULNERABLE = frozenset({"elderly", "disabled", "pregnant", "minor"})
FACTS: dict[str, FactType] = {
    "received_at": FactType("moment"),
    "category": FactType("path"),
    "kind": FactType("text", frozenset(KINDS)),
    "urgency": FactType("text", frozenset({"normal", "urgent", "danger"})),
    "place": FactType("path"),
    "estate": FactType("text"),
    "channel": FactType("text"),
    "origin": FactType("text", frozenset({"own", "upstream"})),
    "caller_kind": FactType("text"),
    "confidential": FactType("text", YES_NO),
    "vulnerable": FactType("set", VULNERABLE),
    "reply_needed": FactType("text", YES_NO),
    "round": FactType("number"),
    "returned_by": FactType("set"),
    "accused": FactType("text"),
    "upstream_due": FactType("moment"),
    "confidence": FactType("number"),
    "words": FactType("set"),
}


class BadCell(RuleError):
    """A cell that cannot be read; ``detail`` says why in Chinese."""

    code = "rules.bad_cell"


@dataclass(frozen=True, slots=True)
class OneOf:
    """Exact values."""

    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Under:
    """A path and everything below it."""

    path: str


@dataclass(frozen=True, slots=True)
class Range:
    """A half-open range of numbers; None = no bound."""

    low: float | None
    high: float | None
    low_in: bool = True
    high_in: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """Time of day in minutes since midnight, half-open; over midnight when ``to`` is not after ``since``."""

    since: int
    to: int


@dataclass(frozen=True, slots=True)
class Season:
    """Dates within the year as month × 100 + day, both included; over New Year when ``last`` is before ``first``."""

    first: int
    last: int


Term = OneOf | Under | Range | Clock | Season


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that was read: no terms = any; else one of the terms holds, or with ``negated`` none does."""

    text: str
    kind: FactKind
    terms: tuple[Term, ...] = ()
    negated: bool = False

    @property
    def any(self) -> bool:
        """Whether the cell is empty."""
        return not self.terms

    def holds(self, value: Any) -> bool:
        """Whether a fact, as ``DecisionTable`` prepares it, satisfies the cell."""
        return self.any or self.predicate()(value)

    def predicate(self) -> Predicate:
        """Return the test as a function; only for a cell that is not empty."""
        tests = tuple(_test(term, self.kind) for term in self.terms)
        if self.negated:
            return lambda value: value is not None and not any(test(value) for test in tests)
        if len(tests) == 1:
            return tests[0]
        return lambda value: value is not None and any(test(value) for test in tests)


_WIDE = {"\uff5c": "|", "\uff0a": "*", "\uff1e": ">", "\uff1c": "<", "\uff1d": "=", "\uff0f": "/"}
"""Signs of a cell as a Chinese keyboard writes them: part of no name, and a row with one would silently never fit."""


def read_cell(fact: str, text: str) -> Cell:
    """Read a cell of the column ``fact``. Raises ``UnknownFact`` and ``BadCell``."""
    kind = fact_type(fact).kind
    text = text.strip()
    if not text:
        return Cell("", kind)
    if wrong := next((mark for mark in _WIDE if mark in text), None):
        raise BadCell(f"“{wrong}”是全角符号,应写成半角“{_WIDE[wrong]}”")
    negated = text == "not" or text.startswith("not ")
    parts = [part.strip() for part in (text.removeprefix("not") if negated else text).split("|")]
    if not all(parts):
        raise BadCell("“|”两侧和 not 之后不能为空")
    return Cell(text, kind, _joined([_term(fact, part) for part in parts]), negated)


def fact_type(fact: str) -> FactType:
    """Return how cells of ``fact`` are written. Raises ``UnknownFact``."""
    try:
        return FACTS[fact]
    except KeyError:
        raise UnknownFact(f"unknown fact {fact}", message=f"没有名为“{fact}”的条件列") from None


def _joined(terms: list[Term]) -> tuple[Term, ...]:
    """Put exact values together: one look-up instead of several tests."""
    exact = [term for term in terms if isinstance(term, OneOf)]
    others = tuple(term for term in terms if not isinstance(term, OneOf))
    values: frozenset[str] = frozenset().union(*(term.values for term in exact))
    return ((OneOf(values),) if exact else ()) + others


def _term(fact: str, part: str) -> Term:
    match FACTS[fact].kind:
        case "number":
            return _number(part)
        case "moment":
            return _moment(part)
        case "path" if part.endswith("/*"):
            return Under(part.removesuffix("/*").rstrip("/"))
        case _:
            allowed = FACTS[fact].values
            if allowed and part not in allowed:
                raise BadCell(f"“{part}”不是 {fact} 的取值(可用:{'、'.join(sorted(allowed))})")
            return OneOf(frozenset({part}))


_NUMBER = r"\d+(?:\.\d+)?"
_COMPARISON = re.compile(rf"(>=|<=|>|<)\s*({_NUMBER})")
_SPAN = re.compile(rf"({_NUMBER})?\.\.({_NUMBER})?")


def _number(part: str) -> Range:
    if re.fullmatch(_NUMBER, part):
        return Range(float(part), float(part), high_in=True)
    if found := _COMPARISON.fullmatch(part):
        sign, bound = found[1], float(found[2])
        below = sign.startswith("<")
        return Range(None, bound, high_in=sign == "<=") if below else Range(bound, None, low_in=sign == ">=")
    found = _SPAN.fullmatch(part)
    if not found or not (found[1] or found[2]):
        raise BadCell(f"“{part}”不是数值条件,写法如 >=0.8 或 0.5..0.8")
    low, high = (float(bound) if bound else None for bound in found.groups())
    if low is not None and high is not None and low >= high:
        raise BadCell(f"数值区间“{part}”是空的")
    return Range(low, high)


_CLOCK = re.compile(r"(\d\d):(\d\d)\.\.(\d\d):(\d\d)")
_SEASON = re.compile(r"(\d\d)-(\d\d)\.\.(\d\d)-(\d\d)")


def _moment(part: str) -> Clock | Season:
    if found := _CLOCK.fullmatch(part):
        hours = [int(group) for group in found.groups()]
        since, to = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if max(hours[1], hours[3]) > 59 or max(since, to) > 24 * 60 or since == to:
            raise BadCell(f"时间段“{part}”有误")
        return Clock(since, to)
    if found := _SEASON.fullmatch(part):
        numbers = [int(group) for group in found.groups()]
        try:
            first, last = date(2024, *numbers[:2]), date(2024, *numbers[2:])  # a leap year: 02-29 is a date
        except ValueError:
            raise BadCell(f"日期段“{part}”有误") from None
        return Season(first.month * 100 + first.day, last.month * 100 + last.day)
    raise BadCell(f"“{part}”不是时间条件,写法如 22:00..06:00 或 10-15..04-15")


def _test(term: Term, kind: FactKind) -> Predicate:
    match term:
        case OneOf(values) if kind == "set":
            return lambda value: not values.isdisjoint(value)
        case OneOf(values):
            return values.__contains__
        case Under(path):
            below = path + "/"
            return lambda value: value is not None and (value == path or value.startswith(below))
        case Range():
            return _range_test(term)
        case Clock(since, to):
            return _clock_test(since, to)
        case Season(first, last):
            return _season_test(first, last)


def _range_test(term: Range) -> Predicate:
    low = float("-inf") if term.low is None else term.low
    high = float("inf") if term.high is None else term.high
    low_in, high_in = term.low_in, term.high_in

    def test(value: float | None) -> bool:
        if value is None:
            return False
        return (low < value or (low_in and value == low)) and (value < high or (high_in and value == high))

    return test


def _clock_test(since: int, to: int) -> Predicate:
    def test(value: datetime | None) -> bool:
        if value is None:
            return False
        minute = value.hour * 60 + value.minute
        return since <= minute < to if since < to else minute >= since or minute < to

    return test


def _season_test(first: int, last: int) -> Predicate:
    def test(value: datetime | None) -> bool:
        if value is None:
            return False
        day = value.month * 100 + value.day
        return first <= day <= last if first <= last else day >= first or day <= last

    return test
