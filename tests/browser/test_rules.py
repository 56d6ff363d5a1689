"""The rules' pages: a clerk tries a text and sees which rows answer, looks a row up, reads the calendar."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hotline.domain.roles import Role
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
HEATING = "我家住在保利花园,暖气一直不热,屋里只有十三度,老人受不了,请供热公司来看看。"


def test_a_text_becomes_facts_and_shows_the_row_that_answers(visitor: Visitor, picture: Callable[[Page, str], None]) -> None:
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/rules/try")
    page.fill("#text", HEATING)
    page.click("button[value=read]")
    expect(page.locator("#category")).to_have_value("城乡建设/城市建设和市政管理/冬季采暖")
    expect(page.locator("#estate")).to_have_value("E001")
    expect(page.locator(".answer.first .says")).not_to_be_empty()
    expect(page.locator(".answer.first")).to_contain_text("D-01")
    picture(page, "rules-try")


def test_facts_alone_answer_and_the_rows_that_nearly_fitted_are_told(visitor: Visitor) -> None:
    page = visitor.sign_in(Role.SUPERVISOR)
    page.goto("/rules/try")
    page.fill("#category", "城乡建设/城市建设和市政管理/冬季采暖")
    page.select_option("#estate", "E001")
    page.fill("#received_at", "2026-01-20T22:40")
    page.focus("#confidence")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".answers").first).to_contain_text("派给谁")
    expect(page.locator("details summary").first).to_contain_text("只差一项条件")


def test_a_fact_that_cannot_be_read_is_named_and_what_was_typed_stays(visitor: Visitor) -> None:
    visitor.expect("422", "cannot be parsed")
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/rules/try")
    page.fill("#category", "没有/这个/类别")
    page.evaluate("document.querySelector('#round').type = 'text'; document.querySelector('#round').value = '两次'")
    page.click("button[value=ask]")
    expect(page.locator("#problem")).to_contain_text("两次")
    expect(page.locator("#category")).to_have_value("没有/这个/类别")


def test_a_row_in_force_is_found_by_a_word_and_says_who_leads(visitor: Visitor, picture: Callable[[Page, str], None]) -> None:
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/rules/tables/dispatch")
    page.fill("#q", "冬季采暖")
    page.press("#q", "Enter")
    expect(page.locator("tbody tr").first).to_contain_text("冬季采暖")
    picture(page, "rules-table")
    page.fill("#q", "没有这样的词")
    page.press("#q", "Enter")
    expect(page.locator(".empty")).to_contain_text("条件下没有结果")


def test_the_calendar_shows_make_up_days(visitor: Visitor, picture: Callable[[Page, str], None]) -> None:
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/rules/calendar?year=2026")
    expect(page.locator("td.make-up").first).to_have_text("4班")  # Sunday, 4 January 2026
    picture(page, "rules-calendar")
    page.goto("/rules/calendar?year=2031")
    expect(page.locator("#main")).to_contain_text("放假安排未公布")
