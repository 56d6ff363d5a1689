"""The parts of a bulletin that are more than a question to the figures: groups of units, topics, times, what comes again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from math import ceil, floor
from typing import Final

from hotline.domain.indicators import NOTHING, Rate, Ratio
from hotline.domain.office_time import OfficeTime
from hotline.domain.order import Order
from hotline.domain.ranking import SORT_NAMES, SORTS, VOLUME, Counted, RankingRules, Sort, Standing, standings
from hotline.services.figures.at_once import AtOnce, Table
from hotline.services.figures.bulletin import Group, HotTopic, Repeated, Repeats, StageTime
from hotline.services.figures.grouping import STREET
from hotline.services.figures.rows import Asked, Stayed, Wanted, below
from routing_rules.pack import Pack

HOT: Final = 10
"""How many classes are told as hot topics."""
OFTEN: Final = 3
"""From how many orders of one caller on an appeal counts as repeated."""
AGAIN: Final = 3
"""From which round on: done again twice."""
STAGES: Final = ("desk", "sign", "handling", "review", "callback")
OF_UNITS: Final = ("sign", "handling")
"""Stages in which an order lies with its unit."""
_LEVELS: Final[Mapping[str, Sort]] = {"street": "street", "town": "street", "community": "community", "company": "company"}
_FEW: Final = 6
"""Fewer ranked units of a sort than this stand in one tier where the pack draws no borders."""
_HOUR: Final = 3600


def groups(units: Mapping[str, Mapping[Rate, Ratio]], pack: Pack) -> tuple[Group, ...]:
    """Return the units by sort, ranked in tiers by the orders they were sent; ``units`` without a key are nobody's."""
    found: dict[Sort, list[Counted]] = {}
    for code, rates in units.items():
        if code:
            level = pack.units[code].level if code in pack.units else ""
            sort = _LEVELS.get(level, "department")
            found.setdefault(sort, []).append(Counted(unit=code, name=pack.unit_name(code), sort=sort, month=rates, period=rates))
    return tuple(_group(sort, found[sort], pack) for sort in SORTS if sort in found)


def _group(sort: Sort, counted: Sequence[Counted], pack: Pack) -> Group:
    settings = pack.settings
    volumes = [n for one in counted if (n := one.month.get(VOLUME, NOTHING).denominator) >= settings.floor]
    borders = settings.assessment.tiers or thirds(volumes)
    rules = RankingRules(weights=weights(pack), floor=settings.floor, tiers=borders)
    lines = standings(counted, rules)
    apart = sorted((one for one in lines if one.rank is None), key=_by_volume)
    ranked = tuple(one for one in lines if one.rank is not None)
    return Group(sort=sort, name=SORT_NAMES[sort], ranked=ranked, apart=tuple(apart), borders=borders)


def _by_volume(one: Standing) -> tuple[int, str]:
    return -one.volume, one.unit


def weights(pack: Pack) -> dict[Rate, float]:
    """Return the pack's weights of the rates in a score."""
    return {rate: weight for rate, weight in pack.settings.weights.items() if weight}  # type: ignore[misc]  # checked when read


