"""`hotline train` and `evaluate` on a city's own files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import xlsxwriter

from classifiers import corpus
from tests.whole.deployment import Deployment

TEXTS = 360
HEADINGS = ("办件编号", "诉求主题", "诉求内容", "事项大类", "办理单位", "诉求类型")


def rows() -> list[tuple[str, ...]]:
    """Return texts of the corpus as a district's table has them: a first-level class, a unit, a kind."""
    chosen = corpus.train_part()[:TEXTS]
    return [(one.ident, one.title, one.text, one.category.partition("/")[0], one.unit, one.kind) for one in chosen]


def comma(path: Path) -> Path:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows()])
    return path


def workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([HEADINGS, *rows()]):
            sheet.write_row(at, 0, row)
    return path


@pytest.mark.parametrize(("make", "name"), [(comma, "工单.csv"), (workbook, "工单.xlsx")])
def test_a_model_learns_from_a_table_and_is_measured_on_it(place: Deployment, tmp_path: Path, make: object, name: str) -> None:
    file, model = make(tmp_path / name), tmp_path / "model"  # type: ignore[operator]
    assert place.json("train", "--data", str(file), "--model", str(model), "--json")["scores"].keys() == {
        "category",
        "unit",
        "kind",
    }
    report = place.json("evaluate", "--model", str(model), "--data", str(file), "--json")
    assert report["texts"] == TEXTS
    assert report["heads"]["category"]["full"]["accuracy"] > 0.8


def test_the_evaluation_names_its_figures(place: Deployment, model: Path) -> None:
    report = place.json("evaluate", "--model", str(model), "--json")
    names = {"texts", "accuracy", "macro_f1", "top3", "calibration_error", "coverage_2", "coverage_5"}
    assert report["heads"]["category"]["full"].keys() >= names
    assert report["heads"].keys() >= {"category", "unit", "kind"}


def test_the_evaluation_is_shown_as_a_table(place: Deployment, model: Path) -> None:
    assert "准确率" in place.run("evaluate", "--model", str(model)).stdout


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("空.csv", "", "文本列"),
        ("无标签.csv", "title,text\n路灯,不亮\n", "类别"),
        ("无文本.csv", "label\n城乡建设\n", "文本列"),
        ("一类.csv", "text,label\n路灯不亮,城乡建设\n", ""),
    ],
)
def test_a_file_one_cannot_learn_from_is_one_clear_line(
    place: Deployment, tmp_path: Path, name: str, content: str, says: str
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    done = place.run("train", "--data", str(tmp_path / name), "--model", str(tmp_path / "model"))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert done.stderr.strip().splitlines()[-1].startswith("错误:")
    assert says in done.stderr
    assert not (tmp_path / "model").exists()


def test_a_folder_that_is_no_model_is_not_overwritten(place: Deployment, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    done = place.run("train", "--data", str(comma(tmp_path / "a.csv")), "--model", str(tmp_path / "mine"))
    assert (done.returncode, (tmp_path / "mine" / "letter.txt").read_text()) == (1, "keep me")


def test_the_manifest_names_every_file_with_its_hash(model: Path) -> None:
    manifest = json.loads((model / "manifest.json").read_text("utf-8"))
    assert {len(digest) for digest in manifest["files"].values()} == {64}
