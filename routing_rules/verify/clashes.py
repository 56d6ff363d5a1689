"""Limits that contradict each other for facts that exist: where, when and with which example."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product

from hotline.domain.facts import Facts
from routing_rules.deadlines import STARTS, Start
from routing_rules.pack import Pack
from routing_rules.verify.combos import Combos, Limited, Role, Ruled, by_limit
from routing_rules.verify.periods import Chain, Earlier, Periods
from routing_rules.verify.prover import Claim, Example, Prover

LATEST_UNPUBLISHED = 2026
"""The year looked at when a pack publishes none."""
_PATIENCE = 20  # combinations tried by proof before the calendar is asked whether there is anything to prove
Chains = Callable[[tuple[Limited, ...]], tuple[Chain, Chain]]
"""The two chains to compare, made of the limits of a row for each role."""
BEFORE_DISPATCH: tuple[Start, ...] = ("received", "upstream_dispatch")
AT_DISPATCH: tuple[Start, ...] = ("first_dispatch", "leg_dispatch")


@dataclass(frozen=True, slots=True)
class Clash:
    """Facts for which one chain of limits ends before another though it should not, and the times that show it."""

    when: Earlier
    example: Example

    def times(self, one: str, other: str) -> str:
        """Tell in Chinese from when both were counted, and when each (by its name) ends."""
        start, due, against = (_shown(moment) for moment in (self.when.moment, self.when.due, self.when.other))
        return f"如自 {start} 起算,{one}到 {due},{other}到 {against}"


@dataclass(frozen=True, slots=True)
class Least:
    """The least time a limit leaves: from which moment, and facts received then."""

    span: timedelta
    moment: datetime
    example: Example | None


def _shown(moment: datetime | None) -> str:
    assert moment is not None  # noqa: S101  # a clash has a moment
    return f"{moment:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


class Clashes:
    """Asks the prover about rows and the calendar about their limits."""

    def __init__(self, pack: Pack, prover: Prover) -> None:
        self._pack, self._prover = pack, prover
        years = pack.settings.published_years
        settled = [year for year in years if year + 1 in years] or list(years) or [LATEST_UNPUBLISHED]
        self.periods = Periods(pack.calendar, max(settled))
        self._combos = Combos(pack, prover.work, (pack.deadlines.whole, pack.dispatch.table))
        self._series: dict[tuple[str, frozenset[Start]], tuple[Limited, ...]] = {}
        self._groups: dict[int, tuple[Sequence[Limited], list[list[Limited]]]] = {}
        self._tried: dict[tuple[Chain, Chain], int] = defaultdict(int)
        self._times: dict[int, bool] = {}

    def series(self, name: str, starts: Collection[Start] = STARTS) -> tuple[Limited, ...]:
        """Return the rows of a series of the deadline table that start so; nothing when it has none."""
        key = name, frozenset(starts)
        if key not in self._series:
            table, limits = self._pack.deadlines.series.get(name), self._pack.deadlines.limits
            rows = (Limited(table, row, limits[row.id]) for row in table.rows) if table else ()
            self._series[key] = tuple(row for row in rows if row.given.starts in starts)
        return self._series[key]

    def first(
        self, roles: Sequence[Role[Limited]], chains: Chains, *, free: Collection[str] = (), worst: bool = False
    ) -> tuple[tuple[Limited, ...], Clash] | None:
        """Return a row for each role, and facts that let the first of two chains end before the second; None = there are none.

        Both chains are counted from where the first row's limit starts. With ``worst`` a clash at every moment goes first.
        """
        mild = None
        for groups in product(*map(self._by_limit, roles)):
            one, other = chains(tuple(group.rows[0] for group in groups))
            self._tried[one, other] += 1
            if self._never(one, other):
                continue
            for rows in self._combos.together(groups, free):
                self._tried[one, other] += 1
                if self._never(one, other):
                    break
                claims = [group.claim(row) for group, row in zip(groups, rows, strict=True)]
                clash = self._find(claims, (one, other), rows[0].given.starts, free)
                if clash is not None and (clash.when.always or not worst):
                    return rows, clash
                if clash is not None:
                    mild = mild or (rows, clash)
                    break
        return mild

    def _never(self, one: Chain, other: Chain) -> bool:
        """Whether it is known that one chain never ends first; the calendar is asked when there was enough to prove."""
        tried = self._tried[one, other]
        return self.periods.known_never(one, other) or (tried >= _PATIENCE and not self.periods.earlier(one, other))

    def _by_limit(self, role: Role[Limited]) -> list[Role[Limited]]:
        """Return the role once for each limit that its rows give."""
        if role.fixed:
            return [role]
        if id(role.rows) not in self._groups:
            self._groups[id(role.rows)] = role.rows, by_limit(role.rows)  # kept with the rows, whose id it is
        return [Role(rows, role.where) for rows in self._groups[id(role.rows)][1]]

    def _timed(self, claim: Claim) -> bool:
        """Whether a row of the table asks for a time; the year looked at must be in force, too."""
        table = claim.table
        if id(table) not in self._times:  # a series' table lives as long as its pack
            times = [index for index, fact in enumerate(table.inputs) if fact == "received_at"]
            self._times[id(table)] = any(not row.inputs[index].any for row in table.rows for index in times)
        return self._times[id(table)]

    def met(self, row: Limited, others: Sequence[Ruled]) -> Iterator[Ruled]:
        """Yield those of the others that the row does not exclude by its own cells."""
        alone: Role[Ruled] = Role((row,))
        for _, other in self._combos.together((alone, Role(others))):
            yield other

    def least(self, row: Limited, bound: timedelta) -> Least | None:
        """Return the least time a row's limit leaves where it answers; None = nowhere as little as ``bound``.

        A row that asks for a season or a time of day, or stands below one that does, answers some moments of a year only.
        """
        claim = Claim(row.table, row.row)
        span, moment = self.periods.shortest(row.chain)
        if span > bound:
            return None
        if row.given.starts in BEFORE_DISPATCH and self._timed(claim):
            return self._least_within(row, claim, bound)
        example = self._prover.example(claim)
        return Least(span, moment, example and self._moved([claim], example, moment))

    def _least_within(self, row: Limited, claim: Claim, bound: timedelta) -> Least | None:
        days: dict[date, list[tuple[timedelta, datetime]]] = defaultdict(list)
        for moment in self.periods.moments(row.chain, (), every_day=True):
            if _allows(claim, moment) and (span := self.periods.due(row.chain, moment) - moment) <= bound:
                days[moment.date()].append((span, moment))
        for day, found in sorted(days.items(), key=lambda one: min(one[1])):
            example = self._on(day, [moment for _, moment in found], [claim])
            if example is not None:
                local = example.facts.received_at.astimezone(self._pack.zone)
                span, moment = min((one for one in found if _same_minute(one[1], local)), default=min(found))
                return Least(span, moment, example)
        return None

    def _on(self, day: date, moments: Sequence[datetime], claims: Sequence[Claim], free: Collection[str] = ()) -> Example | None:
        """Return facts that meet all ``claims``, received on that day in the minute of one of the moments."""
        season = f"{day:%m-%d}..{day:%m-%d}"
        table, row = claims[0].table, claims[0].row
        dated = Claim(table, row, {"received_at": season})
        timed = Claim(table, row, {"received_at": "|".join(map(_minute, moments))})
        return self._prover.example(*claims, dated, timed, free=free)

    def _find(self, claims: Sequence[Claim], chains: tuple[Chain, Chain], starts: Start, free: Collection[str]) -> Clash | None:
        """Return facts that meet all ``claims`` and let one chain end before the other; None = there are none."""
        example = self._prover.example(*claims, free=free)  # a proof is cheaper than a year of due times
        earlier = self.periods.earlier(*chains) if example else None
        if example is None or not earlier:
            return None
        if starts in BEFORE_DISPATCH and any(self._timed(claim) for claim in claims):
            return self._within_times(claims, *chains, free)
        if starts in BEFORE_DISPATCH and earlier.moment is not None:
            example = self._moved(claims, example, earlier.moment)
        return Clash(earlier, example)

    def _within_times(self, claims: Sequence[Claim], one: Chain, other: Chain, free: Collection[str]) -> Clash | None:
        """As ``find``, where the rows ask for a season or a time of day: only moments that these allow are looked at."""
        days: dict[date, list[Earlier]] = defaultdict(list)
        always = True
        for moment in self.periods.moments(one, other, every_day=True):
            if all(_allows(claim, moment) for claim in claims):
                due, against = self.periods.due(one, moment), self.periods.due(other, moment)
                always = always and due < against
                if due < against:
                    days[moment.date()].append(Earlier(moment=moment, due=due, other=against))
        for day, found in sorted(days.items()):
            example = self._on(day, [each.moment for each in found if each.moment], claims, free)
            if example is not None:
                local = example.facts.received_at.astimezone(self._pack.zone)
                shown = next((each for each in found if each.moment and _same_minute(each.moment, local)), found[0])
                return Clash(replace(shown, always=always), example)
        return None

    def _moved(self, claims: Sequence[Claim], example: Example, moment: datetime) -> Example:
        """Return the example received at the very moment, when the same rows still answer then; past orders stay as they were."""
        if example.order:
            return example
        moved = Example(
            replace(example.facts, received_at=moment),
            others=tuple(replace(facts, received_at=moment) for facts in example.others),
        )
        asked: tuple[Facts, ...] = (moved.facts, *moved.others)
        facts_of = asked if len(asked) == len(claims) else (moved.facts,) * len(claims)
        still = all(claim.table.first(facts) is claim.row for claim, facts in zip(claims, facts_of, strict=True))
        return moved if still else example


def _allows(claim: Claim, moment: datetime) -> bool:
    cells = zip(claim.table.inputs, claim.row.inputs, strict=True)
    return all(cell.holds(moment) for fact, cell in cells if fact == "received_at")


def _minute(moment: datetime) -> str:
    since = moment.hour * 60 + moment.minute
    return f"{since // 60:02}:{since % 60:02}..{(since + 1) // 60:02}:{(since + 1) % 60:02}"


def _same_minute(one: datetime, other: datetime) -> bool:
    return (one.hour, one.minute) == (other.hour, other.minute)
