"""Past orders asked again by a draft: who would get them, when they would be due, which rows nobody needed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.domain.facts import Facts
from hotline.services.rehearsing import past_orders
from hotline.store import MemoryStore
from routing_rules.decide import dispatch
from routing_rules.rehearsal.asking import Asking, PastOrder
from routing_rules.rehearsal.figures import Rehearsal, spread
from routing_rules.rehearsal.figures_words import hours_words, share_words
from routing_rules.rehearsal.page import page
from routing_rules.rehearsal.replay import rehearse
from tests.unit.office import DAY, NOW, TO_DEPARTMENT, Office
from tests.unit.packs import FILES, small

DISPATCH, DEADLINES = FILES["dispatch.csv"], FILES["deadlines.csv"]
MONDAY = datetime.fromisoformat("2026-03-09T09:00:00+08:00")
HOUR = timedelta(hours=1)
NADAAM = MONDAY.replace(month=7, day=11)
HEADS = DEADLINES.splitlines()[0]


def order(
    number: str = "K1", *, starts: Mapping[str, datetime] | None = None, unit: str | None = None, **facts: Any
) -> PastOrder:
    plain = {"received_at": MONDAY, "category": "民政/低保", "kind": "求助", "place": "15/15001"}
    return PastOrder(number, Facts(**{**plain, **facts}), {"received": MONDAY} if starts is None else starts, unit)


def tried(orders: Sequence[PastOrder], on: datetime = NOW, **changed: str) -> Rehearsal:
    return rehearse(small(), small(**changed), orders, on=on.date())


# -- where orders go ---------------------------------------------------------------------------------------------------
def test_a_draft_that_changes_nothing_changes_no_order() -> None:
    found = tried([order(), order(category="城建/物业")])
    assert (found.orders, found.moved, found.earlier, found.later, found.changes) == (2, 0, 0, 0, ())


def test_orders_that_go_elsewhere_are_counted_from_unit_to_unit() -> None:
    found = tried([order("K1"), order("K2"), order("K3", category="城建/供热")], dispatch=TO_DEPARTMENT)
    assert [(move.old, move.new, move.orders) for move in found.moves] == [("JD", "ZJJ", 2)]
    assert (found.moved, found.same, found.names["JD"]) == (2, {"DESK": 1}, "一街道")
    assert [(one.number, one.old_row, one.new_row) for one in found.changes] == [("K1", "D-6", "D-6"), ("K2", "D-6", "D-6")]


def test_the_desk_is_a_place_to_go_to() -> None:
    found = tried([order()], dispatch=DISPATCH.replace("D-6,民政/*,,,,@street", "D-6,民政/*,,,,DESK"))
    assert [(move.old, move.new, found.names[move.new]) for move in found.moves] == [("JD", "DESK", "派单台")]


def test_what_people_made_of_it_in_the_end_tells_which_book_was_right() -> None:
    found = tried([order(unit="ZJJ"), order(unit="JD"), order(unit="ZJJ"), order()], dispatch=TO_DEPARTMENT)
    assert (found.known, found.agreed_old, found.agreed_new) == (3, 1, 2)


def test_orders_that_a_person_need_not_see_any_more_are_counted() -> None:
    heated = order(category="城建/供热", estate="E1")
    found = tried([heated], dispatch=DISPATCH.replace("ZJJ;@street,yes", "ZJJ,no"))
    assert (found.auto_on, found.auto_off, found.assists, found.changes) == (0, 1, 1, ())


# -- when they are due -------------------------------------------------------------------------------------------------
def test_a_shorter_limit_is_earlier_by_so_many_hours() -> None:
    found = tried(
        [order("K1"), order("K2", kind="咨询")], deadlines=DEADLINES.replace("answer,5,working_day", "answer,3,working_day")
    )
    answer = next(shift for shift in found.shifts if shift.clock == "answer")
    assert (answer.orders, answer.earlier.orders, answer.earlier.median, answer.later.orders) == (2, 1, 96.0, 0)
    assert (found.earlier, found.later, found.changes[0].hours) == (1, 0, {"answer": -96.0})


def test_a_clock_whose_start_is_not_known_is_not_counted() -> None:
    shorter = DEADLINES.replace("review,1,working_day", "review,1,hour")
    known = {"received": MONDAY, "signed_off": MONDAY}
    found = tried([order("K1"), order("K2", starts=known)], deadlines=shorter)
    assert [(shift.orders, shift.earlier.orders) for shift in found.shifts if shift.clock == "review"] == [(1, 1)]


def test_a_caller_who_wants_no_reply_is_owed_no_contact() -> None:
    starts = {"received": MONDAY, "first_dispatch": MONDAY}
    found = tried([order(starts=starts, reply_needed=False)])
    assert {shift.clock for shift in found.shifts} == {"dispatch", "answer", "sign"}


def test_a_clock_that_begins_or_ends_is_told() -> None:
    without = "\n".join(line for line in DEADLINES.splitlines() if ",dispatch," not in line) + "\n"
    found = tried([order()], deadlines=without)
    assert [(shift.clock, shift.added, shift.dropped) for shift in found.shifts if shift.changed] == [("dispatch", 0, 1)]
    assert found.changes[0].lost == ("dispatch",)


def test_the_platforms_due_time_caps_both_books() -> None:
    capped = order(upstream_due=MONDAY + 8 * HOUR)
    found = tried([capped], deadlines=DEADLINES.replace("answer,5,working_day", "answer,3,working_day"))
    assert found.changes == ()


def test_sizes_are_put_into_boxes() -> None:
    found = spread([0.5, 4, 5, 24, 72, 100, 500])
    assert (found.orders, found.median, found.largest, found.buckets) == (7, 24, 500, (2, 2, 1, 1, 1))


# -- rows --------------------------------------------------------------------------------------------------------------
def test_rows_that_nobody_needed_are_named_but_no_fallback() -> None:
    use = tried([order()]).rows[0]
    assert (use.table, use.hits, use.never) == ("dispatch", {"D-6": 1}, ("D-1", "D-2", "D-3", "D-4", "D-5"))


def test_a_row_that_a_new_one_shadows_is_named() -> None:
    use = tried([order()], dispatch=DISPATCH.replace("D-6,", "D-0,民政/*,,,,ZJJ,,no,,,,,yes\nD-6,")).rows[0]
    assert (use.lost, use.fresh, use.hits) == (("D-6",), ("D-0",), {"D-0": 1})


def test_a_row_that_begins_to_hold_next_month_is_tried_on_last_months_orders() -> None:
    heads, *rows = DISPATCH.splitlines()
    dated = "\n".join([heads + ",valid_from", "D-0,民政/*,,,,ZJJ,,no,,,,,yes,2026-12-01", *(row + "," for row in rows)])
    now, later = (tried([order()], on=on, dispatch=dated) for on in (NOW, NOW + 20 * DAY))
    assert [(one.moved, one.rows[0].coming) for one in (now, later)] == [(0, ("D-0",)), (1, ())]


def test_seasons_stay_those_of_the_order() -> None:
    heads, *rows = DISPATCH.splitlines()
    heads, winter = heads.replace("words", "words,received_at"), "D-0,民政/*,,,,10-15..04-15,ZJJ,,no,,,,,yes"
    seasonal = "\n".join([heads, winter, *(re.sub(r"^((?:[^,]*,){5})", r"\1,", row) for row in rows)])
    summer = order("K2", received_at=MONDAY.replace(month=7))
    found = tried([order("K1"), summer], dispatch=seasonal)
    assert [one.number for one in found.changes] == ["K1"]


# -- as a whole --------------------------------------------------------------------------------------------------------
facts = st.fixed_dictionaries({
    "category": st.sampled_from(["城建/供热", "城建/物业", "民政/低保", "民政", None]),
    "estate": st.sampled_from(["E1", "E2", None]),
    "kind": st.sampled_from(["投诉", "举报", "咨询"]), "words": st.sampled_from([frozenset(), frozenset({"threat"})]),
    "place": st.sampled_from(["15/15001", "15", None]),
})  # fmt: skip


@settings(deadline=None)
@given(st.lists(facts, max_size=12))
def test_what_goes_and_what_stays_are_all_orders_and_agree_with_the_table(given_facts: list[dict[str, Any]]) -> None:
    orders = [order(f"K{i}", **given) for i, given in enumerate(given_facts)]
    found = tried(orders, dispatch=TO_DEPARTMENT)
    assert found.moved + sum(found.same.values()) == found.orders == len(orders)
    new = small(dispatch=TO_DEPARTMENT)
    elsewhere = {one.number for one in orders if dispatch(small(), one.facts).lead != dispatch(new, one.facts).lead}
    assert {one.number for one in found.changes} == elsewhere


def test_the_figures_are_json_and_name_what_was_left_out() -> None:
    found = tried([order("K1"), order("K2")], dispatch=TO_DEPARTMENT).as_dict(most=1)
    assert orjson.loads(orjson.dumps(found)) == found
    assert (found["moved"], len(found["changes"]), found["changes_more"]) == (2, 1, 1)


def test_only_orders_since_then_are_read_newest_first_as_they_were_first_asked() -> None:
    office = Office(MemoryStore())
    for number, days in (("SML1", 3), ("SML2", 1), ("SML3", 2)):
        office.order(number, received_at=NOW - days * DAY, round=2, returned_by=frozenset({"JD"}))
    found = list(past_orders(office.store, NOW - 2 * DAY))
    assert [one.number for one in found] == ["SML2", "SML3"]
    assert {(one.facts.round, one.facts.returned_by) for one in found} == {(1, frozenset())}


# -- the page ----------------------------------------------------------------------------------------------------------
class Seen(HTMLParser):
    """Texts and tags of a page; an unclosed tag shows at the end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action")]
        self.open += [tag] * (tag != "meta")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


