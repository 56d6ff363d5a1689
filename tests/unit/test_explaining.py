"""Any past decision is explained with the book of its day, and says where today's book would answer otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotline.domain.roles import Actor, Role
from hotline.errors import NotAllowed, NotFound
from hotline.services.closing import Callback
from hotline.services.explained import lines
from hotline.services.explaining import NO_BOOK, NO_FACTS, Explaining
from hotline.services.recounting import Recounting
from hotline.store.memory import MemoryStore
from routing_rules.pack import pack_files
from tests.api.city import HEATING, City

VAGUE = "有一件事想请你们管一管"
DISPATCHER = Actor("派单员", Role.DISPATCHER)
CLERK = Actor("经办", Role.CLERK, "CGJ")
AGENT = Actor("坐席", Role.AGENT)
REVIEWER = Actor("审核", Role.REVIEWER)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def city() -> City:
    return City(MemoryStore())


def explained(city: City, order: str) -> list[dict[str, Any]]:
    told = Explaining(city.parts.queries, city.books).order(order, by=DISPATCHER)["decisions"]
    assert isinstance(told, list)
    return told


def written(city: City, order: str) -> str:
    answer = Explaining(city.parts.queries, city.books).order(order, by=DISPATCHER)
    return "\n".join(lines(city.books.current(), answer))


def change_rows(city: City, name: str, old: bytes, new: bytes) -> str:
    """Put a book in force in which a table says something else, a minute later."""
    city.clock.pass_by(MINUTE)
    content = pack_files("kundulun")[f"{name}.csv"]
    assert old in content
    return city.put_in_force(**{f"{name}_csv": content.replace(old, new)})


def reopened(city: City) -> str:
    order = city.dispatched(caller={"name": "王建国", "phone": "13847212345"})
    city.parts.handling.sign(order, by=CLERK)
    city.parts.handling.answer(order, text="已处理", by=CLERK)
    city.parts.handling.review(order, passed=True, by=REVIEWER)
    city.parts.closing.callback(order, Callback(reached=True, responded=True, solved="no", rating=1), by=AGENT)
    return order


def test_a_decision_tells_book_row_why_and_facts(city: City) -> None:
    first = explained(city, city.order(text=HEATING))[0]
    assert (first["kind"], first["book"], first["book_in_force"]) == ("registered", city.books.hash, True)
    assert (first["row"], first["dispatch"]["why"] != "") == (first["dispatch"]["rule_id"], True)
    assert (first["facts"]["category"], first["notes"], first["today"]) == ("城乡建设/城市建设和市政管理/冬季采暖", [], None)


def test_every_due_time_tells_its_row_and_how_it_was_counted(city: City) -> None:
    sent = explained(city, city.dispatched())[-1]
    assert {one["clock"] for one in sent["due"] if one["why"]} == {one["clock"] for one in sent["due"]}
    assert all(one["row"] for one in sent["due"])


def test_a_due_time_that_was_kept_names_the_step_that_gave_it(city: City) -> None:
    order = city.dispatched()
    city.clock.pass_by(timedelta(days=1))
    city.parts.handling.dispatch(order, unit="SCJG", by=DISPATCHER)
    last = {one["clock"]: one["since"] for one in explained(city, order)[-1]["due"]}
    assert (last["answer"], last["sign"]) == (1, 3)


def test_the_legs_of_a_dispatch_are_told_with_their_due_times(city: City) -> None:
    sent = explained(city, city.dispatched())[-1]
    assert [(leg["unit"], leg["role"], leg["due"] is not None) for leg in sent["legs"]] == [("CGJ", "lead", True)]


def test_a_past_decision_is_explained_with_the_book_of_its_day(city: City) -> None:
    order = city.dispatched()
    before = explained(city, order)
    then = city.books.hash
    change_rows(city, "deadlines", b"answer,5,working_day", b"answer,4,working_day")
    after = explained(city, order)
    assert ([one["book"] for one in after], [one["due"] for one in after]) == ([then] * 2, [one["due"] for one in before])


def test_it_is_said_where_todays_book_would_answer_otherwise(city: City) -> None:
    order = city.dispatched()
    change_rows(city, "deadlines", b"answer,5,working_day", b"answer,4,working_day")
    changes = explained(city, order)[-1]["today"]["changes"]
    assert any(change.startswith("答复时限:5个工作日") and "→ 4个工作日" in change for change in changes)


def test_another_book_with_the_same_answer_says_nothing(city: City) -> None:
    order = city.dispatched()
    city.clock.pass_by(MINUTE)
    city.put_in_force(pack_toml=pack_files("kundulun")["pack.toml"] + b"\n# the same\n")
    assert [(one["book_in_force"], one["today"]) for one in explained(city, order)] == [(False, None)] * 2


def test_a_book_that_is_not_in_the_database_is_said_so_and_what_was_recorded_stands(city: City) -> None:
    order = city.order(text=VAGUE)
    with city.store.write() as work:
        work.events.add(_without_book(city, order))
        work.commit()
    last = explained(city, order)[-1]
    assert (last["book_in_database"], last["notes"], last["row"], last["dispatch"]) == (False, [NO_BOOK], "D-1", None)
    assert NO_BOOK in written(city, order)


def test_a_decision_of_a_program_that_kept_no_facts_says_so(city: City) -> None:
    order = city.order(text=VAGUE)
    (event,) = _without_book(city, order)
    with city.store.write() as work:
        work.events.add([type(event)(**{**_fields(event), "data": {"row": "D-1", "rule": "CGJ"}})])
        work.commit()
    assert explained(city, order)[-1]["notes"] == [NO_FACTS]


def _without_book(city: City, order: str) -> list[Any]:
    with city.store.read() as work:
        first = work.events.of_order(order)[0]
    facts = {"received_at": city.clock.now().isoformat()}
    data = {"unit": "CGJ", "row": "D-1", "rule": "CGJ", "book": "f" * 64, "facts": facts}
    return [type(first)(**{**_fields(first), "seq": 2, "kind": "dispatched", "data": data})]


def _fields(event: Any) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__slots__}


def test_a_return_and_a_reopening_are_decisions_too(city: City) -> None:
    order = reopened(city)
    again = explained(city, order)
    assert [one["kind"] for one in again] == ["registered", "dispatched", "answered", "reopened"]
    assert (again[-1]["facts"]["round"], {one["since"] for one in again[-1]["due"]}) == (2, {again[-1]["seq"]})


def test_a_due_time_counted_again_tells_why(city: City) -> None:
    city.clock.time = datetime(2026, 12, 30, 1, 30, tzinfo=UTC)
    order = city.dispatched()
    toml = pack_files("kundulun")["pack.toml"].replace(b"2025, 2026]", b"2025, 2026, 2027]")
    city.clock.pass_by(MINUTE)
    city.put_in_force(pack_toml=toml)
    Recounting(city.store, city.clock, city.books).recount()
    last = explained(city, order)[-1]
    assert (last["kind"], next(one for one in last["due"] if one["clock"] == "answer")["why"] != "") == ("due_changed", True)


def test_the_lines_name_units_rules_and_times_in_chinese(city: City) -> None:
    text = written(city, city.dispatched())
    assert all(part in text for part in ("派单规则:", "答复时限:2026-11-30 17:00 规则 T-", "主办承办环节:", "计入 11-24"))


def test_a_clerk_sees_nothing_of_how_orders_are_decided(city: City) -> None:
    with pytest.raises(NotAllowed):
        Explaining(city.parts.queries, city.books).order(city.dispatched(), by=CLERK)


def test_an_order_that_is_not_there_is_said_so(city: City) -> None:
    with pytest.raises(NotFound):
        explained(city, "KDL2026112399999")
