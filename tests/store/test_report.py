"""Names and weights for the schema ``report`` follow the book in force, in every store."""

from __future__ import annotations

from datetime import UTC, datetime

from hotline.services.books import Books
from hotline.services.figures.report import ReportKeeper
from hotline.services.figures.report_ports import ReportUnit
from hotline.services.ports import Store
from routing_rules.pack import pack_files
from tests.ops.city import HandClock

NOW = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)


def books(store: Store) -> Books:
    found = Books(store, HandClock(NOW))
    found.publish_first(pack_files("kundulun"))
    return found


def test_the_units_names_and_the_weights_are_the_packs(store: Store) -> None:
    ours = books(store)
    assert ReportKeeper(store, ours).keep()
    pack = ours.current()
    with store.read() as work:
        units, settings = {unit.code: unit for unit in work.report.units()}, work.report.settings()
    assert {code: unit.name for code, unit in units.items()} == {code: unit.name for code, unit in pack.units.items()}
    assert settings["zone"] == "Asia/Shanghai"
    assert {name: float(settings[f"weight.{name}"]) for name in pack.settings.weights} == dict(pack.settings.weights)


def test_they_are_written_once_a_book(store: Store) -> None:
    keeper = ReportKeeper(store, books(store))
    assert [keeper.keep(), keeper.keep()] == [True, False]


def test_what_a_book_no_longer_has_is_gone(store: Store) -> None:
    with store.write() as work:
        work.report.keep([ReportUnit("OLD", "旧局")], {"weight.response": "1.0"})
        work.commit()
    ReportKeeper(store, books(store)).keep()
    with store.read() as work:
        assert "OLD" not in {unit.code for unit in work.report.units()}
