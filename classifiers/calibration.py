"""Scores to honest confidences, and the confidence from which the error stays within what the office accepts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
ACCEPT_ERRORS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.10, 0.15, 0.20)
BANDS = (60, 125)
"""Feature occurrences up to which a text is as short as a title, or as 60 characters; longer is the third band."""
NEVER = 2.0
"""A threshold that no confidence reaches: nothing goes out."""
_ASSURANCE = 0.90


@dataclass(frozen=True, slots=True)
class Temperature:
    """How steeply scores become confidences; ``slope`` lets longer texts (more known features) be trusted more.

    ``sharpen`` and ``shift`` then bring the first label's confidence to its share of right answers, on the scale of log odds;
    the other labels share what is left and never pass the first.
    """

    level: float
    slope: float
    sharpen: float = 1.0
    shift: float = 0.0

    def confidences(self, scores: Floats, known: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return confidences, each row summing to 1."""
        steep = np.exp(self.level + self.slope * np.log1p(known) / 5)[:, None]
        scaled = scores.astype(np.float64) * steep
        scaled -= scaled.max(axis=1, keepdims=True)
        np.exp(scaled, out=scaled)
        scaled /= scaled.sum(axis=1, keepdims=True)
        return self._first_made_honest(scaled)

    def _first_made_honest(self, made: NDArray[np.float64]) -> NDArray[np.float64]:
        if (self.sharpen, self.shift) == (1.0, 0.0):
            return made
        at = (np.arange(len(made)), made.argmax(axis=1))
        odds = _log_odds(made[at])
        honest = 1 / (1 + np.exp(-(self.sharpen * odds + self.shift)))
        made *= ((1 - honest) / np.maximum(1 - made[at], 1e-9))[:, None]
        np.minimum(made, honest[:, None], out=made)
        made[at] = honest
        return made


def _log_odds(share: NDArray[np.float64]) -> NDArray[np.float64]:
    kept = np.clip(share, 1e-6, 1 - 1e-6)
    odds: NDArray[np.float64] = np.log(kept / (1 - kept))
    return odds


def fit_temperature(scores: Floats, known: NDArray[np.int64], truth: NDArray[np.int64]) -> Temperature:
    """Return the temperature under which the true labels (indices) of held-out texts were least surprising."""

    def surprise(parameters: NDArray[np.float64]) -> float:
        made = Temperature(float(parameters[0]), float(parameters[1])).confidences(scores, known)
        return float(-np.log(np.maximum(made[np.arange(len(truth)), truth], 1e-9)).mean())

    level, slope = (float(one) for one in _minimum(surprise, (1.5, 0.0)))
    made = Temperature(level, slope).confidences(scores, known)
    first = made.argmax(axis=1)
    odds, right = _log_odds(made[np.arange(len(first)), first]), first == truth

    def dishonesty(parameters: NDArray[np.float64]) -> float:
        honest = 1 / (1 + np.exp(-(parameters[0] * odds + parameters[1])))
        return float(-np.log(np.maximum(np.where(right, honest, 1 - honest), 1e-9)).mean())

    sharpen, shift = (float(one) for one in _minimum(dishonesty, (1.0, 0.0)))
    return Temperature(level, slope, max(sharpen, 0.05), shift)


def _minimum(loss: Callable[[NDArray[np.float64]], float], start: tuple[float, float]) -> NDArray[np.float64]:
    from scipy.optimize import minimize  # noqa: PLC0415  # slow to load, needed for training only

    found = minimize(loss, np.array(start), method="Nelder-Mead", options={"maxiter": 120, "xatol": 1e-3, "fatol": 1e-5})
    return np.asarray(found.x, dtype=np.float64)


def band(total: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the length band, 0…2, of texts with ``total`` feature occurrences."""
    return np.searchsorted(np.array(BANDS), total, side="left")


def threshold(confidence: NDArray[np.float64], right: NDArray[np.bool_], accept_error: float) -> float:
    """Return the lowest confidence from which wrong / sent out stays within ``accept_error``, or ``NEVER``.

    The error is bounded from above by the exact binomial bound (Clopper-Pearson) at 90 %, on held-out texts.
    """
    from scipy.stats import beta  # noqa: PLC0415  # slow to load, needed for training and once a start only

    order = np.argsort(-confidence, kind="stable")
    sent = np.arange(1, len(order) + 1)
    wrong = np.cumsum(~right[order])
    bound = beta.ppf(_ASSURANCE, wrong + 1, np.maximum(sent - wrong, 1))
    kept = np.flatnonzero((bound <= accept_error) & (wrong < sent))
    return float(confidence[order[kept[-1]]]) if len(kept) else NEVER


def thresholds(confidence: NDArray[np.float64], right: NDArray[np.bool_], total: NDArray[np.int64]) -> dict[str, list[float]]:
    """Return for each accepted error the threshold of each length band."""
    parts = [np.flatnonzero(band(total) == one) for one in range(len(BANDS) + 1)]
    return {
        f"{error:g}": [round(threshold(confidence[part], right[part], error), 6) for part in parts] for error in ACCEPT_ERRORS
    }


def threshold_for(table: Mapping[str, Sequence[float]], accept_error: float) -> NDArray[np.float64]:
    """Return the thresholds, one a length band, of the largest tabled error that is not above ``accept_error``.

    Below the smallest tabled error nothing goes out.
    """
    fitting = [key for key in table if float(key) <= accept_error + 1e-12]
    if not fitting:
        return np.full(len(BANDS) + 1, NEVER)
    return np.array(table[max(fitting, key=float)], dtype=np.float64)
