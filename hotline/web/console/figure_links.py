"""Addresses of the orders behind figures, as boards, bulletins and the API write them, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast, get_args
from urllib.parse import urlencode

from hotline.domain.indicators import BOOKS, Book, Rate
from hotline.errors import InvalidInput
from hotline.services.figures.lists import Figure
from hotline.services.figures.periods import Period
from hotline.services.figures.rows import GROUPINGS, Grouping
from hotline.web.console.periods import read_period
from routing_rules.pack import Pack

GOOD: Final[Mapping[str, bool | None]] = {"yes": True, "no": False, "": None}
LONGEST: Final = 300
DEEPEST: Final = 6
HEATING: Final = "heating"


def address(
    rate: Rate, period: Period, *, book: Book, by: Grouping, key: str | None, good: bool | None, level: int | None = None,
    path: str = "/orders", category: str = "", place: str = "", tag: str = "", apart: bool = False,
) -> str:  # fmt: skip
    """Return the address of the orders behind a figure; class, place and tag narrow it; ``apart`` = without heating."""
    said = {"figure": rate, "book": book, "from": f"{period.first}", "to": f"{period.last}", "by": by}
    if key is not None and by != "all":
        said["key"] = key
    if level is not None:
        said["level"] = str(level)
    if good is not None:
        said["good"] = "yes" if good else "no"
    said |= {name: value for name, value in (("category", category), ("place", place), ("tag", tag)) if value}
    if apart:
        said["apart"] = HEATING
    return f"{path}?{urlencode(said)}"


def read_figure(given: Mapping[str, str], pack: Pack) -> tuple[Figure, Period]:
    """Return the figure that an address names. Raises ``InvalidInput`` for what no figure has."""
    period = read_period(given.get("from", ""), given.get("to", ""), pack.zone)
    rate = _one_of(given.get("figure", ""), get_args(Rate), "指标")
    book = _one_of(given.get("book") or "own", BOOKS, "口径")
    by = _one_of(given.get("by") or "unit", GROUPINGS, "分组")
    good = _one_of(given.get("good", ""), tuple(GOOD), "是否计入")
    key, narrowed = given.get("key"), {name: given.get(name, "") for name in ("category", "place", "tag")}
    if any(len(one) > LONGEST or not one.isprintable() for one in (key or "", *narrowed.values())):
        raise InvalidInput("no key", message="分组值填写有误")
    figure = Figure(
        rate=cast(Rate, rate), book=cast(Book, book), by=cast(Grouping, by), key=key, good=GOOD[good], start=period.start,
        end=period.end, level=_level(given.get("level", "")), **narrowed,
        apart=pack.settings.heating.classes if given.get("apart") == HEATING else (),
    )  # fmt: skip
    return figure, period


def _one_of(value: str, known: tuple[str, ...], what: str) -> str:
    if value not in known:
        raise InvalidInput(f"not one of {known}", message=f"{what}“{value[:20]}”不存在")
    return value


def _level(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:3]) <= DEEPEST):
        raise InvalidInput("no level", message=f"层级应为 1 至 {DEEPEST}")
    return int(text)
