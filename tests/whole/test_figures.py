"""A simulated month: every way to a figure gives the same one, and plain SQL from the definitions gives it, too."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from starlette.testclient import TestClient

from hotline.bootstrap import House
from hotline.domain.indicators import FURTHER, OFFICIAL, RATES, Book, Rate, RateSettings, Ratio, observe_all, rates
from hotline.domain.order import Event
from hotline.domain.roles import Actor, Role
from hotline.processes import web_parts
from hotline.services.figures.rows import GROUPINGS, Grouping
from hotline.web.app import create_app
from tests.whole.deployment import Deployment
from tests.whole.plain_sql import PLAIN

ORDERS = "150"
START, END = datetime(2026, 9, 30, 16, tzinfo=UTC), datetime(2026, 10, 31, 16, tzinfo=UTC)  # October in 包头
DAYS = {"from": "2026-10-01", "to": "2026-10-31"}
EVERY = (*RATES, *FURTHER)
ASKER = Actor("test", Role.SUPERVISOR)
Plain = dict[str, dict[str, tuple[int, int]]]


def lived(place: Deployment) -> Deployment:
    place.json("simulate", "--orders", ORDERS, "--seed", "7", "--json")
    return place


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """A month in SQLite."""
    return lived(Deployment(tmp_path_factory.mktemp("month") / "data"))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def month(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The same month in each database, with no figures kept ready yet."""
    if request.param == "sqlite":
        found: Deployment = request.getfixturevalue("sqlite")
        return found.house()
    server = request.getfixturevalue("postgres")
    folder = tmp_path_factory.mktemp("month") / "data"
    return lived(Deployment(folder, database_url=server.address(server.database()))).house()


def plain(found: Mapping[str, Mapping[Rate, Ratio]]) -> Plain:
    """Return numerators and denominators of what has a sample."""
    cells = {key: {str(rate): (one.numerator, one.denominator) for rate, one in row.items()} for key, row in found.items()}
    return with_sample(cells)


