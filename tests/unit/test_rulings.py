"""A ruling becomes a row: before the row that answered, for no more than that row answered, with an id never used."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
import xlsxwriter

from hotline.domain.facts import Facts
from hotline.errors import InvalidInput, NotFound, UnknownUnit
from hotline.services.rows import DraftState
from hotline.store import MemoryStore
from routing_rules.cases import Case
from routing_rules.decide import dispatch
from routing_rules.pack import Pack, load_pack
from routing_rules.rehearsal.diff_words import DiffWords
from routing_rules.rehearsal.ruling import ProposedRow, propose_row
from routing_rules.sheets import workbook_texts
from routing_rules.verify.check import check_files
from tests.unit.office import DAY, DISPATCH, LI, NOW, ZHANG, Office
from tests.unit.packs import FILES, files

FACTS = Facts(received_at=NOW, category="民政/低保", kind="求助", place="15/15001/15001001")


def ruled(facts: Facts = FACTS, lead: str = "ZJJ", dispatch: str = DISPATCH, **given: Any) -> ProposedRow:
    found = files(dispatch=dispatch)
    plain: dict[str, Any] = {"order": "SML1", "day": NOW.date(), "used": ()}
    return propose_row(found, load_pack(found), facts, lead=lead, **{**plain, **given})


def after(row: ProposedRow) -> Pack:
    return load_pack(row.files)


def line(row: ProposedRow) -> str:
    return next(one for one in row.files["dispatch.csv"].decode().splitlines() if one.startswith(row.row + ","))


def test_what_is_like_the_order_goes_to_the_unit_of_the_ruling() -> None:
    row = ruled()
    said = dispatch(after(row), FACTS)
    assert (said.lead, said.row_id, said.why) == ("ZJJ", row.row, "依裁定(SML1)")


def test_the_row_names_its_ruling_and_is_confirmed() -> None:
    row = ruled()
    assert row.row == "D-R0001"
    assert line(row) == "D-R0001,民政/低保,求助,15/15001/15001001,,ZJJ,,no,,,依裁定(SML1),裁定 SML1 2026-11-23,yes"


def test_every_other_line_stays_as_it_was() -> None:
    row = ruled()
    lines = row.files["dispatch.csv"].decode().splitlines(keepends=True)
    assert "".join(one for one in lines if not one.startswith("D-R")) == DISPATCH
    assert lines[lines.index(line(row) + "\n") + 1].startswith(row.before + ",")


@pytest.mark.parametrize("changed", [{"kind": "投诉"}, {"category": "民政"}, {"place": "15/15001"}, {"category": "城建/供热"}])
def test_what_is_not_like_the_order_goes_where_it_went(changed: dict[str, Any]) -> None:
    other = Facts(**{"received_at": NOW, "category": "民政/低保", "kind": "求助", "place": "15/15001/15001001", **changed})
    assert dispatch(after(ruled()), other).row_id == dispatch(load_pack(files()), other).row_id


def test_the_scope_may_be_narrowed_and_widened() -> None:
    asked = [ruled(scope=scope).conditions.keys() for scope in (("category",), ("category", "channel", "origin"))]
    assert asked == [{"category"}, {"category", "origin"}]


def test_a_place_with_places_below_it_stands_for_them() -> None:
    street = Facts(received_at=NOW, category="民政/低保", kind="求助", place="15/15001")
    assert ruled(street).conditions["place"] == "15/15001/*"


def test_the_row_takes_nothing_from_the_rows_that_answer_others() -> None:
    report = Facts(received_at=NOW, category="城建/物业", kind="举报", place="15/15001/15001001")
    threat = Facts(received_at=NOW, category="城建/物业", kind="举报", place="15/15001/15001001", words=frozenset({"threat"}))
    row = ruled(report, "JD", scope=("category", "place"))
    assert (row.before, row.conditions["kind"], row.kept) == ("D-4", "举报", ("kind",))
    assert dispatch(after(row), threat).row_id == "D-3"
    assert dispatch(after(row), report).confidential


def test_the_lead_of_the_ruling_does_not_assist_itself() -> None:
    heated = Facts(received_at=NOW, category="城建/供热", estate="E1", kind="投诉")
    row = ruled(heated, "ZJJ")
    assert dispatch(after(row), heated).assists == ("JD",)


def test_an_id_that_was_ever_used_is_not_used_again() -> None:
    assert ruled(used=("D-R0001", "D-R0017", "X-R0400", "D-R17b")).row == "D-R0018"


def test_a_unit_that_gets_no_orders_is_refused() -> None:
    with pytest.raises(UnknownUnit):
        ruled(lead="WY")


def test_a_ruling_that_changes_nothing_is_refused() -> None:
    with pytest.raises(InvalidInput, match="already"):
        ruled(lead="JD")


@pytest.mark.parametrize("scope", [("words",), ("nothing",), ("estate",), ()])
def test_a_scope_that_says_nothing_is_refused(scope: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput):
        ruled(scope=scope)


def test_a_column_the_table_has_not_is_added() -> None:
    row = ruled(scope=("category", "channel"), facts=Facts(received_at=NOW, category="民政/低保", channel="phone"), lead="ZJJ")
    heads = row.files["dispatch.csv"].decode().splitlines()[0].split(",")
    assert heads[: heads.index("->lead")] == ["id", "category", "kind", "place", "words", "channel"]
    assert dispatch(after(row), Facts(received_at=NOW, category="民政/低保", channel="web")).row_id == "D-6"


def test_cells_with_commas_quotes_and_line_breaks_survive() -> None:
    odd = DISPATCH.replace("街道,,yes", '"街道,""一""\n二",来源,yes').replace("\n", "\r\n")
    row = ruled(dispatch="\ufeff" + odd)
    text = row.files["dispatch.csv"].decode()
    assert (text[0], text.count("\ufeff"), line(row).count(",")) == ("\ufeff", 1, 12)
    assert [one[0] for one in csv.reader(io.StringIO(text[1:], newline=""))][6:9] == ["D-R0001", "D-6", "D-9"]
    assert odd.split("D-6")[1] in text


# -- a table in XLSX -----------------------------------------------------------------------------------------------------
def in_excel(name: str) -> dict[str, bytes]:
    """The small pack with one table as a workbook of two sheets, numbers and dates typed as Excel types them."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        page, notes = book.add_worksheet("规则"), book.add_worksheet("说明")
        for at, cells in enumerate(csv.reader(io.StringIO(FILES[f"{name}.csv"]))):
            page.write_row(at, 0, [float(cell) if cell == "0.9" else cell for cell in cells])
        notes.write_string(0, 0, "改前先复制")
    found = files(**{name: None})
    return {**found, f"{name}.xlsx": packed.getvalue()}


