"""派单台 as a dispatcher works through a morning: split, merge, incidents, many of one class, the sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from classifiers.together import Bursting
from hotline.domain.call import Caller
from hotline.domain.order import Flag, State
from hotline.domain.roles import Actor, Role
from hotline.services.bursts import Bursts
from hotline.services.splitting import Part
from tests.browser.city import DISPATCHER, City
from tests.browser.conftest import Visitor
from tests.browser.lively import HEATING

pytestmark = pytest.mark.browser
TWO = "反映两件事:一是友谊大街路灯坏了三盏,晚上黑漆漆的;二是楼下烧烤摊占道经营,油烟很大。"
BROKEN = "中冶世家小区电梯坏了好几天,老人下不了楼,物业一直不修"
LIU = Caller(name="刘某", phone="13947210099")


def searched(city: City) -> None:
    """Let the index of the open orders take in what happened."""
    city.clock_ticks()
    city.together.neighbours.follow()


def burst(city: City) -> str:
    watch = Bursts(city.store, city.clock, city.together.incidents, Bursting)
    watch.follow()
    for at in range(6):
        city.order(BROKEN, caller=Caller(name="某", phone=f"1384720{at:04d}"))
        city.clock.pass_by(timedelta(minutes=5))
    city.clock_ticks()
    watch.follow()
    return city.together.incidents.listing(by=DISPATCHER)[0].id


def test_a_text_of_two_matters_is_split_by_keyboard_and_both_go_out(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    order = city.order(TWO)
    page = visitor.sign_in(Role.DISPATCHER)
    expect(page.get_by_text("来电可能反映多个事项")).to_be_visible()

    page.keyboard.press("Alt+s")
    expect(page.get_by_label("各件之间空一行")).to_be_focused()
    picture(page, "desk-split")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("友谊大街路灯坏了三盏,晚上黑漆漆的\n\n楼下烧烤摊占道经营,油烟很大")
    page.get_by_role("button", name="拆分", exact=True).click()

    expect(page.locator(".queue li")).to_have_count(2)
    expect(page.locator(".call-text")).to_have_text("友谊大街路灯坏了三盏,晚上黑漆漆的")
    expect(page.get_by_text("本来电第 1 件")).to_be_visible()
    page.keyboard.press("Alt+1")
    page.keyboard.press("Enter")
    expect(page.locator(".call-text")).to_have_text("楼下烧烤摊占道经营,油烟很大")
    assert city.now(order.id).state == State.DISPATCHED


def test_a_split_without_an_empty_line_is_refused_and_keeps_what_was_typed(city: City, visitor: Visitor) -> None:
    city.order(TWO)
    visitor.expect("422")
    page = visitor.sign_in(Role.DISPATCHER)

    page.locator("[data-split] summary").click()
    page.get_by_label("各件之间空一行").fill("只有一件")
    page.get_by_role("button", name="拆分", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("至少拆为 2 件")
    expect(page.get_by_label("各件之间空一行")).to_have_value("只有一件")


def test_the_same_callers_same_matter_is_shown_with_its_words_and_merged_at_one_click(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    city.order(HEATING)
    again = city.order("昨天反映的," + HEATING)
    searched(city)
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto(f"/desk?order={again.id}")

    near = page.locator(".near li")
    expect(near).to_contain_text("同一来电人")
    expect(near).to_contain_text("共有:")
    picture(page, "desk-neighbours")
    near.get_by_role("button", name="并入此单").click()

    expect(page.get_by_text("已并入主单")).to_be_visible()
    assert Flag.MERGED in city.now(again.id).flags
    page.get_by_role("button", name="解除并单").click()
    expect(page.get_by_text("已并入主单")).to_have_count(0)


def test_different_callers_are_merged_only_with_a_tick_and_a_reason(city: City, visitor: Visitor) -> None:
    head, member = city.order(HEATING), city.order(HEATING, caller=LIU)
    visitor.expect("422")
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto(f"/desk?order={member.id}")

    page.get_by_text("并入其他工单").click()
    page.get_by_label("主单编号").fill(head.id)
    page.get_by_role("button", name="并单", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("不同来电人的工单并单")
    page.get_by_label("理由", exact=True).fill("同一栋楼同一根管道")
    page.get_by_label("来电人不同,确认并单").check()
    page.get_by_role("button", name="并单", exact=True).click()

    expect(page.get_by_text("已并入主单")).to_be_visible()
    assert city.now(member.id).merged_into == head.id


def test_what_came_from_above_is_asked_about_or_applied_to_be_given_back(city: City, visitor: Visitor) -> None:
    order = city.order(TWO, upstream_no="BT1", channel="upstream")
    page = visitor.sign_in(Role.DISPATCHER)

    page.get_by_text("请上级补充或退回上级").click()
    page.get_by_label("请上级补充的内容").fill("请补充具体门牌号")
    page.get_by_role("button", name="请上级补充", exact=True).click()
    page.get_by_text("请上级补充或退回上级").click()
    page.get_by_label("退回上级的理由").fill("不属本区")
    page.get_by_role("button", name="申请退回上级").click()
    page.wait_for_load_state()

    assert [one.asks for one in city.now(order.id).applications] == ["upward"]


def test_many_of_one_class_go_out_with_one_confirmation(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    orders = [city.order(BROKEN, caller=Caller(name="某", phone=f"1384720{at:04d}")) for at in range(3)]
    page = visitor.sign_in(Role.DISPATCHER)

    page.get_by_role("link", name="同类待派 3 件").click()
    picture(page, "desk-batch")
    page.get_by_label(f"选择 {orders[0].id}").uncheck()
    page.get_by_role("button", name="确认,所选派往").click()

    expect(page.get_by_role("status")).to_contain_text("已派 2 件")
    assert [city.now(one.id).state for one in orders] == [State.ON_DESK, State.DISPATCHED, State.DISPATCHED]


def test_a_burst_becomes_an_incident_that_is_sent_once_and_answered_at_once(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    ident = burst(city)
    page = visitor.sign_in(Role.DISPATCHER)
    expect(page.get_by_text("可能属于事件")).to_be_visible()

    page.goto("/incidents")
    picture(page, "incidents")
    page.goto(f"/incidents/{ident}")
    picture(page, "incident-proposed")
    page.get_by_role("combobox", name="处置单位(主办)").fill("城市管理")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="确认事件").click()
    page.get_by_role("button", name="将待派工单全部派往处置单位").click()
    expect(page.get_by_role("status")).to_contain_text("已办 6 件")

    unit = city.together.incidents.get(ident, by=DISPATCHER)[0].units[0]
    clerk = visitor.sign_in(Role.CLERK, unit)
    clerk.goto(f"/incidents/{ident}")
    clerk.get_by_label("进展,或恢复后的答复内容").fill("电梯已修好")
    clerk.get_by_role("button", name="已恢复,结束事件").click()
    picture(clerk, "incident-reply")
    clerk.get_by_role("button", name="提交答复").click()
    expect(clerk.get_by_role("status")).to_contain_text("已办 6 件")
    states = {one.state for one in city.together.incidents.get(ident, by=Actor("d", Role.DISPATCHER))[2]}
    assert states <= {State.ANSWERED, State.SIGNED_OFF}


def test_the_sample_of_what_the_system_sent_is_judged(city: City, visitor: Visitor, picture: Callable[[Page, str], None]) -> None:
    order = city.order(HEATING)
    with city.store.write() as work:
        sampled = replace(order, version=order.version + 1, flags=order.flags | {Flag.SPOT_CHECK}, auto_class=str(order.category))
        work.orders.save([sampled])
        work.commit()
    page = visitor.sign_in(Role.DISPATCHER)

    page.get_by_role("link", name="抽查").click()
    expect(page.get_by_text("系统派单", exact=True)).to_be_visible()
    picture(page, "desk-checks")
    page.get_by_role("button", name="派对了").click()

    expect(page.get_by_role("status")).to_contain_text("已登记抽查结论")
    expect(page.get_by_text("没有待抽查的系统派单")).to_be_visible()
    assert Flag.SPOT_CHECK not in city.now(order.id).flags


def test_the_handling_orders_answer_stands_in_the_form_of_each_order_under_it_and_is_sent_by_nobody_else(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    head, member = city.dispatched(HEATING, "CGJ"), city.dispatched("又一次," + HEATING, "CGJ")
    clerk = Actor("李办", Role.CLERK, "CGJ")
    city.together.matters.merge(member.id, head.id, by=DISPATCHER)
    for one in (head, member):
        city.handling.sign(one.id, by=clerk)
    city.handling.answer(head.id, text="已更换管件", public="暖气已恢复", by=clerk)
    page = visitor.sign_in(Role.CLERK, "CGJ")
    page.goto(f"/orders/{member.id}")

    expect(page.get_by_text("已并入主单")).to_be_visible()
    expect(page.locator("#answer-text")).to_have_value("已更换管件")
    picture(page, "order-bound")
    assert city.now(member.id).state == State.SIGNED
    page.get_by_role("button", name="提交答复").click()
    page.wait_for_load_state()
    assert city.now(member.id).state in (State.ANSWERED, State.SIGNED_OFF)


def test_each_matter_of_a_call_tells_on_its_page_what_the_whole_call_said(city: City, visitor: Visitor) -> None:
    order = city.order(TWO)
    parts = [Part(text="路灯坏了三盏"), Part(text="烧烤摊占道经营")]
    made = city.together.matters.split(order.id, parts, by=DISPATCHER)
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto(f"/orders/{made[1].id}")

    expect(page.locator(".call-text").filter(has_text="烧烤摊占道经营").last).to_have_text("烧烤摊占道经营")
    page.get_by_text("由一件来电拆分").click()
    expect(page.get_by_text(TWO, exact=True)).to_be_visible()