def told(found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Plain:
    """Return the same of what was said in JSON."""
    return with_sample(
        {key: {rate: (one["numerator"], one["denominator"]) for rate, one in row.items()} for key, row in found.items()}
    )


def with_sample(found: Plain) -> Plain:
    cells = {key: {rate: cell for rate, cell in row.items() if cell[1]} for key, row in found.items()}
    return {key: row for key, row in cells.items() if row}


@cache
def history(house: House) -> tuple[Event, ...]:
    with house.store.read() as work:
        return tuple(work.events.of_orders(work.events.orders_after(0)))


def folded(house: House, book: Book) -> Plain:
    """The figures by unit as a fold over all events in memory, nothing kept and nothing counted by a database."""
    now, settings = house.clock.now(), house.books.current().settings.rates
    seen = (one for one in observe_all(history(house), settings) if one.book == book and one.at <= now)
    return plain(rates(seen, START, END, EVERY))


def read(house: House, book: Book = "own", by: Grouping = "unit") -> Plain:
    asked = replace(house.figures.asked(START, END, by=ASKER, book=book), by=by)
    return plain(house.figures.rates(asked, wanted=EVERY))


@pytest.mark.parametrize("book", ["own", "official"])
def test_what_is_read_is_the_fold_before_anything_is_kept_ready_and_after(month: House, book: Book) -> None:
    before = read(month, book)
    month.figure_keeper.follow()
    assert before == read(month, book) == folded(month, book)
    assert sum(done for row in before.values() for _, done in row.values()) > 100


@pytest.mark.parametrize("by", [by for by in GROUPINGS if by not in ("tag", "all")])
def test_whatever_it_is_grouped_by_the_parts_make_up_the_whole(month: House, by: Grouping) -> None:
    month.figure_keeper.follow()
    whole: dict[str, list[int]] = {}
    for row in read(month, by=by).values():
        for rate, (good, done) in row.items():
            cell = whole.setdefault(rate, [0, 0])
            cell[0], cell[1] = cell[0] + good, cell[1] + done
    assert {rate: tuple(cell) for rate, cell in whole.items()} == read(month, by="all")[""]


@pytest.mark.parametrize("by", GROUPINGS)
def test_the_api_gives_what_the_service_gives(month: House, by: Grouping) -> None:
    client = TestClient(create_app(web_parts(month)))
    client.headers["Authorization"] = f"Bearer {month.access.new_key(Role.SUPERVISOR)}"
    answer = client.get("/api/v1/indicators", params={**DAYS, "by": by, "further": "true"})
    level = 2 if by == "street" else None  # the service's own way to say a street
    asked = replace(month.figures.asked(START, END, by=ASKER), by=by)
    assert told(answer.json()) == plain(month.figures.rates(asked, level=level, wanted=EVERY))


@pytest.mark.parametrize("by", ["unit", "street", "category", "month"])
def test_the_command_line_gives_what_the_service_gives(sqlite: Deployment, by: Grouping) -> None:
    said = sqlite.json("indicators", "--from", DAYS["from"], "--to", DAYS["to"], "--by", by, "--further", "--json")
    own = read(sqlite.house(), by=by)
    assert told(said) == {key.rpartition("/")[2] if by == "street" else key: row for key, row in own.items()}


def test_the_command_line_prints_numerators_denominators_and_definitions(sqlite: Deployment) -> None:
    printed = sqlite.run("indicators", "--from", DAYS["from"], "--to", DAYS["to"], "--by", "all").stdout
    good, done = read(sqlite.house(), by="all")[""]["resolution"]
    assert f"{good}/{done}" in printed
    assert "解决率:回访答“已解决”的 ÷ 回访接通的工单;未接通的不计入" in printed


def test_a_day_that_is_none_is_told_in_one_line(sqlite: Deployment) -> None:
    done = sqlite.run("indicators", "--from", "2026-10", "--to", "2026-10-31")
    assert (done.returncode, done.stderr.strip()) == (1, "错误:日期应写成 YYYY-MM-DD,例如 2026-10-01")


@pytest.mark.parametrize("rate", PLAIN)
def test_plain_sql_from_the_definitions_alone_gives_the_same(sqlite: Deployment, rate: str) -> None:
    house = sqlite.house()
    assert house.books.current().settings.rates == RateSettings()  # what the queries stand for
    asked = {"start": START.isoformat(), "end": END.isoformat(), "now": house.clock.now().isoformat()}
    with sqlite3.connect(sqlite.database.removeprefix("sqlite:///")) as connection:
        found = {unit: (int(good), done) for unit, good, done in connection.execute(PLAIN[rate], asked)}
    assert found == {unit: row[rate] for unit, row in read(house).items() if rate in row}


@pytest.mark.parametrize("rate", OFFICIAL)
def test_the_orders_on_which_the_books_differ_are_those_that_they_count_differently(month: House, rate: Rate) -> None:
    asked = month.figures.asked(START, END, by=ASKER)
    found = {one.order_id: (one.own, one.official) for one in month.figures.differences(asked, rate, limit=1000)}
    above = {event.order_id for event in history(month) if event.data.get("origin") == "upstream"}
    assert found == {order: parts for order in above if len(set(parts := _parts(month, order, rate))) == 2}


def test_the_month_has_orders_that_the_two_books_see_differently(month: House) -> None:
    asked = month.figures.asked(START, END, by=ASKER)
    differing = {rate: len(month.figures.differences(asked, rate, limit=1000)) for rate in OFFICIAL}
    assert {rate for rate, orders in differing.items() if orders} >= {"resolution", "satisfaction", "on_time", "reopening"}
    assert month.figures.differences(asked, "on_time", contrary=True)


def _parts(house: House, order: str, rate: Rate) -> tuple[Ratio, Ratio]:
    events = [event for event in history(house) if event.order_id == order]
    seen = list(observe_all(events, house.books.current().settings.rates))

    def part(book: Book) -> Ratio:
        at = [one.good for one in seen if (one.book, one.rate) == (book, rate) and START <= one.at < min(END, house.clock.now())]
        return Ratio(sum(at), len(at))

    return part("own"), part("official")
