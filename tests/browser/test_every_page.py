"""What holds on every page: accessible, labelled, not wider than the screen, its focus in sight; and a picture to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from hotline.domain.roles import Role
from hotline.services.ports import Reader
from tests.browser.city import City
from tests.browser.conftest import Visitor
from tests.browser.lively import fill

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}

NO_VISIBLE_LABEL = """() => Array.from(document.querySelectorAll('input, select, textarea')).filter((field) => {
  if (field.type === 'hidden' || field.hidden || !field.checkVisibility() || field.type === 'search') return false;
  const seen = (label) => label.checkVisibility() && label.offsetWidth > 4 && label.innerText.trim();
  return !Array.from(field.labels || []).some(seen);
}).map((field) => field.outerHTML.slice(0, 120))"""
FOCUSED = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  if (at === document.body || !box.width) return '';
  const within = (at, most) => Math.min(Math.max(at, 0), most - 1);
  const x = within(box.left + box.width / 2, innerWidth), y = within(box.top + box.height / 2, innerHeight);
  const top = document.elementFromPoint(x, y);
  const seen = top && (at.contains(top) || top.contains(at));
  return seen && style.outlineStyle !== 'none' && box.top < innerHeight && box.bottom > 0 ? '' : at.outerHTML.slice(0, 120);
}"""
SMALL = """() => Array.from(document.querySelectorAll('a.button, button, nav a, .tabs a, select, textarea, input'))
  .filter((field) => field.checkVisibility() && !['radio', 'checkbox', 'hidden'].includes(field.type))
  .filter((field) => field.getBoundingClientRect().height < 27.5).map((field) => field.outerHTML.slice(0, 120))"""
CUT = """() => Array.from(document.querySelectorAll('.top *, h1, h2, label, legend, button, a.button, .tag, .tabs a'))
  .filter((one) => one.checkVisibility() && !one.matches('.visually-hidden') && getComputedStyle(one).overflowX !== 'visible')
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.outerHTML.slice(0, 120))"""


@dataclass(frozen=True)
class Shown:
    """A page of a filled city."""

    name: str
    role: Role
    path: str
    unit: str | None = None


PAGES = [
    Shown("desk", Role.DISPATCHER, "/desk?order={heating}"), Shown("desk-from-above", Role.DISPATCHER, "/desk?order={upstream}"),
    Shown("desk-returns", Role.DISPATCHER, "/desk?tab=returns"), Shown("desk-nothing", Role.DISPATCHER, "/desk?q=没有这个词"),
    Shown("agent", Role.AGENT, "/agent"), Shown("orders", Role.DISPATCHER, "/orders"),
    Shown("orders-late", Role.SUPERVISOR, "/orders?tab=late"), Shown("orders-unit", Role.CLERK, "/orders?tab=handling", "CGJ"),
    Shown("orders-empty", Role.CLERK, "/orders?tab=late", "CGJ"), Shown("order-unit", Role.CLERK, "/orders/{signed}", "CGJ"),
    Shown("order-late", Role.DISPATCHER, "/orders/{late}"), Shown("order-review", Role.REVIEWER, "/orders/{answered}"),
    Shown("order-callback", Role.AGENT, "/orders/{reviewed}"), Shown("order-return", Role.DISPATCHER, "/orders/{returning}"),
    Shown("review-waiting", Role.REVIEWER, "/review"), Shown("board", Role.SUPERVISOR, "/board"),
    Shown("board-unit", Role.CLERK, "/board", "CGJ"), Shown("sight-morning", Role.SUPERVISOR, "/sight"),
    Shown("board-classes", Role.REVIEWER, "/board?by=category&level=3"), Shown("sight-unit", Role.CLERK, "/sight", "CGJ"),
    Shown("board-operations", Role.OPERATIONS, "/board?period=7"), Shown("board-wrong", Role.ADMIN, "/board?period=span&from=x"),
    Shown("differences-none", Role.SUPERVISOR, "/board/differences?rate=return"),
    Shown("figure-orders", Role.CLERK, "/orders?figure=on_time&from=2026-11-01&to=2026-11-30&by=all", "CGJ"),
    Shown("desk-secret", Role.DISPATCHER, "/desk?order={secret}"),
    Shown("desk-several", Role.DISPATCHER, "/desk/batch?like={lift}"), Shown("desk-no-checks", Role.DISPATCHER, "/desk/checks"),
    Shown("incidents-proposed", Role.DISPATCHER, "/incidents"), Shown("incident", Role.DISPATCHER, "/incidents/{incident}"),
    Shown("incidents-over", Role.SUPERVISOR, "/incidents?over=yes"), Shown("incidents-unit", Role.CLERK, "/incidents", "CGJ"),
    Shown("callback-desk", Role.AGENT, "/callbacks"), Shown("callback-desk-reviewer", Role.REVIEWER, "/callbacks"),
    Shown("notices-office", Role.DISPATCHER, "/notices"), Shown("notices-unit", Role.CLERK, "/notices", "CGJ"),
    Shown("notices-supervisor", Role.SUPERVISOR, "/notices"), Shown("webhook", Role.ADMIN, "/webhooks/{hook}"),
    Shown("upstream-waiting", Role.REVIEWER, "/upstream"), Shown("upstream-filled", Role.DISPATCHER, "/upstream?tab=filled"),
    Shown("order-secret", Role.DISPATCHER, "/orders/{secret}"), Shown("order-urgent", Role.DISPATCHER, "/orders/{gas}"),
    Shown("order-leader", Role.LEADER, "/orders/{signed}", "CGJ"),
    Shown("rules", Role.SUPERVISOR, "/rules"), Shown("rules-try-empty", Role.DISPATCHER, "/rules/try"),
    Shown("rules-deadlines", Role.DISPATCHER, "/rules/tables/deadlines"), Shown("rules-year", Role.REVIEWER, "/rules/calendar"),
    Shown("approvals-return", Role.DISPATCHER, "/approvals"), Shown("approvals-unit", Role.CLERK, "/approvals", "CGJ"),
    Shown("approvals-nothing", Role.SUPERVISOR, "/approvals?asks=pause"),
    Shown("rules-approvals", Role.DISPATCHER, "/rules/tables/approvals"),
    Shown("webhooks", Role.ADMIN, "/webhooks"), Shown("webhooks-operations", Role.OPERATIONS, "/webhooks"),
    Shown("import-first", Role.DISPATCHER, "/import"),
    Shown("bulletins-first", Role.SUPERVISOR, "/bulletins"),
    Shown("bulletins", Role.ADMIN, "/bulletins?span=week&week=2026-W48"),
    Shown("not-found", Role.DISPATCHER, "/orders/KDL0"), Shown("not-allowed", Role.CLERK, "/desk", "CGJ"),
]  # fmt: skip