def ruled_in_excel(name: str, **given: Any) -> tuple[dict[str, bytes], ProposedRow]:
    found = in_excel(name)
    return found, propose_row(found, load_pack(found), FACTS, lead="ZJJ", order="SML1", day=NOW.date(), used=(), **given)


def test_a_table_in_xlsx_stays_one_and_only_the_row_is_new() -> None:
    before, row = ruled_in_excel("dispatch")
    assert row.files.keys() == before.keys()
    assert dispatch(after(row), FACTS).row_id == "D-R0001"
    (_, rows), (notes, texts) = workbook_texts("dispatch.xlsx", row.files["dispatch.xlsx"])
    assert (notes, texts) == ("说明", [["改前先复制"]])
    assert [cells for cells in rows if cells[0] != "D-R0001"] == list(csv.reader(io.StringIO(DISPATCH)))


def test_the_difference_of_a_table_in_xlsx_is_the_row_and_its_case() -> None:
    before, row = ruled_in_excel("dispatch")
    told = [f"{heading} {sentence}" for heading, sentences in DiffWords(before, row.files).lines() for sentence in sentences]
    assert ["D-R0001" in one for one in told] == [True, True]


def test_a_column_the_workbook_has_not_is_added() -> None:
    found = in_excel("dispatch")
    facts = Facts(received_at=NOW, category="民政/低保", channel="phone")
    row = propose_row(found, load_pack(found), facts, lead="ZJJ", order="SML1", day=NOW.date(), used=(), scope=("channel",))
    assert dispatch(after(row), facts).row_id == "D-R0001"
    assert dispatch(after(row), replace(facts, channel="web")).row_id == "D-6"


def test_the_same_ruling_gives_the_same_workbook_whenever_it_is_written() -> None:
    _, row = ruled_in_excel("dispatch")
    assert ruled_in_excel("dispatch")[1].files["dispatch.xlsx"] == row.files["dispatch.xlsx"]


# -- its case ----------------------------------------------------------------------------------------------------------
def case(row: ProposedRow) -> Case:
    return next(one for one in after(row).cases if one.id == f"C-{row.row}")


def test_a_ruling_adds_a_case_of_its_order_that_the_check_proves() -> None:
    row = ruled()
    assert (case(row).facts, case(row).dispatch, case(row).lead) == (FACTS, "D-R0001", "ZJJ")
    assert [finding for finding in check_files(row.files) if finding.row == "C-D-R0001"] == []


def test_the_check_finds_a_row_that_takes_a_rulings_order_away_again() -> None:
    row = ruled()
    table = row.files["dispatch.csv"].decode().replace("D-R0001,", "D-0,民政/*,,,,JD,,no,,,收回,,yes\nD-R0001,")
    found = check_files({**row.files, "dispatch.csv": table.encode()})
    assert "C-D-R0001" in [finding.row for finding in found if finding.level == "error"]


