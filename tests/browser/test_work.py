"""A unit's clerk, the reviewer, the caller-back and the leader: list, order and board, as they use them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from hotline.domain.order import State
from hotline.domain.roles import Role
from tests.browser.city import DISPATCHER, REVIEWER, City
from tests.browser.conftest import Visitor
from tests.browser.lively import fill

pytestmark = pytest.mark.browser
RUBBISH = "早市散场后垃圾遍地,商贩占用盲道。"


def test_a_clerk_signs_contacts_and_answers(city: City, visitor: Visitor) -> None:
    order = city.dispatched(RUBBISH, "CGJ")
    page = visitor.sign_in(Role.CLERK, "CGJ")

    page.get_by_role("link", name=order.id).click()
    page.get_by_role("button", name="签收").click()
    page.get_by_role("button", name="登记联系").click()
    page.get_by_label("办理情况").fill("已组织清扫并劝离商贩。")
    page.get_by_label("公开答复").fill("您反映的问题已处理。")
    page.get_by_role("button", name="提交答复").click()

    expect(page.get_by_role("status")).to_contain_text("已提交答复")
    expect(page.locator(".timeline")).to_contain_text("已组织清扫并劝离商贩。")
    assert city.now(order.id).state == State.ANSWERED


def test_a_clerk_sees_its_own_units_orders_only(city: City, visitor: Visitor) -> None:
    own, strange = city.dispatched(RUBBISH, "CGJ"), city.dispatched("饭店后厨不卫生,吃出头发。", "SCJG")
    visitor.expect("404")
    page = visitor.sign_in(Role.CLERK, "CGJ")

    expect(page.get_by_role("link", name=own.id)).to_be_visible()
    expect(page.get_by_role("link", name=strange.id)).to_have_count(0)
    page.goto(f"/orders/{strange.id}")

    expect(page.get_by_role("heading", name="没有找到")).to_be_visible()


def test_a_refused_form_keeps_what_was_typed(city: City, visitor: Visitor) -> None:
    order = city.dispatched(RUBBISH, "CGJ")
    visitor.expect("409")
    page = visitor.sign_in(Role.CLERK, "CGJ")
    for _ in range(2):
        page.goto(f"/orders/{order.id}")
        page.get_by_label("理由").last.fill("不在本辖区")
        page.get_by_role("button", name="提交退单申请").click()
        city.handling.decide_return(order.id, granted=False, reason="请先办理", by=DISPATCHER)

    page.goto(f"/orders/{order.id}")
    page.get_by_label("理由").last.fill("第三次申请")
    page.get_by_role("button", name="提交退单申请").click()

    expect(page.get_by_role("alert")).to_contain_text("最多可退 2 次")
    expect(page.get_by_label("理由").last).to_have_value("第三次申请")


def test_what_is_not_possible_now_is_explained(city: City, visitor: Visitor) -> None:
    order = city.dispatched(RUBBISH, "CGJ")
    page = visitor.sign_in(Role.CLERK, "CGJ")
    page.goto(f"/orders/{order.id}")

    page.get_by_text("为什么不能").click()

    expect(page.get_by_text("不能答复:请先签收,再提交答复")).to_be_visible()
    expect(page.get_by_role("button", name="提交答复")).to_have_count(0)


def test_a_caller_is_shown_after_a_reason_and_who_looked_is_recorded(city: City, visitor: Visitor) -> None:
    order = city.dispatched(RUBBISH, "CGJ")
    page = visitor.sign_in(Role.CLERK, "CGJ")
    page.goto(f"/orders/{order.id}")
    expect(page.locator("body")).not_to_contain_text("13847210086")

    page.get_by_label("查看理由").select_option("联系来电人")
    page.get_by_role("button", name="查看姓名和号码").click()

    expect(page.locator("main")).to_contain_text("13847210086")
    with city.store.read() as work:
        assert [(row.what, row.reason) for row in work.access.views(order.id)] == [("caller", "联系来电人")]


def test_an_answer_is_sent_back_with_a_word_then_passed_and_called_back(city: City, visitor: Visitor) -> None:
    order = city.answered(RUBBISH, "CGJ")
    visitor.expect("422")
    reviewer = visitor.sign_in(Role.REVIEWER)
    reviewer.get_by_role("link", name=order.id).click()
    reviewer.get_by_role("button", name="退回补正").click()
    expect(reviewer.get_by_role("alert")).to_contain_text("须填写审核意见")
    reviewer.get_by_role("button", name="审核通过").click()
    expect(reviewer.get_by_role("status")).to_contain_text("已登记审核结果")

    agent = visitor.sign_in(Role.AGENT)
    agent.goto(f"/orders/{order.id}")
    for answer in ("接通", "联系过", "已解决", "满意"):
        agent.get_by_label(answer, exact=True).check()
    agent.get_by_role("button", name="登记回访").click()

    expect(agent.locator(".order-head")).to_contain_text("已办结")
    assert city.now(order.id).state == State.CLOSED


def test_an_unsolved_matter_begins_a_second_round(city: City, visitor: Visitor) -> None:
    order = city.handling.review(city.answered(RUBBISH, "CGJ").id, passed=True, by=REVIEWER)
    page = visitor.sign_in(Role.AGENT)
    page.goto(f"/orders/{order.id}")

    for answer in ("接通", "没有", "未解决", "不满意"):
        page.get_by_label(answer, exact=True).check()
    page.get_by_role("button", name="登记回访").click()

    expect(page.locator(".timeline")).to_contain_text("第 2 次办理")
    expect(page.locator(".order-head")).to_contain_text("第 2 次办理")


def test_a_due_time_explains_itself(city: City, visitor: Visitor) -> None:
    order = city.dispatched(RUBBISH, "CGJ")
    page = visitor.sign_in(Role.CLERK, "CGJ")
    page.goto(f"/orders/{order.id}")

    page.get_by_text("怎样算出").last.click()

    expect(page.get_by_text("计入").last).to_be_visible()


def test_the_list_is_filtered_by_its_address_and_says_when_nothing_is_left(city: City, visitor: Visitor) -> None:
    order = city.dispatched(RUBBISH, "CGJ")
    page = visitor.sign_in(Role.DISPATCHER)

    page.goto(f"/orders?tab=sign&q={order.id}&unit=CGJ")
    expect(page.get_by_text("共 1 件,本页 1 件")).to_be_visible()
    page.get_by_label("承办单位").select_option("SCJG")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("条件下没有结果")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="清除条件").last.click()

    expect(page.get_by_role("link", name=order.id)).to_be_visible()


def test_fifty_orders_are_a_page_and_the_rest_follows(city: City, visitor: Visitor) -> None:
    for number in range(53):
        city.call(f"第 {number} 件:{RUBBISH}")
    with city.store.read() as work:
        calls = [row.ref for row in work.outbox.unsent(100)]
    city.triage.handle(calls)
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/orders")

    expect(page.get_by_text("共 53 件,本页 50 件")).to_be_visible()
    page.get_by_role("link", name="下一页").click()

    expect(page.get_by_text("本页 3 件")).to_be_visible()


def test_new_work_is_announced_above_the_list(city: City, visitor: Visitor) -> None:
    city.dispatched(RUBBISH, "CGJ")
    page = visitor.sign_in(Role.CLERK, "CGJ")

    city.dispatched("公园里的树枯死了没有人管。", "CGJ")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("有 1 件新工单").click()

    expect(page.locator("tbody tr")).to_have_count(2)


def test_the_board_shows_the_rates_with_their_fractions_and_definitions(city: City, visitor: Visitor) -> None:
    fill(city)

    page = visitor.sign_in(Role.SUPERVISOR)

    expect(page.locator("tr").filter(has_text="合计").first).to_contain_text("4/6")
    expect(page.locator("tr").filter(has_text="园林绿化").first).to_contain_text("0/1")
    expect(page.get_by_text("÷ 回访接通的工单")).to_be_visible()
    page.locator(".stat").filter(has_text="当前时限已过").click()
    expect(page.locator(".tabs [aria-current]")).to_contain_text("已超期")


def test_a_board_without_news_turns_grey_and_says_so(city: City, visitor: Visitor) -> None:
    visitor.expect("Failed to load resource")
    page = visitor.context().new_page()
    page.clock.install()
    page.goto("/login")
    page.fill("#key", city.key(Role.SUPERVISOR))
    page.click("button.main")
    page.wait_for_url("**/board")
    page.route("**/board", lambda route: route.abort())

    page.clock.run_for(6 * 60 * 1000)

    expect(page.get_by_text("数据超过 5 分钟未更新")).to_be_visible()
    expect(page.locator(".board-head.stale")).to_be_visible()


def test_the_printed_list_repeats_its_header_on_the_second_page(city: City, visitor: Visitor, tmp_path: Path) -> None:
    for number in range(50):
        city.call(f"第 {number} 件:{RUBBISH}")
    with city.store.read() as work:
        calls = [row.ref for row in work.outbox.unsent(100)]
    city.triage.handle(calls)
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/orders")
    page.emulate_media(media="print")

    page.pdf(path=tmp_path / "list.pdf", format="A4", landscape=True)

    second = ["pdftotext", "-f", "2", "-l", "2", "-layout", str(tmp_path / "list.pdf"), "-"]
    text = subprocess.run(second, capture_output=True, text=True, check=True).stdout
    assert "剩余时间" in text.strip().splitlines()[0]
