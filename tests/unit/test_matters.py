"""Split and merge: nothing of what was said is lost, no clock starts again, nobody's order becomes another's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.domain.order import Flag, Order, State
from hotline.domain.roles import TRIAGE, Actor, Role
from hotline.domain.text import clean
from hotline.errors import InvalidInput, NotAllowed, NotFromHere, Recused
from hotline.services.matters import Matters
from hotline.services.rows import OrderFilter
from hotline.services.splitting import Part
from hotline.store.memory import MemoryStore
from routing_rules.pack import load_pack, pack_files
from tests.api.city import City
from tests.readers import WordReader

DISPATCHER = Actor("派单员", Role.DISPATCHER)
CLERK = Actor("经办", Role.CLERK, "CGJ")
TWO = "一是中冶世家小区暖气不热,二是路上垃圾没人清运"
PARTS = [Part(text="中冶世家小区暖气不热"), Part(text="路上垃圾没人清运", title="垃圾")]
WANG = {"name": "王建国", "phone": "13847210086"}
LIU = {"name": "刘某", "phone": "13947210099"}
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60)


@pytest.fixture(scope="module")
def reader() -> WordReader:
    return WordReader(load_pack(pack_files("kundulun")))


@pytest.fixture
def city() -> City:
    return City(MemoryStore())


@pytest.fixture
def matters(city: City, reader: WordReader) -> Matters:
    return Matters(city.store, city.clock, city.books, reader)


def stored(city: City, ident: str) -> Order:
    with city.store.read() as work:
        order = work.orders.get(ident)
    assert order is not None
    return order


def events(city: City, ident: str) -> list[str]:
    with city.store.read() as work:
        return [event.kind for event in work.events.of_order(ident)]


def merged(city: City, matters: Matters) -> tuple[str, str]:
    """Two orders of one caller, the second under the first."""
    head, member = city.order(text="这里的事", caller=WANG), city.order(text="那里的事", caller=WANG)
    matters.merge(member, head, by=DISPATCHER)
    return head, member


# -- split ---------------------------------------------------------------------------------------------------------------
def test_each_matter_gets_an_order_that_went_through_the_tables(city: City, matters: Matters) -> None:
    first, second = matters.split(city.order(text=TWO), PARTS, by=DISPATCHER)
    assert (first.category, second.category) == (
        "城乡建设/城市建设和市政管理/冬季采暖", "城乡建设/城市建设和市政管理/环境卫生",
    )  # fmt: skip
    assert second.rule_row is not None
    assert {first.state, second.state} == {State.ON_DESK}


def test_the_first_matter_keeps_number_and_due_times_and_the_others_the_moment_of_receipt(city: City, matters: Matters) -> None:
    number = city.order(text=TWO)
    before = stored(city, number)
    city.clock.pass_by(timedelta(hours=5))
    first, second = matters.split(number, PARTS, by=DISPATCHER)
    assert (first.id, first.due, first.received_at) == (number, before.due, before.received_at)
    assert (second.received_at, second.matter, second.call_id) == (before.received_at, 2, before.call_id)
    assert second.due["dispatch"] == before.due["dispatch"]


@given(said=st.lists(st.tuples(texts, texts), min_size=2, max_size=5))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_word_is_lost(reader: WordReader, said: list[tuple[str, str]]) -> None:
    city = City(MemoryStore())
    matters = Matters(city.store, city.clock, city.books, reader)
    whole = "暖气不热。" + "。".join(text for _, text in said)
    number = city.order(text=whole)
    parts = [Part(title=title, text=text + "。") for title, text in said]
    made = matters.split(number, parts, by=DISPATCHER)
    shown = [city.parts.queries.order(order.id, by=DISPATCHER).calls[0].new.text for order in made]
    assert shown == [clean(part.text).strip() for part in parts]
    with city.store.read() as work:
        assert work.calls.get([made[0].call_id])[made[0].call_id].new.text == clean(whole)
        assert len(work.orders.of_call(made[0].call_id)) == len(parts)
        assert [event.kind for event in work.events.of_order(made[-1].id)] == ["registered"]


def test_the_same_split_again_makes_nothing_new(city: City, matters: Matters) -> None:
    number = city.order(text=TWO)
    first = matters.split(number, PARTS, by=DISPATCHER)
    for order in first:
        city.parts.handling.dispatch(order.id, unit="CGJ", reason_code="other", by=DISPATCHER)
    again = matters.split(number, PARTS, by=DISPATCHER)
    assert [order.id for order in again] == [order.id for order in first]
    assert events(city, number).count("split") == 1


def test_a_call_that_is_delivered_again_after_a_split_makes_no_order(city: City, matters: Matters) -> None:
    made = matters.split(city.order(text=TWO), PARTS, by=DISPATCHER)
    assert city.triage.handle([made[0].call_id]) == 0


def test_a_matter_is_found_by_its_own_words(city: City, matters: Matters) -> None:
    number = city.order(text=TWO)
    city.clock_ticks()
    first, second = matters.split(number, PARTS, by=DISPATCHER)
    city.clock_ticks()
    found = city.parts.queries.orders(OrderFilter(text="垃圾没人清运"), by=DISPATCHER).orders
    assert {order.id for order in found} == {first.id, second.id}  # the first is found by all the call says
    assert [one.id for one in city.parts.queries.orders(OrderFilter(text=second.id), by=DISPATCHER).orders] == [second.id]


def test_the_platforms_number_stays_with_the_first_and_all_are_from_above(city: City, matters: Matters) -> None:
    made = matters.split(city.order(text=TWO, upstream_no="SJ1"), PARTS, by=DISPATCHER)
    assert [(order.upstream_no, order.origin) for order in made] == [("SJ1", "upstream"), (None, "upstream")]


def test_what_was_urgent_stays_urgent_and_what_was_secret_stays_secret(city: City, matters: Matters) -> None:
    number = city.order(text="着火了,另外举报一件事")
    with city.store.write() as work:
        order = work.orders.get(number)
        assert order is not None
        work.orders.save([replace(order, version=2, urgency="danger", flags=order.flags | {Flag.CONFIDENTIAL})])
        work.commit()
    first, second = matters.split(number, PARTS, by=DISPATCHER)
    assert (first.urgency, first.emergency) == ("danger", "119")
    assert first.secret
    assert second.secret


def test_a_dispatchers_class_and_place_go_before_what_was_read(city: City, matters: Matters) -> None:
    place = next(iter(city.books.current().geography.places))
    parts = [PARTS[0], Part(text="另有一件", category="民政/社会救助", place=place)]
    second = matters.split(city.order(text=TWO), parts, by=DISPATCHER)[1]
    assert (second.category, second.place) == ("民政/社会救助", city.books.current().geography.path(place))
    assert second.model_category != second.category


def test_parts_of_a_split_wait_for_a_person_whatever_the_tables_say(city: City, matters: Matters) -> None:
    assert all(order.why_desk for order in matters.split(city.order(text=TWO), PARTS, by=DISPATCHER))


@pytest.mark.parametrize(
    "parts",
    [[], PARTS[:1], PARTS * 6, [PARTS[0], Part(text=" ")], [PARTS[0], Part(text="x", category="无")],
     [PARTS[0], Part(text="x", place="无")], [PARTS[0], Part(text="x", title="长" * 501)]],
)  # fmt: skip
def test_a_split_that_says_nothing_is_refused(city: City, matters: Matters, parts: list[Part]) -> None:
    with pytest.raises(InvalidInput):
        matters.split(city.order(text=TWO), parts, by=DISPATCHER)


def test_only_an_order_on_the_desk_is_split_and_only_by_a_dispatcher(city: City, matters: Matters) -> None:
    number = city.dispatched(text="有一件事想请你们管一管")
    with pytest.raises(NotFromHere):
        matters.split(number, PARTS, by=DISPATCHER)
    with pytest.raises(NotAllowed):
        matters.split(city.order(text=TWO), PARTS, by=Actor("坐席", Role.AGENT))


def test_a_split_order_can_be_split_again_and_the_matters_count_on(city: City, matters: Matters) -> None:
    number = city.order(text=TWO)
    matters.split(number, PARTS, by=DISPATCHER)
    again = matters.split(number, [Part(text="甲事"), Part(text="乙事")], by=DISPATCHER)
    assert [order.matter for order in again] == [1, 3]


# -- merge ---------------------------------------------------------------------------------------------------------------
def test_a_merged_order_keeps_all_that_is_its_own(city: City, matters: Matters) -> None:
    head, member = city.dispatched(text="这里的事", caller=WANG), city.dispatched(text="那里的事", caller=WANG)
    before = stored(city, member)
    after = matters.merge(member, head, by=DISPATCHER)
    assert (after.merged_into, Flag.MERGED in after.flags) == (head, True)
    assert (after.state, after.due, after.unit, after.call_id) == (before.state, before.due, before.unit, before.call_id)


def test_orders_of_different_callers_are_merged_only_by_one_who_says_so_with_a_reason(city: City, matters: Matters) -> None:
    head, member = city.order(text="这里的事", caller=WANG), city.order(text="那里的事", caller=LIU)
    for said in ({}, {"different_callers": True}, {"reason": "同一根管子"}):
        with pytest.raises(InvalidInput, match="different callers"):
            matters.merge(member, head, by=DISPATCHER, **said)  # type: ignore[arg-type]
    assert matters.merge(member, head, reason="同一根管子", different_callers=True, by=DISPATCHER).merged_into == head


def test_an_anonymous_caller_is_nobody_elses(city: City, matters: Matters) -> None:
    with pytest.raises(InvalidInput):
        matters.merge(city.order(text="这里的事"), city.order(text="那里的事"), by=DISPATCHER)


def test_the_machine_never_merges(city: City, matters: Matters) -> None:
    head, member = city.order(text="这里的事", caller=WANG), city.order(text="那里的事", caller=WANG)
    with pytest.raises(NotAllowed):
        matters.merge(member, head, by=TRIAGE)


def test_what_waits_on_the_desk_follows_its_handling_order(city: City, matters: Matters) -> None:
    head, member = merged(city, matters)
    city.parts.handling.dispatch(head, unit="CGJ", reason_code="other", by=DISPATCHER)
    assert (stored(city, member).unit, stored(city, member).state) == ("CGJ", State.DISPATCHED)
    late = city.order(text="又一件", caller=WANG)
    assert matters.merge(late, head, by=DISPATCHER).unit == "CGJ"


def test_the_handling_orders_answer_is_offered_and_not_given(city: City, matters: Matters) -> None:
    head, member = merged(city, matters)
    city.parts.handling.dispatch(head, unit="CGJ", reason_code="other", by=DISPATCHER)
    assert matters.offered(member, by=CLERK) is None
    city.parts.handling.sign(head, by=CLERK)
    city.parts.handling.answer(head, text="已换管", public="已修复", by=CLERK)
    offer = matters.offered(member, by=CLERK)
    assert offer is not None
    assert (offer.text, offer.public, offer.order_id) == ("已换管", "已修复", head)
    assert stored(city, member).answered_at is None
    city.parts.handling.sign(member, by=CLERK)
    city.parts.handling.answer(member, text=offer.text, by=CLERK)
    assert stored(city, member).state == State.ANSWERED


def test_a_chain_of_merges_is_refused(city: City, matters: Matters) -> None:
    head, member = merged(city, matters)
    other = city.order(text="又一件", caller=WANG)
    for one, into in ((other, member), (head, other), (other, other), (member, other)):
        with pytest.raises(NotFromHere):
            matters.merge(one, into, by=DISPATCHER)


def test_an_order_is_not_merged_into_one_that_is_over_or_lies_with_the_accused(city: City, matters: Matters) -> None:
    closed = city.closed()
    member = city.order(text="那里的事", caller={"name": "王建国", "phone": "13847212345"})
    with pytest.raises(NotFromHere):
        matters.merge(member, closed, by=DISPATCHER)
    head = city.dispatched(text="这里的事", caller=WANG)
    accusing = city.order(text="那里的事", caller=WANG)
    with city.store.write() as work:
        order = work.orders.get(accusing)
        assert order is not None
        work.orders.save([replace(order, version=2, recused=frozenset({"CGJ"}))])
        work.commit()
    with pytest.raises(Recused):
        matters.merge(accusing, head, by=DISPATCHER)


def test_a_secret_order_is_merged_only_with_a_text_that_hides_who_spoke(city: City, matters: Matters) -> None:
    head, member = city.order(text="这里的事", caller=WANG), city.order(text="那里的事", caller=WANG)
    with city.store.write() as work:
        order = work.orders.get(member)
        assert order is not None
        work.orders.save([replace(order, version=2, kind="举报")])
        work.commit()
    with pytest.raises(NotFromHere, match="cannot merge"):
        matters.merge(member, head, by=DISPATCHER)


def test_an_order_taken_out_is_as_it_was(city: City, matters: Matters) -> None:
    head, member = merged(city, matters)
    after = matters.unmerge(member, reason="不是一回事", by=DISPATCHER)
    assert (after.merged_into, Flag.MERGED in after.flags, after.state) == (None, False, State.ON_DESK)
    assert matters.members(head, by=DISPATCHER) == []
    with pytest.raises(NotFromHere):
        matters.unmerge(member, by=DISPATCHER)


def test_members_are_those_that_the_asker_may_see(city: City, matters: Matters) -> None:
    head, member = merged(city, matters)
    assert [order.id for order in matters.members(head, by=DISPATCHER)] == [member]


@given(acts=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), max_size=12))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_merged_and_taken_out_every_order_keeps_its_due_times_and_its_state(
    reader: WordReader, acts: list[tuple[int, int, bool]]
) -> None:
    city = City(MemoryStore())
    matters = Matters(city.store, city.clock, city.books, reader)
    numbers = [city.dispatched(text=f"第{at}处的事", caller=WANG) for at in range(5)]
    before = [(one.state, one.due, one.unit, one.round) for one in (stored(city, number) for number in numbers)]
    for one, into, out in acts:
        try:
            matters.unmerge(numbers[one], by=DISPATCHER) if out else matters.merge(numbers[one], numbers[into], by=DISPATCHER)
        except NotFromHere:
            continue
    after = [stored(city, number) for number in numbers]
    assert [(one.state, one.due, one.unit, one.round) for one in after] == before
    heads = {one.merged_into for one in after} - {None}
    assert not [one.id for one in after if one.id in heads and one.merged_into]


# -- ask above ------------------------------------------------------------------------------------------------------------
def test_the_platform_above_is_asked_and_the_order_waits_with_its_clock_running(city: City, matters: Matters) -> None:
    number = city.order(text=TWO, upstream_no="SJ1")
    before = stored(city, number)
    after = matters.ask_above(number, question="请补充楼号", by=DISPATCHER)
    assert (after.state, after.due) == (before.state, before.due)
    assert events(city, number)[-1] == "asked_above"


@pytest.mark.parametrize(("fields", "question"), [({}, "请补充楼号"), ({"upstream_no": "SJ1"}, " ")])
def test_nothing_is_asked_of_nobody(city: City, matters: Matters, fields: dict[str, str], question: str) -> None:
    with pytest.raises(InvalidInput):
        matters.ask_above(city.order(text=TWO, **fields), question=question, by=DISPATCHER)
