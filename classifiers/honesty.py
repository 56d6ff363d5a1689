"""Whether confidences keep their word on labelled texts: bins, intervals, and what the thresholds send out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.model import Classifier
from classifiers.thresholds import never

_BINS = 10
_RESAMPLES = 500
_POINTS = 120
ERRORS = (0.02, 0.05, 0.10)
"""Accepted errors that a report speaks of."""
BAND_NAMES = ("标题长短", "60 字以内", "更长")

Confidence = NDArray[np.float64]
Right = NDArray[np.bool_]


def _bins(confidence: Confidence) -> list[NDArray[np.int64]]:
    return [part for part in np.array_split(np.argsort(confidence, kind="stable"), _BINS) if len(part)]


def calibration_error(confidence: Confidence, right: Right) -> float:
    """Return the expected calibration error in 10 bins of equal mass."""
    gaps = [len(part) * abs(confidence[part].mean() - right[part].mean()) for part in _bins(confidence)]
    return float(sum(gaps) / max(len(confidence), 1))


def calibration_interval(confidence: Confidence, right: Right) -> tuple[float, float]:
    """Return the 90 % bootstrap interval of the calibration error; the same texts give the same interval.

    Gaps are added without their signs, so that a resample's error is larger, on average, than that of the texts it is drawn from:
    the interval is moved back by that much, and holds the error found.
    """
    random, found = np.random.default_rng(12345), calibration_error(confidence, right)
    drawn = [random.integers(0, len(right), len(right)) for _ in range(_RESAMPLES)]
    errors = np.array([calibration_error(confidence[one], right[one]) for one in drawn])
    low, high = np.quantile(errors, [0.05, 0.95]) - (errors.mean() - found)
    return max(float(low), 0.0), float(high)


def share_interval(hits: int, of: int) -> tuple[float, float]:
    """Return the exact (Clopper-Pearson) 90 % interval of a share."""
    from scipy.stats import beta  # noqa: PLC0415  # slow to load, needed for reports only

    low = beta.ppf(0.05, hits, of - hits + 1) if hits else 0.0
    high = beta.ppf(0.95, hits + 1, of - hits) if hits < of else 1.0
    return float(low), float(high)


def reliability(confidence: Confidence, right: Right) -> list[tuple[float, float, float, float]]:
    """Return for each bin of equal mass: mean confidence, share of right answers, and the ends of its 90 % interval."""
    made = []
    for part in _bins(confidence):
        low, high = share_interval(int(right[part].sum()), len(part))
        made.append((float(confidence[part].mean()), float(right[part].mean()), low, high))
    return made


def curve(confidence: Confidence, right: Right) -> list[tuple[float, float]]:
    """Return (share sent out, wrong among them) with the surest sent first: coverage against error, with hindsight."""
    wrong = np.cumsum(~right[np.argsort(-confidence, kind="stable")])
    steps = np.unique(np.linspace(1, len(right), min(_POINTS, len(right))).astype(np.int64))
    return [(float(at / len(right)), float(wrong[at - 1] / at)) for at in steps]


def sent_out(model: Classifier, pairs: Sequence[tuple[str, str]], truth: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return for each accepted error what the model's own thresholds send out: share, wrong among them, its 90 % interval."""
    made: dict[str, dict[str, Any]] = {}
    for error in ERRORS:
        readings = model.read(pairs, accept_error=error, evidence=False)
        sent = [one.first.label == label for one, label in zip(readings, truth, strict=True) if not one.unsure]
        wrong = len(sent) - sum(sent)
        made[f"{error:g}"] = {
            "coverage": len(sent) / len(truth), "sent": len(sent), "wrong": wrong,
            "error": wrong / len(sent) if sent else None,
            "interval": list(share_interval(wrong, len(sent))) if sent else None,
        }  # fmt: skip
    return made


def held_back(model: Classifier, accept_error: float) -> list[str]:
    """Return the classes, with the length, of which nothing may go out at ``accept_error``, as an office reads them."""
    return [f"{label}({BAND_NAMES[one]})" for label, one in never(model.thresholds, accept_error, model.labels)]
