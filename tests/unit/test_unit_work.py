"""What happens inside a unit: down its tree, back up, assisting parts, sign-off; at every moment one unit holds the order."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hotline.domain.order import Order, State
from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput, NotAllowed, NotFound, NotFromHere, Recused, UnknownUnit
from hotline.services.handling import Handling
from hotline.services.supervising import Supervising
from hotline.services.unit_work import UnitWork
from hotline.store.memory import MemoryStore
from routing_rules.pack import pack_files
from tests.api.city import City

DISPATCHER = Actor("派单员", Role.DISPATCHER)
REVIEWER = Actor("审核员", Role.REVIEWER)
TREE = """\
code,name,level,parent,hours,answers_for,gets_orders,signoffs,confirmed
DESK,派单台,desk,,always,,no,0,yes
JU,住建局,department,,office,,yes,1,yes
KE,物业科,subordinate,JU,office,,no,1,yes
SUO,房管所,subordinate,KE,office,,no,,yes
GS,物业公司,company,SUO,office,,no,,yes
KE2,工程科,subordinate,JU,office,,no,,yes
JIE,一街道,street,,office,,yes,0,yes
QT,城管局,department,,office,,yes,0,yes
"""
HOLDERS = ("JU", "KE", "SUO", "GS", "KE2")
EVERYONE = (*HOLDERS, "JIE", "QT")


def clerk(unit: str) -> Actor:
    return Actor(f"{unit}经办", Role.CLERK, unit)


def leader(unit: str, number: int = 1) -> Actor:
    return Actor(f"{unit}负责人{number}", Role.LEADER, unit)


class Bureau:
    """A bureau of four levels in the shipped pack's place; an order lies with it, a street assists."""

    def __init__(self) -> None:
        self.city = City(MemoryStore(), pack="guangdong", units=())
        plain = pack_files("guangdong")
        tree = TREE + "\n".join(_others(plain["units.csv"].decode("utf-8-sig")))
        self.city.put_in_force(units_csv=tree.encode())
        made = (self.city.store, self.city.clock, self.city.books)
        self.handling, self.work, self.supervising = Handling(*made), UnitWork(*made), Supervising(*made)
        self.id = self.city.order(text="小区物业不管楼道灯")
        self.handling.dispatch(self.id, unit="JU", assists=("JIE",), by=DISPATCHER)

    @property
    def order(self) -> Order:
        with self.city.store.read() as work:
            found = work.orders.get(self.id)
        assert found is not None
        return found

    def legs(self) -> list[tuple[str, str, str]]:
        """Unit, role and outcome of every leg."""
        with self.city.store.read() as work:
            return [(leg.unit, leg.role, leg.outcome) for leg in work.legs.of_order(self.id)]

    def running(self) -> set[tuple[str, str]]:
        return {(unit, role) for unit, role, outcome in self.legs() if not outcome}

    def last(self) -> dict[str, Any]:
        with self.city.store.read() as work:
            event = work.events.of_order(self.id)[-1]
        return {"kind": event.kind, "unit": event.unit, **event.data}

    def answered(self, by: str = "JU") -> None:
        self.handling.sign(self.id, by=clerk("JU"))
        self.handling.answer(self.id, text="已修复", public="已修复", by=clerk(by))


def _others(units: str) -> list[str]:
    """The shipped pack's units, which its rules speak of."""
    heads, *lines = units.strip().splitlines()
    places = [heads.split(",").index(name) for name in ("code", "name", "level", "parent", "hours")]
    cells = ([line.split(",")[at] for at in places] for line in lines)
    return [",".join([*cell, "", "yes", "0", "yes"]) for cell in cells if cell[0] not in ("DESK", *EVERYONE)]


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def test_handed_down_over_three_levels_the_line_is_whole_and_the_lead_stays(bureau: Bureau) -> None:
    order = bureau.work.hand_down(bureau.id, to="GS", person="王工", note="请今天去看", by=clerk("JU"))
    assert (order.unit, order.line, order.holder, order.handler) == ("JU", ("KE", "SUO", "GS"), "GS", "王工")


