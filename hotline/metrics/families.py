"""A snapshot of the business as metric families; every label pair is there from the start, at 0.

A counter born at 1 loses its first event in ``increase()`` (operations handbook, 1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from hotline.domain.bands import BANDS
from hotline.domain.call import CHANNELS
from hotline.domain.facts import KINDS
from hotline.domain.indicators import RATES, Rate, Ratio
from hotline.metrics.drift import Training, drift_families
from hotline.metrics.past import ANSWERS, BUCKETS, QUESTIONS, STAGE_NAMES, Past, cumulative
from hotline.metrics.unfilled import unfilled_family
from hotline.metrics.units import UnitLabels
from hotline.metrics.windows import OFFICIAL_WINDOWS, WINDOWS
from hotline.services.rows import EventCount

Cells = Mapping[tuple[str, ...], float]
RateTables = Mapping[str, Mapping[str, Mapping[Rate, Ratio]]]
"""``{window: {unit: {rate: ratio}}}`` of one book."""
OFFICIAL_RATES: Final[tuple[Rate, ...]] = ("response", "resolution", "satisfaction", "on_time", "callback", "return", "reopening")
"""The published rates that the platform above knows of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What one reading found. ``open`` is by (unit, stage, band), ``overdue`` the longest time over a due time by unit label."""

    at: datetime
    took: timedelta
    units: UnitLabels
    open: Cells
    overdue: Mapping[str, timedelta]
    unacknowledged: int
    unfilled: Mapping[str, int]
    today: Mapping[str, int]
    rates: RateTables
    above: RateTables
    counts: Sequence[EventCount]
    past: Past
    calendar_until: datetime
    backups: Mapping[str, datetime]
    trained: Training
    today_is: date


def families(seen: Snapshot) -> Iterator[Metric]:
    """Yield every business family of the operations handbook."""
    yield from _orders(seen)
    yield from _rates(seen)
    yield from _counters(seen)
    yield from _answers(seen)
    yield _durations(seen.past)
    yield from _times(seen)
    yield from drift_families(seen.past.mix, seen.trained, seen.today_is)


def _orders(seen: Snapshot) -> Iterator[Metric]:
    units = seen.units.all
    names = GaugeMetricFamily("hotline_unit_info", "Always 1: a unit's Chinese name, to be joined on", labels=("unit", "name"))
    for unit, name in seen.units.names.items():
        names.add_metric((unit, name), 1)
    yield names
    text = "Orders open now; orders without a unit are the desk's"
    yield _gauge("hotline_orders_open", text, ("unit", "stage", "band"), seen.open, product(units, STAGE_NAMES, BANDS))
    overdue: Cells = {(unit,): longest.total_seconds() for unit, longest in seen.overdue.items()}
    text = "How long the unit's most overdue order is overdue, 0 = none"
    yield _gauge("hotline_order_oldest_overdue_seconds", text, ("unit",), overdue, ((unit,) for unit in units))
    today: Cells = {(event,): count for event, count in seen.today.items()}
    yield _gauge("hotline_orders_today", "Orders since local midnight", ("event",), today, ())


def _rates(seen: Snapshot) -> Iterator[Metric]:
    """Two books that are never mixed, so that no panel sums them by mistake."""
    yield from _book("hotline_rate", "our own book", seen.units, seen.rates, product(RATES, seen.units.all, WINDOWS))
    zeros = product(OFFICIAL_RATES, seen.units.all, OFFICIAL_WINDOWS)
    yield from _book("hotline_official_rate", "the book of the platform above", seen.units, seen.above, zeros)


def _book(
    name: str, book: str, units: UnitLabels, tables: RateTables, zeros: Iterable[tuple[str, ...]]
) -> Iterator[Metric]:  # fmt: skip
    upper: Counter[tuple[str, ...]] = Counter(dict.fromkeys(zeros, 0))
    lower: Counter[tuple[str, ...]] = Counter(upper)
    for window, table in tables.items():
        for unit, row in table.items():
            for rate, ratio in row.items():
                if (key := (rate, units.of(unit), window)) in upper or ratio.denominator:
                    upper[key] += ratio.numerator
                    lower[key] += ratio.denominator
    for part, cells, text in (("numerator", upper, "What counts in a rate"), ("denominator", lower, "What a rate is over")):
        yield _gauge(f"{name}_{part}", f"{text}, windows of whole local days, {book}", ("rate", "unit", "window"), cells, ())


def _counters(seen: Snapshot) -> Iterator[Metric]:
    accepted: Counter[tuple[str, ...]] = Counter()
    by_unit: dict[str, Counter[tuple[str, ...]]] = {kind: Counter() for kind in ("dispatched", "return_granted", "reopened")}
    for row in seen.counts:
        if row.kind == "registered":
            accepted[row.channel, row.order_kind] += row.n
        elif row.kind in by_unit:
            by_unit[row.kind][(seen.units.of(row.unit),)] += row.n
    text = "Orders made, by channel and kind"
    yield _counter("hotline_orders_accepted", text, ("channel", "kind"), accepted, product(CHANNELS, KINDS))
    for name, kind, text in (
        ("dispatched", "dispatched", "Orders sent to the unit"),
        ("returned", "return_granted", "Orders that the unit gave back"),
        ("reworked", "reopened", "Orders that the unit had to do again"),
    ):
        labels = ((unit,) for unit in seen.units.all)
        yield _counter(f"hotline_orders_{name}", text, ("unit",), by_unit[kind], labels)


def _answers(seen: Snapshot) -> Iterator[Metric]:
    """Closed orders and callbacks; counted by label, since a unit and those below it share one."""
    units, closed, said = seen.units, Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for (unit, on_time), count in seen.past.closed.items():
        closed[units.of(unit), on_time] += count
    for (unit, question, answer), count in seen.past.followups.items():
        said[units.of(unit), question, answer] += count
    text = "Orders closed; on time = answered by the order's own due time"
    yield _counter("hotline_orders_closed", text, ("unit", "on_time"), closed, product(units.all, ("yes", "no")))
    text = "Answers of citizens called back (flow only, the rates are gauges)"
    yield _counter("hotline_followups", text, ("unit", "question", "answer"), said, product(units.all, QUESTIONS, ANSWERS))


def _durations(past: Past) -> Metric:
    borders = [*(str(float(border)) for border in BUCKETS), "+Inf"]
    text = "Time orders spent in a stage, in office hours (working) and by the calendar"
    family = HistogramMetricFamily("hotline_stage_duration_seconds", text, labels=("stage", "clock"))
    for labels, seen in past.stages.items():
        family.add_metric(labels, list(zip(borders, cumulative(seen.counts), strict=True)), seen.total)
    return family


def _times(seen: Snapshot) -> Iterator[Metric]:
    yield _moment("hotline_business_snapshot_timestamp_seconds", "When the figures were read", seen.at)
    yield GaugeMetricFamily("hotline_business_read_seconds", "How long reading them took", value=seen.took.total_seconds())
    text = "Up to when the holidays are published without a gap"
    yield _moment("hotline_calendar_known_until_timestamp_seconds", text, seen.calendar_until)
    text = "Urgent orders that no person has acknowledged"
    yield GaugeMetricFamily("hotline_urgent_unacknowledged", text, value=seen.unacknowledged)
    yield unfilled_family(seen.unfilled)
    if seen.past.last_upstream is not None:
        text = "When the platform above last sent an order"
        yield _moment("hotline_upstream_last_order_timestamp_seconds", text, seen.past.last_upstream)
    if seen.backups:
        text = "When the last backup was finished"
        family = GaugeMetricFamily("hotline_backup_last_success_timestamp_seconds", text, labels=("kind",))
        for kind, at in seen.backups.items():
            family.add_metric((kind,), at.timestamp())
        yield family


def _moment(name: str, text: str, at: datetime) -> Metric:
    return GaugeMetricFamily(name, f"{text}, Unix seconds", value=at.timestamp())


def _gauge(name: str, text: str, labels: Sequence[str], cells: Cells, zeros: Iterable[tuple[str, ...]]) -> Metric:
    return _filled(GaugeMetricFamily(name, text, labels=labels), cells, zeros)


def _counter(name: str, text: str, labels: Sequence[str], cells: Cells, zeros: Iterable[tuple[str, ...]]) -> Metric:
    return _filled(CounterMetricFamily(name, text, labels=labels), cells, zeros)


def _filled(
    family: GaugeMetricFamily | CounterMetricFamily, cells: Cells, zeros: Iterable[tuple[str, ...]]
) -> GaugeMetricFamily | CounterMetricFamily:
    for key, value in {**dict.fromkeys(zeros, 0.0), **cells}.items():
        family.add_metric(key, value)
    return family
