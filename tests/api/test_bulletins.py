"""Bulletins over HTTP: the office's, as files and as a page."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import httpx
import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from hotline.domain.roles import Role
from hotline.web.app import create_app
from hotline.web.console import add_console
from tests.api.city import City

MONTH = "/api/v1/bulletins/2026-11"


@pytest.fixture
def lived(city: City) -> City:
    """Two closed orders and one that waits, in November 2026."""
    city.closed("CGJ")
    city.closed("SCJG", solved="no", rating=2)
    city.dispatched("CGJ")
    city.clock.pass_by(timedelta(days=2))
    return city


def page_of(city: City, address: str, role: str = "supervisor") -> httpx.Response:
    client = city.client(create_app(city.parts, pages=add_console))
    client.headers.update({**city.as_(role).headers, "Accept": "text/html"})
    return client.get(address)


def first_sheet(content: bytes) -> dict[str, object]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("总览").to_python()
    return {str(row[0]): row[1] for row in rows}


def test_the_workbook_says_what_the_indicators_say(lived: City) -> None:
    office = lived.as_(Role.SUPERVISOR)
    found = office.get("/api/v1/indicators?from=2026-11-01&to=2026-11-30").json()
    counted = sum(rates["resolution"]["numerator"] for rates in found.values())
    asked = sum(rates["resolution"]["denominator"] for rates in found.values())
    assert first_sheet(office.get(MONTH).content)["解决率"] == pytest.approx(counted / asked)


@pytest.mark.parametrize(("kind", "begins"), [("xlsx", b"PK"), ("docx", b"PK"), ("html", b"<!DOCTYPE html>")])
def test_every_format_is_a_file_of_its_kind(lived: City, kind: str, begins: bytes) -> None:
    answer = lived.as_(Role.SUPERVISOR).get(f"{MONTH}?format={kind}")
    assert (answer.status_code, answer.content[: len(begins)]) == (200, begins)


def test_the_document_tells_how_many_orders_came_in(lived: City) -> None:
    made = Document(io.BytesIO(lived.as_(Role.SUPERVISOR).get(f"{MONTH}?format=docx").content))
    assert "共受理诉求 3 件" in "\n".join(paragraph.text for paragraph in made.paragraphs)


def test_a_unit_gets_no_bulletin(lived: City) -> None:
    assert lived.as_("CGJ").get(MONTH).status_code == 403
    assert [page_of(lived, path, "CGJ").status_code for path in ("/bulletins", "/bulletins/2026-11.xlsx")] == [403, 403]


@pytest.mark.parametrize("period", ["2026-13", "2026-W60", "november", "2026-11-30_2026-11-01", "2027-01"])
def test_a_period_that_is_none_or_lies_ahead_is_refused(lived: City, period: str) -> None:
    answer = lived.as_(Role.SUPERVISOR).get(f"/api/v1/bulletins/{period}")
    assert (answer.status_code, answer.json()["code"]) == (422, "input.invalid")


def test_a_class_that_is_none_is_refused(lived: City) -> None:
    assert lived.as_(Role.SUPERVISOR).get(f"{MONTH}?category=没有").status_code == 422


def test_the_page_shows_the_bulletin_and_where_to_take_it_along(lived: City) -> None:
    page = page_of(lived, "/bulletins?span=month&month=2026-11").text
    wanted = ("一、总览", "/bulletins/2026-11.xlsx?book=own", "/orders?figure=response&amp;book=own")
    assert [part for part in wanted if part not in page] == []


def test_a_number_of_the_page_opens_as_many_orders(lived: City) -> None:
    page = page_of(lived, "/bulletins?span=month&month=2026-11").text
    found = re.search(r'<td>受理</td><td class="number"><a href="([^"]+)">3</a>', page)
    assert found is not None
    orders = page_of(lived, found[1].replace("&amp;", "&"))
    assert (orders.status_code, len(set(re.findall(r"/orders/(KDL\d+)", orders.text)))) == (200, 3)


def test_the_page_to_print_holds_no_script_and_asks_no_other_host(lived: City) -> None:
    page = page_of(lived, "/bulletins/2026-11.html?book=own").text
    hosts = set(re.findall(r'(?:src|href)="(https?://[^/"]+)', page))
    assert ("<script" in page, hosts) == (False, {"http://testserver"})


def test_the_page_first_asks_for_a_period(lived: City) -> None:
    assert "请选择期间" in page_of(lived, "/bulletins").text


def test_a_month_without_an_order_says_so(lived: City) -> None:
    assert "2025年1月没有可统计的工单" in page_of(lived, "/bulletins?month=2025-01").text
