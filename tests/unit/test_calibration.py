"""How far the classifier's confidence can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hotline.domain.indicators import Ratio
from hotline.services.figures.calibration import Decile, calibration
from hotline.services.figures.rows import Asked
from hotline.store.memory import MemoryStore
from tests.store.examples import HOUR, NOON, an_event, an_order, keep

ASKED = Asked(start=NOON - HOUR, end=NOON + timedelta(days=1), now=NOON + timedelta(days=1))


def read(order: str, confidence: float, *, category: str = "城建/供热", unit: str | None = "RL", **more: Any) -> None:
    """Register an order of which the model said 城建/供热 and RL first."""
    said = {"categories": [["城建/供热", confidence], ["民政/低保", 0.01]], "units": [["RL", confidence]]}
    store: MemoryStore = more.pop("store")
    event = an_event(order, data=said, **more)
    keep(store, [an_order(order, f"call-{order}", category=category, unit=unit)], [event])


def deciles(*orders: dict[str, Any], asked: Asked = ASKED) -> Sequence[Decile]:
    store = MemoryStore()
    for number, one in enumerate(orders):
        read(f"K{number}", store=store, **one)
    return calibration(store, asked)


def test_there_are_ten_deciles_from_nought_to_one() -> None:
    found = deciles()
    assert [(one.low, one.high) for one in found][::9] == [(0.0, 0.1), (0.9, 1.0)]
    assert {(one.mean, one.category, one.unit) for one in found} == {(None, Ratio(), Ratio())}


def test_a_class_or_unit_that_a_person_changed_stands_no_more() -> None:
    found = deciles({"confidence": 0.95}, {"confidence": 0.97, "category": "民政/低保", "unit": "ZJJ"})[9]
    assert (found.category, found.unit, found.mean) == (Ratio(1, 2), Ratio(1, 2), 0.96)


def test_a_confidence_of_one_is_in_the_last_decile_and_one_on_an_edge_in_the_upper() -> None:
    found = deciles({"confidence": 1.0}, {"confidence": 0.5})
    assert [one.category.denominator for one in found] == [0, 0, 0, 0, 0, 1, 0, 0, 0, 1]


def test_an_order_that_was_never_dispatched_says_nothing_of_the_unit() -> None:
    found = deciles({"confidence": 0.31, "unit": None})[3]
    assert (found.category, found.unit) == (Ratio(1, 1), Ratio())


def test_orders_of_another_period_place_or_unit_are_left_out() -> None:
    late = replace(ASKED, start=NOON + HOUR)
    elsewhere, others = replace(ASKED, place="15"), replace(ASKED, units=frozenset({"ZJJ"}))
    asked = [
        sum(one.category.denominator for one in deciles({"confidence": 0.9}, asked=one)) for one in (late, elsewhere, others)
    ]
    assert asked == [0, 0, 0]
