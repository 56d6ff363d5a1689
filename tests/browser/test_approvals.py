"""待审批, as a supervisor and a dispatcher go through it; and the unit that applied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from hotline.domain.applications import Asks
from hotline.domain.order import Flag, State
from hotline.domain.roles import Actor, Role
from tests.browser.city import DISPATCHER, City
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
RUBBISH = "早市散场后垃圾遍地,商贩占用盲道,请尽快清理。"
CLERK = Actor("李办", Role.CLERK, "CGJ")
SUPERVISOR = Actor("测试督办员", Role.SUPERVISOR)


def waiting(city: City) -> dict[str, str]:
    """One of each sort: ``{sort: order number}``; what is decided soonest is the return."""
    numbers = {}
    for sort, text in (
        ("extension", "楼道灯坏了半年没人修,老人上下楼很危险。"),
        ("exclusion", "要求热线帮忙介绍对象。"),
        ("pause", "老旧小区加装电梯一直没有批下来。"),
        ("return", RUBBISH),
        ("ruling", "两个小区之间的路面塌陷,谁都不管。"),
    ):
        order = city.dispatched(text, "CGJ")
        city.handling.sign(order.id, by=CLERK)
        numbers[sort] = order.id
        city.clock.pass_by(timedelta(minutes=9))
    apply = city.handling.applications.apply
    apply(numbers["extension"], Asks.EXTENSION, reason="须待配件到货后更换整栋楼道灯具。", clause="第十二条", amount=3, by=CLERK)
    apply(numbers["exclusion"], Asks.EXCLUSION, reason="不在受理范围。", documents=("昆政办〔2026〕5号",), by=CLERK)
    apply(
        numbers["pause"], Asks.PAUSE, reason="市里批复前不能施工。", until="2026-12-18", reason_code="等待上级批复",
        public="加装电梯须市里批复,批复后立即施工。", by=CLERK,
    )  # fmt: skip
    apply(
        numbers["return"],
        Asks.RETURN,
        reason="早市归市场服务中心管理。",
        clause="三定方案第五条",
        reason_code="not_our_duty",
        by=CLERK,
    )
    city.handling.disputes.ask_ruling(numbers["ruling"], reason="城管局与市政中心都认为不归自己。", by=DISPATCHER)
    return numbers


def test_a_supervisor_goes_through_the_inbox_by_keyboard(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    numbers = waiting(city)
    page = visitor.sign_in(Role.SUPERVISOR)
    page.get_by_role("link", name="待审批").click()
    expect(page.locator(".queue li")).to_have_count(5)
    expect(page.locator(".queue li a[aria-current]")).to_contain_text("退单")
    picture(page, "approvals")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".queue li a[aria-current]")).not_to_contain_text("退单")
    page.goto(f"/approvals?order={numbers['extension']}")
    expect(page.locator(".effect")).to_contain_text("→")
    picture(page, "approvals-extension")
    before = city.now(numbers["extension"]).due["answer"]

    page.keyboard.press("Alt+2")
    expect(page.locator("[data-decide-status]")).to_have_text("不同意须填写审批意见")
    expect(page.get_by_label("审批意见")).to_be_focused()
    page.keyboard.press("Alt+1")

    expect(page.get_by_role("status").first).to_contain_text(f"{numbers['extension']} 已同意")
    assert city.now(numbers["extension"]).due["answer"] > before
    expect(page.locator(".queue li")).to_have_count(4)


def test_two_persons_exclude_an_order_and_see_how_far_they_are(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    number = waiting(city)["exclusion"]
    first = visitor.sign_in(Role.DISPATCHER)
    first.goto(f"/approvals?asks=exclusion&order={number}")
    expect(first.locator(".two")).to_contain_text("第 1 人:待审批(您)")
    first.get_by_role("button", name="同意(第 1 人)").click()
    expect(first.get_by_role("status").first).to_contain_text("待另一人复核")
    expect(first.locator(".choice")).to_contain_text("须两人审批:请由另一人复核同意")
    picture(first, "approvals-two")

    second = visitor.sign_in(Role.SUPERVISOR)
    second.goto(f"/approvals?order={number}")
    expect(second.locator(".two")).to_contain_text("测试dispatcher 已同意")
    second.keyboard.press("Alt+1")
    expect(second.get_by_role("status").first).to_contain_text(f"{number} 已同意")
    assert Flag.EXCLUDED in city.now(number).flags


def test_a_ruling_is_given_and_offered_as_a_row(city: City, visitor: Visitor, picture: Callable[[Page, str], None]) -> None:
    number = waiting(city)["ruling"]
    page = visitor.sign_in(Role.SUPERVISOR)
    page.goto(f"/approvals?asks=ruling&order={number}")
    page.get_by_role("combobox", name="由哪个单位主办").fill("市政设施")
    page.get_by_role("option", name="昆都仑区市政设施服务中心").click()
    page.get_by_label("裁定理由和依据").fill("道路塌陷属市政设施养护。")
    picture(page, "approvals-ruling")
    page.keyboard.press("Alt+1")

    expect(page.get_by_role("status").first).to_contain_text("已裁定并派出")
    order = city.now(number)
    assert (order.state, order.unit, order.ruled_unit) == (State.DISPATCHED, "SZZX", "SZZX")
    page.get_by_role("link", name="把裁定写成规则").click()
    expect(page.locator(".timeline")).to_contain_text("裁定")
    expect(page.get_by_role("combobox", name="今后同类工单由谁主办")).to_have_value("昆都仑区市政设施服务中心")


def test_a_refusal_keeps_what_was_typed_and_the_order_where_it_is(city: City, visitor: Visitor) -> None:
    number = waiting(city)["return"]
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto(f"/approvals?order={number}")
    page.get_by_label("审批意见").fill("职责清单明确由城管局负责")
    page.keyboard.press("Alt+2")
    expect(page.get_by_role("status").first).to_contain_text(f"{number} 未同意")
    assert (city.now(number).unit, city.now(number).applications) == ("CGJ", ())


def test_the_platforms_word_is_entered_with_who_and_when(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    order = city.dispatched(RUBBISH, "CGJ", upstream_no="SJ20261123", upstream_due=city.clock.now() + timedelta(days=3))
    city.handling.sign(order.id, by=CLERK)
    city.handling.applications.apply(order.id, Asks.EXTENSION, reason="须招标。", amount=2, by=CLERK)
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto(f"/approvals?order={order.id}")
    page.keyboard.press("Alt+1")
    expect(page.get_by_label("上级批复人或文号")).to_be_focused()
    page.get_by_label("上级批复人或文号").fill("市热线 赵六")
    picture(page, "approvals-upstream")
    page.get_by_role("button", name="同意").first.click()
    expect(page.get_by_role("status").first).to_contain_text(f"{order.id} 已同意")
    page.goto(f"/orders/{order.id}")
    expect(page.locator(".timeline")).to_contain_text("市热线 赵六 于")


def test_a_unit_applies_on_the_orders_page_and_sees_what_waits(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    order = city.dispatched(RUBBISH, "CGJ")
    city.handling.sign(order.id, by=CLERK)
    page = visitor.sign_in(Role.CLERK, "CGJ")
    page.goto(f"/orders/{order.id}")
    page.locator("summary", has_text="申请延期").click()
    picture(page, "order-applying")
    form = page.locator("form", has=page.get_by_role("button", name="提交延期申请"))
    form.get_by_label("理由").fill("须待配件到货。")
    form.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("已提交延期申请,等待审批")
    expect(page.locator(".order-head")).to_contain_text("延期待审批")
    expect(page.locator("#h-waiting ~ ul")).to_contain_text("待督办员审批")
    picture(page, "order-waiting")

    page.locator("summary", has_text="申请挂账").click()
    pause = page.locator("form", has=page.get_by_role("button", name="提交挂账申请"))
    pause.get_by_label("挂账至(含当日)").fill("2026-12-18")
    pause.get_by_label("理由").fill("等上级批复。")
    pause.get_by_label("对来电人的说明").fill("批复后继续办理。")
    pause.get_by_role("button").click()
    city.handling.applications.decide(order.id, Asks.PAUSE, granted=True, by=SUPERVISOR)
    page.goto(f"/orders/{order.id}")
    expect(page.locator(".order-head")).to_contain_text("暂停")
    picture(page, "order-paused")
    page.get_by_role("button", name="恢复办理").click()
    expect(page.get_by_role("status")).to_contain_text("已恢复办理")
    assert Flag.PAUSED not in city.now(order.id).flags

    page.goto("/approvals")
    expect(page.locator(".choice")).to_contain_text("等待审批")
    expect(page.get_by_role("button", name="同意")).to_have_count(0)


def test_an_empty_inbox_says_so(visitor: Visitor) -> None:
    page = visitor.sign_in(Role.SUPERVISOR)
    page.goto("/approvals")
    expect(page.locator(".queue")).to_contain_text("没有待审批的申请")
    page.goto("/approvals?asks=pause")
    page.get_by_role("link", name="看全部").click()
    expect(page.locator(".queue")).to_contain_text("没有待审批的申请")
