"""What has to be entered above is known, marked once by whom and when, and forgotten when it was overtaken."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from hotline.domain.applications import Asks
from hotline.domain.order import Order, State
from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput, NotAllowed, NotFound
from hotline.services.applications import Applications
from hotline.services.splitting import Part
from hotline.services.upstream_replies import Entry, UpstreamReplies
from hotline.store.memory import MemoryStore
from hotline.upstream.reply_sheet import HEADINGS, write_sheet
from tests.api.city import START, City
from tests.unit.test_upstream_messages import CLERK, DISPATCHER, REVIEWER, Hall

DAY = timedelta(days=1)


class Desk(Hall):
    """A district that enters its answers above."""

    def __init__(self) -> None:
        super().__init__(City(MemoryStore()))
        self.replies = UpstreamReplies(self.city.store, self.city.clock, self.city.books)

    def waiting(self) -> list[Entry]:  # type: ignore[override]  # what waits to be entered
        return self.replies.waiting()

    def answered_again(self) -> Order:
        order = self.now()
        self.handling.sign(order.id, by=CLERK)
        self.handling.contact(order.id, by=CLERK)
        self.handling.answer(order.id, text="又清理了一次", by=CLERK)
        return self.handling.review(order.id, passed=True, by=REVIEWER)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def kinds(entries: Sequence[Entry]) -> list[str]:
    return [one.kind for one in entries]


def test_an_answer_waits_from_its_release_on(desk: Desk) -> None:
    desk.order(State.ANSWERED)
    assert desk.waiting() == []
    desk.handling.review(desk.now().id, passed=True, by=REVIEWER)
    (one,) = desk.waiting()
    assert (one.kind, one.text, one.upstream_no, one.due) == ("answer", "已清理", desk.number, START + 5 * DAY)


def test_an_own_order_has_nothing_to_be_entered(desk: Desk) -> None:
    city = desk.city
    order = city.answered("CGJ")
    city.parts.handling.review(order, passed=True, by=REVIEWER)
    assert desk.waiting() == []


def test_who_entered_it_and_when_is_kept_once(desk: Desk) -> None:
    desk.order(State.IN_CALLBACK)
    (one,) = desk.waiting()
    assert (desk.replies.fill_in([one.key], by=DISPATCHER), desk.replies.fill_in([one.key], by=REVIEWER)) == (1, 0)
    (kept,) = desk.replies.entries(filled=True, by=DISPATCHER)
    assert (desk.waiting(), kept.filled_by, kept.filled_at) == ([], DISPATCHER.name, START)


@pytest.mark.parametrize("key", ["KDL1", "nobody:1", "KDL2026112300001:1", ":2", "x:y"])
def test_what_is_no_entry_cannot_be_marked(desk: Desk, key: str) -> None:
    desk.order(State.IN_CALLBACK)
    with pytest.raises(NotFound):
        desk.replies.fill_in([key], by=DISPATCHER)


def test_nothing_chosen_is_told(desk: Desk) -> None:
    with pytest.raises(InvalidInput):
        desk.replies.fill_in([], by=DISPATCHER)


def test_an_answer_that_was_done_again_before_it_was_entered_gives_way_to_the_next(desk: Desk) -> None:
    desk.order(State.IN_CALLBACK)
    desk.above.receive(desk.new("redo", at=5))
    assert desk.waiting() == []
    desk.answered_again()
    assert [one.text for one in desk.waiting()] == ["又清理了一次"]


def test_an_answer_entered_in_the_first_round_stays_in_the_list(desk: Desk) -> None:
    desk.order(State.IN_CALLBACK)
    desk.replies.fill_in([desk.waiting()[0].key], by=DISPATCHER)
    desk.above.receive(desk.new("redo", at=5))
    desk.answered_again()
    assert (len(desk.waiting()), len(desk.replies.entries(filled=True, by=DISPATCHER))) == (1, 1)


def test_an_application_that_the_platform_decides_waits_until_it_did(desk: Desk) -> None:
    order = desk.order(State.SIGNED)
    applications = Applications(desk.city.store, desk.city.clock, desk.city.books)
    applications.apply(order.id, Asks.RETURN, reason="不属本单位职责", by=CLERK)
    (one,) = desk.waiting()
    assert (one.kind, one.text, one.name) == ("return", "不属本单位职责", "退单申请")
    desk.above.receive(desk.new("decision", at=30, data={"asks": "return", "granted": False}))
    assert desk.waiting() == []


def test_a_recalled_order_has_nothing_to_be_entered(desk: Desk) -> None:
    desk.order(State.IN_CALLBACK)
    desk.above.receive(desk.new("recall", at=5))
    assert desk.waiting() == []


def test_what_is_not_entered_stays_in_the_list_however_old_it_is(desk: Desk) -> None:
    desk.order(State.IN_CALLBACK)
    desk.city.clock.pass_by(200 * DAY)
    assert (len(desk.waiting()), len(desk.replies.entries(by=DISPATCHER)), desk.replies.bands()["overdue"]) == (1, 1, 1)


def test_an_order_whose_entries_all_stand_above_is_looked_at_no_more(desk: Desk) -> None:
    order = desk.order(State.SIGNED)
    applications = Applications(desk.city.store, desk.city.clock, desk.city.books)
    applications.apply(order.id, Asks.RETURN, reason="不属本单位职责", by=CLERK)
    applications.apply(order.id, Asks.EXTENSION, reason="材料未到", by=CLERK)
    first, second = desk.waiting()
    desk.replies.fill_in([first.key], by=DISPATCHER)
    half = desk.now().to_enter
    desk.replies.fill_in([second.key], by=DISPATCHER)
    assert (half, desk.now().to_enter) == (True, False)


def test_every_matter_of_a_split_order_is_entered_under_the_number_of_its_call(desk: Desk) -> None:
    order = desk.order()
    desk.city.parts.together.matters.split(order.id, [Part(text="路灯不亮"), Part(text="垃圾没有清运")], by=DISPATCHER)
    with desk.city.store.read() as work:
        matters = [one.id for one in work.orders.of_call(order.call_id)]
    for ident in matters:
        desk.handling.dispatch(ident, unit="CGJ", by=DISPATCHER)
        desk.handling.sign(ident, by=CLERK)
        desk.handling.contact(ident, by=CLERK)
        desk.handling.answer(ident, text="已清理", by=CLERK)
        desk.handling.review(ident, passed=True, by=REVIEWER)
    assert sorted((one.order_id, one.upstream_no) for one in desk.waiting()) == [(one, desk.number) for one in matters]


def test_since_limits_the_list(desk: Desk) -> None:
    desk.order(State.IN_CALLBACK)
    assert desk.replies.entries(since=START + DAY, by=DISPATCHER) == []


def test_a_unit_may_not_see_what_is_entered_above(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.replies.entries(by=CLERK)


def test_the_bands_are_those_of_the_platform_s_deadline(desk: Desk) -> None:
    desk.order(State.IN_CALLBACK)
    before = desk.replies.bands()
    desk.city.clock.pass_by(6 * DAY)
    assert (before["later"], desk.replies.bands()["overdue"]) == (1, 1)


def test_the_sheet_is_text_whatever_the_answer_looks_like(desk: Desk) -> None:
    desk.order(State.IN_CALLBACK)
    (one,) = desk.waiting()
    content = write_sheet([one], desk.city.books.current())
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert (tuple(rows[0]), rows[1][0], rows[1][2], rows[1][11]) == (HEADINGS, desk.number, "答复", "未回填")


def test_a_change_above_is_read_by_a_dispatcher_and_its_flag_is_gone(desk: Desk) -> None:
    order = desk.order(State.SIGNED)
    desk.above.receive(desk.new("nobody knows"))
    assert desk.replies.read_change(order.id, note="已电话核实", by=Actor("派单员", Role.DISPATCHER)).flags == order.flags


def test_what_nears_the_platform_s_deadline_is_told_to_desk_and_office_once(desk: Desk) -> None:
    desk.order(State.IN_CALLBACK)
    early = desk.replies.remind()
    desk.city.clock.pass_by(5 * DAY - timedelta(hours=2))
    near = [desk.replies.remind(), desk.replies.remind()]
    desk.city.clock.pass_by(DAY)
    assert (early, near, desk.replies.remind()) == (0, [2, 0], 2)


def test_what_is_said_of_a_number_is_said_of_every_matter_of_its_call(desk: Desk) -> None:
    order = desk.order()
    desk.city.parts.together.matters.split(order.id, [Part(text="路灯不亮"), Part(text="垃圾没有清运")], by=DISPATCHER)
    desk.above.receive(desk.new("recall", at=5))
    with desk.city.store.read() as work:
        states = [one.state for one in work.orders.of_call(order.call_id)]
    assert (len(states), set(states)) == (2, {State.RECALLED})
