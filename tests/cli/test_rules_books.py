"""Rule books on the command line: proposed, rehearsed, approved by another, compared, and rulings made into rows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from hotline.store import open_store
from routing_rules.pack import PACKS
from tests.store.examples import keep_order
from tests.unit.office import NOW
from tests.whole.deployment import Deployment

CLASS = "城乡建设/城市建设和市政管理/园林绿化"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """The shipped pack with one limit changed."""
    folder = tmp_path / "draft"
    shutil.copytree(PACKS / "kundulun", folder)
    limits = folder / "deadlines.csv"
    text = limits.read_text("utf-8")
    assert "answer,5,working_day" in text
    limits.write_text(text.replace("answer,5,working_day", "answer,6,working_day"), "utf-8")
    return folder


@pytest.fixture
def lived(migrated: Deployment) -> Deployment:
    """A deployment with a past order."""
    store = open_store(migrated.database)
    facts = {"category": CLASS, "kind": "投诉", "place": "150203/150203001"}
    keep_order(store, "KDL2026112300001", received_at=NOW, created_at=NOW, updated_at=NOW, **facts)
    store.close()
    return migrated


def hash_of(said: str) -> str:
    """Return the hash a command names."""
    return next(word for word in said.split() if len(word) == 12 and not set(word) - set("0123456789abcdef"))


def test_a_draft_goes_into_force_by_two_people_after_a_rehearsal(lived: Deployment, draft: Path) -> None:
    proposed = lived.run("rules", "propose", str(draft), "--by", "张三", "--note", "答复放宽一天")
    digest = hash_of(proposed.stdout)
    assert (proposed.returncode, "已检查" in proposed.stdout) == (0, True)
    own, early = (lived.run("rules", "approve", digest, "--by", name) for name in ("张三", "李四"))
    assert [(one.returncode, one.stderr.count("\n"), one.stderr.isascii()) for one in (own, early)] == [(1, 1, False)] * 2
    assert ("由另一人审批" in own.stderr, "试算" in early.stderr) == (True, True)
    tried = lived.json("rules", "rehearse", "--draft", digest, "--since", "2026-01-01", "--by", "张三", "--json")
    assert (tried["orders"], tried["later"], tried["moved"]) == (1, 1, 0)
    approved = lived.run("rules", "approve", digest, "--by", "李四", "--effective", "2099-12-01T00:00")
    assert (approved.returncode, "2099-12-01 00:00 起生效" in approved.stdout) == (0, True)
    listed = lived.run("rules", "list").stdout
    assert listed.index("现行") < listed.index("首次启动") < listed.index("待生效") < listed.index("提出 张三,审批 李四")
    assert lived.run("rules", "withdraw", digest, "--by", "李四").returncode == 0
    listed = lived.run("rules", "list").stdout
    assert ("待生效" in listed, "已撤回" in listed) == (False, True)


def test_publishing_takes_two_names_once_there_are_orders(lived: Deployment, draft: Path) -> None:
    alone, same, two = (
        lived.run("rules", "publish", str(draft), *names)
        for names in ((), ("--proposed-by", "张三", "--approved-by", "张三"), ("--proposed-by", "张三", "--approved-by", "李四"))
    )
    assert [(one.returncode, one.stderr.count("\n")) for one in (alone, same)] == [(1, 1), (1, 1)]
    assert (two.returncode, "提出 张三,审批 李四" in two.stdout) == (0, True)


def test_a_new_deployment_is_set_up_without_names(migrated: Deployment, draft: Path) -> None:
    assert migrated.run("rules", "publish", str(draft)).returncode == 0
    assert "发布 命令行" in migrated.run("rules", "list").stdout


def test_a_draft_with_errors_is_told_and_ends_with_one(migrated: Deployment, draft: Path) -> None:
    table = draft / "dispatch.csv"
    table.write_text(table.read_text("utf-8").replace(",ZJJ,", ",NOWHERE,", 1), "utf-8")
    done = migrated.run("rules", "propose", str(draft), "--by", "张三")
    assert (done.returncode, "NOWHERE" in done.stdout, "有错误" in done.stdout) == (1, True, True)


def test_books_are_compared_by_folder_name_and_hash(migrated: Deployment, draft: Path) -> None:
    said = migrated.run("rules", "diff", "kundulun", str(draft)).stdout
    assert "期限 由 5 工作日 改为 6 工作日" in said
    found = migrated.json("rules", "diff", "现行", str(draft), "--json")
    assert ([table["table"] for table in found["tables"]], found["same"]) == (["deadlines"], False)
    assert migrated.json("rules", "diff", found["old"][:8], "kundulun", "--json")["same"]
    assert migrated.run("rules", "diff", "kundulun", "0123456").returncode == 1


def test_a_rehearsal_is_a_table_and_a_page(lived: Deployment, draft: Path, tmp_path: Path) -> None:
    done = lived.run("rules", "rehearse", "--draft", str(draft), "--since", "2026-01-01", "--html", str(tmp_path / "试算.html"))
    assert done.returncode == 0
    assert "延后到期 1/1 件(100.0 %)" in done.stdout
    assert "答复延后" in (tmp_path / "试算.html").read_text("utf-8")


def test_a_ruling_is_written_into_a_folder_with_what_it_changes(lived: Deployment, tmp_path: Path) -> None:
    folder = tmp_path / "ruled"
    asked = ("--order", "KDL2026112300001", "--lead", "CGJ", "--since", "2026-01-01")
    done = lived.run("rules", "propose-row", *asked, "--out", str(folder))
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr
    assert "新增 D-R0001" in done.stdout
    assert "改派 1/1 件(100.0 %)" in done.stdout
    assert sorted(one.name for one in folder.iterdir()) == sorted(one.name for one in (PACKS / "kundulun").iterdir())
    assert "裁定 KDL2026112300001" in (folder / "dispatch.csv").read_text("utf-8")


def test_a_ruling_is_proposed_with_one_command(lived: Deployment) -> None:
    asked = ("--order", "KDL2026112300001", "--lead", "CGJ", "--since", "2026-01-01", "--by", "张三")
    done = lived.run("rules", "propose-row", *asked)
    assert done.returncode == 0, done.stderr
    assert "裁定 KDL2026112300001:D-R0001" in lived.run("rules", "list").stdout


@pytest.mark.parametrize(
    "asked",
    [("--lead", "CGJ"), ("--lead", "NOWHERE", "--by", "张三"), ("--lead", "CGJ", "--by", "张三", "--scope", "weather")],
    ids=["neither folder nor name", "unknown unit", "unknown scope"],
)
def test_a_ruling_that_makes_no_sense_is_one_clear_line(lived: Deployment, asked: tuple[str, ...]) -> None:
    done = lived.run("rules", "propose-row", "--order", "KDL2026112300001", *asked)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_the_difference_as_json_is_what_the_words_say(place: Deployment, draft: Path) -> None:
    done = place.run("rules", "diff", "kundulun", str(draft), "--json")
    rows = json.loads(done.stdout)["tables"][0]["changed"]
    assert all("期限 由 5 工作日 改为 6 工作日" in row["words"] for row in rows)
