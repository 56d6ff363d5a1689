"""The classifier on real messages: at least as good as the published reference, honest, and fast."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from classifiers.evaluate import evaluate
from classifiers.examples import Example, read_examples
from classifiers.model import Classifier
from classifiers.train import train
from tests.needs import need

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def data() -> Path:
    need("real")
    return Path(os.environ["HOTLINE_REAL_DATA"])


@pytest.fixture(scope="module")
def folder(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("real") / "model"
    train([data / "messages_train.csv"], where)
    return where


@pytest.fixture(scope="module")
def model(folder: Path) -> Classifier:
    return Classifier.load(folder)


@pytest.fixture(scope="module")
def dev(data: Path) -> Sequence[Example]:
    return read_examples([data / "messages_dev.csv"])


@pytest.fixture(scope="module")
def figures(model: Classifier, dev: Sequence[Example]) -> dict[str, Any]:
    return dict(evaluate(model, dev)["heads"]["category"])


@pytest.mark.parametrize(("view", "reference"), [("full", 0.895), ("title", 0.852), ("first60", 0.839)])
def test_macro_f1_is_at_least_the_reference(figures: dict[str, Any], view: str, reference: float) -> None:
    assert figures[view]["macro_f1"] >= reference


@pytest.mark.parametrize(("view", "reference"), [("full", 0.99), ("title", 0.969), ("first60", 0.961)])
def test_the_right_class_is_among_the_first_three(figures: dict[str, Any], view: str, reference: float) -> None:
    assert figures[view]["top3"] >= reference


@pytest.mark.parametrize("view", ["full", "title", "first60"])
def test_confidence_is_better_calibrated_than_the_reference(figures: dict[str, Any], view: str) -> None:
    assert figures[view]["calibration_error"] <= 0.066


def test_cross_validated_confidence_is_honest(model: Classifier) -> None:
    assert model.manifest["scores"]["category"]["calibration_error"] <= 0.02


def test_few_of_those_called_sure_are_wrong(model: Classifier, dev: Sequence[Example]) -> None:
    readings = model.read([(one.title, one.text) for one in dev], accept_error=0.05)
    sure = [reading.first.label == one.category for reading, one in zip(readings, dev, strict=True) if not reading.unsure]
    assert len(sure) / len(dev) >= 0.78
    assert 1 - sum(sure) / len(sure) <= 0.08  # 515 texts: three standard errors around 5 %


def test_a_model_loads_within_a_second_and_fits_forty_megabytes(folder: Path) -> None:
    began = time.perf_counter()
    Classifier.load(folder)
    assert time.perf_counter() - began < 1
    assert sum(file.stat().st_size for file in folder.iterdir()) < 40_000_000
