"""The import of the district's export: every row becomes a call or is set aside, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hotline.domain.call import Caller, NewCall
from hotline.errors import UnreadableFile
from hotline.services.intake import Intake
from hotline.services.known import known_upstream
from hotline.services.rows import OrderFilter
from hotline.store.memory import MemoryStore
from hotline.upstream.district_export import call_of
from hotline.upstream.excel import ImportReport, import_file, open_export
from routing_rules.pack import Pack, load_pack
from tests.api.city import START, City, StoppedClock
from tests.unit.exports import COLUMNS, ROW, csv_file, row, xlsx_file

PACK: Pack = load_pack("kundulun")
Write = Callable[..., Path]
EVERY_KIND_OF_FILE = pytest.mark.parametrize("write", [csv_file, xlsx_file, partial(csv_file, encoding="gb18030")])


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def load(store: MemoryStore) -> Callable[[Path], ImportReport]:
    intake = Intake(store, StoppedClock())
    return lambda path: import_file(path, intake, PACK, now=START, known=partial(known_upstream, store))


def calls(path: Path) -> list[NewCall]:
    return [call_of(one, PACK.calendar, START) for one in open_export(path)]


def asides(store: MemoryStore) -> list[Any]:
    with store.read() as work:
        return work.set_asides.page(100)


@EVERY_KIND_OF_FILE
def test_a_row_becomes_a_call_with_every_column_in_its_place(tmp_path: Path, write: Write) -> None:
    (call,) = calls(write(tmp_path, [ROW]))
    assert (call.source, call.channel, call.upstream_no, call.title, call.text, call.caller) == (
        "upstream:excel", "excel", "BT2026112000017", "暖气不热", ROW["诉求内容"], Caller(name="张先生", phone="13800000017"),
    )  # fmt: skip
    assert (call.received_at, call.upstream_due) == (
        datetime(2026, 11, 20, 1, 5, tzinfo=UTC),
        datetime(2026, 11, 25, 9, tzinfo=UTC),
    )
    assert call.extra["办理单位"] == "住房和城乡建设局"
    assert set(call.extra) == {name for name in COLUMNS if name not in (
        "市级编号", "诉求主题", "诉求内容", "诉求人", "诉求人电话", "派发时间", "承诺完成时间", "处理结果")}  # fmt: skip


@EVERY_KIND_OF_FILE
def test_the_same_file_twice_imports_nothing_twice(tmp_path: Path, write: Write, load: Callable[[Path], ImportReport]) -> None:
    path = write(tmp_path, [row(1), row(2), row(3)])
    assert [(done.new, done.repeated) for done in (load(path), load(path))] == [(3, 0), (0, 3)]


def test_the_same_order_has_one_id_in_csv_and_in_excel(tmp_path: Path) -> None:
    dates = {"派发时间": datetime(2026, 11, 20, 9, 5), "承诺完成时间": date(2026, 11, 25)}  # noqa: DTZ001
    assert calls(xlsx_file(tmp_path, [row(1, **dates, 诉求人电话=13800000017)])) == calls(csv_file(tmp_path, [row(1)]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.permutations(COLUMNS), some.booleans())
def test_columns_may_stand_in_any_order(headings: Sequence[str], as_excel: bool) -> None:
    with TemporaryDirectory() as folder:
        write: Write = {True: xlsx_file, False: csv_file}[as_excel]
        (call,) = calls(write(Path(folder), [ROW], headings))
        (usual,) = calls(csv_file(Path(folder), [ROW]))
    assert call == usual


@EVERY_KIND_OF_FILE
def test_bad_rows_are_set_aside_with_their_numbers_and_the_others_imported(
    tmp_path: Path, write: Write, load: Callable[[Path], ImportReport], store: MemoryStore
) -> None:
    bad = (
        {"派发时间": "2026/13/45"}, {"承诺完成时间": "尽快"}, {"派发时间": ""}, {"诉求内容": "", "诉求主题": ""},
        {"市级编号": "", "办件编号": ""},
        {"市级编号": "2.02611E+16"}, {"派发时间": "2027/11/20 9:05"}, {"诉求主题": "长" * 501}, {"诉求人": "长" * 501},
        {"诉求内容": "\x01\x02", "诉求主题": ""},
    )  # fmt: skip
    rows = [one for number, changes in enumerate(bad) for one in (row(2 * number), row(2 * number + 1, **changes))]
    report = load(write(tmp_path, rows))
    assert (report.rows, report.new, [number for number, _ in report.set_aside]) == (20, 10, list(range(3, 23, 2)))
    assert {one.detail for one in asides(store)} == {f"upstream:excel 第 {number} 行" for number in range(3, 23, 2)}


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"派发时间": "2026/13/45"}, "派发时间:时间“2026/13/45”无法识别"), ({"派发时间": ""}, "派发时间:时间为空"),
     ({"市级编号": "", "办件编号": ""}, "市级编号和办件编号都为空"),
     ({"诉求内容": "", "诉求主题": ""}, "诉求内容为空,请填写市民反映的内容")],
)  # fmt: skip
def test_a_bad_row_s_reason_names_the_column(
    tmp_path: Path, load: Callable[[Path], ImportReport], changes: dict[str, str], said: str
) -> None:
    assert load(csv_file(tmp_path, [row(1, **changes)])).set_aside == [(2, said)]


def test_a_number_that_excel_rounded_is_not_taken_for_an_order_s(tmp_path: Path, load: Callable[[Path], ImportReport]) -> None:
    ((_, why),) = load(xlsx_file(tmp_path, [row(1, 市级编号=20261120000017123)])).set_aside
    assert "失真" in why


def test_a_row_set_aside_keeps_everything_it_said(
    tmp_path: Path, load: Callable[[Path], ImportReport], store: MemoryStore
) -> None:
    load(csv_file(tmp_path, [row(1, 派发时间="不详", 诉求内容="路灯不亮")]))
    assert "路灯不亮" in asides(store)[0].payload.decode()


def test_unknown_and_missing_headings_are_named(tmp_path: Path, load: Callable[[Path], ImportReport]) -> None:
    headings = [*(name for name in COLUMNS if name != "派单员"), "网格员", "满意度"]
    report = load(csv_file(tmp_path, [row(1)], headings))
    assert (report.unknown_headings, report.missing_headings, report.new) == (("网格员", "满意度"), ("派单员",), 1)


@pytest.mark.parametrize(
    ("gone", "named"),
    [(("诉求内容",), "诉求内容"), (("派发时间",), "派发时间"), (("市级编号", "办件编号"), "市级编号或办件编号")],
)
def test_without_a_needed_heading_nothing_is_imported_and_it_is_named(tmp_path: Path, gone: tuple[str, ...], named: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        open_export(csv_file(tmp_path, [row(1)], [name for name in COLUMNS if name not in gone]))
    assert named in refused.value.message


def test_the_message_id_is_the_city_s_number_or_else_the_district_s(tmp_path: Path) -> None:
    ours = [one.message_id.split(":")[0] for one in calls(csv_file(tmp_path, [row(1), row(2, 市级编号="")]))]
    assert ours == ["BT2026112000001", "KQ-2026-000002"]


@pytest.mark.parametrize(
    ("changed", "kind"),
    [({"诉求内容": "补充:今天更冷了"}, "supplemented"), ({"承诺完成时间": "2026-11-24"}, "due_changed"),
     ({"办件状态": "已办结"}, "supplemented"), ({"办件状态": "已催办"}, "urged"), ({"办件状态": "已收回"}, "recalled"),
     ({"办件状态": "谁也不认识"}, "supplemented"), ({"处理结果": "已修好"}, "noted_above")],
)  # fmt: skip
def test_a_changed_row_under_a_known_number_is_an_event_of_its_order(tmp_path: Path, changed: dict[str, str], kind: str) -> None:
    city = City(MemoryStore())
    bring = partial(import_file, intake=city.intake, pack=PACK, now=START, known=partial(known_upstream, city.store))
    bring(csv_file(tmp_path, [row(1)]))
    city.triaged()
    report = bring(csv_file(tmp_path, [row(1, **changed)]))
    city.triaged()
    assert (report.new, report.events_of_known_orders) == (1, 1)
    with city.store.read() as work:
        (order,) = work.orders.page(OrderFilter(), None, 10).orders
        assert [event.kind for event in work.events.of_order(order.id)][-1] == kind


@pytest.mark.parametrize("changed", [{"序号": 99}, {"预警状态": "超期"}])
def test_what_changes_with_the_export_and_not_with_the_order_is_no_news(
    tmp_path: Path, load: Callable[[Path], ImportReport], changed: dict[str, Any]
) -> None:
    load(csv_file(tmp_path, [row(1)]))
    assert load(csv_file(tmp_path, [row(1, **changed)])).repeated == 1


def test_a_district_s_own_order_is_not_made_again_when_its_state_goes_on(
    tmp_path: Path, load: Callable[[Path], ImportReport]
) -> None:
    load(csv_file(tmp_path, [row(1, 市级编号="")]))
    assert load(csv_file(tmp_path, [row(1, 市级编号="", 办件状态="已办结", 处理结果="已答复")])).repeated == 1


@EVERY_KIND_OF_FILE
def test_a_cell_that_looks_like_a_formula_is_text(tmp_path: Path, write: Write) -> None:
    said = '=HYPERLINK("http://example.invalid","点我")&cmd|\'/c calc\'!A1'
    assert calls(write(tmp_path, [row(1, 诉求内容=said)]))[0].text == said


def test_a_caller_without_a_number_is_anonymous(tmp_path: Path) -> None:
    assert calls(csv_file(tmp_path, [row(1, 诉求人="匿名", 诉求人电话="匿名")]))[0].caller.anonymous


def test_progress_is_told_up_to_the_last_row(tmp_path: Path, store: MemoryStore) -> None:
    told: list[tuple[int, int]] = []
    path = csv_file(tmp_path, [row(number) for number in range(1201)])
    import_file(path, Intake(store, StoppedClock()), PACK, told=lambda done, total: told.append((done, total)))
    assert told == [(500, 1201), (1000, 1201), (1201, 1201)]


def test_a_report_can_be_written_as_json(tmp_path: Path, load: Callable[[Path], ImportReport]) -> None:
    report = load(csv_file(tmp_path, [row(1, 派发时间="")]))
    assert report.as_dict()["set_aside"] == [{"row": 2, "why": "派发时间:时间为空"}]


CELLS = some.text(max_size=30) | some.floats() | some.integers(-(10**20), 10**20) | some.dates().map(str)


@settings(max_examples=150, deadline=timedelta(seconds=2))
@given(some.dictionaries(some.sampled_from(COLUMNS), CELLS, max_size=18))
def test_whatever_stands_in_a_row_it_is_imported_or_set_aside(changes: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        path = csv_file(Path(folder), [row(1), row(2, **changes)], encoding="utf-8")
        report = import_file(path, Intake(MemoryStore(), StoppedClock()), PACK, now=START)
    assert report.new + report.repeated + len(report.set_aside) == report.rows >= 2
