"""The dispatcher's desk, as a dispatcher uses it: by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from hotline.domain.order import Flag, State
from hotline.domain.roles import Actor, Role
from tests.browser.city import City
from tests.browser.conftest import Visitor
from tests.browser.lively import HEATING

pytestmark = pytest.mark.browser
REPORT = "我要举报楼上业主私自砸承重墙搞装修,整栋楼的人都害怕。"
LIGHTS = "友谊大街附近路灯坏了三盏,晚上黑漆漆的,老人走路不安全,希望尽快维修。"


def test_an_order_is_dispatched_by_two_keys_and_the_next_one_opens(city: City, visitor: Visitor) -> None:
    first, second = city.order(HEATING), city.order(LIGHTS)
    page = visitor.sign_in(Role.DISPATCHER)

    page.keyboard.press("Alt+1")
    page.keyboard.press("Enter")

    expect(page.get_by_text("已派")).to_contain_text(first.id)
    expect(page.locator(".queue a[aria-current=true]")).to_contain_text("路灯")
    assert city.now(first.id).unit == first.suggestions[0].unit
    assert city.now(second.id).state == State.ON_DESK


def test_a_suggested_units_name_stands_on_one_line(city: City, visitor: Visitor) -> None:
    city.order(HEATING)
    page = visitor.sign_in(Role.DISPATCHER)

    box = page.locator(".suggestion .name").first.bounding_box()
    assert box is not None
    assert box["height"] < 2 * 24


def test_the_words_that_decided_are_marked_and_numbers_of_people_are_hidden(city: City, visitor: Visitor) -> None:
    city.order(HEATING)

    page = visitor.sign_in(Role.DISPATCHER)

    expect(page.locator("mark").filter(has_text="暖气")).to_be_visible()
    expect(page.locator(".call-text")).to_contain_text("139****1234")
    expect(page.locator("main")).to_contain_text("138****0086")


def test_enter_without_a_choice_dispatches_nothing(city: City, visitor: Visitor) -> None:
    order = city.order(HEATING)
    page = visitor.sign_in(Role.DISPATCHER)

    page.keyboard.press("Enter")

    expect(page.locator("[data-choice-status]")).to_contain_text("还没有选择主办单位")
    assert city.now(order.id).state == State.ON_DESK


def test_another_unit_is_found_by_its_duty_and_needs_a_reason(city: City, visitor: Visitor) -> None:
    order = city.order(HEATING)
    page = visitor.sign_in(Role.DISPATCHER)

    page.keyboard.press("Alt+k")
    page.keyboard.type("路灯")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-choice-status]")).to_contain_text("请选择未采用建议的原因")
    expect(page.get_by_label("未采用建议的原因")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text(f"{order.id} 已派 昆都仑区市政设施服务中心")).to_be_visible()
    assert city.now(order.id).unit == "SZZX"


def test_the_server_too_asks_for_the_reason_when_there_is_no_script(city: City, visitor: Visitor) -> None:
    order = city.order(HEATING)
    visitor.expect("422")
    page = visitor.sign_in(Role.DISPATCHER, java_script_enabled=False)

    page.get_by_label("查责任清单").select_option("SZZX")
    page.get_by_role("button", name="派单并看下一件").click()

    expect(page.get_by_role("alert")).to_contain_text("请选择未采用建议的原因")
    assert city.now(order.id).state == State.ON_DESK


def test_a_report_goes_out_with_the_text_that_the_dispatcher_confirms_for_the_unit(city: City, visitor: Visitor) -> None:
    order = city.order(REPORT)
    page = visitor.sign_in(Role.DISPATCHER)

    expect(page.get_by_label("承办单位看到的办理文本")).to_have_value(re.compile("私自砸承重墙"))
    page.get_by_label("承办单位看到的办理文本").fill("有人反映某小区一户装修时砸了承重墙。")
    page.locator("main").click(position={"x": 5, "y": 5})
    page.keyboard.press("Alt+1")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text(f"{order.id} 已派")).to_be_visible()
    assert city.now(order.id).handling_text == "有人反映某小区一户装修时砸了承重墙。"


def test_a_return_is_granted_and_the_order_waits_for_another_unit(city: City, visitor: Visitor) -> None:
    order = city.dispatched(LIGHTS, "CGJ")
    city.handling.apply_return(order.id, reason="路灯由市政中心负责", by=Actor("李办", Role.CLERK, "CGJ"))
    page = visitor.sign_in(Role.DISPATCHER)

    page.get_by_role("link", name="退单申请").click()
    expect(page.locator(".choice")).to_contain_text("路灯由市政中心负责")
    page.get_by_role("button", name="同意退单").click()

    expect(page.get_by_text("退单,须改派")).to_be_visible()
    assert city.now(order.id).state == State.ON_DESK
    assert city.now(order.id).returned_by == {"CGJ"}


def test_a_return_is_not_refused_without_a_word(city: City, visitor: Visitor) -> None:
    order = city.dispatched(LIGHTS, "CGJ")
    city.handling.apply_return(order.id, reason="不归我们管", by=Actor("李办", Role.CLERK, "CGJ"))
    visitor.expect("422")
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/desk?tab=returns")

    page.get_by_role("button", name="不同意").click()

    expect(page.get_by_role("alert")).to_contain_text("须填写审批意见")
    assert Flag.RETURN_ASKED in city.now(order.id).flags


def test_an_order_that_is_not_signed_yet_can_go_to_another_unit(city: City, visitor: Visitor) -> None:
    order = city.dispatched(HEATING, "CGJ")
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto(f"/orders/{order.id}")

    page.get_by_role("link", name="改派").click()
    expect(page.get_by_text("再次派出即为改派")).to_be_visible()
    page.keyboard.press("Alt+1")
    page.keyboard.press("Enter")

    expect(page.get_by_text(f"{order.id} 已派")).to_be_visible()
    assert city.now(order.id).unit == order.suggestions[0].unit


def test_new_orders_announce_themselves_and_do_not_jump_in(city: City, visitor: Visitor) -> None:
    city.order(HEATING)
    page = visitor.sign_in(Role.DISPATCHER)
    rows = page.locator(".queue li").count()

    city.order(LIGHTS)
    _look_again(page)

    expect(page.get_by_text("有 1 件新工单")).to_be_visible()
    assert page.locator(".queue li").count() == rows


def test_a_desk_that_lost_its_server_says_how_old_it_is(city: City, visitor: Visitor) -> None:
    city.order(HEATING)
    visitor.expect("Failed to load resource")
    page = visitor.sign_in(Role.DISPATCHER)

    page.route("**/desk/news*", lambda route: route.abort())
    _look_again(page)

    expect(page.get_by_text("与服务器失去联系")).to_be_visible()
    expect(page.get_by_text("数据截至")).to_be_visible()
    page.unroute("**/desk/news*")
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_text("与服务器失去联系")).to_be_hidden()


def test_an_empty_queue_says_so_and_a_search_without_result_can_be_undone(city: City, visitor: Visitor) -> None:
    page = visitor.sign_in(Role.DISPATCHER)
    expect(page.get_by_text("没有待派工单")).to_be_visible()
    city.order(HEATING)

    page.get_by_label("在队列中查找").fill("不存在的词")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("没有结果")).to_be_visible()
    page.get_by_role("link", name="清除条件").click()

    expect(page.locator(".queue li")).to_have_count(1)


def test_arrows_move_through_the_queue(city: City, visitor: Visitor) -> None:
    city.order(HEATING)
    city.order(LIGHTS)
    page = visitor.sign_in(Role.DISPATCHER)

    page.locator(".queue li a").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator(".call-text")).to_contain_text("路灯")


def test_an_emergency_is_said_before_everything_else(city: City, visitor: Visitor) -> None:
    city.order("有人在楼上着火了,快来救命")

    page = visitor.sign_in(Role.DISPATCHER)

    expect(page.get_by_role("alert").filter(has_text="119")).to_be_visible()


def test_an_emergency_is_put_through_and_the_order_ends(city: City, visitor: Visitor) -> None:
    order = city.order("有人在楼上着火了,快来救命")
    page = visitor.sign_in(Role.DISPATCHER)

    expect(page.get_by_label("转接", exact=True)).to_have_value("119")
    page.get_by_role("button", name="已转接,结束工单").click()

    expect(page.get_by_text(f"{order.id} 已转接")).to_be_visible()
    assert city.now(order.id).state == State.TRANSFERRED


def test_a_matter_outside_the_hotline_is_declined_only_with_its_lawful_route(city: City, visitor: Visitor) -> None:
    order = city.order(HEATING)
    visitor.expect("422")
    page = visitor.sign_in(Role.DISPATCHER)

    page.get_by_text("不予受理或转接紧急热线").click()
    page.get_by_role("button", name="不予受理", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("合法的办理渠道")
    page.get_by_label("告知来电人的合法渠道").fill("请向人民法院起诉")
    page.get_by_role("button", name="不予受理", exact=True).click()

    expect(page.get_by_text(f"{order.id} 不予受理")).to_be_visible()
    assert city.now(order.id).state == State.NOT_ACCEPTED


def test_the_browser_shows_times_in_the_servers_words(city: City, visitor: Visitor) -> None:
    city.order(HEATING)
    page = visitor.sign_in(Role.DISPATCHER)
    before = page.locator("[data-due]").all_inner_texts(), page.locator("[data-age]").all_inner_texts()

    page.evaluate("hotlineRenderTimes()")

    assert (page.locator("[data-due]").all_inner_texts(), page.locator("[data-age]").all_inner_texts()) == before


def _look_again(page: Page) -> None:
    """Come back to the tab: the page asks for news then."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
