"""Alerts name a page of ours; it is served without a key, since a duty person may have none."""

from __future__ import annotations

import pytest

from hotline.store.memory import MemoryStore
from hotline.web.app import create_app
from hotline.web.console import add_console
from hotline.web.console.runbooks import PAGES
from tests.api.city import City


@pytest.fixture(scope="module")
def city() -> City:
    return City(MemoryStore())


@pytest.mark.parametrize("alert", sorted(PAGES))
def test_an_alerts_page_is_served_to_anybody(city: City, alert: str) -> None:
    answer = city.client(create_app(city.parts, pages=add_console)).get(f"/runbooks/{alert}")
    assert answer.status_code == 200
    assert "<h1>" in answer.text


def test_no_file_but_a_runbook_is_served(city: City) -> None:
    client = city.client(create_app(city.parts, pages=add_console))
    assert client.get("/runbooks/..%2F..%2Fsettings").status_code == 404
