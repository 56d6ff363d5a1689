"""The rule book in force: followed, and the last good one kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from hotline.services.rows import Book
from hotline.store.memory import MemoryStore
from routing_rules.pack import pack_files
from tests.api.city import City


@pytest.fixture
def city() -> City:
    return City(MemoryStore())


def put_in_force(city: City, digest: str, files: Mapping[str, bytes]) -> None:
    """Store a book as another version of the program may have done, and look again."""
    city.clock.pass_by(timedelta(minutes=1))
    now = city.clock.now()
    with city.store.write() as work:
        work.books.add(Book(hash=digest, files=files, effective_at=now, published_at=now, published_by="test"))
        work.commit()
    city.books.refresh()


def test_a_book_that_cannot_be_loaded_leaves_the_last_good_one_and_says_why(city: City) -> None:
    good = city.books.current()
    put_in_force(city, "bad", {"pack.toml": b"no toml"})
    assert (city.books.current(), bool(city.books.problem)) == (good, True)


def test_the_good_book_put_in_force_again_ends_the_trouble(city: City) -> None:
    good = city.books.current().content_hash
    put_in_force(city, "bad", {"pack.toml": b"no toml"})
    put_in_force(city, good, pack_files("kundulun"))
    assert city.books.problem is None


def test_an_order_names_the_book_that_decided_it(city: City) -> None:
    number = city.order()
    with city.store.read() as work:
        order = work.orders.get(number)
    assert order is not None
    assert order.book == city.books.current().content_hash
