"""Training: files or examples in, a model folder out."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import corpus, folder
from classifiers.alarm_train import layer
from classifiers.calibration import BANDS, band
from classifiers.duties import STYLE as DUTY
from classifiers.duties import duty_examples
from classifiers.evaluate import macro_f1
from classifiers.examples import Example, file_hash, read_examples
from classifiers.honesty import calibration_error
from classifiers.learning import Judged, Learned, Progress, learn_all
from classifiers.novelty import unknown_share
from classifiers.thresholds import ASSURANCE, thresholds
from hotline.errors import UnreadableFile
from routing_rules.pack import load_pack

KEPT_APART = ("test", "dev")
"""Values of ``split`` that mark texts nobody learns from."""
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "skops", "jieba", "rjieba")
_LEAST_TEXTS = 20
_STRANGE_ASSURANCE = 0.975
"""The assurance asked where texts that are not as callers write them judge: no guarantee then, but a margin."""
_RAW_FOR_THRESHOLDS = 600
"""Raw texts from which thresholds are set on them alone; with fewer nothing would go out, and all texts judge."""


def _silent(_step: str, _done: int, _all: int) -> None:
    """Show nothing."""


def train(files: Sequence[Path], model_dir: Path, progress: Progress = _silent) -> dict[str, Any]:
    """Learn from CSV and XLSX files (rows with split = test are left out), write ``model_dir``, return its manifest.

    ``progress`` is called with (step, done, all). Raises UnreadableFile when a file cannot be read or teaches nothing.
    """
    sources = {path.name: file_hash(path) for path in files if path.is_file()}
    return train_examples(read_examples(files), model_dir, progress, sources=sources)


def train_default(model_dir: Path, progress: Progress = _silent) -> dict[str, Any]:
    """Learn from the corpus written for this project (its training part) and its pack's duties, write ``model_dir``.

    Returns the manifest.
    """
    pack = load_pack(corpus.PACK)
    texts = corpus.train_part()
    duties = duty_examples(pack, frozenset(one.category for one in texts))
    return train_examples([*texts, *duties], model_dir, progress, sources={**corpus.hashes(), "pack": pack.content_hash})


def train_examples(
    examples: Iterable[Example], model_dir: Path, progress: Progress = _silent, *, sources: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Learn from ``examples``, write ``model_dir``, return its manifest."""
    usable = [one for one in examples if one.split not in KEPT_APART and (one.category or _aside(one))]
    chosen = sorted(usable, key=_aside)  # what is judged comes first
    texts = sum(1 for one in chosen if not _aside(one))
    if texts < _LEAST_TEXTS or len({one.category for one in chosen} - {""}) < 2:
        told = f"可用的带标签文本不足:至少 {_LEAST_TEXTS} 条、2 个类别"
        raise UnreadableFile("too few labelled texts to learn from", message=told)
    learned = learn_all(chosen, texts, progress)
    manifest = _manifest(learned, chosen[:texts], dict(sources or {}))
    manifest["unknown_share"] = unknown_share(learned.space, len(chosen), chosen[:texts], learned.segmenter)
    own = corpus.hashes().keys() >= set(sources or ()) - {"pack"}  # what ships was learned from the corpus already
    alarms, heard = layer([] if own else [(one.title, one.text) for one in chosen[:texts]])
    manifest["alarms"] = {**heard, "sha256": alarms.digest()}
    manifest["name"] = named(manifest["data"]["texts_sha256"], alarms.digest())
    folder.write(model_dir, _arrays(learned) | alarms.arrays(), manifest)
    return folder.read_manifest(model_dir)


def named(*contents: str, kind: str = "m") -> str:
    """Return the name of a model after the digests of what it was learned from and of the layer of the alarms in it."""
    return f"{kind}-{hashlib.sha256(chr(0x1E).join(contents).encode()).hexdigest()[:12]}"


def _aside(one: Example) -> bool:
    """Return whether a text is learned from without judging."""
    return one.aside or one.style == DUTY


def _arrays(learned: Learned) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {"column": learned.space.column, "rarity": learned.space.rarity}
    for head, weights in zip(learned.heads, learned.weights, strict=True):
        arrays[f"{head.name}.weight"] = weights.weight.astype(np.float16)  # half the file, no answer changes
        arrays[f"{head.name}.bias"] = weights.bias
    return arrays


def _manifest(learned: Learned, examples: Sequence[Example], sources: dict[str, str]) -> dict[str, Any]:
    category = learned.judged[0]
    texts = hashlib.sha256("\x1e".join(f"{one.title}\x1f{one.text}\x1f{one.category}" for one in examples).encode()).hexdigest()
    return {
        "segmenter": learned.segmenter,
        "segmenter_agreement": round(learned.agreement, 6),
        "texts": len(examples),
        "data": {"files": sources, "texts_sha256": texts},
        "libraries": {name: version(name) for name in _LIBRARIES} | {"python": platform.python_version()},
        "heads": {one.head.name: _head(one) for one in learned.judged},
        "thresholds": _thresholds(category),
        "guaranteed": bool(category.raw[category.judges(_RAW_FOR_THRESHOLDS)].all()),
        "scores": {one.head.name: _scores(one) for one in learned.judged},
    }


def _head(judged: Judged) -> dict[str, Any]:
    temperature = judged.temperature
    return {
        "labels": list(judged.head.labels),
        "temperature": [temperature.level, temperature.slope, list(temperature.sharpen), list(temperature.shift)],
        "prior": [round(float(share), 8) for share in judged.head.prior()],
    }


def _thresholds(judged: Judged) -> dict[str, Any]:
    confidence, right = _top(judged)
    _, once = np.unique(judged.origin * (len(BANDS) + 1) + band(judged.total), return_index=True)
    used = np.intersect1d(
        once, np.flatnonzero(judged.judges(_RAW_FOR_THRESHOLDS))
    )  # a text counts once a band: no copy bears it out
    first = judged.scores.argmax(axis=1)
    assurance = ASSURANCE if judged.raw[used].all() else _STRANGE_ASSURANCE
    return thresholds(confidence[used], right[used], judged.total[used], first[used], judged.head.labels, assurance)


def _top(judged: Judged) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    made = judged.temperature.confidences(judged.scores, judged.known, judged.total)
    first = made.argmax(axis=1)
    return made[np.arange(len(first)), first], first == judged.truth


def _scores(judged: Judged) -> dict[str, float]:
    """Return cross-validated figures over the full texts (the truncated copies come after them); ``raw_`` = as written."""
    full = slice(0, judged.texts)
    confidence, right = _top(judged)
    made, raw = judged.scores[full].argmax(axis=1), judged.raw[full]
    return {
        "texts": float(judged.texts),
        "accuracy": round(float(right[full].mean()), 4),
        "macro_f1": round(macro_f1(judged.truth[full].tolist(), made.tolist()), 4),
        "calibration_error": round(calibration_error(confidence[full], right[full]), 4),
        "raw_texts": float(np.count_nonzero(raw)),
        "raw_calibration_error": round(calibration_error(confidence[full][raw], right[full][raw]), 4),
    }
