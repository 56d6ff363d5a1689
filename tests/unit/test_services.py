"""The use cases over the real pack, with a reader small enough to see through and a clock that moves when told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hotline.domain.call import Caller, NewCall
from hotline.domain.order import Order, State
from hotline.domain.roles import Actor, Role
from hotline.errors import ChangedMeanwhile, InvalidInput, MessageConflict, NotFound, ReturnAllowanceSpent
from hotline.services.clocks import returns_allowed
from hotline.services.closing import Callback
from hotline.services.messages import CALLS
from hotline.services.outside import OutsideIntake
from hotline.services.rows import OrderFilter
from hotline.store.memory import MemoryStore
from tests.api.city import HEATING, City

DISPATCHER = Actor("派单员", Role.DISPATCHER)
AGENT = Actor("坐席", Role.AGENT)
REVIEWER = Actor("审核员", Role.REVIEWER)
CLERK = Actor("经办", Role.CLERK, "CGJ")
VAGUE = "有个事情想反映一下,说不太清楚"
HALF_DAY = timedelta(hours=12)


@pytest.fixture
def city() -> City:
    return City(MemoryStore())


def message(city: City, text: str = HEATING, number: str = "1", **fields: object) -> NewCall:
    caller = Caller(name="张先生", phone="13800001234")
    return NewCall(
        source="test", message_id=number, received_at=city.clock.now(), text=text, caller=caller, **fields  # type: ignore[arg-type]
    )  # fmt: skip


def triaged(city: City, *news: NewCall) -> list[Order]:
    for new in news:
        city.intake.record(new)
    city.triaged()
    return orders(city)


def orders(city: City) -> list[Order]:
    with city.store.read() as work:
        return list(work.orders.page(OrderFilter(), None, 100).orders)


def kinds(city: City, order: Order) -> list[str]:
    with city.store.read() as work:
        return [event.kind for event in work.events.of_order(order.id)]


def at_unit(city: City, unit: str = "CGJ") -> Order:
    (order,) = triaged(city, message(city, VAGUE))
    return city.parts.handling.dispatch(order.id, unit=unit, by=DISPATCHER)


def test_a_call_makes_one_order_however_often_it_is_delivered(city: City) -> None:
    call = city.intake.record(message(city)).call_id
    made = [city.triage.handle([call, call]), city.triage.handle([call])]
    assert (made, len(orders(city))) == ([1, 0], 1)


def test_the_same_message_again_gets_the_first_answer(city: City) -> None:
    first = city.intake.record(message(city))
    again = city.intake.record(message(city))
    assert (again.call_id, again.code, again.created) == (first.call_id, first.code, False)


def test_the_same_message_id_with_other_content_is_refused_and_listed(city: City) -> None:
    city.intake.record(message(city))
    with pytest.raises(MessageConflict):
        city.intake.record(message(city, "完全是另一件事"))
    assert city.parts.set_aside.count() == 1


def test_an_order_number_is_prefix_local_day_and_five_digits(city: City) -> None:
    (order,) = triaged(city, message(city))
    assert order.id == "KDL2026112300001"


def test_a_sure_call_goes_out_with_its_due_times_and_their_rows(city: City) -> None:
    city.switch_automatic_dispatch_on()
    (order,) = triaged(city, message(city))
    assert (order.state, order.why_desk) == (State.DISPATCHED, "")
    assert {"sign", "answer"} <= order.due.keys() == order.due_rows.keys()


def test_a_call_that_the_model_is_unsure_of_waits_on_the_desk_and_says_why(city: City) -> None:
    (order,) = triaged(city, message(city, VAGUE))
    assert (order.state, order.why_desk) == (State.ON_DESK, "没有读懂诉求")


def test_an_emergency_waits_for_a_person_with_its_number(city: City) -> None:
    (order,) = triaged(city, message(city, "暖气管道旁边着火了"))
    assert (order.state, order.emergency) == (State.ON_DESK, "119")


def test_a_message_under_a_known_upstream_number_is_an_event_of_its_order(city: City) -> None:
    first = message(city, upstream_no="SJ1")
    (order,) = triaged(city, first, message(city, "补充:老人在家", "2", upstream_no="SJ1"))
    assert kinds(city, order)[-1] == "supplemented"


def test_two_messages_under_one_new_upstream_number_in_one_batch_make_one_order(city: City) -> None:
    found = triaged(city, *(message(city, f"{HEATING}{n}", str(n), upstream_no="SJ1") for n in range(5)))
    assert (len(found), kinds(city, found[0]).count("supplemented")) == (1, 4)


def test_the_platforms_due_time_caps_the_answer_less_the_rows_margin(city: City) -> None:
    soon = city.clock.now() + timedelta(hours=5)
    (order,) = triaged(city, message(city, upstream_no="SJ1", upstream_due=soon))
    margin = city.books.current().deadlines.limits[order.due_rows["answer"]].leg_margin
    assert order.due["answer"] == soon - margin


def test_a_unit_that_an_agent_chose_stands(city: City) -> None:
    (order,) = triaged(city, message(city, VAGUE, chosen_unit="SCJG", recorded_by="坐席甲"))
    assert (order.state, order.unit) == (State.DISPATCHED, "SCJG")


def test_what_an_agent_answered_on_the_spot_needs_no_unit(city: City) -> None:
    (order,) = triaged(city, message(city, VAGUE, direct_answer="已告知办理时间"))
    assert (order.state, order.open) == (State.ANSWERED_DIRECTLY, False)


def test_a_granted_return_brings_the_order_back_without_that_unit_among_the_candidates(city: City) -> None:
    city.switch_automatic_dispatch_on()
    (order,) = triaged(city, message(city))
    holder = Actor("经办", Role.CLERK, order.unit)
    city.parts.handling.apply_return(order.id, reason="不归我们管", by=holder)
    back = city.parts.handling.decide_return(order.id, granted=True, by=DISPATCHER)
    assert back.state is State.ON_DESK
    assert order.unit not in {one.unit for one in back.suggestions}


def test_a_transfer_does_not_restart_the_orders_clock(city: City) -> None:
    order = at_unit(city)
    city.clock.pass_by(timedelta(days=1))
    moved = city.parts.handling.dispatch(order.id, unit="SCJG", by=DISPATCHER)
    assert moved.due["answer"] == order.due["answer"]
    assert moved.due["sign"] > order.due["sign"]


def test_a_unit_cannot_give_back_more_often_than_the_pack_allows(city: City) -> None:
    order = at_unit(city)
    for _ in range(city.books.current().settings.returns_allowed):
        city.parts.handling.apply_return(order.id, reason="不归我们管", by=CLERK)
        city.parts.handling.decide_return(order.id, granted=False, by=DISPATCHER)
    with pytest.raises(ReturnAllowanceSpent):
        city.parts.handling.apply_return(order.id, reason="不归我们管", by=CLERK)


@pytest.mark.parametrize(("row", "times"), [("T-0720", 1), ("T-0799", 2), ("", 2), ("T-GONE", 2)])
def test_the_row_of_the_return_window_says_how_often_else_the_pack(city: City, row: str, times: int) -> None:
    order = replace(at_unit(city), due_rows={"return_window": row})
    assert returns_allowed(city.books.current(), order) == times


def reviewed(city: City) -> Order:
    """An order whose answer the office has passed: the citizen may be called."""
    order = at_unit(city)
    city.parts.handling.sign(order.id, by=CLERK)
    city.parts.handling.answer(order.id, text="已处理", by=CLERK)
    return city.parts.handling.review(order.id, passed=True, by=REVIEWER)


def test_an_unsolved_order_is_done_again_with_a_due_time_of_its_own(city: City) -> None:
    order = reviewed(city)
    city.clock.pass_by(timedelta(days=4))
    again = city.parts.closing.callback(order.id, Callback(reached=True, solved="no", rating=1), by=AGENT)
    assert (again.state, again.round) == (State.DISPATCHED, 2)
    assert again.due["answer"] > order.due["answer"]


def test_a_caller_who_never_answers_is_tried_as_often_as_the_pack_says(city: City) -> None:
    order = reviewed(city)
    attempts, states = city.books.current().settings.callback_attempts, []
    for _ in range(attempts):
        states.append(city.parts.closing.callback(order.id, Callback(reached=False), by=AGENT).state)
        city.clock.pass_by(HALF_DAY)
    assert states == [State.IN_CALLBACK] * (attempts - 1) + [State.CLOSED]


def test_where_the_pack_asks_for_other_half_days_trying_again_at_once_counts_once(city: City) -> None:
    order = reviewed(city)
    settings = city.books.current().settings
    tried = [city.parts.closing.callback(order.id, Callback(reached=False), by=AGENT) for _ in range(settings.callback_attempts)]
    assert settings.callback.half_days
    assert (tried[-1].state, tried[-1].callback_attempts) == (State.IN_CALLBACK, 1)


def test_every_recorded_call_waits_in_the_outbox_under_a_key_that_names_nobody(city: City) -> None:
    city.intake.record(message(city))
    with city.store.read() as work:
        (row,) = (row for row in work.outbox.unsent(10) if row.topic == CALLS)
    assert b"13800001234" not in row.key + row.value
    assert HEATING.encode() not in row.value


def test_a_matter_outside_the_hotline_ends_with_its_lawful_route(city: City) -> None:
    (order,) = triaged(city, message(city, VAGUE))
    done = city.parts.handling.decline(order.id, route="请向区人民法院提起诉讼", by=DISPATCHER)
    assert (done.state, done.open) == (State.NOT_ACCEPTED, False)


def test_an_emergency_that_was_put_through_is_recorded(city: City) -> None:
    (order,) = triaged(city, message(city, "暖气管道旁边着火了"))
    assert city.parts.handling.transfer(order.id, number="119", by=DISPATCHER).state is State.TRANSFERRED


def test_an_address_goes_before_a_place_in_the_text(city: City) -> None:
    (order,) = triaged(city, message(city, f"{VAGUE},在白云路街道", address="少先路街道"))
    assert order.place_name == "少先路街道"


def test_a_stray_control_character_anywhere_does_not_fail_its_batch(city: City) -> None:
    odd = replace(message(city), caller=Caller(name="张\x00", phone="138\ud8000001234"), extra={"备\x00注": "有\x00"})
    taken = city.intake.record_many([odd, message(city, number="2")])
    assert [getattr(one, "created", False) for one in taken] == [True, True]


def test_an_id_with_a_control_character_is_refused(city: City) -> None:
    with pytest.raises(InvalidInput):
        message(city, number="1\x00")


def test_an_id_that_nobody_recorded_is_refused_and_the_others_become_orders(city: City) -> None:
    call = city.intake.record(message(city)).call_id
    with pytest.raises(NotFound):
        city.triage.handle([call, "0" * 32])
    assert len(orders(city)) == 1


def test_an_outside_platforms_message_enters_as_every_call_does(city: City) -> None:
    sent = {"source": "outside", "message_id": "1", "text": HEATING, "received_at": "2026-11-23T09:00:00+08:00"}
    outside = OutsideIntake(city.intake)
    assert [outside.handle([sent]), outside.handle([sent])] == [1, 0]


def test_a_message_that_differs_only_in_the_chosen_unit_is_another_message(city: City) -> None:
    city.intake.record(message(city))
    with pytest.raises(MessageConflict):
        city.intake.record(message(city, chosen_unit="SCJG"))


def test_a_page_that_is_old_cannot_send_an_order_elsewhere(city: City) -> None:
    (order,) = triaged(city, message(city, VAGUE))
    city.parts.handling.dispatch(order.id, unit="CGJ", version=order.version, by=DISPATCHER)
    with pytest.raises(ChangedMeanwhile):
        city.parts.handling.dispatch(order.id, unit="SCJG", version=order.version, by=DISPATCHER)


def test_an_anonymous_caller_is_owed_no_contact(city: City) -> None:
    (order,) = triaged(city, replace(message(city), caller=Caller()))
    assert {"contact", "callback"}.isdisjoint(order.due)