PAGES = {
    "changes": lambda: tried(
        [order("K1", unit="JD"), order("K2")], dispatch=TO_DEPARTMENT, deadlines=DEADLINES.replace("5,w", "6,w")
    ),
    "no change": lambda: tried([order()]),
    "no orders": lambda: tried([]),
}


@pytest.mark.parametrize("kind", PAGES)
def test_the_page_stands_alone(kind: str) -> None:
    seen = Seen(page(PAGES[kind]().as_dict()))
    assert (seen.open, seen.addresses, "script" in seen.tags) == ([], [], False)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("changes", "一街道 → 住建局"),
        ("changes", "答复延后 24 小时"),
        ("no change", "没有一件工单"),
        ("no orders", "没有工单可供试算"),
    ],
)
def test_the_page_says_what_there_is_and_what_there_is_not(kind: str, said: str) -> None:
    assert said in page(PAGES[kind]().as_dict())


def test_names_on_the_page_are_text_and_no_markup() -> None:
    units = FILES["units.csv"].replace("住建局", "<b>住建&局</b>")
    text = page(tried([order()], dispatch=TO_DEPARTMENT, units=units).as_dict())
    assert ("<b>住建" in text, "&lt;b&gt;住建&amp;局" in text) == (False, True)


def test_figures_are_told_with_their_base() -> None:
    assert (share_words(3, 12), share_words(0, 0)) == ("3/12 件(25.0 %)", "0 件")
    assert [hours_words(hours) for hours in (0.5, 4, 24, 100)] == ["30 分钟", "4 小时", "24 小时", "4.2 天"]


@settings(deadline=None)
@given(
    st.lists(facts, min_size=1, max_size=4),
    st.sampled_from([{}, {"deadlines": DEADLINES.replace("answer,5,w", "answer,6,w")}, {"holidays": "date,worked,name\n"}]),
    st.integers(-15 * 24, 4 * 24).map(lambda hours: NADAAM + hours * HOUR),
)
def test_what_is_asked_once_is_what_would_be_asked_twice(
    given_facts: list[dict[str, Any]], changed: dict[str, str], at: datetime
) -> None:
    starts = {"received": at, "first_dispatch": at + HOUR, "answered": at + 2 * HOUR}
    orders = [order(f"K{i}", **{**given, "received_at": at}, starts=starts) for i, given in enumerate(given_facts)]
    old, new = small(), small(**changed)
    books = Asking(old, new)
    for one in orders:
        assert books.ask(one) == (Asking(old, old).ask(one)[0], Asking(new, new).ask(one)[0])
