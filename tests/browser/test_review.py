"""审核台 and what happens inside a unit, as a reviewer, a clerk and a leader use them."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from hotline.domain.order import State
from hotline.domain.roles import Role
from tests.browser.city import City
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
RUBBISH = "早市散场后垃圾遍地,商贩占用盲道,多次反映没有人管,请尽快清理并回复。"
Picture = Callable[[Page, str], None]


def ticked(page: Page) -> None:
    """Tick every item of the checklist."""
    for box in page.locator(".checks input").all():
        box.check()


def test_a_reviewer_passes_one_answer_by_key_and_has_the_next_before_her(city: City, visitor: Visitor, picture: Picture) -> None:
    first, second = city.answered(RUBBISH, "CGJ"), city.answered("路灯不亮已经三天", "CGJ")
    page = visitor.sign_in(Role.REVIEWER)
    expect(page).to_have_title("审核台 · 包头市昆都仑区 12345 热线")
    page.get_by_role("button", name="取下一件").click()
    expect(page.get_by_text("我正在审核")).to_be_visible()
    ticked(page)
    picture(page, "review")

    page.keyboard.press("Alt+1")

    expect(page.get_by_role("status")).to_contain_text("已通过")
    expect(page.get_by_role("link", name=second.id)).to_be_visible()
    assert (city.now(first.id).state, city.now(second.id).state) == (State.IN_CALLBACK, State.IN_REVIEW)


def test_an_answer_goes_back_with_a_phrase_and_the_unit_reads_it(city: City, visitor: Visitor) -> None:
    order = city.answered(RUBBISH, "CGJ")
    page = visitor.sign_in(Role.REVIEWER)
    page.get_by_label("插入常用语").select_option(label="缺处理依据")

    page.keyboard.press("Alt+2")

    expect(page.get_by_role("status")).to_contain_text("已退回补正")
    clerk = visitor.sign_in(Role.CLERK, "CGJ")
    clerk.goto(f"/orders/{order.id}")
    expect(clerk.locator(".timeline")).to_contain_text("未达到")


def test_without_the_checklist_the_browser_asks_for_it_first(city: City, visitor: Visitor) -> None:
    order = city.answered(RUBBISH, "CGJ")
    page = visitor.sign_in(Role.REVIEWER)
    page.keyboard.press("Alt+1")
    assert page.evaluate("document.activeElement.name") == "checks"
    assert city.now(order.id).state == State.ANSWERED


def test_sent_back_without_a_word_the_page_asks_for_one_and_keeps_the_ticks(city: City, visitor: Visitor) -> None:
    city.answered(RUBBISH, "CGJ")
    visitor.expect("422")
    page = visitor.sign_in(Role.REVIEWER)
    page.get_by_label("用语得当").check()
    page.get_by_role("button", name="退回补正").click()
    expect(page.get_by_role("alert")).to_contain_text("退回补正须写明要补正什么")
    expect(page.get_by_label("用语得当")).to_be_checked()


def test_a_colleague_sees_who_is_reviewing(city: City, visitor: Visitor) -> None:
    city.answered(RUBBISH, "CGJ")
    first = visitor.sign_in(Role.REVIEWER)
    first.get_by_role("button", name="取下一件").click()
    other = visitor.sign_in(Role.ADMIN)
    other.goto("/review")
    expect(other.get_by_text("正在审核,请先与其确认")).to_be_visible()


def test_an_empty_queue_says_so(visitor: Visitor, picture: Picture) -> None:
    page = visitor.sign_in(Role.REVIEWER)
    expect(page.get_by_text("没有待审核的答复")).to_be_visible()
    picture(page, "review-empty")


def test_a_clerk_hands_down_with_a_photo_and_the_body_answers(city: City, visitor: Visitor, picture: Picture) -> None:
    order = city.dispatched(RUBBISH, "CGJ")
    page = visitor.sign_in(Role.CLERK, "CGJ")
    page.goto(f"/orders/{order.id}")
    page.get_by_role("button", name="签收").click()
    page.locator("#files").set_input_files({"name": "现场.png", "mimeType": "image/png", "buffer": photo()})
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("link", name="现场.png")).to_be_visible()
    page.locator("#hand-down").scroll_into_view_if_needed()
    picture(page, "hand-down")
    page.get_by_role("combobox", name="转给").fill("环境卫生")
    page.locator("#hand-to-list li").first.click()
    page.locator("#hand-person").fill("王工")
    page.locator("#hand-down button.main").click()
    expect(page.get_by_role("status")).to_contain_text("已转办")

    body = visitor.sign_in(Role.CLERK, "HWZX")
    body.goto(f"/orders/{order.id}")
    expect(body.get_by_text("经办人:王工").first).to_be_visible()
    body.get_by_label("结果").select_option("no_answer")
    body.get_by_role("button", name="登记联系").click()
    expect(body.locator(".contacts")).to_contain_text("无人接听")
    picture(body, "order-inside")

    assert city.now(order.id).holder == "HWZX"


def test_a_file_is_saved_and_not_shown(city: City, visitor: Visitor) -> None:
    order = city.dispatched(RUBBISH, "CGJ")
    page = visitor.sign_in(Role.CLERK, "CGJ")
    page.goto(f"/orders/{order.id}")
    page.locator("#files").set_input_files({"name": "现场.png", "mimeType": "image/png", "buffer": photo()})
    page.get_by_role("button", name="上传", exact=True).click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="现场.png").click()
    assert saved.value.suggested_filename == "现场.png"


def photo() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (30, 20), "green").save(written, "PNG")
    return written.getvalue()
