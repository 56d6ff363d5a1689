"""From which score on the learned layer raises an alarm: set on scores of texts that the weights were not learned from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.alarm_model import ALARMS

RECALL, PRECISION = 0.99, 0.80
"""Aims of the first look at sentences: no lower limit than brings the recall, and none that costs the precision."""
SECOND = (0.98, 0.98, 0.985)
"""Recall by alarm that the second look keeps of what is told in short texts."""
SHARES = (0.4, 0.4, 0.2)
"""Share of real alarms, among sentences that sound like one, at which the precision is told; the lists hold more others."""
NEAR = 0.02
"""Share of real alarms in short texts that may sound too little of one for a second look, if no rule hears them."""
ORDINARY = 0.002
"""Share of ordinary letters in which the layer may hear each alarm."""
_GATES = (0.0, 0.02, 0.4)
"""Share of real alarms that the gate of each length may keep out; a letter's alarm is loud, or the rules hear it."""
_MARGIN, _LETTER, _LEAST = 0.3, 0.6, 500
"""A longer text has more stretches to err in: so much higher is the limit of a call, and of a letter at least; with fewer
letters than these nothing is learned from them."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Crossed:
    """Cross-validated scores (texts x heads), the second look's (texts x alarms), the gate's (texts), what is said and what the
    rules say (texts x alarms); ``patterned`` sentences were made after a pattern: no limit is set on them.
    """

    scores: Floats
    judged: Floats
    gate: Floats
    said: Flags
    ruled: Flags
    length: NDArray[np.int64]
    ordinary: Flags
    patterned: Flags


def limits(crossed: Crossed) -> tuple[Floats, dict[str, Any]]:
    """Return the limits (``AlarmModel.limits``, in ones) and, by alarm, recall and precision of rules and layer together."""
    made = np.zeros((5, len(ALARMS)))
    figures: dict[str, Any] = {}
    spoken, short = ~(crossed.ordinary | crossed.patterned), crossed.length == 0
    for at in range(len(ALARMS)):
        said, score, ruled = crossed.said[spoken, at], crossed.scores[spoken, at], crossed.ruled[spoken, at]
        first = _first(said, score, ruled, _weight(said, SHARES[at]))
        made[0, at] = np.quantile(score[said & short[spoken]], NEAR)
        made[1, at] = first + _MARGIN
        made[2, at] = _letter(first, crossed.scores[crossed.ordinary & (crossed.length == 2), at])
    near = (crossed.scores[:, : len(ALARMS)] > made[0]).any(axis=1) | crossed.ruled.any(axis=1)
    judged = np.where(near[:, None], crossed.judged, -np.inf)
    for at, alarm in enumerate(ALARMS):
        said = crossed.said[:, at]
        made[3, at] = np.quantile(judged[spoken & short & said, at], 1 - SECOND[at], method="lower") - 1e-3
        told = crossed.ruled[:, at] | (crossed.scores[:, at] > made[np.minimum(crossed.length, 2), at])
        heard = np.where(short, judged[:, at] > made[3, at], told)
        figures[alarm] = _figures(said[spoken], heard[spoken], _weight(said[spoken], SHARES[at]))
    made[4] = np.quantile(crossed.gate[crossed.said[:, : len(ALARMS)].any(axis=1)], _GATES)
    quiet = (judged[crossed.ordinary & short] > made[3]).mean(axis=0).round(4).tolist()
    return made, {"cross_validated": figures, "ordinary_heard": dict(zip(ALARMS, quiet, strict=True))}


def _weight(said: Flags, share: float) -> float:
    """Return how much a real alarm counts, so that real ones are so large a share."""
    return share / (1 - share) * float((~said).sum()) / max(float(said.sum()), 1.0)


def _first(said: Flags, score: Floats, believed: Flags, weight: float) -> float:
    """Return the limit of the first look: the highest that reaches the recall, higher where the precision asks for it."""
    tried = np.unique(np.quantile(score, np.linspace(0, 1, 1001)))
    heard = believed[None, :] | (score[None, :] > tried[:, None])
    right = (heard & said[None, :]).sum(axis=1)
    wrong = heard.sum(axis=1) - right
    recall, precision = right / max(said.sum(), 1), weight * right / np.maximum(weight * right + wrong, 1)
    reaches = np.flatnonzero(recall >= RECALL)
    precise = np.flatnonzero(precision >= PRECISION)
    low = reaches[-1] if len(reaches) else 0
    return float(tried[max(low, precise[0] if len(precise) else low)])


def _letter(short: float, letters: Floats) -> float:
    """Return the limit for a letter; ``letters`` are the scores of ordinary ones."""
    told = float(np.quantile(letters, 1 - ORDINARY)) if len(letters) >= _LEAST else short
    return max(short + _LETTER, told)


def _figures(said: Flags, heard: Flags, weight: float) -> dict[str, float]:
    right, wrong = int((said & heard).sum()), int((~said & heard).sum())
    return {
        "recall": round(right / max(int(said.sum()), 1), 4),
        "precision": round(weight * right / max(weight * right + wrong, 1), 4),
        "precision_in_the_lists": round(right / max(right + wrong, 1), 4),
    }