def test_handing_down_moves_no_clock(bureau: Bureau) -> None:
    before = bureau.order
    bureau.city.clock.pass_by(timedelta(hours=3))
    after = bureau.work.hand_down(bureau.id, to="KE", by=clerk("JU"))
    with bureau.city.store.read() as work:
        due = {leg.role: leg.due_at for leg in work.legs.of_order(bureau.id)}
    assert (after.due, due["inner"]) == (before.due, due["lead"])


@pytest.mark.parametrize("to", ["QT", "JIE", "DESK", "JU"])
def test_nobody_outside_the_leads_tree_is_handed_an_order(bureau: Bureau, to: str) -> None:
    with pytest.raises(InvalidInput, match="may not be handed down"):
        bureau.work.hand_down(bureau.id, to=to, by=clerk("JU"))


def test_a_unit_hands_down_to_its_own_tree_and_not_to_its_neighbours(bureau: Bureau) -> None:
    bureau.work.hand_down(bureau.id, to="KE", by=clerk("JU"))
    with pytest.raises(InvalidInput, match="may not be handed down"):
        bureau.work.hand_down(bureau.id, to="KE2", by=clerk("KE"))


def test_a_code_that_is_no_unit_is_named(bureau: Bureau) -> None:
    with pytest.raises(UnknownUnit):
        bureau.work.hand_down(bureau.id, to="没有", by=clerk("JU"))


def test_the_lead_takes_an_order_from_one_section_and_gives_it_to_another(bureau: Bureau) -> None:
    bureau.work.hand_down(bureau.id, to="SUO", by=clerk("JU"))
    order = bureau.work.hand_down(bureau.id, to="KE2", by=clerk("JU"))
    assert order.holders == ("JU", "KE2")
    assert bureau.running() == {("JU", "lead"), ("JIE", "assist"), ("KE2", "inner")}


def test_a_refusal_inside_goes_one_level_up_and_ends_that_leg_alone(bureau: Bureau) -> None:
    bureau.work.hand_down(bureau.id, to="SUO", by=clerk("JU"))
    order = bureau.work.hand_back(bureau.id, reason="不是我们的小区", by=clerk("SUO"))
    assert order.holder == "KE"
    assert bureau.running() == {("JU", "lead"), ("JIE", "assist"), ("KE", "inner")}


def test_the_lead_cannot_hand_back_to_anybody(bureau: Bureau) -> None:
    with pytest.raises(NotFromHere):
        bureau.work.hand_back(bureau.id, reason="不想办", by=clerk("JU"))


def test_only_the_unit_that_holds_the_order_refuses_it(bureau: Bureau) -> None:
    bureau.work.hand_down(bureau.id, to="SUO", by=clerk("JU"))
    with pytest.raises(NotFromHere):
        bureau.work.hand_back(bureau.id, reason="不办", by=clerk("KE"))


def test_the_unit_complained_about_is_not_handed_its_own_complaint(bureau: Bureau) -> None:
    with bureau.city.store.write() as work:
        work.orders.save([replace(bureau.order, accused="KE", version=bureau.order.version + 1)])
        work.commit()
    assert [unit.code for unit in bureau.work.targets(bureau.order, clerk("JU"))] == ["KE2"]
    with pytest.raises(Recused):
        bureau.work.hand_down(bureau.id, to="KE", by=clerk("JU"))


@pytest.mark.parametrize("to", ["SUO", "GS"])
def test_neither_a_recused_unit_nor_one_below_it_is_handed_the_order(bureau: Bureau, to: str) -> None:
    bureau.supervising.name_accused(bureau.id, units=["SUO"], by=DISPATCHER)
    with pytest.raises(Recused):
        bureau.work.hand_down(bureau.id, to=to, by=clerk("JU"))
    assert bureau.order.holder == "JU"


