"""回访台 and 提醒, as an agent, a reviewer, a supervisor, a unit and a dispatcher use them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from hotline.domain.call import Caller
from hotline.domain.order import Order, State
from hotline.domain.roles import Actor, Role
from hotline.services.supervision import Supervision
from tests.browser.city import REVIEWER, City
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
RUBBISH = "早市散场后垃圾遍地,商贩占用盲道。"
SMOKE = "烧烤店油烟直排居民楼,晚上开不了窗。"
GAS = "青山路楼下仓库着火了,浓烟很大,快来人!"


def reported(city: City, text: str) -> Order:
    """An order on the desk that is a report, whatever the model took it for."""
    order = replace(city.order(text), kind="举报")
    with city.store.write() as work:
        work.orders.save([replace(order, version=order.version + 1)])
        work.commit()
    return order


def waiting(city: City, text: str, unit: str = "CGJ") -> Order:
    """An order that waits for its callback."""
    return city.handling.review(city.answered(text, unit).id, passed=True, by=REVIEWER)


def test_an_agent_calls_one_after_the_other_by_keyboard(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    first, second = waiting(city, RUBBISH), waiting(city, SMOKE)
    page = visitor.sign_in(Role.AGENT)
    page.get_by_role("link", name="回访台").click()
    expect(page.get_by_role("heading", name="第 1 次回访")).to_be_visible()
    picture(page, "callbacks")

    for answer in ("接通", "联系过", "已解决"):
        page.get_by_label(answer, exact=True).check()
    page.locator("main h1").click()
    page.keyboard.press("2")
    expect(page.locator("[data-level='2']")).to_be_checked()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").first).to_contain_text(f"{first.id} 已办结")
    expect(page.locator(".summary")).to_contain_text(second.id)
    assert city.now(first.id).state == State.CLOSED


def test_a_digit_in_the_note_is_a_digit_and_with_alt_a_level(city: City, visitor: Visitor) -> None:
    waiting(city, RUBBISH)
    page = visitor.sign_in(Role.AGENT)
    page.goto("/callbacks")

    page.get_by_label("来电人原话或备注").fill("")
    page.get_by_label("来电人原话或备注").press("5")
    expect(page.locator("[data-level]:checked")).to_have_count(0)
    expect(page.get_by_label("来电人原话或备注")).to_have_value("5")
    page.keyboard.press("Alt+5")

    expect(page.locator("[data-level='5']")).to_be_checked()


def test_not_solved_needs_a_reason_and_begins_another_round(city: City, visitor: Visitor) -> None:
    order = waiting(city, RUBBISH)
    visitor.expect("422")
    page = visitor.sign_in(Role.AGENT)
    page.goto("/callbacks")
    page.locator("[data-level='4']").check()
    for answer in ("接通", "联系过", "未解决"):
        page.get_by_label(answer, exact=True).check()
    page.get_by_role("button", name="登记并看下一件").click()
    expect(page.get_by_role("alert")).to_contain_text("请选择原因")
    expect(page.get_by_label("未解决", exact=True)).to_be_checked()

    page.get_by_label("未解决的原因").select_option("not_thorough")
    page.get_by_role("button", name="登记并看下一件").click()

    expect(page.get_by_role("status").first).to_contain_text("第 2 次办理")
    assert city.now(order.id).round == 2


def test_a_bad_rating_is_checked_and_the_unit_rectifies_it(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    order = city.closed(RUBBISH, "CGJ", rating=1)
    page = visitor.sign_in(Role.REVIEWER)
    page.goto("/callbacks?tab=checks")
    expect(page.locator(".choice")).to_contain_text("非常不满意")
    page.get_by_label("核实意见").fill("现场仍有垃圾,评价合理。")
    picture(page, "callbacks-check")
    page.get_by_role("button", name="核实为合理并发回整改").click()
    expect(page.get_by_role("status").first).to_contain_text("办理中")

    unit = visitor.sign_in(Role.CLERK, "CGJ")
    unit.goto(f"/orders/{order.id}")

    expect(unit.locator(".order-head")).to_contain_text("差评整改")
    expect(unit.locator(".timeline")).to_contain_text("现场仍有垃圾")
    expect(unit.get_by_role("button", name="提交答复")).to_be_visible()


def test_a_supervisor_writes_and_the_unit_replies(city: City, visitor: Visitor) -> None:
    order = city.dispatched(RUBBISH, "CGJ")
    page = visitor.sign_in(Role.SUPERVISOR)
    page.goto(f"/orders/{order.id}")
    page.get_by_text("书面督办").click()
    page.get_by_label("督办事项").fill("请今日到场处理并回复。")
    page.get_by_label("回复时限").fill("2026-11-24T17:00")
    page.get_by_role("button", name="发出督办").click()
    expect(page.get_by_role("status").first).to_contain_text("已发出督办")

    unit = visitor.sign_in(Role.CLERK, "CGJ")
    expect(unit.get_by_role("navigation", name="主导航")).to_contain_text("1 条未读")
    unit.get_by_role("link", name="提醒").click()
    expect(unit.get_by_role("region", name="提醒列表")).to_contain_text("请今日到场处理并回复。")
    unit.get_by_role("button", name="已读").click()
    expect(unit.get_by_text("没有未读的提醒")).to_be_visible()
    unit.goto(f"/orders/{order.id}")
    unit.get_by_label("回复内容").fill("已到场清理。")
    unit.get_by_role("button", name="提交回复").click()

    expect(unit.locator(".timeline")).to_contain_text("已到场清理。")


def test_an_urgent_order_stands_on_top_until_a_person_acknowledges_it(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    order = city.order(GAS, caller=Caller(name="刘某", phone="13904721111"))
    city.dispatched(RUBBISH, "CGJ")
    city.clock.pass_by(timedelta(minutes=40))
    Supervision(city.store, city.clock, city.books).sweep()
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/notices")
    expect(page.locator("#h-urgent")).to_contain_text("1 件")
    picture(page, "notices")

    page.get_by_label(f"处置说明({order.id})").fill("已转 119 并通知应急局")
    page.get_by_role("button", name="确认", exact=True).click()

    expect(page.get_by_text("没有待确认的紧急工单")).to_be_visible()
    assert city.now(order.id).acknowledged_by == "测试dispatcher"


def test_a_dispatcher_confirms_the_text_of_a_report_and_the_unit_reads_no_more(city: City, visitor: Visitor) -> None:
    text = "我要举报友谊大街某饭店使用地沟油,我是王建国,电话13847210086,请保密,不要透露我的姓名。"
    order = reported(city, text)
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto(f"/desk?order={order.id}")
    page.get_by_label("承办单位看到的办理文本").fill("有人反映友谊大街某饭店使用地沟油。")
    page.get_by_role("combobox", name="查责任清单").fill("市场监督")
    page.keyboard.press("Enter")
    page.get_by_label("未采用建议的原因").select_option("duty_list", force=True)
    page.get_by_role("button", name="派单并看下一件").click()
    expect(page.get_by_role("status").first).to_contain_text(order.id)

    unit = visitor.sign_in(Role.CLERK, str(city.now(order.id).unit))
    unit.goto(f"/orders/{order.id}")

    expect(unit.locator(".call-text")).to_have_text("有人反映友谊大街某饭店使用地沟油。")
    expect(unit.locator("body")).not_to_contain_text("王")
    assert Actor("x", Role.CLERK, city.now(order.id).unit).of_unit
