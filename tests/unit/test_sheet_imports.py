"""The city's sheet is looked at first: new, changed and in what, vanished, conflicting; then it is brought in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hotline.domain.order import Flag, Order, State
from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput, NotFound
from hotline.services.import_rows import ImportPlan
from hotline.store.memory import MemoryStore
from tests.api.city import START, City
from tests.unit.exports import csv_file, row

ADMIN = Actor("管理员", Role.ADMIN)
HOUR = timedelta(hours=1)


class Office:
    """A district that lives on sheets."""

    def __init__(self, folder: Path) -> None:
        self.city, self.folder = City(MemoryStore()), folder
        self.imports = self.city.parts.above.imports

    def look(self, *rows: dict[str, Any], **said: Any) -> ImportPlan:
        return self.imports.look(csv_file(self.folder, rows), **said)

    def bring(self, *rows: dict[str, Any], **said: Any) -> Any:
        self.city.clock.pass_by(timedelta(minutes=1))
        done = self.imports.bring(csv_file(self.folder, rows), by=ADMIN, **said)
        self.city.triaged()
        return done

    def order(self, number: str = "BT2026112000001") -> Order:
        with self.city.store.read() as work:
            return work.orders.by_upstream([number])[number]

    def kinds(self) -> list[str]:
        with self.city.store.read() as work:
            return [event.kind for event in work.events.of_order(self.order().id)]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_the_look_changes_nothing(office: Office) -> None:
    assert office.look(row(1), row(2)).new == 2
    assert office.bring(row(1), row(2))["new"] == 2


def test_the_summary_names_what_changed_in_which_row_of_which_order(office: Office) -> None:
    office.bring(row(1), row(2))
    plan = office.look(row(1, 承诺完成时间="2026-11-27", 办件状态="已催办"), row(2))
    (changed,) = plan.changed
    assert (plan.new, plan.unchanged, changed.row, changed.order_id) == (0, 1, 2, office.order().id)
    assert [(one.column, one.before, one.after, one.says) for one in changed.changes] == [
        ("承诺完成时间", "2026-11-25 17:00", "2026-11-27 17:00", "时限变更"), ("办件状态", "办理中", "已催办", "催单"),
    ]  # fmt: skip


def test_what_the_summary_said_is_what_the_import_does(office: Office) -> None:
    office.bring(row(1))
    office.bring(row(1, 承诺完成时间="2026-11-27", 办件状态="已催办", 诉求内容="来电人补充:5号楼整栋不热"))
    assert office.kinds()[-3:] == ["due_changed", "urged", "supplemented"]
    assert office.order().due["upstream"].isoformat() == "2026-11-27T09:00:00+00:00"


def test_a_row_sent_back_to_redo_begins_a_round(office: Office) -> None:
    office.bring(row(1))
    office.city.parts.handling.dispatch(office.order().id, unit="CGJ", by=Actor("派单员", Role.DISPATCHER))
    office.bring(row(1, 办件状态="已收回"))
    office.bring(row(1, 办件状态="重办", 承诺完成时间="2026-12-02"))
    again = office.order()
    assert (again.state, again.round, again.due["upstream"].isoformat()) == (
        State.DISPATCHED, 2, "2026-12-02T09:00:00+00:00",
    )  # fmt: skip


@pytest.mark.parametrize("state", ["谁也不认识", "重办"])
def test_a_state_that_cannot_be_done_or_is_unknown_goes_to_the_desk(office: Office, state: str) -> None:
    office.bring(row(1))
    office.bring(row(1, 办件状态=state))
    assert Flag.CHANGED_ABOVE in office.order().flags


def test_what_stood_in_the_last_sheet_and_is_open_is_told_when_it_is_gone(office: Office) -> None:
    office.bring(row(1), row(2), row(3))
    assert [one.number for one in office.look(row(2)).vanished] == ["BT2026112000001", "BT2026112000003"]


def test_the_content_of_an_older_sheet_again_is_a_conflict_and_changes_nothing(office: Office) -> None:
    office.bring(row(1))
    office.city.clock.pass_by(HOUR)
    office.bring(row(1, 承诺完成时间="2026-11-27"))
    plan = office.look(row(1))
    office.bring(row(1))
    assert (len(plan.conflicts), office.kinds().count("due_changed")) == (1, 1)


def test_a_sheet_exported_before_the_last_one_undoes_nothing(office: Office) -> None:
    office.bring(row(1))
    office.city.clock.pass_by(3 * HOUR)
    office.bring(row(1, 承诺完成时间="2026-11-27"))
    before, older = office.order().due, row(1, 承诺完成时间="2026-11-26")
    plan = office.look(older, as_of=START + HOUR)
    office.bring(older, as_of=START + HOUR)
    assert (len(plan.conflicts), office.order().due, Flag.CHANGED_ABOVE in office.order().flags) == (1, before, True)


def test_a_sheet_from_the_future_is_refused(office: Office) -> None:
    with pytest.raises(InvalidInput):
        office.bring(row(1), as_of=START + HOUR)


def test_an_order_of_our_own_is_not_made_again_when_its_row_changes(office: Office) -> None:
    office.bring(row(1, 市级编号=""))
    changed = row(1, 市级编号="", 诉求内容="来电人又说了别的")
    assert len(office.look(changed).conflicts) == 1
    assert (office.bring(changed)["new"], office.city.parts.set_aside.count()) == (0, 1)


def test_two_rows_of_one_number_are_told(office: Office) -> None:
    assert [number for number, _ in office.look(row(1), row(1, 诉求内容="另一段")).conflicts] == [3]


def test_columns_that_are_no_news_are_counted_as_such(office: Office) -> None:
    office.bring(row(1))
    plan = office.look(row(1, 处理结果="已修好", 派单员="派单员02"))
    assert (plan.quiet, plan.changed) == (1, [])


def test_every_row_stands_in_one_place_of_the_summary(office: Office) -> None:
    office.bring(row(1), row(2))
    plan = office.look(row(1), row(2, 办件状态="已催办"), row(3), row(4, 派发时间="不详"), row(3, 诉求内容="另一段"))
    parts = (plan.new, plan.unchanged, plan.quiet, len(plan.changed), len(plan.conflicts), len(plan.set_aside))
    assert (parts, sum(parts)) == ((1, 1, 0, 1, 1, 1), plan.rows)


def test_a_kept_sheet_is_found_by_its_content_and_no_other_file_is(office: Office) -> None:
    kept = office.imports.keep("表.csv", b"abc")
    assert office.imports.kept(kept.digest, "表.csv").read_bytes() == b"abc"
    for other in ("../hotline.db", "0" * 64, ""):
        with pytest.raises(NotFound):
            office.imports.kept(other, "表.csv")
