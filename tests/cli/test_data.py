"""Keys, imports, rules and backups on the command line."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest
import xlsxwriter

from hotline.upstream.district_export import COLUMNS
from routing_rules import pack
from tests.needs import need
from tests.waiting import wait_until
from tests.whole.city import START_SECONDS, sample, up
from tests.whole.deployment import Deployment
from tests.whole.ledger import Ledger, ledger, orders_of

GOOD = 40
EXPORT = "upstream:excel"


def export(path: Path, rows: Sequence[dict[str, str]], headings: Sequence[str] = COLUMNS) -> Path:
    """Write a district's export as its system does: one heading row, every cell a text."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("工单")
        for at, row in enumerate([dict(zip(headings, headings, strict=True)), *rows]):
            sheet.write_row(at, 0, [row.get(heading, "") for heading in headings])
    return path


def row(number: int, **changed: str) -> dict[str, str]:
    """Return a row of the export."""
    values = (
        str(number), f"KDL2026{number:06d}", "12345热线", f"BT20261110{number:05d}", "暖气不热",
        f"来电人反映青年路{number}号楼暖气不热,诉求:尽快处理。", "热力公司", "客服科", "王某", f"1384721{number:04d}", "",
        "城乡建设", "供暖", "2026-11-10 09:30:00", "2026-11-17 18:00:00", "办理中", "张三", "正常",
    )  # fmt: skip
    return {**dict(zip(COLUMNS, values, strict=True)), **changed}


def good_rows() -> list[dict[str, str]]:
    return [row(number) for number in range(1, GOOD + 1)]


def test_an_export_is_imported_once_however_often_it_is_given(migrated: Deployment, tmp_path: Path) -> None:
    file = export(tmp_path / "工单.xlsx", good_rows())
    first, again = (migrated.json("import", str(file), "--json") for _ in range(2))
    assert (first["rows"], first["new"], first["repeated"], first["set_aside"]) == (GOOD, GOOD, 0, [])
    assert (again["rows"], again["new"], again["repeated"], again["set_aside"]) == (GOOD, 0, GOOD, [])
    assert (ledger(migrated, EXPORT).calls, ledger(migrated, EXPORT).messages) == (GOOD, GOOD)


def test_the_columns_may_stand_in_any_order_and_unknown_ones_are_named(migrated: Deployment, tmp_path: Path) -> None:
    headings = [*reversed(COLUMNS), "领导批示"]
    said = migrated.json("import", str(export(tmp_path / "工单.xlsx", good_rows(), headings)), "--json")
    assert (said["new"], said["unknown_headings"]) == (GOOD, ["领导批示"])


def test_a_bad_row_is_reported_with_its_number_and_the_others_are_imported(migrated: Deployment, tmp_path: Path) -> None:
    bad = [
        row(90, 派发时间="2026-13-45"),
        row(91, 诉求主题="", 诉求内容=""),
        row(92, 市级编号="2.02611E+16"),
        row(93, 承诺完成时间="不详"),
    ]
    done = migrated.run("import", str(export(tmp_path / "工单.xlsx", [*good_rows(), *bad])))
    assert done.returncode == 0
    assert f"新登记 {GOOD} 件" in done.stdout
    assert [number for number in range(GOOD + 2, GOOD + 6) if f"第 {number} 行" not in done.stdout] == []
    with migrated.house().store.read() as work:
        assert len(work.set_asides.page(10, retried=False)) == len(bad)


def test_a_table_without_the_needed_columns_is_one_clear_line(migrated: Deployment, tmp_path: Path) -> None:
    done = migrated.run("import", str(export(tmp_path / "工单.xlsx", good_rows(), COLUMNS[:4])))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "诉求内容" in done.stderr


@pytest.mark.stream
def test_an_imported_export_becomes_orders_and_a_later_export_events_of_them(migrated: Deployment, tmp_path: Path) -> None:
    need("broker")
    later = [row(number, 办件状态="已办结", 处理结果="已修复") for number in range(1, GOOD + 1)]
    with up(migrated):
        migrated.json("import", str(export(tmp_path / "一.xlsx", good_rows())), "--json")
        wait_until(lambda: orders_of(migrated, EXPORT) == GOOD, 60, what="the orders")
        said = migrated.json("import", str(export(tmp_path / "二.xlsx", later)), "--json")
        wait_until(lambda: untriaged(migrated) == 0, 60, what="the events")
    assert (said["new"], said["events_of_known_orders"]) == (GOOD, GOOD)
    assert orders_of(migrated, EXPORT) == GOOD


def untriaged(deployment: Deployment) -> int:
    with deployment.house().store.read() as work:
        return work.calls.untriaged()