@pytest.fixture(scope="module")
def full(reader: Reader, browser: Browser) -> Iterator[tuple[Visitor, dict[str, str]]]:
    """A filled city, shared: these tests only look."""
    city = City(reader)
    orders = fill(city)
    city.serve()
    somebody = Visitor(city, browser)
    somebody.expect("404", "403")
    yield somebody, orders
    for context in somebody.contexts:
        context.close()
    city.stop()
    assert not somebody.strange
    assert not somebody.errors


@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.name)
def test_a_page_is_accessible_labelled_and_fits_the_screen(
    full: tuple[Visitor, dict[str, str]], shown: Shown, picture: Callable[[Page, str], None]
) -> None:
    visitor, orders = full
    page = visitor.sign_in(shown.role, shown.unit)
    page.goto(shown.path.format(**orders))
    expect(page.locator("main")).to_be_visible()

    picture(page, shown.name)

    assert _violations(page) == []
    assert page.evaluate(NO_VISIBLE_LABEL) == []
    assert page.evaluate(SMALL) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert _focus_lost(page) == []


def test_the_sign_in_page_is_accessible_and_fits_the_screen(
    full: tuple[Visitor, dict[str, str]], picture: Callable[[Page, str], None]
) -> None:
    page = full[0].context().new_page()
    page.goto("/login")

    picture(page, "login")

    assert _violations(page) == []
    assert page.evaluate(NO_VISIBLE_LABEL) == []


def test_a_suggestion_on_the_agents_desk_is_accessible(
    full: tuple[Visitor, dict[str, str]], picture: Callable[[Page, str], None]
) -> None:
    page = full[0].sign_in(Role.AGENT)
    page.fill("#phone", "13847210086")
    page.keyboard.press("Alt+h")
    page.fill("#text", "中冶世家小区暖气不热,室温只有十四度")
    expect(page.locator("[data-rank='1']")).to_be_visible()
    page.keyboard.press("Alt+1")

    picture(page, "agent-suggestion")

    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366


def test_the_search_of_duties_and_the_help_are_accessible(
    full: tuple[Visitor, dict[str, str]], picture: Callable[[Page, str], None]
) -> None:
    page = full[0].sign_in(Role.DISPATCHER)
    page.keyboard.press("Alt+k")
    page.keyboard.type("噪声")
    expect(page.get_by_role("listbox")).to_be_visible()
    picture(page, "desk-search")
    found = _violations(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+/")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    picture(page, "desk-help")

    assert found == []
    assert _violations(page) == []


def _violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def _focus_lost(page: Page) -> list[str]:
    """Go through the page by Tab and back; return what held the focus without showing it (UX.md, "Gaps in axe")."""
    lost = list[str]()
    for key in ("Tab",) * 25 + ("Shift+Tab",) * 25:
        page.keyboard.press(key)
        lost += [found] if (found := page.evaluate(FOCUSED)) else []
    return sorted(set(lost))
