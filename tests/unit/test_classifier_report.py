"""The report of an evaluation: pictures and tables in one page that fetches nothing."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.console import Console

from classifiers import corpus
from classifiers.evaluate import evaluate, rounded
from classifiers.honesty import calibration_error, calibration_interval, curve, reliability, share_interval
from classifiers.model import Classifier
from classifiers.report import page
from classifiers.train import train_examples
from hotline.cli.models_tables import evaluation


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    where = tmp_path_factory.mktemp("model") / "m"
    train_examples(corpus.train_part()[:200], where)
    return evaluate(Classifier.load(where), corpus.test_part()[:60])


def test_the_page_fetches_nothing(report: dict[str, Any]) -> None:
    addresses = set(re.findall(r"(?:https?:)?//[^\s\"'<]+", page(report)))
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert "<script" not in page(report)


def test_each_view_of_the_category_has_its_two_pictures(report: dict[str, Any]) -> None:
    pictures = re.findall(r"<svg.*?</svg>", page(report), re.DOTALL)
    assert len(pictures) == 2 * len(report["heads"]["category"])
    assert [ElementTree.fromstring(one).tag for one in pictures] == ["{http://www.w3.org/2000/svg}svg"] * len(pictures)


def test_the_report_names_the_classes_held_back(report: dict[str, Any]) -> None:
    assert report["held_back"]["0.02"]
    assert report["held_back"]["0.02"][0] in page(report)


def test_the_report_says_whether_the_thresholds_are_a_guarantee(report: dict[str, Any]) -> None:
    assert "90% 的把握" in page({**report, "guaranteed": True})
    assert "不是保证" in page({**report, "guaranteed": False})


def test_a_figure_is_rounded_once(report: dict[str, Any]) -> None:
    views = {**report["heads"]["category"]["full"], "accuracy": 0.87449, "coverage_2": 0.84496}
    told = page({**report, "heads": {"category": {"full": views}}})
    assert ("<td>0.874</td>" in told, "<td>0.84</td>" in told) == (True, True)
    assert rounded({"accuracy": 0.87449, "interval": (0.84496, 1)}) == {"accuracy": 0.8745, "interval": [0.845, 1]}


def test_every_heading_of_the_tables_is_whole_at_eighty_columns(report: dict[str, Any]) -> None:
    console = Console(width=80, record=True, file=StringIO())
    for table in evaluation(report):
        console.print(table)
    told = console.export_text()
    assert "…" not in told
    assert all(part in told for part in ("准确率", "宏平均", "前三", "校准", "可接受", "派出中", "实际", "90% 区间", "事后最"))


def test_what_the_thresholds_send_out_is_counted(report: dict[str, Any]) -> None:
    sent = report["heads"]["category"]["full"]["sent_out"]["0.1"]
    assert sent["sent"] >= sent["wrong"]
    assert sent["coverage"] == pytest.approx(sent["sent"] / 60, abs=1e-4)


def test_reliability_has_ten_bins_of_equal_mass_with_their_intervals() -> None:
    confidence = np.linspace(0, 1, 500)
    bins = reliability(confidence, np.random.default_rng(1).random(500) < confidence)
    assert len(bins) == 10
    assert all(low <= right <= high for _, right, low, high in bins)


def test_coverage_goes_to_everything_and_ends_at_the_share_wrong() -> None:
    right = np.arange(100) % 4 != 0
    assert curve(np.linspace(0, 1, 100), right)[-1] == (1.0, 0.25)


def test_the_interval_of_a_share_is_the_published_one() -> None:
    assert share_interval(0, 45) == pytest.approx((0.0, 1 - 0.05 ** (1 / 45)))


def test_the_bootstrap_interval_is_the_same_each_time() -> None:
    confidence = np.linspace(0.5, 1, 200)
    right = np.arange(200) % 5 != 0
    assert calibration_interval(confidence, right) == calibration_interval(confidence, right)


def test_the_bootstrap_interval_holds_the_error_found() -> None:
    random = np.random.default_rng(1)
    confidence = random.uniform(0.5, 1, 500)
    right = random.uniform(size=500) < confidence
    low, high = calibration_interval(confidence, right)
    assert low < calibration_error(confidence, right) < high


def test_the_page_can_be_written(report: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "r.html").write_text(page(report), encoding="utf-8")
    assert "把握是否可信" in (tmp_path / "r.html").read_text("utf-8")
