"""The agents' desk: suggestions while Chinese is typed, late answers, a slow model, saving and the receipt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import CDPSession, Page, Route, expect

from hotline.domain.roles import Role
from tests.browser.city import START, City
from tests.browser.conftest import Visitor
from tests.browser.lively import HEATING

pytestmark = pytest.mark.browser
SAID = "中冶世家小区暖气不热,室温只有十四度"
SUGGEST = "**/agent/suggest"


def test_a_suggestion_appears_after_pinyin_was_committed_and_not_while_it_is_composed(visitor: Visitor) -> None:
    page = visitor.sign_in(Role.AGENT)
    asked = _texts_asked(page)
    page.focus("#text")
    keyboard = page.context.new_cdp_session(page)

    for typed in ("n", "nu", "nuan", "nuan qi bu"):
        keyboard.send("Input.imeSetComposition", {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)})
    before = list(asked)
    keyboard.send("Input.insertText", {"text": "小区暖气不热三天"})

    expect(page.locator("[data-suggested]")).to_be_visible()
    assert (before, asked) == ([], ["小区暖气不热三天"])


def test_a_shortcut_pressed_while_composing_does_nothing(visitor: Visitor) -> None:
    page = visitor.sign_in(Role.AGENT)
    page.fill("#text", SAID)
    expect(page.locator("[data-rank='1']")).to_be_visible()
    page.focus("#text")

    _key_while_composing(page.context.new_cdp_session(page))

    expect(page.locator("[data-rank='1']")).not_to_be_checked()
    page.keyboard.press("Alt+1")
    expect(page.locator("[data-rank='1']")).to_be_checked()


def test_five_characters_ask_for_nothing_and_the_same_text_is_asked_once(visitor: Visitor) -> None:
    page = visitor.sign_in(Role.AGENT)
    asked = _texts_asked(page)

    page.fill("#text", "暖气不热啊")
    page.fill("#text", "暖气不热啊了")
    expect(page.locator("[data-suggested]")).to_be_visible()
    page.fill("#text", "暖气不热啊了 ")
    page.fill("#text", "暖气不热啊了,室温低")
    expect(page.locator("[data-suggest-status]")).to_contain_text("第一")

    page.wait_for_function("document.querySelectorAll('[data-suggested]').length === 1")
    assert asked[0] == "暖气不热啊了"
    assert asked.count("暖气不热啊了") == 1


def test_an_answer_that_comes_late_is_dropped(visitor: Visitor) -> None:
    page = visitor.sign_in(Role.AGENT)
    held = list[Route]()
    page.route(SUGGEST, lambda route: held.append(route) if not held else route.continue_())

    with page.expect_request(SUGGEST):
        page.fill("#text", "路灯坏了三盏很黑。")
    page.fill("#text", SAID)
    expect(page.locator("[data-suggest-panel]")).to_contain_text("供热")
    held[0].fulfill(body="<div data-suggested data-count='1' data-first='迟到' data-unsure=''>迟到的答复</div>")

    expect(page.locator("[data-suggest-panel]")).to_contain_text("供热")
    expect(page.locator("[data-suggest-panel]")).not_to_contain_text("迟到")


def test_a_slow_model_is_said_after_two_seconds_and_the_form_goes_on(city: City, visitor: Visitor) -> None:
    visitor.expect("ERR_FAILED", "Failed to load resource")
    page = visitor.sign_in(Role.AGENT)
    page.clock.install(time=START)
    page.clock.pause_at(START + timedelta(hours=1))
    held = list[Route]()
    page.route(SUGGEST, lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks the handler
    status = page.locator("[data-suggest-status]")

    with page.expect_request(SUGGEST):
        page.fill("#text", SAID + "。")
    page.clock.run_for(390)
    early = status.inner_text()
    page.clock.run_for(20)
    expect(status).to_have_text("正在分析…")
    page.clock.run_for(1600)
    expect(status).to_have_text("建议暂不可用,请人工选择")
    page.keyboard.press("Control+Enter")
    page.clock.run_for(100)

    expect(page.get_by_text("已登记。提取码")).to_be_visible()
    assert "正在分析" not in early


def test_a_changed_list_does_not_move_under_the_mouse(visitor: Visitor) -> None:
    page = visitor.sign_in(Role.AGENT)
    page.fill("#text", SAID)
    expect(page.locator("[data-suggest-panel]")).to_contain_text("供热")

    page.locator("[data-suggest-panel] .suggestion").first.hover()
    page.evaluate("document.querySelector('#text').value = '友谊大街路灯坏了三盏'")
    page.dispatch_event("#text", "input")
    expect(page.locator("[data-suggest-status]")).to_contain_text("建议有更新")
    under_the_mouse = page.locator("[data-suggest-panel]").inner_text()
    page.mouse.move(200, 300)

    expect(page.locator("[data-suggest-panel]")).to_contain_text("市政")
    assert "供热" in under_the_mouse


def test_what_was_chosen_stays_chosen_when_the_list_changes(visitor: Visitor) -> None:
    page = visitor.sign_in(Role.AGENT)
    page.fill("#text", SAID)
    expect(page.locator("[data-rank='1']")).to_be_visible()
    page.keyboard.press("Alt+1")
    chosen = page.locator("input[name=unit]:checked").get_attribute("value")

    page.fill("#text", "友谊大街路灯坏了三盏,很黑")

    expect(page.locator("[data-suggest-panel]")).to_contain_text("市政")
    assert page.locator("input[name=unit]:checked").get_attribute("value") == chosen


def test_a_call_is_recorded_by_keyboard_and_its_receipt_gets_the_orders_number(city: City, visitor: Visitor) -> None:
    page = visitor.sign_in(Role.AGENT)
    page.fill("#phone", "13847210086")
    page.focus("#text")
    page.keyboard.type(SAID)
    expect(page.locator("[data-rank='1']")).to_be_visible()
    page.keyboard.press("Alt+1")
    unit = page.locator("input[name=unit]:checked").get_attribute("value")

    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("生成中")).to_be_visible()
    with city.store.read() as work:
        call = work.outbox.unsent(10)[0].ref
    order = city.triaged(call)

    expect(page.get_by_role("link", name=order.id)).to_be_visible()
    expect(page.get_by_text("已登记。提取码")).to_be_visible()
    assert (order.unit, order.state) == (unit, "dispatched")


def test_a_direct_answer_needs_its_text_and_makes_a_finished_order(city: City, visitor: Visitor) -> None:
    page = visitor.sign_in(Role.AGENT)
    page.fill("#text", "想问一下养老保险怎么缴费")

    page.get_by_role("button", name="直接答复办结").click()
    expect(page.get_by_role("alert").filter(has_text="请先填写直接答复内容")).to_be_visible()
    page.get_by_label("直接答复内容").fill("可在社保窗口或手机上缴费。")
    page.get_by_role("button", name="直接答复办结").click()
    expect(page.get_by_text("已登记。提取码")).to_be_visible()

    with city.store.read() as work:
        call = work.outbox.unsent(10)[0].ref
    assert city.triaged(call).state == "answered_directly"


def test_what_was_typed_stays_when_the_server_is_lost(visitor: Visitor) -> None:
    visitor.expect("ERR_FAILED", "Failed to load resource")
    page = visitor.sign_in(Role.AGENT)
    page.fill("#text", SAID)
    page.route("**/agent", lambda route: route.abort())

    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("alert").filter(has_text="没有保存")).to_be_visible()
    expect(page.locator("#text")).to_have_value(SAID)
    page.unroute("**/agent")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("已登记。提取码")).to_be_visible()


def test_a_callers_history_is_shown_masked_and_a_repeated_call_is_marked(city: City, visitor: Visitor) -> None:
    city.order(HEATING)
    city.order("同一户再次来电反映暖气不热,电话13847210086")
    page = visitor.sign_in(Role.AGENT)

    page.fill("#phone", "13847210086")
    page.keyboard.press("Alt+h")

    expect(page.get_by_text("重复来电")).to_be_visible()
    expect(page.locator("[data-history-panel]")).to_contain_text("138****0086")


def test_the_form_is_sent_without_a_script_too(city: City, visitor: Visitor) -> None:
    page = visitor.sign_in(Role.AGENT, java_script_enabled=False)

    page.get_by_label("诉求内容").fill(SAID)
    page.get_by_role("button", name="派单", exact=False).last.click()

    expect(page.get_by_text("已登记。提取码")).to_be_visible()


def _texts_asked(page: Page) -> list[str]:
    asked = list[str]()
    page.on("request", lambda request: _note(request.post_data, asked.append) if request.url.endswith("/agent/suggest") else None)
    return asked


def _note(body: str | None, keep: Callable[[str], None]) -> None:
    keep(parse_qs(body or "").get("text", [""])[0])


def _key_while_composing(keyboard: CDPSession) -> None:
    """Press Alt+1 as an input method reports it: key code 229."""
    keyboard.send("Input.dispatchKeyEvent", {
        "type": "rawKeyDown", "code": "Digit1", "key": "Process", "windowsVirtualKeyCode": 229, "modifiers": 1,
    })  # fmt: skip
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", "code": "Digit1", "key": "1", "windowsVirtualKeyCode": 229})