def test_a_person_complained_about_does_not_handle_the_complaint(bureau: Bureau) -> None:
    bureau.supervising.name_accused(bureau.id, persons=["李工"], by=DISPATCHER)
    with pytest.raises(Recused):
        bureau.work.name_handler(bureau.id, person=" 李工 ", by=clerk("JU"))
    with pytest.raises(Recused):
        bureau.work.hand_down(bureau.id, to="KE", person="李工", by=clerk("JU"))
    assert (bureau.order.holder, bureau.order.handler) == ("JU", "")


def test_a_handler_who_is_complained_about_later_handles_the_order_no_more(bureau: Bureau) -> None:
    bureau.work.name_handler(bureau.id, person="李工", by=clerk("JU"))
    assert bureau.supervising.name_accused(bureau.id, persons=["王某", "李工"], by=DISPATCHER).handler == ""


def test_a_unit_outside_the_line_does_not_find_the_order(bureau: Bureau) -> None:
    with pytest.raises(NotFound):
        bureau.work.hand_down(bureau.id, to="GS", by=clerk("SUO"))


def test_a_unit_in_the_line_finds_it_and_names_who_handles_it(bureau: Bureau) -> None:
    bureau.work.hand_down(bureau.id, to="SUO", by=clerk("JU"))
    assert bureau.work.name_handler(bureau.id, person=" 李工 ", by=clerk("SUO")).handler == "李工"


def test_an_assisting_units_part_ends_its_leg_and_no_other(bureau: Bureau) -> None:
    bureau.work.answer_part(bureau.id, text="现场已看过", by=clerk("JIE"))
    assert [leg for leg in bureau.legs() if leg[2]] == [("JIE", "assist", "answered")]


def test_the_lead_gives_no_assisting_part(bureau: Bureau) -> None:
    with pytest.raises(NotFromHere):
        bureau.work.answer_part(bureau.id, text="意见", by=clerk("JU"))


def test_any_unit_of_the_line_answers_for_the_lead(bureau: Bureau) -> None:
    bureau.work.hand_down(bureau.id, to="GS", by=clerk("JU"))
    bureau.answered(by="GS")
    assert (bureau.last()["unit"], bureau.last()["by_unit"], bureau.order.state) == ("JU", "GS", State.ANSWERED)


def test_leaders_release_an_answer_from_below_upwards_before_the_office_sees_it(bureau: Bureau) -> None:
    bureau.work.hand_down(bureau.id, to="KE", by=clerk("JU"))
    bureau.answered(by="KE")
    with pytest.raises(NotFromHere):
        bureau.work.sign_off(bureau.id, by=leader("JU"))
    first = bureau.work.sign_off(bureau.id, by=leader("KE"))
    second = bureau.work.sign_off(bureau.id, by=leader("JU"))
    assert (first.signoffs_needed, first.state, second.state) == (2, State.ANSWERED, State.SIGNED_OFF)


def test_the_reviews_clock_starts_with_the_last_release(bureau: Bureau) -> None:
    bureau.city.put_in_force(units_csv=_tree_of(bureau), deadlines_csv=_with_review(bureau))
    bureau.answered()
    waiting = dict(bureau.order.due)
    bureau.city.clock.pass_by(timedelta(hours=2))
    assert "review" not in waiting
    assert "review" in bureau.work.sign_off(bureau.id, by=leader("JU")).due


def test_the_office_does_not_review_what_its_leader_has_not_released(bureau: Bureau) -> None:
    bureau.answered()
    with pytest.raises(NotFromHere, match="cannot pass_review"):
        bureau.handling.review(bureau.id, passed=True, by=REVIEWER)


def test_an_answer_taken_back_is_the_units_again_with_its_leg(bureau: Bureau) -> None:
    bureau.answered()
    order = bureau.work.take_back_answer(bureau.id, reason="补充照片", by=clerk("JU"))
    assert (order.state, order.answered_at) == (State.SIGNED, None)
    assert ("JU", "lead") in bureau.running()