# -- keys --------------------------------------------------------------------------------------------------------------
def test_a_key_is_shown_once_listed_without_itself_and_revoked(migrated: Deployment) -> None:
    key = migrated.run("key", "new", "--role", "clerk", "--unit", "ZJJ", "--name", "住建局").stdout.strip()
    listed = migrated.run("key", "list").stdout
    ident = listed.split()[0]
    assert len(key) >= 43
    assert (key in listed, "住建局" in listed, "ZJJ" in listed, "有效" in listed) == (False, True, True, True)
    assert migrated.run("key", "revoke", ident).returncode == 0
    assert "已停用" in migrated.run("key", "list").stdout


@pytest.mark.parametrize(
    "options",
    [["--role", "clerk"], ["--role", "clerk", "--unit", "NOWHERE"], ["--role", "agent", "--unit", "ZJJ"]],
    ids=["clerk without unit", "unknown unit", "agent with unit"],
)
def test_a_key_that_makes_no_sense_is_refused(migrated: Deployment, options: list[str]) -> None:
    done = migrated.run("key", "new", *options)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)


def test_an_unknown_role_is_a_wrong_call(migrated: Deployment) -> None:
    assert migrated.run("key", "new", "--role", "king").returncode == 2


def test_an_unknown_key_cannot_be_revoked(migrated: Deployment) -> None:
    assert migrated.run("key", "revoke", "000000000000").returncode == 1


# -- rules -------------------------------------------------------------------------------------------------------------
def test_the_shipped_pack_has_no_error(place: Deployment) -> None:
    assert place.run("rules", "check").returncode == 0


def test_a_pack_with_an_error_names_file_and_row(place: Deployment, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(Path(pack.__file__).parent / "packs" / "kundulun", folder)
    table = folder / "dispatch.csv"
    table.write_text(table.read_text("utf-8").replace(",ZJJ,", ",NOWHERE,", 1), "utf-8")
    done = place.run("rules", "check", "--pack", str(folder))
    assert done.returncode == 1
    assert "dispatch.csv" in done.stdout
    assert "NOWHERE" in done.stdout


def test_a_pack_that_does_not_exist_is_one_clear_line(place: Deployment) -> None:
    done = place.run("rules", "check", "--pack", "atlantis")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


# -- backup and restore ------------------------------------------------------------------------------------------------
@pytest.fixture
def busy(migrated: Deployment) -> Iterator[Deployment]:
    """A deployment that works while it is copied."""
    need("broker")
    with up(migrated):
        house = migrated.house()
        house.intake.record_many(sample("busy", 600))
        house.store.close()
        yield migrated


@pytest.mark.stream
def test_a_backup_taken_while_a_worker_runs_is_restored_whole(busy: Deployment, tmp_path: Path) -> None:
    wait_until(lambda: orders_of(busy, "busy") > 0, 60, what="the worker is at work")
    assert busy.run("backup", str(tmp_path / "copy.db")).returncode == 0
    assert busy.run("restore", str(tmp_path / "copy.db")).returncode == 1  # not while processes have it open
    wait_until(lambda: orders_of(busy, "busy") == 600, 60, what="all orders")
    other = Deployment(tmp_path / "other" / "data")
    assert other.run("restore", str(tmp_path / "copy.db")).returncode == 0
    assert ledger(other, "busy").calls == 600
    with up(other):
        wait_until(lambda: orders_of(other, "busy") == 600, START_SECONDS, what="the rest of the orders")
        assert httpx.get(f"{other.web}/readyz", timeout=10).status_code == 200
    assert ledger(other, "busy") == Ledger.of(600)


def test_a_backup_does_not_replace_a_file(migrated: Deployment, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    assert migrated.run("backup", str(tmp_path / "copy.db")).returncode == 1
    assert (tmp_path / "copy.db").read_text() == "mine"


def test_a_file_that_is_no_backup_is_not_restored(migrated: Deployment, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear city" * 1000)
    done = migrated.run("restore", str(tmp_path / "letter.txt"))
    assert (done.returncode, done.stderr.count("\n"), "Traceback" in done.stderr) == (1, 1, False)


def test_newer_data_is_replaced_only_by_force(migrated: Deployment, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    assert migrated.run("backup", copy).returncode == 0
    assert migrated.run("key", "new", "--role", "agent").returncode == 0
    assert migrated.run("restore", copy).returncode == 1
    assert migrated.run("restore", copy, "--force").returncode == 0
    assert migrated.run("key", "list").stdout == ""


def test_the_first_key_may_come_before_the_first_start(place: Deployment) -> None:
    made = place.run("key", "new", "--role", "agent")
    assert (made.returncode, len(made.stdout.strip())) == (0, 43)
