"""A model folder from a pack alone, and how well it names the classes above its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classifiers import folder
from classifiers.alarm_train import layer
from classifiers.calibration import Temperature
from classifiers.cold_start import cold_examples
from classifiers.examples import Example, file_hash, read_examples
from classifiers.features import occurrences
from classifiers.heads import heads_of, learn
from classifiers.learning import Progress
from classifiers.model import Classifier
from classifiers.segment import SegmenterName, segmenter
from classifiers.text import bounded
from classifiers.train import named, train_examples
from classifiers.vectors import fit_space, rows
from hotline.errors import UnreadableFile
from routing_rules.pack import Pack

_SEGMENTER: SegmenterName = "rjieba"
_STEEPNESS = 20.0
"""How steeply scores become confidences while there is nothing to calibrate on."""
_LEAST_DOCS = 2


def _silent(_step: str, _done: int, _all: int) -> None:
    """Show nothing."""


def train_cold(pack: Pack, model_dir: Path) -> dict[str, Any]:
    """Learn from the pack alone, write ``model_dir``, return its manifest.

    Every answer of this model is unsure: without labelled texts no error can be promised, and nothing goes out on its word.
    """
    examples = cold_examples(pack)
    batch = occurrences([bounded(one.title, one.text) for one in examples], segmenter(_SEGMENTER))
    space, heads = fit_space([batch], least=_LEAST_DOCS), heads_of(examples)
    weights = learn(rows(batch, space).matrix, heads, np.arange(len(examples)), np.ones(len(examples), dtype=np.float32))
    arrays: dict[str, Any] = {"column": space.column, "rarity": space.rarity}
    for head, solved in zip(heads, weights, strict=True):
        arrays |= {f"{head.name}.weight": solved.weight.astype(np.float16), f"{head.name}.bias": solved.bias}
    steep = Temperature(math.log(_STEEPNESS), 0.0)
    temperature = [steep.level, steep.slope, list(steep.sharpen), list(steep.shift)]
    stated = {
        head.name: {"labels": list(head.labels), "temperature": temperature, "prior": head.prior().tolist()} for head in heads
    }
    alarms, told = layer([])
    manifest = {
        "name": named(pack.content_hash, alarms.digest(), kind="c"), "alarms": {**told, "sha256": alarms.digest()},
        "segmenter": _SEGMENTER, "segmenter_agreement": 1.0, "texts": 0,
        "data": {"files": {"pack": pack.content_hash}}, "heads": stated, "thresholds": {}, "scores": {},
    }  # fmt: skip
    folder.write(model_dir, arrays | alarms.arrays(), manifest)
    return folder.read_manifest(model_dir)


def train_blended(pack: Pack, files: Sequence[Path], model_dir: Path, progress: Progress = _silent) -> dict[str, Any]:
    """Learn from labelled files and from the pack together, write ``model_dir``, return its manifest.

    The pack's made texts keep their number: with few labels they say most, with thousands next to nothing. Units are made up
    for only where labelled texts have units, for nothing could judge them otherwise.
    """
    examples = read_examples(files)
    made = cold_examples(pack, known=frozenset(one.category for one in examples) - {""})
    units = any(one.unit for one in examples)
    sources = {**{path.name: file_hash(path) for path in files}, "pack": pack.content_hash}
    return train_examples([*examples, *(one for one in made if units or one.category)], model_dir, progress, sources=sources)


def accuracy_above(model: Classifier, examples: Sequence[Example]) -> dict[str, Any]:
    """Return the share of right answers among the classes that occur in ``examples``, each being all of the model's below it.

    Raises UnreadableFile when no label of the examples is a class of the model or above one.
    """
    labels = sorted({one.category for one in examples} - {""})
    below = np.array(
        [[own == label or own.startswith(f"{label}/") for label in labels] for own in model.labels], dtype=np.float64
    )
    judged = [one for one in examples if one.category and below[:, labels.index(one.category)].any()]
    if not judged:
        raise UnreadableFile("no label fits the model's classes", message="数据中的类别都不在模型的类别体系中")
    made = model.confidences([(one.title, one.text) for one in judged]) @ below
    right = np.array([labels[at] == one.category for at, one in zip(made.argmax(axis=1).tolist(), judged, strict=True)])
    return {"model": model.name, "texts": len(judged), "classes": len(labels), "accuracy": round(float(right.mean()), 4)}
