"""Each invariant of an order's life can fail: an order doctored against it is named, and the plain one is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hotline.domain.order import Event, Flag, Leg, Order, State
from hotline.simulation.invariants import INVARIANTS, answered_once, broken
from hotline.simulation.lived import Lived
from routing_rules.pack import Pack
from tests.store.examples import NOON, a_call, a_leg, an_event, an_order
from tests.unit.packs import small

HOUR = timedelta(hours=1)
DUE = NOON + 100 * HOUR
PACK: Pack = small()


def events(*said: tuple[str, str, dict[str, Any]]) -> list[Event]:
    """Events an hour apart: kind, actor, data."""
    given = enumerate((("registered", "triage", {"due": {"answer": DUE.isoformat()}}), *said), start=1)
    return [an_event("A1", seq, kind=kind, actor=by, data=data, at=NOON + seq * HOUR) for seq, (kind, by, data) in given]


def lived(*said: tuple[str, str, dict[str, Any]], legs: tuple[Leg, ...] = (), **fields: Any) -> Lived:
    past = events(*said)
    order: Order = an_order("A1", "c1", **{"version": len(past), "due": {"answer": DUE}, **fields})
    return Lived(order=order, events=past, legs=legs, calls=[a_call("c1")])


def unregistered(one: Lived) -> Lived:
    """The same order, which nobody had before it was dispatched."""
    return replace(one, events=[replace(one.events[0], kind="noted_above"), *one.events[1:]])


Said = tuple[str, str, dict[str, Any]]
SENT: Said = ("dispatched", "派单员", {"unit": "ZJJ", "due": {"answer": DUE.isoformat()}})
SIGNED: Said = ("signed", "经办", {})
ANSWERED: Said = ("answered", "经办", {})
PASSED: Said = ("review_passed", "审核员", {})
CLOSED: Said = ("closed", "坐席", {"reached": True, "attempt": 1})
LEAD = a_leg("A1", "ZJJ")
HELD: dict[str, Any] = {"state": State.DISPATCHED, "unit": "ZJJ"}
WHOLE = (SENT, SIGNED, ANSWERED, PASSED, CLOSED)
OVER: dict[str, Any] = {"state": State.CLOSED, "unit": "ZJJ", "answered_by": "经办", "answered_at": NOON}
LATER = (DUE + HOUR).isoformat()
WARNED: Said = ("warned", "clock", {"mark": "1|answer|warn"})
ASKED: Said = ("exclusion_applied", "经办", {})

DOCTORED: dict[str, Lived] = {
    "events_without_gap": lived(SENT, version=5, legs=(LEAD,), **HELD),
    "one_holder": lived(SENT, legs=(LEAD, a_leg("A1", "JD")), **HELD),
    "always_held": unregistered(lived(SENT, legs=(LEAD,), **HELD)),
    "clock_not_moved": lived(SENT, ("handed_down", "经办", {"due": {"answer": LATER}}), legs=(LEAD,), **HELD),
    "clock_told": lived(SENT, legs=(LEAD,), due={"answer": DUE + HOUR}, **HELD),
    "allowance_kept": lived(*(("return_applied", "经办", {}),) * 9),
    "said_once": lived(SENT, WARNED, WARNED, legs=(LEAD,), **HELD),
    "by_a_person": lived(SENT, SIGNED, ANSWERED, PASSED, ("closed", "clock", {"reached": True}), **OVER),
    "closed_with_its_duties": lived(SENT, SIGNED, CLOSED, **OVER),
    "called_back": lived(SENT, SIGNED, ANSWERED, PASSED, ("closed", "坐席", {"reached": False, "attempt": 1}), **OVER),
    "called_as_owed": lived(
        SENT, SIGNED, ANSWERED, PASSED, ("closed", "坐席", {"sampled": False, "why": "none"}), urgency="urgent", **OVER
    ),
    "released": lived(SENT, SIGNED, ("answered", "经办", {"signoffs": ["ZJJ"]}), PASSED, state=State.IN_CALLBACK,
                      unit="ZJJ", answered_by="经办", answered_at=NOON),
    "acknowledged": lived(*WHOLE, flags=frozenset({Flag.UNACKNOWLEDGED}), **OVER),
    "not_the_accused": lived(SENT, legs=(LEAD,), recused=frozenset({"ZJJ"}), **HELD),
    "secret_kept": lived(SENT, legs=(LEAD,), kind="举报", **HELD),
    "answered_by_somebody": lived(SENT, SIGNED, ANSWERED, state=State.ANSWERED, unit="ZJJ"),
    "decided_once": lived(SENT, ASKED, ASKED, legs=(LEAD,), **HELD),
    "kept_apart": lived(*WHOLE, upstream_no="BT1", **OVER),
}  # fmt: skip


def test_plain_lives_break_nothing() -> None:
    assert broken(PACK, lived(SENT, legs=(LEAD,), **HELD)) == []
    assert broken(PACK, lived(*WHOLE, **OVER)) == []


@pytest.mark.parametrize("name", INVARIANTS)
def test_each_invariant_names_an_order_doctored_against_it(name: str) -> None:
    assert name in broken(PACK, DOCTORED[name])


def test_a_notice_that_came_twice_is_seen() -> None:
    plain = lived(SENT, legs=(LEAD,), **HELD)
    assert broken(PACK, replace(plain, notices=["n1", "n1"])) == ["said_once"]


@pytest.mark.parametrize(
    ("answers", "waits", "wrong"),
    [({"c1": {("A1", 1)}}, set(), []), ({}, {"c1"}, []), ({}, set(), ["c1"]), ({"c1": {("A1", 1), ("A1", 2)}}, set(), ["c1"]),
     ({"c1": {("A1", 1)}}, {"c1"}, ["c1"])],
)  # fmt: skip
def test_a_message_from_above_is_answered_by_exactly_one_thing(
    answers: dict[str, set[tuple[str, object]]], waits: set[str], wrong: list[str]
) -> None:
    assert list(answered_once(["c1"], answers, waits)) == wrong
