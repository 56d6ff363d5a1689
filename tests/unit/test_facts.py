"""An order keeps every fact its tables were asked with, and each decision keeps the facts and the book it was made with."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.call import Caller, NewCall
from hotline.domain.facts import KINDS, Facts
from hotline.domain.order import Order
from hotline.domain.reading import Candidate, PlaceFound, Reading
from hotline.domain.roles import Actor, Role
from hotline.services.clocks import facts_of
from hotline.services.decide import facts_of as facts_of_call
from hotline.services.facts import facts_from_json, facts_json
from hotline.services.registering import register
from hotline.store.memory import MemoryStore
from hotline.store.texts import as_json
from routing_rules.cells import VULNERABLE
from tests.api.city import City
from tests.store.examples import a_call

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
HEATING = "城乡建设/城市建设和市政管理/冬季采暖"
DISPATCHER = Actor("派单员", Role.DISPATCHER)
some = st.none() | st.text("甲乙丙/0123", min_size=1, max_size=6).filter(lambda text: text.strip() == text)
members = st.frozensets(st.text("甲乙丙", min_size=1, max_size=3), max_size=3)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # zone is drawn
any_facts = st.builds(
    Facts, received_at=moments, category=some, kind=st.none() | st.sampled_from(KINDS), place=some, estate=some, channel=some,
    urgency=st.sampled_from(["normal", "urgent", "danger"]), origin=st.sampled_from(["own", "upstream"]), caller_kind=some,
    confidential=st.booleans(), vulnerable=st.frozensets(st.sampled_from(sorted(VULNERABLE))), reply_needed=st.booleans(),
    round=st.integers(1, 9), returned_by=members, accused=some, upstream_due=st.none() | moments,
    confidence=st.none() | st.floats(0, 1), words=members,
)  # fmt: skip


@pytest.fixture
def city() -> City:
    return City(MemoryStore())


@given(any_facts)
def test_any_facts_are_read_back_from_an_event_as_they_were(facts: Facts) -> None:
    assert facts_from_json(facts_json(facts), ZONE) == facts


def test_facts_kept_in_an_event_can_be_stored() -> None:
    assert as_json(facts_json(Facts(received_at=NOW, words=frozenset({"threat"})))) != ""


def read(**said: object) -> Reading:
    place = PlaceFound("150203/150203001/150203001012", "中冶世家", "zhongye")
    known = {"kind": "投诉", "urgency": "urgent", "place": place, "words": frozenset({"heating"}), "accused": "RL-01"}
    plain = {**known, "vulnerable": frozenset({"elderly"}), "confidential": True}
    return Reading(category=(Candidate(HEATING, 0.9),), **{**plain, **said})  # type: ignore[arg-type]


def registered(city: City, reading: Reading) -> tuple[Order, Facts]:
    pack = city.books.current()
    caller = Caller(name="张先生", phone="13800001234")
    new = NewCall(source="t", message_id="1", received_at=NOW, text="暖气不热", caller=caller, extra={"caller_kind": "企业"})
    call = a_call("c1", text=new.text, caller=new.caller, received_at=NOW, extra=new.extra)
    return register(pack, pack.content_hash, call, reading, "KDL1", NOW).order, facts_of_call(call.new, reading)


def test_an_order_is_asked_about_again_with_every_fact_it_was_asked_about_first(city: City) -> None:
    order, first = registered(city, read())
    assert facts_of(order) == first


def test_a_place_with_several_readings_stays_missing_in_the_facts(city: City) -> None:
    order, _ = registered(city, read(place=PlaceFound("150203/150203001", "友谊大街", None, ("150203/150203002",))))
    assert (order.place, facts_of(order).place, facts_of(order).estate) == ("150203/150203001", None, None)


def data_of(city: City, order: str, kind: str) -> dict[str, object]:
    with city.store.read() as work:
        return dict(next(event.data for event in work.events.of_order(order) if event.kind == kind))


def test_registration_keeps_its_facts_and_the_book_that_decided(city: City) -> None:
    order = city.order(text="有一件事想请你们管一管")
    kept = data_of(city, order, "registered")
    with city.store.read() as work:
        stored = work.orders.get(order)
    assert stored is not None
    assert (kept["facts"], kept["book"]) == (facts_json(facts_of(stored)), city.books.hash)


def test_a_persons_dispatch_keeps_the_facts_it_was_made_with(city: City) -> None:
    order = city.dispatched()
    kept = data_of(city, order, "dispatched")
    assert (kept["book"], kept["facts"]["received_at"]) == (city.books.hash, city.clock.now().isoformat())  # type: ignore[index]


def test_a_granted_return_asks_with_the_unit_that_gave_the_order_back(city: City) -> None:
    order = city.dispatched()
    city.parts.handling.apply_return(order, reason="不归我们管", by=Actor("经办", Role.CLERK, "CGJ"))
    city.parts.handling.decide_return(order, granted=True, by=DISPATCHER)
    assert data_of(city, order, "return_granted")["facts"]["returned_by"] == ["CGJ"]  # type: ignore[index]


def test_a_reopening_asks_for_the_next_round(city: City) -> None:
    order = city.reviewed(caller={"name": "王建国", "phone": "13847212345"})
    said = {"reached": True, "responded": True, "solved": "no", "rating": 1}
    assert city.as_(Role.AGENT).post(f"/api/v1/orders/{order}/callback", json=said).status_code == 200
    assert data_of(city, order, "reopened")["facts"]["round"] == 2  # type: ignore[index]


def test_what_an_event_keeps_of_a_question_holds_no_text_of_the_caller(city: City) -> None:
    order = city.order(text="我是钢铁大街的王建国,有一件事想请你们管一管")
    assert "王建国" not in str(data_of(city, order, "registered")["facts"])
