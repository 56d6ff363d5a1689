"""What people do to an order: rounds, sending twice, clocks that belong to what is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hotline.domain.call import NewCall
from hotline.domain.reading import Candidate, Reading
from hotline.domain.roles import Actor, Role
from hotline.errors import NotFromHere
from hotline.services.decide import propose
from hotline.services.redispatch import back_on_desk
from hotline.store.memory import MemoryStore
from tests.api.city import START, City

DISPATCHER = Actor("派单员", Role.DISPATCHER)
CLERK = Actor("经办", Role.CLERK, "CGJ")
UNSOLVED = {"reached": True, "solved": "no"}


@pytest.fixture
def city() -> City:
    return City(MemoryStore())


def reopened(city: City, order: str) -> dict[str, str]:
    """Call back an order that is not solved; return its due times in the next round."""
    body = city.as_(Role.AGENT).post(f"/api/v1/orders/{order}/callback", json=UNSOLVED).json()
    due: dict[str, str] = body["due"]
    return due


def kinds(city: City, order: str) -> list[str]:
    with city.store.read() as work:
        return [event.kind for event in work.events.of_order(order)]


def test_the_platforms_due_time_of_a_round_that_is_over_does_not_make_the_next_one_late(city: City) -> None:
    order = city.reviewed(upstream_no="SJ1", upstream_due=(START + timedelta(days=2)).isoformat())
    city.clock.pass_by(timedelta(days=3))
    assert reopened(city, order)["answer"] > city.clock.now().isoformat()


def test_the_platforms_due_time_caps_the_next_round_while_it_lies_ahead(city: City) -> None:
    order = city.reviewed(upstream_no="SJ1", upstream_due=(START + timedelta(hours=30)).isoformat())
    city.clock.pass_by(timedelta(hours=3))
    due = {clock: datetime.fromisoformat(at) for clock, at in reopened(city, order).items()}
    assert due["upstream"] - timedelta(hours=5) < due["answer"] < due["upstream"]


def test_a_new_round_keeps_no_clock_of_the_last_one(city: City) -> None:
    order = city.reviewed()
    assert "callback" not in reopened(city, order)


def test_sent_twice_to_the_same_unit_its_clocks_do_not_start_again(city: City) -> None:
    order = city.dispatched()
    city.clock.pass_by(timedelta(hours=1))
    with city.store.read() as work:
        before = work.orders.get(order)
    assert city.parts.handling.dispatch(order, unit="CGJ", by=DISPATCHER) == before


def test_an_application_to_give_back_is_decided_before_the_same_unit_is_sent_the_order_again(city: City) -> None:
    order = city.dispatched()
    city.parts.handling.apply_return(order, reason="不归我们管", by=CLERK)
    with pytest.raises(NotFromHere, match="cannot dispatch"):
        city.parts.handling.dispatch(order, unit="CGJ", by=DISPATCHER)
    assert kinds(city, order)[-1] == "return_applied"


def test_the_unit_complained_about_is_no_candidate_when_the_tables_are_asked_again(city: City) -> None:
    number = city.dispatched()
    pack = city.books.current()
    with city.store.read() as work:
        order = work.orders.get(number)
    assert order is not None
    about = replace(order, suggestions=(), unit=None, category="城乡建设/住房保障与房地产/物业服务")
    usual = back_on_desk(pack, about)["rule_unit"]
    fields = back_on_desk(pack, replace(about, accused=usual))
    assert usual == "ZJJ"
    assert usual not in {fields["rule_unit"], *(one.unit for one in fields["suggestions"])}


def test_the_models_own_candidates_leave_out_the_unit_complained_about(city: City) -> None:
    new = NewCall(source="t", message_id="1", received_at=START, text="投诉城管局")
    reading = Reading(category=(Candidate("城乡建设", 0.9),), unit=(Candidate("CGJ", 0.8), Candidate("SCJG", 0.2)), accused="CGJ")
    assert "CGJ" not in {one.unit for one in propose(city.books.current(), new, reading).suggestions}
