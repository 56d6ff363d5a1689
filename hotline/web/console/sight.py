"""态势感知: what is unusual this week, by class and street; bursts going on, heating apart, and a schematic map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from hotline.domain.incident import STATE_NAMES, Incident
from hotline.domain.roles import Actor, May, may
from hotline.domain.surprise import FALSE_SHARE, LEAST
from hotline.services.figures.periods import Period, from_to
from hotline.services.figures.seeing import InSight
from hotline.services.figures.sight import NOT_SAID, WEEKS, Season, Seen
from hotline.web.auth import RatesUser, WhoIsThere
from hotline.web.console.clocktext import Times
from hotline.web.console.figure_links import address
from hotline.web.console.figure_words import place_name
from hotline.web.console.pages import draw, times_of
from hotline.web.parts import parts_of
from routing_rules.pack import Pack
from routing_rules.street_grid import laid_out

router = APIRouter(prefix="/sight")
LEVELS: Final = {"1": "一级类别", "2": "二级类别", "3": "三级类别"}
MARKS: Final = {"": "", "up": "偏多", "down": "偏少"}
STEPS: Final = ((0.67, "less", "少于平时三分之一以上"), (1.5, "usual", "与平时相近"), (2.5, "more", "平时的 1.5 倍以上"))
MANY: Final = ("many", "平时的 2.5 倍以上")
FEW: Final = ("few", f"样本少(近 7 天与平时均不足 {LEAST} 件)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A cell in words: this week, last week, the change, the usual, whether it stands out; ``href`` opens its orders."""

    name: str
    now: int
    last: int
    change: str
    usual: str
    mark: str
    words: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A street's square: place in the grid, its numbers, and how they compare, as a colour and in words."""

    column: int
    row: int
    short: str
    shown: Shown
    step: str
    words: str


