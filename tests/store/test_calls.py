"""Recorded messages, in every store."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings

from hotline.domain.call import Call, Caller, NewCall
from hotline.services.ports import Store
from tests.store.examples import HOUR, NOON, a_call, an_order, any_new_call, keep_order, set_aside


def test_a_call_is_read_as_it_was_written(store: Store) -> None:
    call = a_call(
        title="供暖", channel="web", caller=Caller(name="王某", phone="13800001234"), address="昆区",
        upstream_no="S1", upstream_due=NOON + HOUR, chosen_unit="ZJJ", direct_answer="已答",
        recorded_by="agent-1", extra={"诉求类型": "投诉"},
    )  # fmt: skip
    with store.write() as work:
        work.calls.add([call])
        work.commit()
    with store.read() as work:
        assert work.calls.get([call.id, "unknown"]) == {call.id: call}


@given(new=any_new_call)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_message_is_read_as_it_was_written(store: Store, new: NewCall) -> None:
    with store.write() as work:
        work.calls.add([Call(id="any", new=new, code="2", recorded_at=NOON)])
        assert work.calls.get(["any"])["any"].new == new


def test_the_same_message_is_recorded_once(store: Store) -> None:
    first, again, other = a_call("a", message_id="m"), a_call("b", message_id="m"), a_call("c", message_id="n")
    with store.write() as work:
        assert work.calls.add([first]) == {"a"}
        assert work.calls.add([again, other]) == {"c"}
        assert work.calls.add([first, other]) == set()
        assert work.calls.by_message([("desk", "m"), ("desk", "x")]) == {("desk", "m"): first}


def test_of_two_equal_messages_in_one_batch_the_first_is_recorded(store: Store) -> None:
    with store.write() as work:
        assert work.calls.add([a_call("a", message_id="m"), a_call("b", message_id="m")]) == {"a"}


def test_the_same_message_id_of_another_source_is_another_message(store: Store) -> None:
    with store.write() as work:
        assert work.calls.add([a_call("a", message_id="m"), a_call("b", message_id="m", source="web")]) == {"a", "b"}


def test_nothing_is_asked_for_and_nothing_is_found(store: Store) -> None:
    with store.write() as work:
        assert work.calls.add([]) == set()
        assert (work.calls.get([]), work.calls.by_message([])) == ({}, {})
        work.calls.link({})


def test_seven_thousand_calls_are_found_at_once(store: Store) -> None:
    calls = [a_call() for _ in range(7000)]
    with store.write() as work:
        assert len(work.calls.add(calls)) == 7000
        assert len(work.calls.get([call.id for call in calls])) == 7000
        assert len(work.calls.by_message([(call.new.source, call.new.message_id) for call in calls])) == 7000


def test_the_call_that_made_an_order_comes_before_those_under_its_number(store: Store) -> None:
    keep_order(store)
    with store.write() as work:
        work.calls.add([a_call("zz", recorded_at=NOON - HOUR), a_call("aa", recorded_at=NOON), a_call("other")])
        work.calls.link({"zz": "KDL1", "aa": "KDL1"})
        assert [call.id for call in work.calls.of_order("KDL1")] == ["call-of-KDL1", "zz", "aa"]


def test_a_callers_calls_are_found_by_phone_newest_first(store: Store) -> None:
    caller = Caller(phone="13800001234")
    with store.write() as work:
        work.calls.add([a_call(f"c{hour}", caller=caller, received_at=NOON - hour * HOUR) for hour in range(60)])
        work.calls.add([a_call("anonymous"), a_call("other", caller=Caller(phone="1"))])
        found = [call.id for call in work.calls.of_phone("13800001234", NOON - 2 * HOUR)]
        assert found == ["c0", "c1", "c2"]
        assert len(work.calls.of_phone("13800001234", NOON - timedelta(days=9))) == 50
        assert work.calls.of_phone("", NOON - HOUR) == []


def test_a_call_is_untriaged_until_it_has_an_order_or_is_set_aside(store: Store) -> None:
    with store.write() as work:
        work.calls.add([a_call("a"), a_call("b"), a_call("c")])
        assert work.calls.untriaged() == 3
        work.orders.add([an_order("KDL1", "a")])
        work.calls.link({"a": "KDL1"})
        work.set_asides.add([set_aside("s", kind="call", ref="b")])
        assert work.calls.untriaged() == 1


def test_a_call_whose_setting_aside_was_retried_is_untriaged_again(store: Store) -> None:
    with store.write() as work:
        work.calls.add([a_call("a")])
        work.set_asides.add([set_aside("s", kind="call", ref="a")])
        work.set_asides.mark_retried("s", NOON)
        assert work.calls.untriaged() == 1


def test_what_came_under_a_number_is_found_in_the_order_it_was_recorded(store: Store) -> None:
    later, first = a_call("later", upstream_no="S1", recorded_at=NOON + HOUR), a_call("first", upstream_no="S1")
    own, other = a_call("own", extra={"办件编号": "KQ1"}), a_call("other", upstream_no="S2")
    with store.write() as work:
        work.calls.add([later, first, own, other])
        assert work.calls.under(["S1", "KQ1", "none"]) == {"S1": [first, later], "KQ1": [own]}


def test_a_message_that_came_before_its_order_is_found_when_the_order_is_there(store: Store) -> None:
    early, nobody = a_call("early", upstream_no="S1", about="urge", text=""), a_call("nobody", upstream_no="S9", about="urge")
    with store.write() as work:
        work.calls.add([early, nobody])
        assert work.calls.late(10) == []
        work.commit()
    keep_order(store, "KDL1", upstream_no="S1")
    with store.write() as work:
        assert work.calls.late(10) == [early]
        work.calls.link({"early": "KDL1"})
        assert work.calls.late(10) == []


def test_a_caller_who_came_often_is_counted_by_his_orders_and_never_named(store: Store) -> None:
    said = [("13800000001", "A1"), ("13800000001", "A2"), ("13800000001", "A2"), ("13800000002", "B1"), ("", "C1"), ("", "C2")]
    with store.write() as work:
        calls = [a_call(f"o{n}", caller=Caller(phone=phone), order_id=order) for n, (phone, order) in enumerate(said)]
        early = a_call("early", caller=Caller(phone="13800000002"), order_id="B0", received_at=NOON - HOUR)
        work.calls.add([*calls, early, a_call("desk", caller=Caller(phone="13800000002"))])
        assert work.calls.often(NOON, NOON + HOUR, 2) == [frozenset({"A1", "A2"})]
        assert work.calls.often(NOON - HOUR, NOON + HOUR, 2) == [frozenset({"A1", "A2"}), frozenset({"B0", "B1"})]
        assert work.calls.often(NOON - HOUR, NOON, 1) == [frozenset({"B0"})]
