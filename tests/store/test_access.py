"""Keys, sessions, views, rule books, leases and marks, in every store."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from hotline.domain.roles import Role
from hotline.services.ports import Store
from hotline.services.rows import Book, Key, Session, Viewed
from tests.store.examples import HOUR, NOON

CLERK = Key(id="k1", sha256="s1", name="clerk-1", role=Role.CLERK, unit="ZJJ", created_at=NOON)
ADMIN = Key(id="k2", sha256="s2", name="admin", role=Role.ADMIN, unit=None, created_at=NOON + HOUR)


def test_a_key_is_found_until_it_is_revoked(store: Store) -> None:
    with store.write() as work:
        work.access.add_key(CLERK)
        work.access.add_key(ADMIN)
        assert (work.access.key("s1"), work.access.key_by_id("k1")) == (CLERK, CLERK)
        assert work.access.revoke("k1", NOON + HOUR)
        assert (work.access.key("s1"), work.access.key_by_id("k1"), work.access.key("s2")) == (None, None, ADMIN)
        assert not work.access.revoke("k1", NOON)
        assert not work.access.revoke("k9", NOON)
        assert work.access.keys() == [ADMIN, replace(CLERK, revoked_at=NOON + HOUR)]


def test_a_session_lasts_until_it_expires_or_ends(store: Store) -> None:
    session = Session(sha256="c1", key_id="k1", csrf="x", expires_at=NOON)
    with store.write() as work:
        work.access.add_key(CLERK)
        work.access.add_session(session)
        assert work.access.session("c1", NOON - HOUR) == session
        assert work.access.session("c1", NOON) is None
        work.access.end_session("c1")
        work.access.end_session("c9")
        assert work.access.session("c1", NOON - HOUR) is None


def test_who_saw_what_is_listed_oldest_first(store: Store) -> None:
    seen = [
        Viewed(at=NOON + HOUR, actor="b", what="caller", ref="K1", reason="回访"),
        Viewed(at=NOON, actor="a", what="caller", ref="K1"),
    ]
    with store.write() as work:
        for row in [*seen, Viewed(at=NOON, actor="a", what="caller", ref="K2")]:
            work.access.viewed(row)
        assert work.access.views("K1") == seen


def a_book(name: str, effective_at: object = NOON, published_at: object = NOON) -> Book:
    files = {"pack.toml": name.encode(), "表/dispatch.csv": b"\xef\xbb\xbf\x00"}
    return Book(hash=name, files=files, effective_at=effective_at, published_at=published_at, published_by="admin")  # type: ignore[arg-type]


def test_the_book_with_the_latest_effect_is_in_force(store: Store) -> None:
    old, new, later = a_book("old", NOON, NOON), a_book("new", NOON + HOUR, NOON - HOUR), a_book("later", NOON + HOUR, NOON)
    with store.write() as work:
        assert (work.books.in_force(NOON), work.books.hash_in_force(NOON), work.books.listing()) == (None, None, [])
        for book in (later, old, new):
            work.books.add(book)
        assert work.books.in_force(NOON - HOUR) is None
        assert work.books.in_force(NOON) == old
        assert work.books.in_force(NOON + HOUR) == later
        assert work.books.hash_in_force(NOON + HOUR) == "later"


def test_a_book_may_be_published_again(store: Store) -> None:
    again = a_book("old", NOON + HOUR, NOON + HOUR)
    with store.write() as work:
        for book in (a_book("old"), a_book("new"), again):
            work.books.add(book)
        assert work.books.in_force(NOON + HOUR) == again
        assert work.books.listing() == [replace(one, files={}) for one in (again, a_book("new"), a_book("old"))]


def test_a_lease_has_one_holder_until_it_runs_out(store: Store) -> None:
    with store.write() as work:
        assert work.marks.lease("clock", "a", NOON, 15)
        assert not work.marks.lease("clock", "b", NOON, 15)
        assert work.marks.lease("other", "b", NOON, 15)
        assert work.marks.lease("clock", "a", NOON, 3600)
        assert not work.marks.lease("clock", "b", NOON + HOUR / 2, 15)
        assert work.marks.lease("clock", "b", NOON + HOUR, 15)
        assert not work.marks.lease("clock", "a", NOON + HOUR, 15)


def test_a_lease_is_given_up_by_its_holder_only(store: Store) -> None:
    with store.write() as work:
        work.marks.lease("clock", "a", NOON, 15)
        work.marks.release("clock", "b")
        assert not work.marks.lease("clock", "b", NOON, 15)
        work.marks.release("clock", "a")
        work.marks.release("none", "a")
        assert work.marks.lease("clock", "b", NOON, 15)


def test_a_mark_is_what_was_set_last(store: Store) -> None:
    with store.write() as work:
        assert work.marks.mark("broker_start") is None
        work.marks.set_mark("broker_start", "1")
        work.marks.set_mark("broker_start", "2")
        assert work.marks.mark("broker_start") == "2"


def test_a_unit_of_work_that_is_not_committed_leaves_nothing(store: Store) -> None:
    with store.write() as work:
        work.access.add_key(CLERK)
        work.books.add(a_book("old"))
        work.marks.set_mark("m", "1")
        work.marks.lease("clock", "a", NOON, 15)
        work.access.viewed(Viewed(at=NOON, actor="a", what="caller", ref="K1"))
    with store.write() as work:
        assert (work.access.keys(), work.books.listing(), work.marks.mark("m"), work.access.views("K1")) == ([], [], None, [])
        assert work.marks.lease("clock", "b", NOON, 15)


def test_an_error_undoes_what_was_written(store: Store) -> None:
    with suppress(ZeroDivisionError), store.write() as work:
        work.access.add_key(CLERK)
        work.marks.set_mark("m", str(1 / 0))
    with store.read() as work:
        assert work.access.keys() == []


def test_a_reader_sees_what_was_committed_and_cannot_commit(store: Store) -> None:
    with store.write() as work:
        work.access.add_key(CLERK)
        with store.read() as reading:
            assert reading.access.keys() == []
        work.commit()
    with store.read() as reading:
        assert reading.access.keys() == [CLERK]
        with pytest.raises(RuntimeError):
            reading.commit()


def test_the_store_answers_and_can_be_used_after_it_was_closed(store: Store) -> None:
    store.ping()
    store.close()
    store.ping()
