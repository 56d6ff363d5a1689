"""Bulletins: their numbers are the figures', those of a page, a workbook and a document are the same."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from hotline.domain.indicators import BOOKS, RATE_NAMES, RATES, Book
from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput, UnreadableFile
from hotline.reports import docx, html, xlsx
from hotline.reports.parts import STAGE_NAMES
from hotline.services.figures.bulletin import Bulletin, Topic
from hotline.services.figures.periods import Period, days_of, month_of, read_period, week_of
from hotline.services.figures.stage_times import stage_times
from hotline.store.memory import MemoryStore
from hotline.web.app import create_app
from hotline.web.console import add_console
from routing_rules.pack import pack_files
from tests.api.city import City

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Actor("通报")
SITE = "https://hotline.example"


@pytest.fixture(scope="module")
def city() -> City:
    """Twelve orders closed by one unit, two by another, one that waits; the floor is ten."""
    made = City(MemoryStore())
    for number in range(12):
        made.closed("CGJ", rating=5 - number % 4, solved="yes" if number % 3 else "no")
    made.closed("SCJG")
    made.closed("SCJG", reached=True, rating=1)
    made.dispatched("CGJ")
    made.order()
    made.clock.pass_by(timedelta(days=8))
    return made


def made(city: City, key: str = "2026-11", book: Book = "own", **topic: str) -> Bulletin:
    return city.parts.bulletins.make(read_period(key, ZONE), book=book, topic=Topic(**topic), by=OFFICE)


def sheet(content: bytes, name: str) -> list[list[object]]:
    return [list(row) for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()]


def heads(rows: list[list[object]], first: str) -> tuple[int, list[str]]:
    at = next(number for number, row in enumerate(rows) if row[0] == first)
    return at, [str(cell) for cell in rows[at]]


@pytest.mark.parametrize("book", BOOKS)
def test_every_units_rates_are_those_of_the_figures(city: City, book: Book) -> None:
    period = month_of("2026-11", ZONE)
    figures = city.parts.figures.within(period.start, period.end, by=OFFICE, book=book)
    told = {one.unit: {rate: one.rates[rate] for rate in RATES} for group in made(city, book=book).groups for one in group.all}
    assert told == {unit: {rate: rates[rate] for rate in RATES} for unit, rates in figures.items() if unit}


def test_the_workbook_holds_the_figures_numbers(city: City) -> None:
    period, rows = month_of("2026-11", ZONE), sheet(xlsx.workbook(made(city), SITE), "部门")
    at, names = heads(rows, "档次")
    figures = city.parts.figures.within(period.start, period.end, by=OFFICE)
    units = {city.books.current().unit_name(code): rates for code, rates in figures.items()}
    lines = {str(row[2]): row for row in rows[at + 1 :] if row[2] in units}
    told = {
        name: [(row[names.index(f"{RATE_NAMES[rate]} 分子")], row[names.index(f"{RATE_NAMES[rate]} 分母")]) for rate in RATES]
        for name, row in lines.items()
    }
    assert told == {name: [(units[name][rate].numerator, units[name][rate].denominator) for rate in RATES] for name in lines}
    assert len(lines) == 2


def test_the_page_holds_the_same_fractions(city: City) -> None:
    bulletin = made(city)
    page = re.sub(r"<[^>]+>", "", html.page(bulletin, SITE))
    wanted = {f"{ratio.numerator}/{ratio.denominator}" for rate, ratio in bulletin.whole.items() if ratio.denominator}
    assert [fraction for fraction in wanted if fraction not in page] == []


def test_the_document_holds_the_same_fractions(city: City) -> None:
    bulletin = made(city)
    tables = Document(io.BytesIO(docx.document(bulletin, SITE))).tables
    told = {row.cells[0].text: row.cells[1].text for row in tables[1].rows}
    wanted = {RATE_NAMES[rate]: bulletin.whole[rate] for rate in RATES if bulletin.whole[rate].denominator}
    fractions = {name: f"({ratio.numerator}/{ratio.denominator})" for name, ratio in wanted.items()}
    assert {name: told[name][told[name].index("(") :] for name in wanted} == fractions


def test_a_unit_below_the_floor_is_listed_apart_and_not_ranked(city: City) -> None:
    (departments,) = (group for group in made(city).groups if group.sort == "department")
    assert ([one.unit for one in departments.ranked], [(one.unit, one.rank) for one in departments.apart]) == (
        ["CGJ"],
        [("SCJG", None)],
    )


def test_every_number_of_orders_has_as_many_orders_behind_it(city: City) -> None:
    bulletin, figures = made(city), city.parts.figures
    told = {one.behind: one.orders for one in (*bulletin.channels, *bulletin.kinds)}
    found = {
        one: figures.asked(bulletin.period.start, bulletin.period.end, by=OFFICE, rates=frozenset({one.rate})) for one in told
    }
    assert told == {
        one: len(figures.behind(replace(asked, by=one.by), one.rate, key=one.key, good=one.good)) for one, asked in found.items()
    }


def test_an_address_names_the_figure_the_book_and_the_period(city: City) -> None:
    page = html.page(made(city), SITE)
    address = re.search(r'href="([^"]*figure=resolution[^"]*key=CGJ[^"]*good=yes[^"]*)"', page)
    assert address is not None
    query = parse_qs(urlsplit(address[1].replace("&amp;", "&")).query)
    assert query == {
        "figure": ["resolution"], "book": ["own"], "from": ["2026-11-01"], "to": ["2026-11-30"], "by": ["unit"],
        "key": ["CGJ"], "good": ["yes"],
    }  # fmt: skip


@pytest.mark.parametrize("book", BOOKS)
def test_an_empty_month_says_so_in_every_format(city: City, book: Book) -> None:
    bulletin = made(city, "2025-02", book)
    words = Document(io.BytesIO(docx.document(bulletin, SITE))).paragraphs
    assert "没有可统计的工单" in html.page(bulletin)
    assert any("没有可统计的工单" in str(row[0]) for row in sheet(xlsx.workbook(bulletin), "总览"))
    assert any("没有可统计的工单" in one.text for one in words)


def test_definitions_period_book_and_rules_stand_in_every_workbook(city: City) -> None:
    bulletin = made(city)
    rows = sheet(xlsx.workbook(bulletin), "口径")
    said = {str(row[0]): str(row[1]) for row in rows if len(row) > 1}
    assert (said["响应率"], said["规则包"]) == (bulletin.definitions["response"], bulletin.book_hash)
    assert "本区口径" in str(rows[1][0])


def test_the_heating_part_counts_every_day_of_the_season(city: City) -> None:
    part = made(city).heating
    assert part is not None
    assert (part.total, sum(n for _, n in part.days), part.days[0][0], dict(part.days)[date(2026, 11, 23)]) == (
        part.total, part.total, date(2026, 11, 1), part.total,
    )  # fmt: skip
    assert part.total >= 1


def test_outside_the_season_there_is_no_heating_part(city: City) -> None:
    assert made(city, "2026-07").heating is None


def test_a_topic_counts_its_orders_alone(city: City) -> None:
    known = made(city).topics[-1]
    bulletin = made(city, category=known.category)
    assert (bulletin.kind, bulletin.accepted) == ("专报", known.orders)
    assert "category=" in bulletin.address(bulletin.channels[0].behind)


def test_a_caller_of_three_orders_is_counted_and_not_named(city: City) -> None:
    bulletin = made(city)
    assert bulletin.repeated is not None
    assert (bulletin.repeated.callers, bulletin.repeated.orders) == (1, 14)  # every closed order is the same caller's
    assert "13847212345" not in html.page(bulletin, SITE)


def test_a_period_that_still_runs_is_compared_with_as_many_days(city: City) -> None:
    city_now = city.clock.now().astimezone(ZONE).date()
    bulletin = made(city, f"2026-11-20_{city_now + timedelta(days=5)}")
    assert bulletin.provisional


def test_a_period_to_come_is_refused(city: City) -> None:
    with pytest.raises(InvalidInput, match="lies ahead"):
        made(city, "2027-05")


def test_a_template_of_the_office_is_filled_in(city: City) -> None:
    own = Document()
    own.add_paragraph("{{ 期间 }}受理 {{ 受理 }} 件,满意率 {{ 总览.满意率 }}")
    file = io.BytesIO()
    own.save(file)
    filled = Document(io.BytesIO(docx.document(made(city), SITE, file.getvalue())))
    assert filled.paragraphs[0].text.startswith("2026年11月受理 16 件,满意率 ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("{{ 不存在 }}", "名称有误"),
        ("{{ 受理", "写法有误"),
        ("{% if %}", "写法有误"),
        ("{{ 受理/0 }}", "写法有误"),
        ("{{ 标题(1) }}", "写法有误"),
        ("{{ 受理+标题 }}", "写法有误"),
    ],
)
def test_a_template_with_a_mistake_is_told_in_one_sentence(city: City, words: str, told: str) -> None:
    own, file = Document(), io.BytesIO()
    own.add_paragraph(words)
    own.save(file)
    with pytest.raises(UnreadableFile) as refused:
        docx.document(made(city), SITE, file.getvalue())
    assert told in refused.value.message


def test_what_is_no_document_is_no_template(city: City) -> None:
    with pytest.raises(UnreadableFile):
        docx.document(made(city), SITE, b"PK nothing")


@pytest.mark.parametrize(
    ("key", "before", "year_ago"),
    [
        ("2026-03", "2026-02", "2025-03"), ("2026-01", "2025-12", "2025-01"), ("2026-W01", "2025-W52", "2025-W01"),
        ("2026-W53", "2026-W52", "2025-W52"), ("2026-10-11_2026-10-20", "2026-10-01_2026-10-10", "2025-10-11_2025-10-20"),
    ],
)  # fmt: skip
def test_a_period_has_one_before_and_one_a_year_ago(key: str, before: str, year_ago: str) -> None:
    period = read_period(key, ZONE)
    assert (period.key, period.before().key, period.year_ago().key) == (key, before, year_ago)


@given(day=st.dates(date(2001, 1, 1), date(2098, 1, 1)), length=st.integers(0, 90))
def test_the_period_before_ends_where_this_one_begins(day: date, length: int) -> None:
    period = days_of(day.isoformat(), (day + timedelta(days=length)).isoformat(), ZONE)
    assert (period.before().end, len(period.before().days)) == (period.start, len(period.days))


@given(minutes=st.integers(0, 50_000_000))
def test_a_moment_lies_in_its_month_and_its_week(minutes: int) -> None:
    moment = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    local = moment.astimezone(ZONE)
    found: list[Period] = [month_of(f"{local:%Y-%m}", ZONE), week_of(f"{local:%G-W%V}", ZONE)]
    assert [one.start <= moment < one.end for one in found] == [True, True]


def tiered(tiers: str) -> City:
    """Four orders of one unit and one of another, ranked from one order on, with borders for a quarter."""
    written = re.sub(r"(?m)^floor = .*", "floor = 1", pack_files("kundulun")["pack.toml"].decode())
    city = City(MemoryStore())
    city.put_in_force(pack_toml=re.sub(r"(?m)^tiers = .*", f"tiers = {tiers}", written).encode())
    for unit in ("CGJ", "CGJ", "CGJ", "CGJ", "SCJG"):
        city.closed(unit)
    city.clock.pass_by(timedelta(days=1))
    return city


@pytest.mark.parametrize(
    ("tiers", "borders", "wanted"), [("[6]", (2,), {"CGJ": 1, "SCJG": 2}), ("[]", (), {"CGJ": 1, "SCJG": 1})]
)
def test_the_tiers_of_a_bulletin_are_those_of_the_board(tiers: str, borders: tuple[int, ...], wanted: dict[str, int]) -> None:
    city = tiered(tiers)
    (group,) = made(city).groups
    assert (group.borders, {one.unit: one.tier for one in group.ranked}) == (borders, wanted)
    page = city.client(create_app(city.parts, pages=add_console))
    page.headers.update({**city.as_(Role.SUPERVISOR).headers, "Accept": "text/html"})
    board = page.get("/board?period=span&from=2026-11-01&to=2026-11-30").text
    assert {name: f"第 {name} 档" in board for name in (1, 2)} == {1: bool(borders), 2: bool(borders)}
    assert [f"派单 {border} 件及以上" in board for border in borders] == [True for _ in borders]


def test_the_times_of_a_bulletin_are_those_of_the_board(city: City) -> None:
    bulletin, pack = made(city), city.books.current()
    with city.parts.figures.at_once() as now:
        asked = city.parts.figures.asked(bulletin.period.start, bulletin.period.end, by=OFFICE)
        stays = now.stays(asked)
    assert list(bulletin.stages) == stage_times(stays, pack.calendar)
    rows = {row[0]: row for row in reversed(sheet(xlsx.workbook(bulletin), "环节用时"))}  # those of units follow
    assert [rows[STAGE_NAMES[one.stage]][1:3] for one in bulletin.stages] == [
        [one.count, pytest.approx(one.calendar.median / timedelta(hours=1))] for one in bulletin.stages
    ]
