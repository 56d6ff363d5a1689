"""Making a bulletin 通报: everything in it from one state of the store, by the same figures as everywhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from hotline.domain.call import CHANNEL_NAMES
from hotline.domain.indicators import NOTHING, RATES, Book, Rate, definitions, left_out
from hotline.domain.order import Flag
from hotline.domain.ranking import VOLUME, added
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput, NotAllowed
from hotline.services.books import Books
from hotline.services.figures.at_once import AtOnce, Table
from hotline.services.figures.bulletin import CAME, Behind, Bulletin, Count, HeatingPart, Topic
from hotline.services.figures.bulletin_parts import groups, hot_topics, repeated
from hotline.services.figures.periods import Period
from hotline.services.figures.ranked import weights_of
from hotline.services.figures.reading import Figures
from hotline.services.figures.rows import Asked, Grouping, below
from hotline.services.figures.stage_times import stage_times, unit_times
from hotline.services.ports import Clock
from hotline.services.recusal import keys_of
from hotline.services.rows import OrderFilter
from routing_rules.pack import Pack

SHOWN: Final[tuple[Rate, ...]] = (*RATES, "correction", "refused_return", "leg_on_time")
SHARES: Final[tuple[Rate, ...]] = ("direct", "excluded", "anonymous", "no_reply")
MOST: Final = 10_000_000
Told = Callable[[int, str], None]
"""Told how many parts are done, and which one is next."""
STEPS: Final = 6


def _nobody(_done: int, _text: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class _Making:
    """What every part needs."""

    now: AtOnce
    pack: Pack
    asked: Asked
    period: Period
    earlier: tuple[Period, Period]

    @property
    def came(self) -> Rate:
        return CAME[self.asked.book]

    def within(self, period: Period) -> Asked:
        """The same question of another period."""
        return replace(self.asked, start=period.start, end=period.end)

    def table(self, by: Grouping, *rates: Rate, asked: Asked | None = None) -> Table:
        wanted = rates or SHOWN
        return self.now.rates(replace(asked or self.asked, by=by, rates=frozenset(wanted)), wanted=wanted)

    def orders(self, asked: Asked) -> int:
        """How many orders came in."""
        return self.table("all", self.came, asked=asked).get("", {}).get(self.came, NOTHING).denominator


class Bulletins:
    """Makes bulletins for the office."""

    def __init__(self, clock: Clock, books: Books, figures: Figures) -> None:
        self._clock, self._books, self._figures = clock, books, figures

    def make(
        self, period: Period, *, book: Book = "own", topic: Topic | None = None, by: Actor, told: Told = _nobody
    ) -> Bulletin:  # fmt: skip
        """Return the bulletin of a period. Raises ``NotAllowed`` for a unit's person, ``InvalidInput`` for a time to come."""
        if by.of_unit:
            raise NotAllowed(f"{by.name} belongs to a unit", message="通报由热线办编制,承办单位请在看板查看本单位的数据")
        now, topic = self._clock.now(), topic or Topic()
        if period.start > now:
            raise InvalidInput(f"{period.key} lies ahead", message=f"{period.name}尚未开始,没有可统计的数据")
        pack = self._books.current()
        checked(topic, pack)
        about = {"category": topic.category, "place": topic.place, "tag": topic.tag, "book": book}
        asked = self._figures.asked(period.start, period.end, by=by, **about)
        with self._figures.at_once() as state:
            made = _Making(state, pack, asked, period, earlier(period, now))
            return self._made(made, topic, by, told)

    def _made(self, made: _Making, topic: Topic, by: Actor, told: Told) -> Bulletin:
        pack, asked, own = made.pack, made.asked, made.asked.book == "own"
        told(0, "各单位")
        units = made.table("unit")
        told(1, "受理情况")
        came = added(made.table("all", *(SHARES if own else ("excluded",))).values())
        counts = {by_: self._counts(made, by_) for by_ in ("channel", "kind")}
        told(3, "热点")
        classes = [made.table("category", made.came, asked=one) for one in (asked, *map(made.within, made.earlier))]
        told(5, "环节用时、供热和重复诉求")
        stays = made.now.stays(asked) if own else []
        return Bulletin(
            office=pack.settings.title, period=made.period, book=asked.book, topic=topic, computed_at=asked.now,
            book_hash=pack.content_hash, provisional=made.period.end > asked.now,
            accepted=came.get(made.came, NOTHING).denominator,
            shares=came, channels=counts["channel"], kinds=counts["kind"], whole=added(units.values()),
            groups=groups(units, pack, made.period), floor=pack.settings.floor, weights=weights_of(pack),
            topics=hot_topics(classes[0], classes[1], classes[2], made.came),
            repeated=repeated(made.now, asked) if own else None,
            stages=tuple(stage_times(stays, pack.calendar)), unit_stages=tuple(unit_times(stays, pack.calendar)),
            heating=heating(made), overdue=self._overdue(made, topic, by),
            definitions=definitions(pack.settings.rates, pack.settings.callback_attempts, asked.book),
            left_out=left_out(pack.settings.rates), **_names(pack),
        )  # fmt: skip

    @staticmethod
    def _counts(made: _Making, by: Grouping) -> tuple[Count, ...]:
        names = CHANNEL_NAMES if by == "channel" else {}
        found = [
            Count(names.get(key, key) or "未知", rates[made.came].denominator, Behind(rate=made.came, by=by, key=key))
            for key, rates in made.table(by, made.came).items()
        ]
        return tuple(sorted(found, key=lambda one: (-one.orders, one.name)))

    @staticmethod
    def _overdue(made: _Making, topic: Topic, by: Actor) -> dict[str, int] | None:
        """What is open and late now, by unit, and under no key altogether; None where the list cannot be asked for it."""
        if topic.tag or topic.place or made.asked.book != "own":
            return None
        late = OrderFilter(
            open_only=True, due_before=made.asked.now, without=frozenset({Flag.PAUSED}), hidden_from=keys_of(by),
            category=topic.category or None,
        )  # fmt: skip
        codes = [code for code, unit in made.pack.units.items() if unit.gets_orders]
        filters = {"": late, **{code: replace(late, unit=code) for code in codes}}
        return {code: n for code, n in made.now.work.orders.count_each(filters, MOST).items() if n or not code}


