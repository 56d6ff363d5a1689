"""What the office and its agents do on an order's page beside the handling, and an incident opened by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from hotline.domain.call import NewCall
from hotline.domain.order import State
from hotline.domain.roles import Role
from tests.browser.city import DISPATCHER, START, WANG, City
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
RUBBISH = "早市散场后垃圾遍地,商贩占用盲道。"
Picture = Callable[[Page, str], None]


def changed(city: City) -> str:
    """An order from above, dispatched, of which the platform said something nobody understands."""
    order = city.dispatched(RUBBISH, "CGJ", upstream_no="SJ20261123", channel="upstream")
    said = NewCall(
        source="test", message_id="later", received_at=START, text="补充:商贩已增至十余户", channel="upstream",
        upstream_no="SJ20261123", caller=WANG,
    )  # fmt: skip
    city.triage.handle([city.intake.record(said).call_id])
    return order.id


def test_a_change_from_above_is_read_on_the_page_of_its_order(city: City, visitor: Visitor, picture: Picture) -> None:
    order = changed(city)
    page = visitor.sign_in(Role.DISPATCHER)
    page.get_by_role("link", name="来件变更", exact=True).click()
    page.get_by_role("link", name=order).click()
    picture(page, "order-change")
    page.get_by_role("navigation", name="可办理的事项").get_by_role("link", name="来件变更").click()
    page.get_by_label("怎样处理").fill("已告知承办单位")
    page.get_by_role("button", name="来件变更已处理").click()
    expect(page.get_by_role("status").first).to_contain_text("已登记来件变更已处理")
    expect(page.locator(".timeline")).to_contain_text("已告知承办单位")
    expect(page.locator(".order-head")).not_to_contain_text("来件变更")


def test_an_agent_writes_down_that_the_caller_presses_and_then_takes_it_back(
    city: City, visitor: Visitor, picture: Picture
) -> None:
    order = city.dispatched(RUBBISH, "CGJ")
    page = visitor.sign_in(Role.AGENT)
    page.goto(f"/orders/{order.id}")
    actions = page.get_by_role("navigation", name="可办理的事项")
    actions.get_by_role("link", name="催单").click()
    page.get_by_label("来电人怎么说").fill("问什么时候来清理")
    picture(page, "order-urge")
    page.get_by_role("button", name="登记催单").click()
    expect(page.get_by_role("status").first).to_contain_text("已登记催单")
    expect(page.locator(".timeline")).to_contain_text("问什么时候来清理")

    actions.get_by_role("link", name="撤回").click()
    page.get_by_label("撤回原因").fill("商贩已自行清理")
    page.get_by_role("button", name="撤回工单").click()
    expect(page.get_by_role("status").first).to_contain_text("已登记撤回")
    assert city.now(order.id).state == State.WITHDRAWN


def test_a_bad_rating_is_checked_on_the_page_of_its_order(city: City, visitor: Visitor, picture: Picture) -> None:
    order = city.closed(RUBBISH, "CGJ", rating=1)
    visitor.expect("422")
    page = visitor.sign_in(Role.REVIEWER)
    page.goto(f"/orders/{order.id}")
    page.get_by_label("核实意见").fill("现场仍有垃圾")
    picture(page, "order-check-rating")
    page.get_by_role("button", name="核实为合理并发回整改").click()
    expect(page.get_by_role("status").first).to_contain_text("已登记核实意见")
    expect(page.locator(".order-head")).to_contain_text("差评整改")


def test_once_the_answer_is_late_an_extension_is_not_offered_and_the_page_says_why(city: City, visitor: Visitor) -> None:
    order = city.dispatched(RUBBISH, "CGJ")
    page = visitor.sign_in(Role.CLERK, "CGJ")
    page.goto(f"/orders/{order.id}")
    expect(page.get_by_text("申请延期", exact=True)).to_have_count(1)
    city.clock.pass_by(timedelta(days=30))
    page = visitor.sign_in(Role.CLERK, "CGJ")
    page.goto(f"/orders/{order.id}")
    expect(page.get_by_text("申请延期", exact=True)).to_have_count(0)
    page.get_by_text("为什么不能").click()
    expect(page.get_by_text("不能申请延期:答复时限已过,不能再申请延期")).to_be_visible()


def test_an_incident_is_opened_by_keyboard_before_anybody_called(city: City, visitor: Visitor, picture: Picture) -> None:
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/incidents")
    page.keyboard.press("Alt+n")
    expect(page.get_by_label("事件名称")).to_be_focused()
    page.keyboard.insert_text("友谊大街供水管网抢修")
    page.keyboard.press("Tab")
    page.get_by_label("预计恢复").fill("2026-11-24T18:00")
    for name, typed in (("事项", "自来水供应"), ("地点", "少先路"), ("处置单位(主办)", "供水"), ("协办单位", "城市管理")):
        page.get_by_role("combobox", name=name).fill(typed)
        page.keyboard.press("Enter")
    page.get_by_label("原因").fill("主管道漏水")
    picture(page, "incident-new")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="友谊大街供水管网抢修")).to_be_visible()
    (incident,) = city.together.incidents.listing(by=DISPATCHER)
    assert (incident.category, incident.cause, len(incident.units)) == (
        "城乡建设/城市建设和市政管理/自来水供应", "主管道漏水", 2,
    )  # fmt: skip
    assert incident.place
    page.goto("/incidents")
    picture(page, "incidents-own")


def test_an_incident_without_a_matter_is_refused_and_keeps_what_was_typed(city: City, visitor: Visitor) -> None:
    visitor.expect("422")
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/incidents")
    page.keyboard.press("Alt+n")
    page.keyboard.insert_text("停水")
    page.get_by_role("button", name="新建事件").click()
    expect(page.get_by_role("alert")).to_contain_text("请选择事项")
    expect(page.get_by_label("事件名称")).to_have_value("停水")
    assert city.together.incidents.listing(by=DISPATCHER) == []
