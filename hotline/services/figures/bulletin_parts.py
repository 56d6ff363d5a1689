"""The parts of a bulletin that are more than a question to the figures: groups of units, topics, times, what comes again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from hotline.domain.indicators import NOTHING, Rate, Ratio
from hotline.domain.order import Order
from hotline.domain.ranking import SORT_NAMES, SORTS, Counted, RankingRules, Sort, Standing, standings
from hotline.services.figures.at_once import AtOnce, Table
from hotline.services.figures.bulletin import Group, HotTopic, Repeated, Repeats
from hotline.services.figures.grouping import STREET
from hotline.services.figures.periods import Period
from hotline.services.figures.ranked import rules_of, sort_of
from hotline.services.figures.rows import Asked, Wanted, below
from routing_rules.pack import Pack

HOT: Final = 10
"""How many classes are told as hot topics."""
OFTEN: Final = 3
"""From how many orders of one caller on an appeal counts as repeated."""
AGAIN: Final = 3
"""From which round on: done again twice."""


def groups(units: Mapping[str, Mapping[Rate, Ratio]], pack: Pack, period: Period) -> tuple[Group, ...]:
    """Return the units by sort, ranked in tiers by the orders they were sent; ``units`` without a key are nobody's."""
    rules, found = rules_of(pack, period), dict[Sort, list[Counted]]()
    for code, rates in units.items():
        if code:
            sort = sort_of(code, pack)
            found.setdefault(sort, []).append(Counted(unit=code, name=pack.unit_name(code), sort=sort, month=rates, period=rates))
    return tuple(_group(sort, found[sort], rules) for sort in SORTS if sort in found)


def _group(sort: Sort, counted: Sequence[Counted], rules: RankingRules) -> Group:
    lines = standings(counted, rules)
    apart = sorted((one for one in lines if one.rank is None), key=_by_volume)
    ranked = tuple(one for one in lines if one.rank is not None)
    return Group(sort=sort, name=SORT_NAMES[sort], ranked=ranked, apart=tuple(apart), borders=rules.tiers)


def _by_volume(one: Standing) -> tuple[int, str]:
    return -one.volume, one.unit


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