def test_a_clerk_does_not_sign_off(bureau: Bureau) -> None:
    bureau.answered()
    with pytest.raises(NotAllowed):
        bureau.work.sign_off(bureau.id, by=clerk("JU"))


def _tree_of(bureau: Bureau) -> bytes:
    with bureau.city.store.read() as work:
        return bytes(work.books.files(bureau.city.books.current().content_hash)["units.csv"])


def _with_review(bureau: Bureau) -> bytes:
    with bureau.city.store.read() as work:
        table = work.books.files(bureau.city.books.current().content_hash)["deadlines.csv"].decode("utf-8-sig")
    heads = table.splitlines()[0].split(",")
    cells = {"id": "T-REVIEW", "->clock": "review", "->amount": "1", "->unit": "working_day", "->starts": "signed_off"}
    row = ",".join(cells.get(head, "") for head in heads)
    return "\n".join([table.splitlines()[0], row, *table.splitlines()[1:]]).encode()


class InsideTheUnit(RuleBasedStateMachine):
    """Whatever units and leaders do, in whatever order: one unit inside the lead's tree holds the order."""

    @initialize()
    def begin(self) -> None:
        self.bureau = Bureau()
        self.due = self.bureau.order.due["answer"]

    def tried(self, act: Any, **said: Any) -> None:
        with suppress(InvalidInput, NotFromHere, NotFound, NotAllowed):
            act(self.bureau.id, **said)

    @rule(by=st.sampled_from(EVERYONE), to=st.sampled_from((*EVERYONE, "DESK")))
    def hand_down(self, by: str, to: str) -> None:
        self.tried(self.bureau.work.hand_down, to=to, by=clerk(by))

    @rule(by=st.sampled_from(EVERYONE))
    def hand_back(self, by: str) -> None:
        self.tried(self.bureau.work.hand_back, reason="不归我们", by=clerk(by))

    @rule(by=st.sampled_from(EVERYONE))
    def sign(self, by: str) -> None:
        self.tried(self.bureau.handling.sign, by=clerk(by))

    @rule(by=st.sampled_from(EVERYONE))
    def part(self, by: str) -> None:
        self.tried(self.bureau.work.answer_part, text="意见", by=clerk(by))

    @rule(by=st.sampled_from(EVERYONE))
    def answer(self, by: str) -> None:
        self.tried(self.bureau.handling.answer, text="已办", by=clerk(by))

    @rule(by=st.sampled_from(EVERYONE), number=st.integers(1, 2))
    def sign_off(self, by: str, number: int) -> None:
        self.tried(self.bureau.work.sign_off, by=leader(by, number))

    @rule(by=st.sampled_from(EVERYONE))
    def take_back(self, by: str) -> None:
        self.tried(self.bureau.work.take_back_answer, reason="修改", by=clerk(by))

    @precondition(lambda self: self.bureau.order.state is State.SIGNED_OFF)
    @rule()
    def send_back(self) -> None:
        self.tried(self.bureau.handling.review, passed=False, note="补正", by=REVIEWER)

    @invariant()
    def one_unit_of_the_leads_tree_holds_it(self) -> None:
        order, units = self.bureau.order, self.bureau.city.books.current().units
        below = [units[code].parent for code in order.line]
        assert order.unit == "JU"
        assert order.holder in HOLDERS
        assert below == list(order.holders[:-1])

    @invariant()
    def legs_run_for_the_line_while_it_is_handled_and_for_nobody_else(self) -> None:
        order, running = self.bureau.order, self.bureau.running()
        line = {(order.unit, "lead"), *((unit, "inner") for unit in order.line)}
        held = order.state in (State.DISPATCHED, State.SIGNED)
        assert running - {("JIE", "assist")} == (line if held else set())

    @invariant()
    def the_orders_clock_is_where_it_was(self) -> None:
        assert self.bureau.order.due["answer"] == self.due


InsideTheUnit.TestCase.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
TestInsideTheUnit = InsideTheUnit.TestCase
