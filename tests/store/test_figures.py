"""The figures kept ready: every store counts, lists and forgets the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hotline.domain.indicators import Observation, Rate, Ratio
from hotline.domain.indicators.stays import Stay
from hotline.services.figures.differences import Differs
from hotline.services.figures.rows import GROUPINGS, Asked, Figured, Grouping, Stayed, Wanted, counted, stayed
from hotline.services.ports import Store
from tests.store.examples import HOUR, NOON

ZONE = ZoneInfo("Asia/Shanghai")
ASKED = Asked(start=NOON - timedelta(days=60), end=NOON + timedelta(days=1), now=NOON + timedelta(days=1))
LAST_MONTH = NOON - timedelta(days=30)


def seen(rate: Rate = "on_time", unit: str = "ZJJ", **fields: Any) -> Observation:
    return Observation(**{"rate": rate, "unit": unit, "at": NOON, "good": True, "order_id": "?", **fields})


def row(order_id: str, *observations: Observation, **fields: Any) -> Figured:
    plain = {"category": "城建/供热", "place": "15/15001", "channel": "phone", "kind": "complaint", "zone": ZONE, "stays": ()}
    own = tuple(replace(one, order_id=order_id) for one in observations)
    return Figured(**{**plain, "order_id": order_id, "seen": own, **fields})


STAY = Stay("K1", "sign", "ZJJ", NOON - HOUR, NOON)
ROWS = [
    row("K1", seen(), seen("response", good=False), seen("excluded", book="official"), stays=(STAY,), tags=frozenset({"老人"})),
    row("K2", seen(good=False), seen(at=LAST_MONTH), seen("excluded", book="official"), tags=frozenset({"老人", "供暖"})),
    row("K3", seen(unit="CGJ"), category="城建", place="15", channel="app", kind="help"),
    row("K4", seen(unit="CGJ", at=NOON + HOUR), seen(book="official"), seen("excluded", book="official"), place="15/15001/1"),
    row("K5", seen("direct", unit=""), category="", place="", channel="", kind=""),
]  # fmt: skip


@pytest.fixture
def kept(store: Store) -> Store:
    """A store that keeps the rows."""
    with store.write() as work:
        work.figures.replace(ROWS)
        work.commit()
    return store


@pytest.mark.parametrize("by", GROUPINGS)
def test_what_is_kept_is_counted_as_the_rows_themselves(kept: Store, by: Grouping) -> None:
    asked = replace(ASKED, by=by)
    with kept.read() as work:
        assert work.figures.counts(asked) == counted(ROWS, asked)
        assert sum(work.figures.counts(asked).values()) > 0


@pytest.mark.parametrize(
    "more",
    [
        {"book": "official"}, {"rates": frozenset({"response"})}, {"units": frozenset({"CGJ"})}, {"units": frozenset()},
        {"category": "城建"}, {"category": "城建/供热"}, {"category": "城"}, {"place": "15/15001"}, {"place": "15/1500"},
        {"tag": "老人"}, {"tag": "供暖", "by": "tag"}, {"tag": "没有"},
        {"without": frozenset({"K1", "K9"})}, {"now": NOON}, {"start": NOON}, {"end": NOON},
    ],
    ids=str,
)  # fmt: skip
def test_what_narrows_a_question_narrows_it_the_same_in_every_store(kept: Store, more: dict[str, Any]) -> None:
    asked = replace(ASKED, **more)
    with kept.read() as work:
        assert work.figures.counts(asked) == counted(ROWS, asked) != counted(ROWS, ASKED)


def test_the_stays_of_a_tag_are_those_of_its_orders(kept: Store) -> None:
    with kept.read() as work:
        assert [one.order_id for one in work.figures.stays(replace(ASKED, tag="老人"))] == ["K1"]
        assert work.figures.stays(replace(ASKED, tag="供暖")) == []


def test_some_orders_alone_can_be_counted(kept: Store) -> None:
    with kept.read() as work:
        assert work.figures.counts(ASKED, ["K2", "K3", "K9"]) == counted(ROWS[1:3], ASKED)
        assert work.figures.counts(ASKED, []) == {}


def test_an_order_is_counted_once_under_each_of_its_tags(kept: Store) -> None:
    with kept.read() as work:
        counts = work.figures.counts(replace(ASKED, by="tag", rates=frozenset({"on_time"})))
    assert counts == {("老人", "on_time", True): 2, ("老人", "on_time", False): 1, ("供暖", "on_time", True): 1} | {
        ("供暖", "on_time", False): 1
    }


def test_a_month_is_the_local_one(store: Store) -> None:
    last_hour = NOON.replace(day=30, hour=16)  # the 1st of December in 包头
    with store.write() as work:
        work.figures.replace([row("K1", seen(at=last_hour))])
        asked = replace(ASKED, by="month", end=last_hour + HOUR, now=last_hour)
        assert list(work.figures.counts(asked)) == [("2026-12", "on_time", True)]


def test_new_rows_of_an_order_take_the_place_of_its_old_ones(kept: Store) -> None:
    with kept.write() as work:
        work.figures.replace([row("K1", seen("callback"))])
        work.commit()
    now = [row("K1", seen("callback")), *ROWS[1:]]
    with kept.read() as work:
        assert work.figures.counts(replace(ASKED, by="tag")) == counted(now, replace(ASKED, by="tag"))
        assert work.figures.counts(ASKED) == counted(now, ASKED)
        assert work.figures.stays(ASKED) == []


def test_everything_can_be_forgotten(kept: Store) -> None:
    with kept.write() as work:
        work.figures.forget()
        work.commit()
    with kept.read() as work:
        assert (work.figures.counts(ASKED), work.figures.counts(replace(ASKED, by="tag")), work.figures.stays(ASKED)) == (
            {},
            {},
            [],
        )


def behind(store: Store, wanted: Wanted, after: str = "", limit: int = 10, **more: Any) -> list[str]:
    with store.read() as work:
        return work.figures.behind(replace(ASKED, **more), wanted, after, limit)


def test_the_orders_behind_a_figure_are_those_that_count_those_that_do_not_or_both(kept: Store) -> None:
    found = [behind(kept, Wanted(rate="on_time", key="ZJJ", good=good)) for good in (True, False, None)]
    assert found == [["K1", "K2"], ["K2"], ["K1", "K2"]]


def test_the_orders_behind_a_figure_come_in_pages(kept: Store) -> None:
    assert behind(kept, Wanted(rate="on_time"), limit=2) == ["K1", "K2"]
    assert behind(kept, Wanted(rate="on_time"), after="K2", limit=2) == ["K3", "K4"]


@pytest.mark.parametrize(
    ("by", "key", "exact", "orders"),
    [
        ("category", "城建", False, ["K1", "K2", "K3", "K4"]), ("category", "城建", True, ["K3"]),
        ("street", "15/15001", False, ["K1", "K2", "K4"]), ("street", "15/15001", True, ["K1", "K2"]),
        ("tag", "供暖", False, ["K2"]), ("month", "2026-10", False, ["K2"]), ("channel", "app", False, ["K3"]),
        ("kind", "help", False, ["K3"]), ("all", "", False, ["K1", "K2", "K3", "K4"]),
    ],
)  # fmt: skip
def test_a_key_of_any_grouping_opens_its_orders(kept: Store, by: Grouping, key: str, exact: bool, orders: list[str]) -> None:
    assert behind(kept, Wanted(rate="on_time", key=key, exact=exact), by=by) == orders


def test_stays_are_found_by_when_they_ended_and_whose_they_were(kept: Store) -> None:
    about = [{}, {"end": NOON}, {"units": frozenset({"CGJ"})}, {"category": "城建"}, {"place": "16"}, {"without": {"K1"}}]
    with kept.read() as work:
        found = [work.figures.stays(replace(ASKED, **more)) for more in about]  # type: ignore[arg-type]  # its own fields
    one = [Stayed("K1", "sign", "ZJJ", "城建/供热", NOON - HOUR, NOON)]
    assert found == [one, [], [], one, [], []]
    assert list(stayed(ROWS[0], ASKED)) == one


def differences(store: Store, *, contrary: bool = False, after: str = "") -> list[Differs]:
    with store.read() as work:
        return work.figures.differences(ASKED, "on_time", contrary, after, 10)


def test_the_books_differ_on_orders_from_above_that_they_count_differently(kept: Store) -> None:
    own = [Differs("K1", Ratio(1, 1), Ratio()), Differs("K2", Ratio(1, 2), Ratio())]
    assert differences(kept) == own
    assert differences(kept, after="K1") == own[1:]


def test_an_order_that_one_book_alone_speaks_of_is_no_contradiction(kept: Store) -> None:
    late = seen(book="official", good=False)
    with kept.write() as work:
        work.figures.replace([row("K1", seen(), late, seen("excluded", book="official"))])
        work.commit()
    assert differences(kept, contrary=True) == [Differs("K1", Ratio(1, 1), Ratio(0, 1))]
