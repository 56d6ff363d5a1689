"""A month's table: figures without what objections took out, points, scores, ranks. The figures' own rows are left alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from hotline.domain.assessment import SETTLED, Assessment, Objection, folded
from hotline.domain.indicators import NOTHING, RATES, Rate, Ratio, definitions, left_out
from hotline.domain.ranking import DIGITS, Counted, RankingRules, Sort, Standing, added, standings
from hotline.services.assessment.months import edges, ranked_by
from hotline.services.assessment.rows import Basis, Edition
from hotline.services.books import Books
from hotline.services.figures.at_once import AtOnce
from hotline.services.figures.rows import Asked
from hotline.services.ports import Clock, Store, UnitOfWork
from routing_rules.pack import Pack
from routing_rules.units import UnitLevel

Rates = Mapping[Rate, Ratio]
Drawn = tuple[Basis, tuple[Standing, ...]]
SORT_OF: Final[Mapping[UnitLevel, Sort]] = {
    "department": "department", "desk": "department", "subordinate": "department", "company": "company", "street": "street",
    "town": "street", "community": "community",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Month:
    """What is known of one month by unit; ``source`` is the edition it was taken from, 0 = counted now."""

    source: int
    rates: Mapping[str, Rates]
    points: Mapping[str, float]
    excluded: int = 0


class Counting:
    """Draws the table of a month; whoever asks, it is the same table."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def table(self, one: Assessment, *, extra: Sequence[Objection] = (), pack: Pack | None = None) -> Drawn:
        """Return what the table rests on and its lines, as things stand; ``extra`` objections are taken as upheld.

        With another ``pack`` than the one in force the figures are folded anew under its definitions, which takes longer.
        """
        return self.tables(one, [extra], pack=pack)[0]

    def tables(self, one: Assessment, extras: Sequence[Sequence[Objection]], *, pack: Pack | None = None) -> list[Drawn]:
        """Return a table for each set of further objections, all from one state of the store."""
        pack = pack or self._books.current()
        with self._store.read() as work:
            drawing = _Drawing(work, pack, self._clock)
            return [drawing.table(one, extra) for extra in extras]

    def counts(self, month: date, unit: str, rate: Rate, order_id: str) -> bool:
        """Whether an order counts for a unit in a rate of a month, before anything was excluded."""
        pack = self._books.current()
        with self._store.read() as work:
            drawing = _Drawing(work, pack, self._clock)
            asked = drawing.asked(month, units=frozenset({unit}), rates=frozenset({rate}))
            return bool(drawing.figures.of_orders(asked, [order_id]))


class _Drawing:
    """Tables out of one state of the store."""

    def __init__(self, work: UnitOfWork, pack: Pack, clock: Clock) -> None:
        self._work, self._pack, self._now = work, pack, clock.now()
        self._settings = pack.settings.assessment
        self.figures = AtOnce(work, pack)
        self._known: dict[date, _Month] = {}
        self._base: dict[date, Mapping[str, Rates]] = {}

    def table(self, one: Assessment, extra: Sequence[Objection]) -> Drawn:
        settings, pack = self._settings, self._pack
        own = self._counted(one, (*one.excluded, *extra))
        others = [month for month in ranked_by(one.month, settings.quarters) if month != one.month]
        months = {**{month: self._earlier(month) for month in others}, one.month: own}
        rules = RankingRules(
            weights=cast(Mapping[Rate, float], pack.settings.weights), floor=pack.settings.floor, tiers=settings.tiers
        )
        words = definitions(pack.settings.rates, pack.settings.callback_attempts, settings.book)
        basis = Basis(
            pack=pack.content_hash, book=settings.book, definitions={rate: words[rate] for rate in RATES if rate in words},
            left_out=left_out(pack.settings.rates), weights=rules.weights, floor=rules.floor, tiers=rules.tiers,
            quarters=settings.quarters, sources={f"{month:%Y-%m}": months[month].source for month in months},
            excluded=own.excluded,
        )  # fmt: skip
        return basis, standings(self._units(own, list(months.values())), rules)

    def asked(
        self, month: date, *, units: frozenset[str] | None = None, rates: frozenset[Rate] | None = None
    ) -> Asked:  # fmt: skip
        """Return a question about a month in the assessment's book."""
        start, end = edges(month, self._pack.zone)
        return Asked(start=start, end=end, now=self._now, book=self._settings.book, units=units, rates=rates)

    def _units(self, own: _Month, months: Sequence[_Month]) -> Iterator[Counted]:
        """Yield each unit that had anything to do in the period, or has points."""
        units = sorted({unit for month in months for unit in (*month.rates, *month.points) if unit})
        for unit in units:
            name, sort = self._named(unit)
            points = sum(month.points.get(unit, 0.0) for month in months) / len(months)
            yield Counted(
                unit=unit, name=name, sort=sort, month=_all(own.rates.get(unit, {})),
                period=_all(added(month.rates.get(unit, {}) for month in months)),
                points=own.points.get(unit, 0.0), period_points=round(points, DIGITS),
            )  # fmt: skip

    def _named(self, unit: str) -> tuple[str, Sort]:
        known = self._pack.units.get(unit)
        return self._pack.unit_name(unit), SORT_OF[known.level] if known else "department"

    def _earlier(self, month: date) -> _Month:
        """An earlier month as it was approved, or as it stands now."""
        if month not in self._known:
            one = folded(month, self._work.assessments.steps(month))
            edition = self._work.assessments.edition(month, one.in_force) if one.stage in SETTLED else None
            self._known[month] = _of_edition(edition) if edition else self._counted(one, one.excluded)
        return self._known[month]

    def _counted(self, one: Assessment, excluded: Iterable[Objection]) -> _Month:
        out = list(excluded)
        if one.month not in self._base:
            self._base[one.month] = self.figures.rates(self.asked(one.month))
        rates = dict(self._base[one.month])
        for (unit, orders), wanted in _questions(out).items():
            asked = self.asked(one.month, units=frozenset({unit}), rates=frozenset(wanted))
            gone, before = self.figures.of_orders(asked, orders).get(unit, {}), rates.get(unit, {})
            rates[unit] = {**before, **{rate: _less(before.get(rate, NOTHING), gone.get(rate, NOTHING)) for rate in wanted}}
        units = {points.unit for points in one.points.values()}
        points = {unit: one.points_of(unit) for unit in units}
        return _Month(0, rates, points, len({(objection.unit, objection.order_id) for objection in out}))


def _questions(out: Sequence[Objection]) -> dict[tuple[str, frozenset[str]], list[Rate]]:
    """Return of which rates of which unit which orders are to be taken out."""
    found: dict[tuple[str, frozenset[str]], list[Rate]] = {}
    for unit in sorted({one.unit for one in out}):
        for rate in RATES:
            mine = (one for one in out if one.unit == unit and (one.scope == "order" or one.rate == rate))
            if orders := frozenset(one.order_id for one in mine):
                found.setdefault((unit, orders), []).append(rate)
    return found


def _less(ratio: Ratio, gone: Ratio) -> Ratio:
    return Ratio(ratio.numerator - gone.numerator, ratio.denominator - gone.denominator)


def _of_edition(edition: Edition) -> _Month:
    lines = edition.lines
    return _Month(
        edition.number, {one.unit: one.rates for one in lines}, {one.unit: one.points for one in lines}, edition.basis.excluded
    )


def _all(rates: Rates) -> dict[Rate, Ratio]:
    return {rate: rates.get(rate, NOTHING) for rate in RATES}
