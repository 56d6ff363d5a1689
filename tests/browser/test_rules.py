"""The rules' pages: a clerk tries a text and sees which rows answer, looks a row up, reads the calendar."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from hotline.domain.roles import Role
from tests.browser.city import City
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
    expect(page.locator("fieldset.choices").filter(has_text="命中词表")).not_to_contain_text("_")  # names, not codes
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


# -- drafts ------------------------------------------------------------------------------------------------------------
PATIENCE = 60_000  # milliseconds: two whole books are checked, on a machine that does other things too


def changed(city: City, lead: bytes) -> list[FilePayload]:
    """The dispatch table in force with another lead for heating in the season, and the cases without those of heating."""
    files = city.parts.drafts.files(city.books.now_in_force())
    table = b"\n".join(
        line.replace(b",@estate.heating,ZJJ,", b"," + lead + b",,").replace(b",@estate.heating,ZJJ;@", b"," + lead + b",@")
        if line.startswith((b"D-0102,", b"D-0103,"))
        else line
        for line in files["dispatch.csv"].split(b"\n")
    )
    cases = b"\n".join(line for line in files["cases.csv"].split(b"\n") if "冬季采暖".encode() not in line)
    sent = {"dispatch.csv": table, "cases.csv": cases}
    return [{"name": name, "mimeType": "text/csv", "buffer": data} for name, data in sent.items()]


def test_a_changed_table_is_proposed_rehearsed_and_approved_by_another_person(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    for _ in range(3):
        city.order(HEATING)
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/rules")
    picture(page, "rules-home")
    page.set_input_files("#files", changed(city, b"ZJJ"))
    page.fill("#note", "供暖事项改由住建局牵头")
    page.click("text=提出并检查", timeout=PATIENCE)
    expect(page.locator("h1")).to_contain_text("草案")
    expect(page.locator(".changes")).to_contain_text("D-0102")
    page.click("form[action$=rehearse] button", timeout=PATIENCE)
    expect(page.locator(".notice.good")).to_contain_text("已试算")
    expect(page.locator(".stats.four")).to_contain_text("3")
    picture(page, "rules-draft")
    address = page.url.partition("?")[0].removeprefix(city.url)
    other = visitor.sign_in(Role.SUPERVISOR)
    other.goto(address)
    other.click("text=审批通过", timeout=PATIENCE)
    expect(other.locator(".notice.good")).to_contain_text("已审批")
    other.goto("/rules/tables/dispatch?q=D-0102")
    expect(other.locator("tbody tr").first).to_contain_text("住房和城乡建设局")


def test_a_draft_is_tried_for_its_day_and_the_next_one_follows_it(city: City, visitor: Visitor) -> None:
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/rules")
    page.set_input_files("#files", changed(city, b"ZJJ"))
    page.click("text=提出并检查", timeout=PATIENCE)
    page.fill("#planned", "2030-01-01T00:00")
    page.click("form[action$=rehearse] button", timeout=PATIENCE)
    expect(page.locator("#planned")).to_have_value("2030-01-01T00:00")
    other = visitor.sign_in(Role.SUPERVISOR)
    other.goto(page.url.partition("?")[0].removeprefix(city.url))
    expect(other.locator("#effective")).to_have_value("2030-01-01T00:00")
    other.click("text=审批通过", timeout=PATIENCE)
    expect(other.locator(".notice.good")).to_contain_text("已审批")
    other.goto("/rules")
    expect(other.locator("#main")).to_contain_text("待生效版本的表")
    expect(other.locator("#main")).to_contain_text("已审批、尚未生效")


def test_a_draft_with_errors_says_what_to_mend_and_cannot_be_approved(city: City, visitor: Visitor) -> None:
    page = visitor.sign_in(Role.ADMIN)
    page.goto("/rules")
    page.set_input_files("#files", changed(city, b"NOBODY"))
    page.click("text=提出并检查", timeout=PATIENCE)
    expect(page.locator(".rules-table").first).to_contain_text("NOBODY")
    expect(page.locator("#main")).to_contain_text("须修改")
    expect(page.locator("text=审批通过")).to_have_count(0)


def test_a_ruling_becomes_a_proposed_row_with_one_click(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    order = city.dispatched(HEATING, "ZJJ")
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto(f"/orders/{order.id}#rule")
    page.click("text=生成草案", timeout=PATIENCE)
    expect(page.locator("h1")).to_contain_text("草案")
    expect(page.locator(".changes")).to_contain_text("新增")
    expect(page.locator(".summary")).to_contain_text(order.id)
    picture(page, "rules-ruling")


def test_an_order_leads_to_what_decided_it(city: City, visitor: Visitor, picture: Callable[[Page, str], None]) -> None:
    order = city.dispatched(HEATING, "ZJJ")
    page = visitor.sign_in(Role.REVIEWER)
    page.goto(f"/orders/{order.id}")
    page.click("text=当日依据")
    expect(page.locator(".decision")).to_have_count(2)
    expect(page.locator(".decision").first).to_contain_text("D-0103")
    picture(page, "rules-order")