def thirds(volumes: Sequence[int]) -> tuple[int, ...]:
    """Return the borders that part units into a lower, a middle and an upper third by volume; none for a few units."""
    if len(volumes) < _FEW:
        return ()
    known = sorted(volumes)
    return tuple(sorted({known[len(known) // 3], known[2 * len(known) // 3]} - {known[0]}))


def hot_topics(now: Table, before: Table, year_ago: Table, rate: Rate) -> tuple[HotTopic, ...]:
    """Return the classes with the most orders; tables by category, of this period and of those it is compared with."""
    orders = {category: rates[rate].denominator for category, rates in now.items()}
    total = sum(orders.values())
    known = [sum(rates[rate].denominator for rates in table.values()) > 0 for table in (before, year_ago)]
    most = sorted((one for one in orders if one and orders[one]), key=lambda one: (-orders[one], one))[:HOT]
    return tuple(
        HotTopic(
            category=one, orders=orders[one], total=total,
            before=before.get(one, {}).get(rate, NOTHING).denominator if known[0] else None,
            year_ago=year_ago.get(one, {}).get(rate, NOTHING).denominator if known[1] else None,
        )
        for one in most
    )  # fmt: skip


def repeated(now: AtOnce, asked: Asked) -> Repeats:
    """Return appeals that come again: callers with several orders received in the period, and orders done again in it."""
    often = now.work.calls.often(asked.start, asked.end, OFTEN)
    again = now.behind(_of(asked, "reopening"), Wanted(rate="reopening", good=True), limit=1_000_000)
    known = now.work.orders.get_many(sorted({*again, *(one for orders in often for one in orders)}))
    theirs = [[known[one] for one in sorted(orders) if one in known and _asked_for(known[one], asked)] for orders in often]
    theirs = [orders for orders in theirs if len(orders) >= OFTEN]
    done_again = [known[one] for one in again if one in known and known[one].round >= AGAIN and _asked_for(known[one], asked)]
    return Repeats(
        callers=len(theirs), orders=sum(map(len, theirs)), reopened=len(done_again), matters=_matters(theirs, done_again)
    )  # fmt: skip


def _matters(theirs: Sequence[Sequence[Order]], done_again: Iterable[Order]) -> tuple[Repeated, ...]:
    found: dict[tuple[str, str], Repeated] = {}
    for orders in theirs:
        for where, some in groupby(sorted(orders, key=_matter), key=_matter):
            cell = found.setdefault(where, Repeated(category=where[0], place=where[1]))
            found[where] = replace(cell, callers=cell.callers + 1, orders=cell.orders + len(list(some)))
    for order in done_again:
        cell = found.setdefault(_matter(order), Repeated(category=_matter(order)[0], place=_matter(order)[1]))
        found[_matter(order)] = replace(cell, reopened=cell.reopened + 1)
    return tuple(sorted(found.values(), key=lambda one: (-one.callers, -one.orders, -one.reopened, one.category, one.place)))


def _of(asked: Asked, rate: Rate) -> Asked:
    return replace(asked, by="all", rates=frozenset({rate}))


def _asked_for(order: Order, asked: Asked) -> bool:
    there = below(order.category or "", asked.category) and below(order.place or "", asked.place)
    return there and (not asked.tag or asked.tag in order.words) and order.id not in asked.without


def _matter(order: Order) -> tuple[str, str]:
    return order.category or "", "/".join((order.place or "").split("/")[:STREET])


def stage_times(stays: Sequence[Stayed], pack: Pack) -> tuple[tuple[StageTime, ...], tuple[StageTime, ...]]:
    """Return how long the stays took: by stage, and by unit of the stages in which an order lies with its unit."""
    if not stays:
        return (), ()
    times = OfficeTime(pack.calendar, min(one.entered for one in stays), max(one.left for one in stays))
    found: dict[tuple[str, str], tuple[list[float], list[float]]] = {}
    for one in stays:
        plain, office = found.setdefault((one.stage, one.unit if one.stage in OF_UNITS else ""), ([], []))
        plain.append((one.left - one.entered).total_seconds() / _HOUR)
        office.append(times.between(one.entered, one.left) / _HOUR)
    whole: dict[str, tuple[list[float], list[float]]] = {}
    for (stage, _), (plain, office) in found.items():
        in_all = whole.setdefault(stage, ([], []))
        in_all[0].extend(plain)
        in_all[1].extend(office)
    of_units = [_stage_time(stage, unit, *took) for (stage, unit), took in found.items() if unit]
    return _in_order(_stage_time(stage, "", *took) for stage, took in whole.items()), _in_order(of_units)


def _in_order(lines: Iterable[StageTime]) -> tuple[StageTime, ...]:
    return tuple(sorted(lines, key=lambda one: (STAGES.index(one.stage), -one.n, one.unit)))


def _stage_time(stage: str, unit: str, took: Sequence[float], took_office: Sequence[float]) -> StageTime:
    plain, office = sorted(took), sorted(took_office)
    return StageTime(
        stage=stage, unit=unit, n=len(plain), median=quantile(plain, 0.5), ninth=quantile(plain, 0.9),
        office_median=quantile(office, 0.5), office_ninth=quantile(office, 0.9),
    )  # fmt: skip


def quantile(known: Sequence[float], share: float) -> float:
    """Return a quantile of sorted values, not empty, between two of them by their distance (Hyndman and Fan 1996, type 7)."""
    at = share * (len(known) - 1)
    low, high = known[floor(at)], known[ceil(at)]
    return low + (high - low) * (at - floor(at))
