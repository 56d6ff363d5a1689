"""Who sees what of a month's assessment: a unit its own, nobody what concerns himself or orders that he may not read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.domain.assessment import Act
from hotline.domain.roles import Actor, Role
from hotline.errors import NotAllowed, NotFound
from hotline.store import MemoryStore
from tests.store.examples import a_leg
from tests.unit.assessed import CLERK, LI, MONITOR, NOW, OCTOBER, STREET, WANG, ZHANG, Assessed


@pytest.fixture
def office() -> Assessed:
    return Assessed(MemoryStore())


def accused(office: Assessed, order_id: str, name: str) -> None:
    """The order turns out to complain about a person of the office."""
    with office.store.write() as work:
        order = work.orders.get(order_id)
        assert order
        work.orders.save([replace(order, version=order.version + 1, accused_persons=(name,))])
        work.commit()


def test_a_unit_sees_its_own_line_until_the_month_is_published(office: Assessed) -> None:
    office.autumn()
    office.frozen()
    assert [one.unit for one in office.procedure.sheet(OCTOBER, by=CLERK).lines] == ["ZJJ"]
    office.procedure.publish(OCTOBER, by=ZHANG)
    assert len(office.procedure.sheet(OCTOBER, by=CLERK).lines) == 4
    assert office.procedure.sheet(OCTOBER, by=STREET).steps == []
    with pytest.raises(NotAllowed):
        office.procedure.sheet(OCTOBER, by=Actor("坐席", Role.AGENT))


def test_an_objection_to_an_order_that_complains_about_the_reader_is_not_shown_to_him(office: Assessed) -> None:
    late = office.autumn()
    office.opened()
    office.objections.bring(OCTOBER, late, "on_time", reason="道路封闭", proof="函", by=CLERK)
    accused(office, late, "李四")
    assert office.procedure.sheet(OCTOBER, by=LI).objections == []
    assert len(office.procedure.sheet(OCTOBER, by=ZHANG).objections) == 1
    assert [one.kind for one in office.procedure.sheet(OCTOBER, by=LI).steps] == [Act.OPEN]
    with pytest.raises(NotFound):
        office.objections.refuse(OCTOBER, 2, reason="x", by=LI)


def test_the_history_is_without_decisions_on_objections_that_are_not_shown(office: Assessed) -> None:
    late = office.autumn()
    office.opened()
    office.objections.bring(OCTOBER, late, "on_time", reason="道路封闭", proof="函", by=CLERK)
    office.objections.uphold(OCTOBER, 2, note="李四未按时到场", by=ZHANG)
    office.points.add(OCTOBER, "ZJJ", 1, basis="第九条", by=ZHANG)
    office.points.grant(OCTOBER, 4, by=WANG)
    accused(office, late, "李四")
    seen = {by.name: [one.kind for one in office.procedure.sheet(OCTOBER, by=by).steps] for by in (LI, WANG)}
    assert seen["李四"] == [Act.OPEN, Act.ADD_POINTS, Act.GRANT_POINTS]
    assert seen["王五"] == [Act.OPEN, Act.OBJECT, Act.UPHOLD, Act.ADD_POINTS, Act.GRANT_POINTS]


def test_a_unit_that_sees_the_order_does_not_see_what_an_objection_does_to_another_unit(office: Assessed) -> None:
    late = office.autumn()
    office.opened()
    office.objections.bring(OCTOBER, late, "on_time", reason="道路封闭", proof="函", by=CLERK)
    with office.store.write() as work:
        work.legs.add([a_leg(late, "JD", assigned_at=NOW)])
        work.commit()
    with pytest.raises(NotFound):
        office.objections.effect(OCTOBER, 2, by=STREET)
    assert office.objections.effect(OCTOBER, 2, by=CLERK).before == office.line("ZJJ")


def test_who_may_not_read_orders_reads_no_objections(office: Assessed) -> None:
    late = office.autumn()
    office.opened()
    office.objections.bring(OCTOBER, late, "on_time", reason="道路封闭", proof="函", by=CLERK)
    sheet = office.procedure.sheet(OCTOBER, by=MONITOR)
    assert (sheet.objections, [one.kind for one in sheet.steps], len(sheet.lines)) == ([], [Act.OPEN], 4)
    with pytest.raises(NotFound):
        office.objections.effect(OCTOBER, 2, by=MONITOR)
