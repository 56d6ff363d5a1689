"""事件推送, as an administrator sets it up and operations look after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from hotline.domain.roles import Role
from hotline.services.webhook_queue import WebhookQueue
from hotline.upstream.webhook_post import WebhookPost
from streams.deliveries import Deliveries, DeliveryThread
from tests.api.receiver import Receiver
from tests.browser.city import City
from tests.browser.conftest import Visitor
from tests.waiting import wait_until

pytestmark = pytest.mark.browser
HEATING = "中冶世家小区暖气不热,室温只有十四度,请尽快处理"


def opened(visitor: Visitor, role: Role) -> Page:
    """The page, opened by somebody of a role."""
    page = visitor.sign_in(role)
    page.goto("/webhooks")
    return page


def sent(city: City) -> None:
    """Write out and send what is due, as clock and worker do."""
    queue = WebhookQueue(city.store, city.clock, lambda: 0.5)
    with city.store.write() as work:
        work.events.settle(1000)
        work.commit()
    queue.derive()
    sending = Deliveries(queue, WebhookPost(private=True), holder="w", now=city.clock.now, every=timedelta(milliseconds=20))
    with DeliveryThread(sending):
        wait_until(lambda: not due(city), what="everything due is on its way")


def due(city: City) -> set[str]:
    with city.store.read() as work:
        return work.webhooks.due(city.clock.now())


def test_an_address_is_set_up_its_secret_shown_once_and_what_failed_is_sent_again(
    city: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    with Receiver(answer=lambda _request: 500) as receiver:
        page = opened(visitor, Role.ADMIN)
        page.get_by_role("textbox", name="地址").fill(receiver.url)
        page.get_by_role("textbox", name="备注").fill("区城管平台")
        page.get_by_role("button", name="登记并生成密钥").click()
        expect(page.locator("[data-secret]")).to_contain_text("whsec_")
        city.order(HEATING)
        sent(city)
        page.get_by_role("link", name=receiver.url).click()
        expect(page.locator("[data-secret]")).to_have_count(0)
        expect(page.get_by_role("main")).to_contain_text("起失败")
        expect(page.get_by_role("row").nth(1)).to_contain_text("HTTP 500")
        receiver.answer = lambda _request: 200
        page.get_by_role("button", name="重发").first.click()
        sent(city)
        page.get_by_role("link", name="已送达").click()
        expect(page.get_by_role("row").nth(1)).to_contain_text("HTTP 200")
        picture(page, "webhook")
        page.get_by_role("button", name="停用").click()
        expect(page.get_by_role("main")).to_contain_text("管理员停用")
        page.get_by_role("button", name="启用,不补发").click()
        expect(page.get_by_role("main")).to_contain_text("正常")


def test_an_address_that_is_none_is_refused_and_stays_in_the_form(visitor: Visitor) -> None:
    visitor.expect("422")
    page = opened(visitor, Role.ADMIN)
    page.get_by_role("textbox", name="地址").fill("ftp://10.0.0.1/x")
    page.get_by_role("button", name="登记并生成密钥").click()
    expect(page.get_by_role("alert")).to_contain_text("推送地址须为 http")
    expect(page.get_by_role("textbox", name="地址")).to_have_value("ftp://10.0.0.1/x")


def test_operations_see_and_set_up_nothing(visitor: Visitor) -> None:
    page = opened(visitor, Role.OPERATIONS)
    expect(page.get_by_role("main")).to_contain_text("由管理员登记")
    expect(page.get_by_role("button", name="登记并生成密钥")).to_have_count(0)
