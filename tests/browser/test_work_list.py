"""A clerk's morning with the work list: what is due first, what is new, several signed for at once, views, words, a sheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from hotline.domain.order import State
from hotline.domain.roles import Role
from tests.browser.city import START, City
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
RUBBISH = "早市散场后垃圾遍地,商贩占用盲道。"
LAMPS = "友谊大街附近路灯坏了三盏,我叫张伟国,晚上走路不安全。"


def test_a_clerk_signs_for_several_at_once_with_the_keyboard_and_is_told_of_each(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    orders = [city.dispatched(f"第 {n} 件:{RUBBISH}", "CGJ", received_at=START - timedelta(days=3 - n)) for n in range(3)]
    page = visitor.sign_in(Role.CLERK, "CGJ")
    expect(page.locator(".tabs [aria-current]")).to_contain_text("待签收3")

    page.get_by_role("link", name=orders[0].id).focus()
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="签收所选 2 件")).to_be_visible()
    picture(page, "work-list-chosen")
    page.get_by_role("button", name="签收所选").click()

    expect(page.get_by_role("status").first).to_contain_text("已签收 2 件")
    picture(page, "work-list-signed")
    assert [city.now(order.id).state for order in orders] == [State.SIGNED, State.SIGNED, State.DISPATCHED]
    page.get_by_role("link", name="办理中").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody tr").first).to_contain_text("李办")


def test_of_those_that_cannot_be_signed_for_the_reason_is_told(city: City, visitor: Visitor) -> None:
    gone, stays = city.dispatched(RUBBISH, "CGJ"), city.dispatched(LAMPS, "CGJ")
    page = visitor.sign_in(Role.CLERK, "CGJ")
    page.get_by_label("全选").check()
    other = visitor.sign_in(Role.CLERK, "CGJ")
    other.goto(f"/orders/{gone.id}")
    other.get_by_role("button", name="签收").first.click()

    page.get_by_role("button", name="签收所选").click()

    told = page.get_by_role("status").first
    expect(told).to_contain_text("已签收 1 件,未签收 1 件")
    expect(told).to_contain_text("只有待签收的工单可以签收")
    assert city.now(stays.id).state == State.SIGNED


def test_nothing_chosen_is_told_and_nothing_is_done(city: City, visitor: Visitor) -> None:
    city.dispatched(RUBBISH, "CGJ")
    visitor.expect("422")
    page = visitor.sign_in(Role.CLERK, "CGJ")

    page.get_by_role("button", name="签收所选").click()

    expect(page.get_by_role("alert")).to_contain_text("请先勾选要签收的工单")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_filter_is_kept_as_a_view_and_found_again(city: City, visitor: Visitor, picture: Callable[[Page, str], None]) -> None:
    lamps = city.dispatched(LAMPS, "CGJ", channel="web")
    city.dispatched(RUBBISH, "CGJ")
    city.clock_ticks()
    page = visitor.sign_in(Role.CLERK, "CGJ")

    page.get_by_label("工单号、市级编号或诉求中的词").fill("路灯")
    page.get_by_text("更多条件").click()
    page.get_by_label("来源").select_option("网页")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_text("我的视图").click()
    page.get_by_label("视图名称").fill("网上来的路灯")
    picture(page, "work-list-view")
    page.get_by_role("button", name="保存当前条件").click()
    expect(page.get_by_role("status").first).to_contain_text("已保存视图")

    page.goto("/orders")
    page.get_by_text("我的视图(1)").click()
    page.get_by_role("link", name="网上来的路灯").click()
    expect(page.get_by_role("link", name=lamps.id)).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_text("我的视图(1)").click()
    page.get_by_role("button", name="删除视图").click()
    expect(page.get_by_text("我的视图(0)")).to_be_visible()


def test_a_masked_name_finds_nothing_and_the_page_says_so(city: City, visitor: Visitor) -> None:
    city.dispatched(LAMPS, "CGJ")
    city.clock_ticks()
    page = visitor.sign_in(Role.CLERK, "CGJ")

    page.get_by_label("工单号、市级编号或诉求中的词").fill("张伟国")
    page.get_by_role("button", name="查询").click()

    expect(page.get_by_text("条件下没有结果")).to_be_visible()


def test_new_work_is_announced_at_once_and_no_row_jumps_in(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    city.dispatched(RUBBISH, "CGJ")
    page = visitor.sign_in(Role.CLERK, "CGJ")
    with page.expect_response("**/api/v1/live"):
        page.reload()

    city.dispatched(LAMPS, "CGJ")
    city.clock_ticks()

    expect(page.get_by_text("有 1 件新工单 · 点击刷新")).to_be_visible(timeout=6000)  # long before the next asking
    expect(page.locator("tbody tr")).to_have_count(1)
    picture(page, "work-list-news")
    page.get_by_text("有 1 件新工单").click()
    expect(page.locator("tbody tr")).to_have_count(2)


def test_when_live_updates_break_the_page_stays_as_it_is(city: City, visitor: Visitor) -> None:
    city.dispatched(RUBBISH, "CGJ")
    visitor.expect("Failed to load resource", "EventSource")
    page = visitor.sign_in(Role.CLERK, "CGJ")
    page.route("**/api/v1/live", lambda route: route.abort())
    page.reload()

    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_list_goes_into_excel_masked(city: City, visitor: Visitor) -> None:
    city.dispatched("=1+1 电话13847212345,路灯坏了", "CGJ")
    page = visitor.sign_in(Role.CLERK, "CGJ")

    with page.expect_download() as waiting:
        page.get_by_role("link", name="导出 CSV").click()
    data = waiting.value.path().read_bytes()

    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    assert "'=1+1" in text
    assert "138****2345" in text
    assert waiting.value.suggested_filename.startswith("工单_待签收_")


def test_the_office_sees_every_unit_and_chooses_one(city: City, visitor: Visitor, picture: Callable[[Page, str], None]) -> None:
    city.dispatched(RUBBISH, "CGJ")
    city.dispatched("饭店后厨不卫生,吃出头发。", "SCJG")
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/orders?tab=sign")
    expect(page.locator("tbody tr")).to_have_count(2)

    page.get_by_label("承办单位").select_option("SCJG")
    page.get_by_role("button", name="查询").click()

    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("button", name="签收所选")).to_have_count(0)
    picture(page, "work-list-office")
