"""The clock's exporter says what the services did, from the first scrape on and after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from hotline.domain.due import working_time
from hotline.domain.indicators import RATES
from hotline.metrics.families import OFFICIAL_RATES
from hotline.metrics.past import MEASURED, STAGE_NAMES
from hotline.metrics.registry import new_registry
from hotline.metrics.units import UnitLabels
from hotline.metrics.windows import OFFICIAL_WINDOWS, WINDOWS, rate_windows
from hotline.services.backups import backup_done
from tests.ops.city import ADMIN, City, live

ZERO = (
    "hotline_orders_open", "hotline_rate_numerator", "hotline_rate_denominator", "hotline_orders_closed_total",
    "hotline_followups_total", "hotline_official_rate_numerator", "hotline_official_rate_denominator",
)  # fmt: skip
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]
PARTS = ("numerator", "denominator")
START = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)  # a Monday, 09:30 in 包头


@pytest.fixture
def city() -> City:
    return City(START)


@pytest.fixture(scope="module")
def lived() -> City:
    city = City(START)
    live(city)
    city.exporter.refresh()
    return city


def samples(registry: CollectorRegistry) -> Samples:
    """Return every sample as it would be scraped."""
    return {(one.name, frozenset(one.labels.items())): one.value for family in registry.collect() for one in family.samples}


def value(registry: CollectorRegistry, name: str, /, **labels: str) -> float | None:
    """Return one sample."""
    return samples(registry).get((name, frozenset(labels.items())))


def total(registry: CollectorRegistry, name: str, /, **labels: str) -> float:
    """Return the sum over all samples with these labels."""
    wanted = set(labels.items())
    return sum(found for (one, has), found in samples(registry).items() if one == name and wanted <= has)


def test_nothing_is_exported_before_the_first_reading(city: City) -> None:
    assert value(city.business, "hotline_business_snapshot_timestamp_seconds") is None


def test_a_clock_that_is_not_the_active_one_exports_nothing(city: City) -> None:
    registry = new_registry()
    active = True
    exporter = city.exporter_into(registry, lambda: active)
    exporter.tick()
    active = False
    exporter.tick()
    assert value(registry, "hotline_business_snapshot_timestamp_seconds") is None


def test_every_label_pair_is_at_zero_in_an_empty_city(city: City) -> None:
    city.exporter.refresh()
    found = samples(city.business)
    zeros = [number for (name, _), number in found.items() if name in ZERO]
    assert len(zeros) > 120 * len(ZERO)
    assert not any(zeros)


@pytest.mark.parametrize("what", ["dispatched", "returned", "reworked"])
def test_a_units_counter_exists_before_its_first_event(city: City, what: str) -> None:
    city.exporter.refresh()
    assert value(city.business, f"hotline_orders_{what}_total", unit="CGJ") == 0


def test_no_created_series_doubles_the_count(lived: City) -> None:
    text = generate_latest(lived.business) + generate_latest(lived.worker)
    assert b"_created" not in text


def test_the_series_stay_within_the_budget_with_a_hundred_units(lived: City) -> None:
    found = samples(lived.business)
    by_unit = [labels for _, labels in found if "unit" in dict(labels)]
    units = len(UnitLabels(lived.books.current().units).all)
    assert len(by_unit) % units == 0  # every label pair of every unit is there
    assert len(found) - len(by_unit) + 100 * len(by_unit) // units < 15_000


def test_the_two_books_are_apart(city: City) -> None:
    orders = city.calls(1)
    city.dispatched(orders, "CGJ")
    city.answered(orders, "CGJ")
    city.called_back(orders, rating=5)
    city.exporter.refresh()
    answered = {"rate": "satisfaction", "unit": "CGJ", "window": "30d"}
    assert value(city.business, "hotline_rate_denominator", **answered) == 1
    assert value(city.business, "hotline_official_rate_denominator", **answered) == 0


@pytest.mark.parametrize("window", OFFICIAL_WINDOWS)
def test_the_book_of_the_platform_above_is_the_one_the_api_gives(lived: City, window: str) -> None:
    zone, units = lived.books.current().zone, UnitLabels(lived.books.current().units)
    wanted = {(part, rate, unit): 0.0 for part in PARTS for rate in OFFICIAL_RATES for unit in units.all}
    asked = rate_windows(lived.clock.at, zone)[window]
    for unit, row in lived.figures.within(*asked, by=ADMIN, book="official").items():
        for rate in OFFICIAL_RATES:
            wanted["numerator", rate, units.of(unit)] += row[rate].numerator
            wanted["denominator", rate, units.of(unit)] += row[rate].denominator
    found = samples(lived.business)
    labels = {key: frozenset({("rate", key[1]), ("unit", key[2]), ("window", window)}) for key in wanted}
    assert wanted == {key: found[f"hotline_official_rate_{key[0]}", labels[key]] for key in wanted}


def test_open_orders_are_those_that_somebody_must_act_on(lived: City) -> None:
    # 2 given back and on the desk, 2 done again, 6 without an answer, 3 new
    assert total(lived.business, "hotline_orders_open") == 13


def test_orders_without_a_unit_are_the_desks(lived: City) -> None:
    assert total(lived.business, "hotline_orders_open", unit="DESK", stage="desk") == total(
        lived.business, "hotline_orders_open", stage="desk"
    )


def test_an_unanswered_order_is_overdue_and_says_for_how_long(lived: City) -> None:
    assert total(lived.business, "hotline_orders_open", unit="GSGS", band="overdue") == 6
    assert (value(lived.business, "hotline_order_oldest_overdue_seconds", unit="GSGS") or 0) > timedelta(days=1).total_seconds()


def test_a_unit_without_overdue_orders_has_zero_seconds(lived: City) -> None:
    assert value(lived.business, "hotline_order_oldest_overdue_seconds", unit="JYJ") == 0


def test_accepted_orders_are_counted_by_channel(lived: City) -> None:
    assert total(lived.business, "hotline_orders_accepted_total", channel="phone") == 26
    assert total(lived.business, "hotline_orders_accepted_total", channel="upstream") == 3


def test_returned_and_reworked_orders_are_their_units(lived: City) -> None:
    assert value(lived.business, "hotline_orders_returned_total", unit="CGJ") == 2
    assert value(lived.business, "hotline_orders_reworked_total", unit="CGJ") == 2


def test_closed_orders_say_whether_they_were_in_time(lived: City) -> None:
    assert value(lived.business, "hotline_orders_closed_total", unit="CGJ", on_time="yes") == 22


@pytest.mark.parametrize(
    ("question", "answer", "count"),
    [("resolved", "yes", 18), ("resolved", "partly", 4), ("resolved", "no", 2), ("satisfied", "no", 6), ("response", "no", 2)],
)
def test_what_citizens_said_is_counted(lived: City, question: str, answer: str, count: int) -> None:
    assert value(lived.business, "hotline_followups_total", unit="CGJ", question=question, answer=answer) == count


def test_today_begins_at_local_midnight(lived: City) -> None:
    assert value(lived.business, "hotline_orders_today", event="accepted") == 3
    assert value(lived.business, "hotline_orders_today", event="closed") == 0


@pytest.mark.parametrize("window", WINDOWS)
def test_the_rates_are_those_the_api_gives(lived: City, window: str) -> None:
    zone, units = lived.books.current().zone, UnitLabels(lived.books.current().units)
    wanted = {(part, rate, unit): 0.0 for part in PARTS for rate in RATES for unit in units.all}
    for unit, row in lived.figures.within(*rate_windows(lived.clock.at, zone)[window], by=ADMIN).items():
        for rate, ratio in row.items():
            wanted["numerator", rate, units.of(unit)] += ratio.numerator
            wanted["denominator", rate, units.of(unit)] += ratio.denominator
    found = samples(lived.business)
    labels = {key: frozenset({("rate", key[1]), ("unit", key[2]), ("window", window)}) for key in wanted}
    assert wanted == {key: found[f"hotline_rate_{key[0]}", labels[key]] for key in wanted}


def test_the_month_begins_on_its_first_local_day() -> None:
    zone = City(START).books.current().zone
    windows = rate_windows(datetime(2026, 11, 30, 17, tzinfo=UTC), zone)  # 01:00 on 1 December in 包头
    assert windows["month"] == windows["today"] == (
        datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 1, 16, tzinfo=UTC)
    )  # fmt: skip


def test_seven_days_are_today_and_the_six_before() -> None:
    start, end = rate_windows(START, City(START).books.current().zone)["7d"]
    assert end - start == timedelta(days=7)


def test_a_subordinate_unit_counts_under_its_department(city: City) -> None:
    city.dispatched(city.calls(1), "HWZX")
    city.exporter.refresh()
    assert total(city.business, "hotline_orders_open", unit="CGJ") == 1
    assert value(city.business, "hotline_orders_dispatched_total", unit="CGJ") == 1
    assert value(city.business, "hotline_orders_dispatched_total", unit="HWZX") is None


def test_a_company_has_its_own_label_though_it_stands_below_a_department(city: City) -> None:
    assert UnitLabels(city.books.current().units).of("GSGS") == "GSGS"


def test_a_unit_that_no_book_knows_keeps_its_code(city: City) -> None:
    assert UnitLabels(city.books.current().units).of("GONE") == "GONE"


def test_unit_names_can_be_joined_on(lived: City) -> None:
    assert value(lived.business, "hotline_unit_info", unit="CGJ", name="昆都仑区城市管理综合执法局") == 1


def test_counters_after_a_restart_are_what_they_were(lived: City) -> None:
    registry = new_registry()
    lived.exporter_into(registry).refresh()
    before, after = samples(lived.business), samples(registry)
    kept = {key for key in before if key[0].startswith(("hotline_orders", "hotline_followups", "hotline_stage", "hotline_rate"))}
    assert {key: after.get(key) for key in kept} == {key: before[key] for key in kept}


def test_counters_never_fall_when_an_order_is_reopened(city: City) -> None:
    orders = city.calls(2)
    city.dispatched(orders, "CGJ")
    seen = list(_totals(city))
    city.answered(orders, "CGJ")
    seen += _totals(city)
    city.called_back(orders[:1], solved="no", rating=1)
    seen += _totals(city)
    city.answered(orders[:1], "CGJ")
    city.called_back(orders, rating=5)
    seen += _totals(city)
    assert all(after.get(key, 0) >= before[key] for before, after in pairwise(seen) for key in before)


def _totals(city: City) -> Iterator[Samples]:
    city.exporter.refresh()
    yield {
        key: number
        for key, number in samples(city.business).items()
        if key[0].startswith("hotline") and key[0].endswith(("_total", "_bucket"))
    }


@pytest.mark.parametrize("clock", MEASURED)
def test_each_stage_that_was_left_is_measured_once(lived: City, clock: str) -> None:
    name = "hotline_stage_duration_seconds_count"
    counts = {stage: value(lived.business, name, stage=stage, clock=clock) for stage in STAGE_NAMES}
    # 26 + 6 left the desk; 26 were signed or given back; 24 handled; 24 reviewed; those 24 called back
    assert counts == {"desk": 32, "sign": 26, "handling": 24, "review": 24, "callback": 24}


def test_a_night_counts_by_the_calendar_and_not_in_office_hours(city: City) -> None:
    calendar = city.books.current().calendar
    evening, morning = datetime(2026, 11, 3, 12, tzinfo=UTC), datetime(2026, 11, 3, 23, tzinfo=UTC)
    assert working_time(evening, morning, calendar) == timedelta()


def test_a_week_has_five_times_the_office_hours_of_a_day(city: City) -> None:
    calendar = city.books.current().calendar
    monday, tuesday = datetime(2026, 11, 2, tzinfo=calendar.zone), datetime(2026, 11, 3, tzinfo=calendar.zone)
    assert working_time(monday, monday + timedelta(days=7), calendar) == 5 * working_time(monday, tuesday, calendar)


def test_working_time_backwards_is_none(city: City) -> None:
    assert working_time(START, START - timedelta(hours=1), city.books.current().calendar) == timedelta()


def test_borders_are_written_as_prometheus_compares_them(lived: City) -> None:
    borders = {dict(labels)["le"] for name, labels in samples(lived.business) if name == "hotline_stage_duration_seconds_bucket"}
    assert {"3600.0", "432000.0", "2592000.0", "+Inf"} <= borders
    assert len(borders) == 15


def test_the_holidays_known_end_with_the_last_published_year(lived: City) -> None:
    years = lived.books.current().settings.published_years
    until = value(lived.business, "hotline_calendar_known_until_timestamp_seconds")
    assert until == datetime(max(years) + 1, 1, 1, tzinfo=lived.books.current().zone).timestamp()


def test_the_last_order_from_above_has_its_time(lived: City) -> None:
    assert value(lived.business, "hotline_upstream_last_order_timestamp_seconds") == lived.clock.at.timestamp()


def test_a_backup_shows_when_it_was_done(city: City) -> None:
    backup_done(city.store, START)
    city.exporter.refresh()
    assert value(city.business, "hotline_backup_last_success_timestamp_seconds", kind="database") == START.timestamp()


def test_what_waits_to_be_entered_above_is_counted_by_its_deadline_from_the_start(lived: City) -> None:
    assert {value(lived.business, "hotline_upstream_unfilled", band=band) for band in ("overdue", "urgent", "warn")} == {0.0}