def test_the_case_tells_all_that_the_tables_ask_and_leaves_out_what_is_missing() -> None:
    threat = Facts(received_at=NOW, category="民政/低保", words=frozenset({"leader", "threat"}), vulnerable=frozenset({"minor"}))
    row = ruled(threat, scope=("category",))
    assert case(row).facts == Facts(received_at=NOW, category="民政/低保", words=frozenset({"leader", "threat"}))


def test_the_other_cases_stay_as_they_were() -> None:
    text = ruled(scope=("category",), facts=Facts(received_at=NOW, category="民政/低保")).files["cases.csv"].decode()
    assert [line.split(",")[:2] for line in text.splitlines()[1:]] == [
        ["C-1", "2026-03-09T09:00"], ["C-D-R0001", "2026-11-23T10:00:00"],
    ]  # fmt: skip


@pytest.mark.parametrize("missing", [files(cases=None), in_excel("cases")])
def test_a_pack_without_cases_gets_a_table_and_one_in_excel_keeps_its_workbook(missing: dict[str, bytes]) -> None:
    row = propose_row(missing, load_pack(missing), FACTS, lead="ZJJ", order="SML1", day=NOW.date(), used=())
    assert row.files.keys() - missing.keys() <= {"cases.csv"}
    assert case(row).dispatch == "D-R0001"


def test_a_row_that_the_new_one_takes_all_from_is_found() -> None:
    row = ruled(Facts(received_at=NOW, category="城建/供热"), "JD", scope=("category",))
    found = check_files(row.files)
    assert {(finding.level, row.row in finding.others) for finding in found if finding.row == row.before} == {("error", True)}


# -- through the drafts ------------------------------------------------------------------------------------------------
@pytest.fixture
def office() -> Office:
    return Office(MemoryStore())


def test_a_ruling_on_an_order_is_proposed_with_one_call(office: Office) -> None:
    order = office.order()
    draft = office.drafts.propose_row(order.id, "ZJJ", by=ZHANG)
    assert (draft.state, draft.order_id, draft.proposed_by) == (DraftState.CHECKED, "SML1", "张三")
    assert (
        draft.note == "裁定 SML1:D-R0001(排在 D-6 之前):事项类别 为 民政/低保、地点 为 一街道及以下、诉求类型 为 求助;主办 住建局"
    )
    found = office.drafts.rehearse(draft.hash, since=NOW - 30 * DAY, by=ZHANG)
    assert [(change.number, change.old, change.new) for change in found.changes] == [("SML1", "JD", "ZJJ")]


def test_the_order_of_the_ruling_is_tried_however_old_it_is(office: Office) -> None:
    order = office.order(received_at=NOW - 400 * DAY)
    office.order("SML2", received_at=NOW - 399 * DAY)
    draft = office.drafts.propose_row(order.id, "ZJJ", by=ZHANG)
    found = office.drafts.rehearse(draft.hash, since=NOW - 30 * DAY, by=ZHANG)
    assert [(change.number, change.old, change.new) for change in found.changes] == [("SML1", "JD", "ZJJ")]


def test_the_order_of_the_ruling_is_tried_once(office: Office) -> None:
    draft = office.drafts.propose_row(office.order().id, "ZJJ", by=ZHANG)
    assert office.drafts.rehearse(draft.hash, since=NOW - 30 * DAY, by=ZHANG).orders == 1


def test_what_the_row_shadows_stands_in_its_new_findings(office: Office) -> None:
    cases = FILES["cases.csv"] + "C-2,2026-03-09T09:00,民政/低保,,D-6,,\n"
    case = office.drafts.propose(files(cases=cases.replace("estate,dispatch", "estate,dispatch")), by=ZHANG)
    draft = office.drafts.propose_row(office.order().id, "ZJJ", scope=("category",), by=ZHANG, onto=case.hash)
    assert [(finding.level, finding.row) for finding in draft.new_findings] == [("error", "C-2")]


def test_several_rulings_go_into_one_draft(office: Office) -> None:
    first = office.drafts.propose_row(office.order("SML1").id, "ZJJ", by=ZHANG)
    second = office.drafts.propose_row(office.order("SML2", kind="投诉").id, "ZJJ", by=ZHANG, onto=first.hash)
    ids = [row.id for row in office.books.pack(second.hash).dispatch.table.rows]
    assert [one for one in ids if one.startswith("D-R")] == ["D-R0001", "D-R0002"]


def test_an_id_of_a_withdrawn_draft_is_not_used_again(office: Office) -> None:
    order = office.order()
    first = office.drafts.propose_row(order.id, "ZJJ", by=ZHANG)
    office.drafts.withdraw(first.hash, by=ZHANG)
    second = office.drafts.propose_row(order.id, "ZJJ", by=LI)
    assert office.books.pack(second.hash).dispatch.table.row("D-R0001") is None


def test_an_order_that_is_not_there_has_no_ruling(office: Office) -> None:
    with pytest.raises(NotFound):
        office.drafts.propose_row("SML404", "ZJJ", by=ZHANG)
