"""Ratings are never overwritten; a notice is kept once, whoever sends it how often."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import exc, text

from hotline.domain.ratings import CHANNELS, Rating
from hotline.services.notice_rows import Notice, notice_id
from hotline.services.ports import Store
from hotline.services.rows import OrderFilter
from hotline.store.sql import SqlStore
from tests.store.conftest import postgres_too
from tests.store.examples import HOUR, NOON, a_call, a_leg, an_order, keep, keep_order

ORDERS = ("KDL1", "KDL2")
any_rating = st.builds(
    Rating, order_id=st.sampled_from(ORDERS), round=st.integers(1, 2), channel=st.sampled_from(CHANNELS[:3]),
    level=st.integers(1, 5), at=st.just(NOON), actor=st.sampled_from(["坐席", "12345"]), solved=st.none() | st.just("no"),
    reason=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=9),
)  # fmt: skip
once = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def a_rating(**fields: Any) -> Rating:
    plain = {"order_id": "KDL1", "round": 1, "channel": "phone", "level": 5, "at": NOON, "actor": "坐席"}
    return Rating(**{**plain, **fields})


def a_notice(addressee: str = "CGJ", mark: str = "1|answer|warn|x", **fields: Any) -> Notice:
    plain = {"order_id": "KDL1", "addressee": addressee, "step": "warn", "at": NOON, "show_from": NOON}
    return Notice(**{"id": notice_id("KDL1", mark, addressee), **plain, **fields})


@given(given=st.lists(any_rating, max_size=12))
@once
def test_a_rating_stands_as_it_was_first_given_whatever_comes_later(store: Store, given: list[Rating]) -> None:
    with store.write() as work:
        if work.orders.get("KDL1") is None:
            keep_in(work)
        taken = [one for one in given if work.ratings.add(one)]
        kept = [one for order in ORDERS for one in work.ratings.of_order(order)]
    first = {one.key: one for one in reversed(given)}
    assert sorted(kept, key=repr) == sorted(taken, key=repr) == sorted(first.values(), key=repr)


def keep_in(work: Any) -> None:

    work.calls.add([a_call(f"c-{ident}") for ident in ORDERS])
    work.orders.add([an_order(ident, f"c-{ident}") for ident in ORDERS])


def test_ratings_come_oldest_first(store: Store) -> None:
    keep_order(store, "KDL1")
    with store.write() as work:
        for channel in ("web", "phone", "app"):
            work.ratings.add(a_rating(channel=channel))
        assert [one.channel for one in work.ratings.of_order("KDL1")] == ["web", "phone", "app"]


@postgres_too
def test_the_database_itself_refuses_to_change_a_rating(sql_store: SqlStore) -> None:

    keep_order(sql_store, "KDL1")
    with sql_store.write() as work:
        work.ratings.add(a_rating())
        work.commit()
    for statement in ("UPDATE ratings SET level = 5", "DELETE FROM ratings"):
        with pytest.raises(exc.DatabaseError), sql_store._writing.begin() as connection:
            connection.execute(text(statement))


@given(sent=st.lists(st.tuples(st.sampled_from(["CGJ", "desk"]), st.sampled_from("abc")), max_size=12))
@once
def test_a_notice_is_kept_once_however_often_it_is_sent(store: Store, sent: list[tuple[str, str]]) -> None:
    with store.write() as work:
        if work.orders.get("KDL1") is None:
            keep_in(work)
        new = sum(work.notices.add([a_notice(to, mark), a_notice(to, mark)]) for to, mark in sent)
        assert new == len(set(sent)) == work.notices.unread({"CGJ", "desk"}, NOON)


def test_a_notice_waits_for_the_end_of_the_quiet_hours(store: Store) -> None:
    keep_order(store, "KDL1")
    with store.write() as work:
        work.notices.add([a_notice(show_from=NOON + HOUR)])
        seen = [len(work.notices.page({"CGJ"}, NOON + at * HOUR, unread=False, limit=9)) for at in (0, 1)]
    assert seen == [0, 1]


def test_notices_come_newest_first_and_only_to_whom_they_are_for(store: Store) -> None:
    keep_order(store, "KDL1")
    with store.write() as work:
        work.notices.add([a_notice(mark="1"), a_notice(mark="2", at=NOON + HOUR), a_notice("desk", mark="3")])
        found = work.notices.page({"CGJ"}, NOON + HOUR, unread=True, limit=9)
    assert [one.at for one in found] == [NOON + HOUR, NOON]


def test_what_complains_about_the_reader_is_neither_shown_nor_counted(store: Store) -> None:
    keep_order(store, "KDL1", accused_persons=("李办",))
    keep_order(store, "KDL2", recused=frozenset({"CGJ"}))
    keep_order(store, "KDL3")
    with store.write() as work:
        work.notices.add([replace(a_notice(), id=f"n{one}", order_id=f"KDL{one}") for one in (1, 2, 3)])
        hidden = frozenset({"CGJ", "@李办"})
        found = work.notices.page({"CGJ"}, NOON, unread=True, limit=9, hidden_from=hidden)
        assert ([one.id for one in found], work.notices.unread({"CGJ"}, NOON, hidden_from=hidden)) == (["n3"], 1)


def test_who_read_a_notice_first_stays(store: Store) -> None:
    keep_order(store, "KDL1")
    notice = a_notice(due=NOON + HOUR, urgent=True, why="将到期", row="V1", clock="answer")
    with store.write() as work:
        work.notices.add([notice])
        read = [work.notices.mark_read(notice.id, NOON + HOUR, who) for who in ("李办", "王办")]
        assert read == [True, False]
        assert work.notices.get(notice.id) == replace(notice, read_at=NOON + HOUR, read_by="李办")
        assert work.notices.unread({"CGJ"}, NOON) == 0


def test_a_notice_that_is_not_there_cannot_be_read(store: Store) -> None:
    with store.write() as work:
        assert (work.notices.get("x"), work.notices.mark_read("x", NOON, "李办")) == (None, False)


def test_an_order_is_hidden_from_the_accused_and_from_nobody_else(store: Store) -> None:

    hidden = an_order("KDL1", "c1", recused=frozenset({"CGJ", "CGJ-1"}), accused_persons=("张三",))
    keep(store, [hidden, an_order("KDL2", "c2")], legs=[a_leg("KDL1", "CGJ"), a_leg("KDL2", "CGJ"), a_leg("KDL1", "ZJJ")])
    asked = [
        OrderFilter(seen_by="CGJ", hidden_from=frozenset({"CGJ"})),
        OrderFilter(hidden_from=frozenset({"@张三", "ZJJ"})),
        OrderFilter(seen_by="ZJJ", hidden_from=frozenset({"ZJJ"})),
        OrderFilter(hidden_from=frozenset({"CGJ-11", "@张"})),
    ]
    with store.read() as work:
        found = [{order.id for order in work.orders.page(one, None, 9).orders} for one in asked]
    assert found == [{"KDL2"}, {"KDL2"}, {"KDL1"}, {"KDL1", "KDL2"}]
