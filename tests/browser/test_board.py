"""The supervisor at the board: from a number to its orders and back, the other book, differences, early sight."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from hotline.domain.roles import Role
from hotline.services.closing import Callback
from hotline.services.ports import Reader
from tests.browser.city import AGENT, REVIEWER, City, RunningClock
from tests.browser.conftest import Visitor
from tests.browser.lively import fill

pytestmark = pytest.mark.browser
SMOKE = "阿尔丁大街夜市烧烤摊油烟特别大,半夜还在喝酒吵闹,影响居民休息。"
LAMPS = "友谊大街附近路灯坏了三盏,晚上黑漆漆的。"
WEEKS = 9


@pytest.fixture(scope="module")
def months(reader: Reader, browser: Browser) -> Iterator[Visitor]:
    """A city with two months of work, shared: these tests only look. This week one street complains much more than usual."""
    clock = RunningClock()
    clock.pass_by(timedelta(days=-7 * WEEKS))
    city = City(reader, clock)
    for week in range(WEEKS):
        for _ in range(3):
            city.order(SMOKE), city.order(LAMPS)
        solved, rating = ("yes", 4) if week % 2 else ("no", 2)
        city.closed("垃圾桶满了三天没人清运。", "HWZX", solved=solved, rating=rating)
        city.clock.pass_by(timedelta(days=7) - timedelta(minutes=30))
    for _ in range(12):
        city.order(SMOKE)
    city.clock.pass_by(timedelta(minutes=30 * WEEKS))
    fill(city)
    for _ in range(11):
        city.closed("占道经营的商贩把人行道全占了。", "CGJ")
    above = city.answered("市民反映楼道堆物。", "ZJJ", channel="upstream", upstream_no="S20261123001")
    city.handling.review(above.id, passed=True, by=REVIEWER)
    city.closing.callback(above.id, Callback(reached=True, responded=True, solved="yes", rating=5), by=AGENT)
    city.serve()
    somebody = Visitor(city, browser)
    yield somebody
    for context in somebody.contexts:
        context.close()
    city.stop()
    assert not somebody.strange
    assert not somebody.errors


def test_from_a_rate_to_what_went_wrong_and_to_all_of_it(months: Visitor, picture: Callable[[Page, str], None]) -> None:
    page = months.sign_in(Role.SUPERVISOR)
    expect(page.get_by_role("heading", name="看板", exact=True)).to_be_visible()
    picture(page, "board-units")
    row = page.locator("table.rates").first.locator("tr", has_text="园林绿化")
    row.locator("a.percent").nth(1).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("解决率 0/1:未解决的 1 件")
    picture(page, "figure-missed")
    page.get_by_role("link", name="计入分母的").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("计入分母的 1 件")
    page.get_by_role("link", name="回看板").click()
    expect(page.locator("#from")).to_be_visible()


def test_the_board_is_read_by_the_keyboard_alone(months: Visitor) -> None:
    page = months.sign_in(Role.SUPERVISOR)
    page.get_by_role("region", name="各项比率").locator("tbody[data-arrows] a.percent").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("率")
    expect(page.locator(".figure-head")).to_be_visible()


def test_a_unit_with_enough_orders_has_a_rank_and_the_others_stand_apart(months: Visitor) -> None:
    page = months.sign_in(Role.SUPERVISOR)
    ranked = page.locator("tbody:not(.apart) tr", has_text="城市管理综合执法局").first
    expect(ranked.locator("td").first).to_have_text("1")
    expect(page.locator("tbody.apart").first).to_contain_text("不参与排名")


def test_the_course_of_months_is_a_line_with_words(months: Visitor) -> None:
    page = months.sign_in(Role.SUPERVISOR)
    expect(page.locator("svg.trend").first).to_have_attribute(
        "aria-label", re.compile(r"近 6 个月得分:2026-06 无样本.*2026-11 \d")
    )


def test_period_book_and_grouping_stand_in_the_address(months: Visitor, picture: Callable[[Page, str], None]) -> None:
    page = months.sign_in(Role.SUPERVISOR)
    page.get_by_role("link", name="上级口径", exact=True).click()
    page.get_by_role("link", name="本月", exact=True).click()
    page.get_by_label("按", exact=True).select_option(label="街道")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#h-rates")).to_contain_text("上级口径 · 2026-11 · 按街道")
    expect(page).to_have_url(re.compile(r"book=official.*by=street"))
    picture(page, "board-official-streets")


def test_the_books_are_compared_order_by_order(months: Visitor, picture: Callable[[Page, str], None]) -> None:
    page = months.sign_in(Role.SUPERVISOR)
    page.get_by_role("navigation", name="统计").get_by_role("link", name="两套口径差异").click()
    page.get_by_role("link", name="解决率").first.click()
    row = page.locator("table.list-table tbody tr").first
    expect(row).to_contain_text("已解决")
    expect(row).to_contain_text("没有结果")
    expect(row).to_contain_text("上级在区间内对该单没有结果")
    picture(page, "board-differences")
    page.get_by_label("只看两边都有结论的").check()
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".empty")).to_contain_text("两套口径没有不同的工单")


def test_what_is_unusual_is_seen_and_opened(months: Visitor, picture: Callable[[Page, str], None]) -> None:
    page = months.sign_in(Role.SUPERVISOR)
    page.get_by_role("navigation", name="统计").get_by_role("link", name="态势感知").click()
    picture(page, "sight")
    first = page.get_by_role("region", name="突出情况").locator("tbody tr", has_text="阿尔丁大街").first
    expect(first).to_contain_text("偏多")
    count = first.locator("td.number").first.inner_text()
    first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"登记的 {count} 件")
    page.go_back()
    page.get_by_role("link", name="三级类别").click()
    expect(page.get_by_role("region", name="类别与街道")).to_be_visible()
    picture(page, "sight-classes")


def test_the_board_says_when_the_server_is_lost(months: Visitor) -> None:
    months.expect("ERR_FAILED", "Failed to load")
    page = months.sign_in(Role.SUPERVISOR)
    page.clock.install()
    page.goto("/sight")
    page.route("**/sight", lambda route: route.abort())
    page.clock.run_for(61_000)
    expect(page.locator("[data-lost]")).to_be_visible()