@router.get("")
def early_sight(request: Request, who: WhoIsThere, by: RatesUser, level: str = "2") -> Response:
    """Show what stands out; a unit sees its own orders alone."""
    parts, times = parts_of(request), times_of(request)
    pack, depth = parts.books.current(), level if level in LEVELS else "2"
    found = parts.seeing.now(level=int(depth), by=by)
    page = _Page(found, from_to(found.first, found.last, times.zone), pack, int(depth), _reads(by))
    return draw(
        request, "sight.html", who, title="态势感知", updated=times.clock(), asof=f"{times.now.astimezone(times.zone):%H:%M:%S}",
        period=page.period, level=depth, levels=LEVELS, incidents=[_incident(one, pack, times) for one in found.incidents],
        streets=page.streets(), rows=page.rows(), columns=[name.removesuffix("街道") for name in page.names()],
        total=page.shown(), standing=page.standing(), tiles=page.tiles(), drawn=bool(pack.street_grid),
        steps=[*((key, words) for _, key, words in STEPS), MANY, FEW],
        season=_season(found, pack), weeks=WEEKS, least=LEAST,
        false_share=f"{FALSE_SHARE:.0%}", reads=_reads(by),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Page:
    """The same figures as rows, columns and squares."""

    found: InSight
    period: Period
    pack: Pack
    level: int
    reads: bool

    def shown(self, matter: str = "", street: str = "") -> Shown:
        """Return one cell in words."""
        seen, name = self.found.sight.of(matter, street), self._name(matter, street)
        href = self._href(matter, street) if self.reads and seen.now else ""
        return Shown(
            name=name, now=seen.now, last=seen.last, change=_change(seen), usual=f"{seen.usual:.1f}", mark=seen.mark,
            words=f"{name}:近 7 天 {seen.now},上周同期 {seen.last},平时 {seen.usual:.1f}{_and(MARKS[seen.mark])}",
            href=href,
        )  # fmt: skip

    def rows(self) -> list[tuple[Shown, Sequence[Shown]]]:
        """Return each class with its streets."""
        sight = self.found.sight
        return [(self.shown(one), [self.shown(one, street) for street in self._columns()]) for one in sight.classes]

    def streets(self) -> list[tuple[Shown, str]]:
        """Return each street with the class of most of its orders, the street with most orders first."""
        found = [(self.shown("", street), self._most(street)) for street in self._columns()]
        return sorted(found, key=lambda one: (-one[0].now, -float(one[0].usual)))

    def names(self) -> list[str]:
        """Return the heads of the columns."""
        return [self._name("", street) for street in self._columns()]

    def standing(self) -> list[Shown]:
        """Return what stands out, more before less, the least likely first: single cells before the sums they explain."""
        cells = self.found.sight.cells
        marked = [cell for cell, seen in cells.items() if seen.mark and cell != ("", "")]
        return [
            self.shown(*cell)
            for cell in sorted(marked, key=lambda cell: (cells[cell].mark == "down", cells[cell].chance, "" in cell, cell))
        ]

    def tiles(self) -> list[Tile]:
        """Return a square for every street of the district."""
        district = self.pack.settings.district
        streets = [one for one in self.pack.places if one.level == "street" and one.parent == district]
        squares = laid_out([one.code for one in streets], self.pack.street_grid)
        return [self._tile(f"{district}/{one.code}", one.name, *squares[one.code]) for one in streets]

    def _tile(self, path: str, name: str, column: int, row: int) -> Tile:
        step, words = _step(self.found.sight.of("", path))
        short = name.removesuffix("街道").removesuffix("办事处")
        return Tile(column=column, row=row, short=short, shown=self.shown("", path), step=step, words=words)

    def _columns(self) -> list[str]:
        """Return the district's own streets as they are written, then what is no street of it."""
        district = self.pack.settings.district
        own = [f"{district}/{one.code}" for one in self.pack.places if one.level == "street" and one.parent == district]
        return [*own, NOT_SAID]

    def _most(self, street: str) -> str:
        cells = self.found.sight.cells
        found = [(seen.now, matter) for (matter, where), seen in cells.items() if matter and where == street and seen.now]
        return f"{_matter(max(found)[1])} {max(found)[0]}" if found else ""

    def _name(self, matter: str, street: str) -> str:
        where = "" if not street else "地点不明或区外" if street == NOT_SAID else place_name(street, self.pack)
        return " ".join(part for part in (where, _matter(matter) if matter else "") if part) or "合计"

    def _href(self, matter: str, street: str) -> str:
        """Return the address of the orders; none where the place is no street."""
        if street == NOT_SAID:
            return ""
        said: dict[str, Any] = {"by": "all", "key": None, "place": street, "apart": bool(self.pack.settings.heating.classes)}
        if matter:
            said |= {"by": "category", "key": "" if matter == NOT_SAID else matter, "level": self.level}
        return address("direct", self.period, book="own", good=None, **said)


def _matter(path: str) -> str:
    return "未分类" if path == NOT_SAID else path.rsplit("/", 1)[-1] if path.count("/") < 2 else " / ".join(path.split("/")[-2:])


def _change(seen: Seen) -> str:
    """Return the change against last week, as a number: a share of small numbers says nothing."""
    change = seen.now - seen.last
    return f"+{change}" if change > 0 else "0" if not change else f"−{-change}"


def _and(words: str) -> str:
    return f",{words}" if words else ""


def _step(seen: Seen) -> tuple[str, str]:
    if max(seen.now, seen.usual) < LEAST:
        return FEW
    share = seen.now / seen.usual if seen.usual else float("inf")
    return next(((key, words) for below, key, words in STEPS if share < below), MANY)


def _reads(by: Actor) -> bool:
    return by.role is None or may(by.role, May.READ_ALL) or may(by.role, May.READ_OWN)


def _incident(one: Incident, pack: Pack, times: Times) -> dict[str, Any]:
    expected = "" if one.expected is None else f"{one.expected:.1f}"
    return {
        "id": one.id, "title": one.title, "state": STATE_NAMES[one.state], "count": len(one.offered), "expected": expected,
        "category": one.category.replace("/", " / "), "at": times.absolute(one.created_at),
        "place": one.place_name or (place_name(one.place, pack) if one.place else ""),
    }  # fmt: skip


def _season(found: InSight, pack: Pack) -> dict[str, Any] | None:
    one: Season | None = found.season
    if one is None:
        return None
    names = {key: "地点不明或区外" if key == NOT_SAID else place_name(key, pack) for key in one.streets}
    return {
        "on": found.heating_now, "now": one.now, "last": one.last, "year_ago": one.year_ago, "around": f"{one.around:.1f}",
        "known": one.known, "classes": "、".join(path.rsplit("/", 1)[-1] for path in pack.settings.heating.classes),
        "streets": sorted(((names[key], now, was) for key, (now, was) in one.streets.items()), key=lambda row: (-row[1], row[0])),
    }  # fmt: skip
