"""Signing in and out, and the pages that say what went wrong."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from hotline.domain.roles import Role
from tests.browser.city import City
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("role", "unit", "first"),
    [
        (Role.AGENT, None, "/agent"), (Role.DISPATCHER, None, "/desk"), (Role.REVIEWER, None, "/review"),
        (Role.CLERK, "CGJ", "/orders?tab=sign"), (Role.SUPERVISOR, None, "/board"), (Role.OPERATIONS, None, "/board"),
        (Role.ADMIN, None, "/desk"),
    ],
)  # fmt: skip
def test_every_role_begins_on_its_own_page(city: City, visitor: Visitor, role: Role, unit: str | None, first: str) -> None:
    page = visitor.sign_in(role, unit)

    assert page.url == city.url + first


def test_a_wrong_key_is_said_and_nothing_else_happens(visitor: Visitor) -> None:
    visitor.expect("401")
    page = visitor.context().new_page()
    page.goto("/login")

    page.fill("#key", "not-a-key")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_have_text("密钥不正确或已停用,请核对后重新输入")
    expect(page.get_by_label("密钥")).to_have_attribute("aria-invalid", "true")


def test_sign_in_and_out_work_without_a_script(city: City, visitor: Visitor) -> None:
    page = visitor.sign_in(Role.CLERK, "CGJ", java_script_enabled=False)
    expect(page.get_by_text("没有“待签收”的工单")).to_be_visible()

    page.get_by_role("button", name="退出").click()
    page.goto("/orders")

    assert page.url == f"{city.url}/login?next=%2Forders"


def test_after_sign_in_the_wanted_page_opens_and_no_strange_one(city: City, visitor: Visitor) -> None:
    page = visitor.context().new_page()
    page.goto("/orders?tab=closed")
    page.fill("#key", city.key(Role.DISPATCHER))
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders?tab=closed")

    page.goto("/login?next=//example.org/")

    assert page.url == f"{city.url}/desk"


def test_a_form_from_another_site_is_refused(city: City, visitor: Visitor) -> None:
    order = city.dispatched("早市散场后垃圾遍地", "CGJ")
    page = visitor.sign_in(Role.CLERK, "CGJ")

    answer = page.request.post(f"/orders/{order.id}/sign", headers={"Accept": "text/html"})

    assert answer.status == 403
    assert city.now(order.id).signed_at is None


def test_a_page_of_another_role_says_what_to_do(visitor: Visitor) -> None:
    visitor.expect("403")
    page = visitor.sign_in(Role.CLERK, "CGJ")

    page.goto("/desk")

    expect(page.get_by_role("heading", name="没有权限")).to_be_visible()
    expect(page.get_by_role("link", name="派单台")).to_have_count(0)


def test_an_old_browser_gets_one_banner_and_the_form(visitor: Visitor) -> None:
    old = "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko"
    page = visitor.context(user_agent=old).new_page()

    page.goto("/login")

    expect(page.get_by_text("请切换到极速模式")).to_be_visible()
    expect(page.get_by_label("密钥")).to_be_visible()
