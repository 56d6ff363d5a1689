"""A new city's folder: whole from the first minute, nobody's confirmed word, and nothing is overwritten."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import pytest

from hotline.errors import InvalidInput
from routing_rules.decide import dispatch
from routing_rules.pack import PACKS, load_pack, pack_files
from routing_rules.scaffold import NewPack, as_workbooks, copied, prefix_of, starter, write_new
from tests.unit.cities import facts, faults, lead, unanswered

HEATING = "城乡建设/城市建设和市政管理/冬季采暖"
NEW = NewPack(name="qingshan", title="包头市青山区", district="150204", order_prefix="QS")
SHIPPED = sorted(folder.name for folder in PACKS.iterdir() if folder.is_dir())


def column(data: bytes, head: str) -> set[str]:
    return {row[head] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))}


def test_a_new_pack_passes_the_check_at_once() -> None:
    assert faults(load_pack(starter(NEW))) == []


def test_it_answers_for_every_class_of_the_national_scheme() -> None:
    assert unanswered(load_pack(starter(NEW))) == []


def test_it_bears_the_names_it_was_given() -> None:
    settings = load_pack(starter(NEW)).settings
    assert (settings.name, settings.title, settings.district, settings.order_prefix, str(settings.zone)) == (
        "qingshan", "包头市青山区", "150204", "QS", "Asia/Shanghai",
    )  # fmt: skip


def test_a_title_with_quotes_and_commas_is_kept_as_it_is() -> None:
    title = '甲"乙",{name} \\ 区'
    pack = load_pack(starter(NewPack(name="ab", title=title, district="15", order_prefix="AB")))
    assert (pack.settings.title, pack.geography.places["15"].name) == (title, title)


def test_none_of_its_rows_is_confirmed_and_nothing_goes_out_by_itself() -> None:
    pack = load_pack(starter(NEW))
    rows = (*pack.dispatch.table.rows, *pack.deadlines.whole.rows, *pack.supervision.whole.rows)
    units = [unit for unit in pack.units.values() if unit.confirmed]
    automatic = [target for target in pack.dispatch.targets.values() if target.auto]
    assert ([row for row in rows if row.confirmed], units, automatic, pack.settings.auto_classes) == ([], [], [], ())


def test_its_tables_open_in_excel() -> None:
    assert {data[:3] for name, data in starter(NEW).items() if name.endswith(".csv")} == {b"\xef\xbb\xbf"}


@pytest.mark.parametrize("shipped", ["kundulun", "beijing"])
def test_as_workbooks_the_pack_is_the_same(shipped: str) -> None:
    books = as_workbooks(pack_files(shipped))
    pack, same = load_pack(shipped), load_pack(books)
    assert {name.rpartition(".")[2] for name in books} == {"xlsx", "toml"}
    assert (same.dispatch.targets, same.deadlines.limits, same.supervision.rows) == (
        pack.dispatch.targets, pack.deadlines.limits, pack.supervision.rows,
    )  # fmt: skip
    assert (dict(same.units), same.geography, same.lexicon, same.cases) == (
        dict(pack.units), pack.geography, pack.lexicon, pack.cases,
    )  # fmt: skip


def test_every_table_a_pack_can_have_is_there_with_its_heads() -> None:
    assert {name for name in starter(NEW) if name.endswith(".csv")} >= set(pack_files("kundulun")) - {"pack.toml"}


def test_an_example_row_is_answered_as_its_case_says() -> None:
    assert lead(load_pack(starter(NEW)), "2026-01-05T10:00", category=HEATING, estate="E001") == "RLG"


@pytest.mark.parametrize("shipped", SHIPPED)
def test_a_copy_of_a_shipped_pack_passes_the_check_and_confirms_nothing(shipped: str) -> None:
    files = copied(NewPack(name="neu", title="新区", district="", order_prefix="NEU"), pack_files(shipped))
    pack = load_pack(files)
    assert (faults(pack), pack.settings.name, pack.settings.auto_classes) == ([], "neu", ())
    assert column(files["dispatch.csv"], "confirmed") == {"no"}


def test_a_copy_names_the_pack_its_sources_come_from() -> None:
    files = copied(NEW, pack_files("beijing"))
    assert all(source.startswith("参照北京市:") for source in column(files["deadlines.csv"], "source"))


def test_a_copy_for_another_place_serves_that_place() -> None:
    pack = load_pack(copied(NEW, pack_files("kundulun")))  # 青山区 was known there as a neighbour
    assert (faults(pack), pack.geography.places["150204"].name) == ([], "包头市青山区")
    rows = [dispatch(pack, facts(category=HEATING, estate="E003", place=place)).row_id for place in ("150204", "150203")]
    assert (rows, pack.geography.places["150203"].name) == (["D-0102", "D-0010"], "昆都仑区")


def test_a_copy_keeps_the_other_packs_office_hours_and_rates() -> None:
    copy, beijing = load_pack(copied(NEW, pack_files("beijing"))).settings, load_pack("beijing").settings
    assert (copy.office, copy.weights, copy.floor) == (beijing.office, beijing.weights, beijing.floor)


def test_the_settings_of_a_copy_are_toml_with_the_new_title_only_once() -> None:
    text = copied(NEW, pack_files("shandong"))["pack.toml"].decode()
    assert (tomllib.loads(text)["title"], text.count("包头市青山区")) == ("包头市青山区", 1)


def test_a_folder_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "qingshan").mkdir()
    with pytest.raises(InvalidInput) as refused:
        write_new(starter(NEW), tmp_path / "qingshan")
    assert "不会覆盖" in refused.value.message
    assert list((tmp_path / "qingshan").iterdir()) == []


def test_what_was_written_is_what_is_read(tmp_path: Path) -> None:
    write_new(starter(NEW), tmp_path / "deep" / "qingshan")
    assert pack_files(tmp_path / "deep" / "qingshan") == starter(NEW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Qingshan"}, {"name": "../etc"}, {"name": "x"}, {"name": "青山"}, {"title": " "}, {"title": "甲\n乙"},
        {"title": "长" * 61}, {"district": "15/02"}, {"order_prefix": "Q"}, {"order_prefix": "qs"}, {"zone": "Asia/Atlantis"},
        {"zone": "../../etc/passwd"},
    ],
)  # fmt: skip
def test_names_that_would_not_do_are_refused(wrong: dict[str, str]) -> None:
    good = {"name": "qingshan", "title": "青山区", "district": "150204", "order_prefix": "QS", "zone": "Asia/Shanghai"}
    with pytest.raises(InvalidInput):
        NewPack(**{**good, **wrong})


def test_a_prefix_is_taken_from_the_name() -> None:
    assert [prefix_of(name) for name in ("qingshan", "jiu-yuan", "a1b")] == ["QIN", "JIU", "AB"]
