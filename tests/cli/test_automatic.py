"""The made-up cities show automatic dispatch as an office would have it: switched on by a step of its own, and told."""

from __future__ import annotations

import pytest

from hotline.bootstrap import House
from hotline.cli.automatic import OFFICE, switch_on, told
from hotline.settings import Settings
from hotline.store import MemoryStore
from tests.api.city import StoppedClock


@pytest.fixture
def house() -> House:
    return House(Settings.load(), MemoryStore(), StoppedClock())


def test_a_made_up_citys_office_switches_classes_on_and_the_screen_says_so(house: House) -> None:
    assert switch_on(house)
    with house.store.read() as work:
        (book,) = work.books.listing()
    classes = house.books.current().settings.auto_classes
    assert (book.published_by, len(classes) > 10) == (OFFICE, True)
    assert f"{OFFICE}已在本示例中开启 {len(classes)} 类" in told(house)


def test_where_a_book_is_in_force_already_nothing_is_switched_on(house: House) -> None:
    house.books.current()
    assert not switch_on(house)
    assert told(house) == "自动派单:未开启任何类别,每一件都由派单员派出"
