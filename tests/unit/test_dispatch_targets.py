"""Where an order may go, by whichever way it is sent: not elsewhere after a ruling 裁定, not to whom it complains about 回避."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.domain.actions import Action
from hotline.domain.conditions import target_refusal
from hotline.domain.lifecycle import apply
from hotline.domain.order import Order, State
from hotline.errors import NotFromHere, Recused
from hotline.services.incidents import Incidents, Told
from hotline.services.merging import followed
from tests.unit.bureau import LI, NOW, ZHANG, Bureau

FINAL = "裁定为最终决定,不能改派其他单位"


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def waiting(**facts: Any) -> Order:
    plain = {"id": "SML1", "call_id": "c1", "state": State.ON_DESK, "version": 3, "kind": "投诉"}
    return Order(**{**plain, "received_at": NOW, "created_at": NOW, "updated_at": NOW, **facts})


def ruled(bureau: Bureau, number: str, unit: str = "ZJJ") -> Order:
    bureau.order(number, sign=False)
    bureau.disputes.ask_ruling(number, reason="意见不一", by=ZHANG)
    return bureau.disputes.rule(number, unit=unit, reason="主管部门", by=LI)


def test_no_dispatch_whatever_service_makes_it_passes_over_a_ruling() -> None:
    order = waiting(ruled_unit="ZJJ")
    with pytest.raises(NotFromHere) as refused:
        apply(order, Action.DISPATCH, at=NOW, by=ZHANG, unit="JD")
    assert refused.value.message == FINAL == target_refusal(order, "JD")
    assert apply(order, Action.DISPATCH, at=NOW, by=ZHANG, unit="ZJJ").order.unit == "ZJJ"


@pytest.mark.parametrize("sent", [{"unit": "ZJJ"}, {"unit": "JD", "assists": ("ZJJ",)}])
def test_no_dispatch_reaches_whom_the_order_complains_about(sent: dict[str, Any]) -> None:
    with pytest.raises(Recused):
        apply(waiting(recused=frozenset({"ZJJ", "WY"})), Action.DISPATCH, at=NOW, by=ZHANG, **sent)


def test_an_order_that_was_ruled_on_stays_where_it_is_when_its_handling_order_lies_elsewhere(bureau: Bureau) -> None:
    head, order = bureau.order("SML1", unit="JD"), ruled(bureau, "SML2")
    assert followed(bureau.books.current(), order, head, bureau.clock.now(), ZHANG) == []
    assert followed(bureau.books.current(), bureau.order("SML3", sign=False), head, bureau.clock.now(), ZHANG)


def test_an_incident_sends_no_order_away_that_was_ruled_on(bureau: Bureau) -> None:
    incidents = Incidents(bureau.store, bureau.clock, bureau.books, bureau.handling)
    ruled(bureau, "SML1")
    told = Told(title="停热", category="城建/供热", units=("JD",))
    found = incidents.open(told, orders=["SML1"], by=ZHANG)
    incidents.dispatch(found.id, by=ZHANG)
    assert bureau.now("SML1").unit == "ZJJ"