def _names(pack: Pack) -> dict[str, dict[str, str]]:
    return {
        "unit_names": {code: unit.name for code, unit in pack.units.items()},
        "place_names": {pack.geography.path(code): place.name for code, place in pack.geography.places.items()},
    }


def checked(topic: Topic, pack: Pack) -> None:
    """Raise ``InvalidInput`` for a class or place that the pack does not know."""
    if topic.category and topic.category not in pack.categories:
        told = f"没有类别“{topic.category}”,应写事项类别表中的路径,如 {next(iter(sorted(pack.categories)), '')}"
        raise InvalidInput(f"no class {topic.category}", message=told)
    if topic.place and topic.place not in {pack.geography.path(code) for code in pack.geography.places}:
        raise InvalidInput(f"no place {topic.place}", message=f"没有地点“{topic.place}”")


def earlier(period: Period, now: datetime) -> tuple[Period, Period]:
    """Return the period before and the one a year ago; as many days of them as have passed of one that still runs."""
    before, year_ago = period.before(), period.year_ago()
    if period.end <= now:
        return before, year_ago
    days = (now.astimezone(period.zone).date() - period.first).days + 1
    return before.cut(days), year_ago.cut(days)


def heating(made: _Making) -> HeatingPart | None:
    """Return the heating part, where the period touches the season and the topic is no other one."""
    season, topic = made.pack.settings.heating, made.asked.category
    classes = [max(one, topic, key=len) for one in season.classes if below(one, topic) or below(topic, one)]
    if not classes or not season.touches(made.period.first, made.period.last):
        return None
    asked = [replace(made.asked, category=one) for one in classes]
    today = made.asked.now.astimezone(made.period.zone).date()
    days = [day for day in made.period.days if season.on(day) and day <= today]

    def came(period: Period) -> int:
        return sum(made.orders(replace(one, start=period.start, end=period.end)) for one in asked)

    known = [made.orders(made.within(one)) > 0 for one in made.earlier]
    before, year_ago = (came(one) if there else None for one, there in zip(made.earlier, known, strict=True))
    tables = [made.table("unit", VOLUME, "on_time", "response", "satisfaction", asked=one) for one in asked]
    each = [Count(one.category, made.orders(one), Behind(rate=made.came, category=one.category)) for one in asked]
    return HeatingPart(
        season="采暖期", total=sum(one.orders for one in each), before=before, year_ago=year_ago, classes=tuple(each),
        days=tuple((day, came(Period("days", day, day, made.period.zone))) for day in days),
        units={code: added(table[code] for table in tables if code in table) for code in sorted({c for t in tables for c in t})},
    )  # fmt: skip
