"""One browser a session, one hotline and one context a test; every page is watched for errors and for strange hosts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, sync_playwright

from classifiers.model import Classifier
from classifiers.reader import text_reader
from hotline.domain.roles import Role
from hotline.services.ports import Reader
from routing_rules.pack import load_pack, pack_files
from tests.browser.city import City
from tests.models import default_model
from tests.needs import need
from tests.waiting import wait_until

PICTURES = Path(__file__).parents[2] / "test-artefacts" / "screenshots"
LOOK: dict[str, Any] = {
    "viewport": {"width": 1366, "height": 648}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "device_scale_factor": 1,
    "reduced_motion": "reduce",
}  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, once."""
    need("browser")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The default model with the shipped pack."""
    return text_reader(Classifier.load(default_model()), load_pack(pack_files("kundulun")))


@pytest.fixture
def city(reader: Reader) -> Iterator[City]:
    """A hotline that serves its pages."""
    made = City(reader)
    made.serve()
    yield made
    made.stop()


@dataclass
class Visitor:
    """Opens pages as somebody who signed in; collects what must not happen on any of them."""

    city: City
    browser: Browser
    errors: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()
    contexts: list[BrowserContext] = field(default_factory=list)

    def context(self, **options: Any) -> BrowserContext:
        """Return a new browser context that is watched."""
        context = self.browser.new_context(**{**LOOK, "base_url": self.city.url, **options})
        context.set_default_timeout(8000)
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.contexts.append(context)
        return context

    def sign_in(self, role: Role, unit: str | None = None, **options: Any) -> Page:
        """Return a page signed in with a new key of the role, by the sign-in form."""
        page = self.context(**options).new_page()
        page.goto("/login")
        page.fill("#key", self.city.key(role, unit))
        page.click("button.main")
        page.wait_for_load_state()
        return page

    def expect(self, *words: str) -> None:
        """Let console errors with these words pass: the browser reports refused requests there."""
        self.expected += words

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")) and urlsplit(request.url).netloc != f"127.0.0.1:{self.city.port}":
            self.strange.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(word in message.text for word in self.expected):
            self.errors.append(message.text)


@pytest.fixture
def visitor(city: City, browser: Browser) -> Iterator[Visitor]:
    """Somebody at a browser; afterwards no page had an error and nothing was asked of another host."""
    somebody = Visitor(city, browser)
    yield somebody
    for context in somebody.contexts:
        context.close()
    assert not somebody.strange
    assert not somebody.errors


@pytest.fixture(scope="session")
def picture() -> Callable[[Page, str], None]:
    """Keep a picture of a page among the test artefacts, to be looked at."""
    PICTURES.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        wait_until(lambda: _taken(page, PICTURES / f"{name}.png"), 30.0, what=f"picture {name}")

    return take


def _taken(page: Page, file: Path) -> bool:
    """Whether Chromium gave a picture: on a loaded machine it sometimes has none ready just after a page was shown."""
    try:
        page.screenshot(path=file)
    except Error as error:
        if "Unable to capture screenshot" not in error.message:
            raise
        return False
    return True
