"""The sweep: each clock is reminded of and escalated for itself, and nobody waits for somebody else's order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.domain.lifecycle import Change
from hotline.domain.roles import Actor, Role
from hotline.services.supervision import Supervision, Swept
from hotline.store.memory import MemoryStore
from tests.api.city import City

DISPATCHER = Actor("派单员", Role.DISPATCHER)
CLERK = Actor("经办", Role.CLERK, "CGJ")
VAGUE = "有一件事想请你们管一管"


@pytest.fixture
def city() -> City:
    return City(MemoryStore())


class Interrupted(Supervision):
    """A sweep in whose middle a clerk signs an order: after it was read, before it is written."""

    def __init__(self, city: City, order: str) -> None:
        super().__init__(city.store, city.clock, city.books)
        self._city, self._order = city, order

    def _write(self, part: list[Change]) -> bool:
        if len(part) > 1:
            self._city.parts.handling.sign(self._order, by=CLERK)
        return super()._write(part)


def test_an_order_late_on_the_desk_is_escalated_again_when_its_unit_is_late(city: City) -> None:
    order, sweep = city.order(text=VAGUE), Supervision(city.store, city.clock, city.books)
    city.clock.pass_by(timedelta(hours=25))
    on_desk = [sweep.sweep(), sweep.sweep()]
    city.parts.handling.dispatch(order, unit="CGJ", by=DISPATCHER)
    city.clock.pass_by(timedelta(days=30))
    at_unit = [sweep.sweep(), sweep.sweep()]
    assert on_desk == at_unit == [Swept(escalated=1), Swept()]


def test_an_order_changed_meanwhile_does_not_keep_the_others_from_being_escalated(city: City) -> None:
    changed, *_ = [city.dispatched() for _ in range(3)]
    city.clock.pass_by(timedelta(days=30))
    assert Interrupted(city, changed).sweep() == Swept(escalated=2)
    assert Supervision(city.store, city.clock, city.books).sweep() == Swept(escalated=1)
