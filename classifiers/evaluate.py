"""How good a model is on labelled texts: right, first three, honest, and how much may go out without a person."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.examples import Example
from classifiers.honesty import (
    ERRORS,
    calibration_error,
    calibration_interval,
    curve,
    held_back,
    reliability,
    sent_out,
)  # fmt: skip
from classifiers.model import Classifier

_BATCH = 500
Pairs = list[tuple[str, str]]


def views(examples: Sequence[Example]) -> dict[str, Pairs]:
    """Return the texts as written, by title alone, and by the first 60 characters of the text alone."""
    return {
        "full": [(one.title, one.text) for one in examples],
        "title": [(one.title, "") for one in examples],
        "first60": [("", (one.text or one.title)[:60]) for one in examples],
    }


def evaluate(model: Classifier, examples: Sequence[Example]) -> dict[str, Any]:
    """Return the figures of ``model`` on ``examples``: head -> view -> figures, shares between 0 and 1, not rounded.

    Views without a text (no titles) are left out. A label the model never learned counts as wrong.
    """
    held = {f"{error:g}": held_back(model, error) for error in ERRORS}
    report: dict[str, Any] = {
        "model": model.name,
        "texts": len(examples),
        "heads": {},
        "held_back": held,
        "guaranteed": bool(model.manifest.get("guaranteed", False)),
        "cross_validated": model.manifest["scores"],
    }
    for head, part in model.parts.items():
        known = [one for one in examples if one.label(head)]
        report["heads"][head] = {
            view: _figures(model, head, part.labels, pairs, [one.label(head) for one in known])
            for view, pairs in views(known).items()
            if known and sum(1 for title, text in pairs if title or text) > len(pairs) / 2
        }
    return report


def _figures(model: Classifier, head: str, labels: tuple[str, ...], pairs: Pairs, truth: Sequence[str]) -> dict[str, Any]:
    used = [at for at, pair in enumerate(pairs) if any(pair)]
    pairs, truth = [pairs[at] for at in used], [truth[at] for at in used]
    parts = [model.confidences(pairs[at : at + _BATCH], head) for at in range(0, len(pairs), _BATCH)]
    made = np.vstack(parts)
    order = np.argsort(-made, axis=1, kind="stable")
    first = [labels[at] for at in order[:, 0].tolist()]
    right = np.array([one == other for one, other in zip(first, truth, strict=True)])
    three = [other in [labels[at] for at in row] for row, other in zip(order[:, :3].tolist(), truth, strict=True)]
    top = made.max(axis=1)
    figures = {
        "texts": len(truth), "accuracy": float(right.mean()), "macro_f1": float(macro_f1(truth, first)),
        "top3": float(np.mean(three)), "calibration_error": float(calibration_error(top, right)),
        "coverage_2": float(coverage(top, right, 0.02)), "coverage_5": float(coverage(top, right, 0.05)),
        "level1_accuracy": float(np.mean([_top(one) == _top(other) for one, other in zip(first, truth, strict=True)])),
        "calibration_interval": list(calibration_interval(top, right)),
        "reliability": reliability(top, right), "curve": curve(top, right), "per_label": per_label(truth, first),
    }  # fmt: skip
    return figures | ({"sent_out": sent_out(model, pairs, truth)} if head == "category" else {})


def _top(label: str) -> str:
    return label.split("/", maxsplit=1)[0]


def rounded(report: Any, digits: int = 4) -> Any:
    """Return a report with its figures rounded, for JSON: what is shown to people is rounded once, from what was measured."""
    if isinstance(report, Mapping):
        return {name: rounded(one, digits) for name, one in report.items()}
    if isinstance(report, list | tuple):
        return [rounded(one, digits) for one in report]
    return round(report, digits) if isinstance(report, float) else report


def per_label(truth: Sequence[str], made: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return precision, recall, F1 and number of texts of each label that occurs."""
    report = {}
    for label in sorted(set(truth)):
        hit, said, real = _counts(truth, made, label)
        precision, f1 = hit / said if said else 0.0, 2 * hit / (said + real)
        report[label] = {"precision": float(precision), "recall": float(hit / real), "f1": float(f1), "texts": real}
    return report


def _counts(truth: Sequence[Hashable], made: Sequence[Hashable], label: Hashable) -> tuple[int, int, int]:
    hit = sum(1 for one, other in zip(truth, made, strict=True) if one == other == label)
    return hit, sum(1 for one in made if one == label), sum(1 for one in truth if one == label)


def macro_f1(truth: Sequence[Hashable], made: Sequence[Hashable]) -> float:
    """Return the mean of the labels' F1 over the labels that occur in ``truth``."""
    counts: Mapping[Hashable, tuple[int, int, int]] = {label: _counts(truth, made, label) for label in set(truth)}
    return float(np.mean([2 * hit / (said + real) for hit, said, real in counts.values()]))


def coverage(confidence: NDArray[np.float64], right: NDArray[np.bool_], error: float) -> float:
    """Return, with hindsight, the largest share of texts that could be sent out with at most ``error`` wrong among them."""
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~right[order])
    sent = np.arange(1, len(order) + 1)
    kept = np.flatnonzero(wrong <= error * sent)
    return float(kept[-1] + 1) / len(order) if len(kept) else 0.0
