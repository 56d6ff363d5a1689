"""Scores to honest confidences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BANDS = (60, 125)
"""Feature occurrences up to which a text is as short as a title, or as 60 characters; longer is the third band."""
_FEW = 150
"""Texts of a band below which its confidences are made honest by all bands together."""


@dataclass(frozen=True, slots=True)
class Temperature:
    """How steeply scores become confidences; ``slope`` lets longer texts (more known features) be trusted more.

    ``sharpen`` and ``shift``, one a length band, then bring the first label's confidence to its share of right answers, on the
    scale of log odds; the other labels share what is left and never pass the first.
    """

    level: float
    slope: float
    sharpen: tuple[float, ...] = (1.0,) * (len(BANDS) + 1)
    shift: tuple[float, ...] = (0.0,) * (len(BANDS) + 1)

    def confidences(self, scores: Floats, known: NDArray[np.int64], total: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return confidences, each row summing to 1, of texts of which ``known`` of ``total`` feature occurrences are known."""
        made = self._plain(scores, known)
        at, bands = (np.arange(len(made)), made.argmax(axis=1)), band(total)
        first = made[at]
        honest = _share(np.array(self.sharpen)[bands] * _log_odds(first) + np.array(self.shift)[bands])
        made *= ((1 - honest) / np.maximum(1 - first, 1e-9))[:, None]
        np.minimum(made, honest[:, None], out=made)
        made[at] = honest
        return made

    def _plain(self, scores: Floats, known: NDArray[np.int64]) -> NDArray[np.float64]:
        steep = np.exp(self.level + self.slope * np.log1p(known) / 5)[:, None]
        scaled = scores.astype(np.float64) * steep
        scaled -= scaled.max(axis=1, keepdims=True)
        np.exp(scaled, out=scaled)
        scaled /= scaled.sum(axis=1, keepdims=True)
        return scaled


def _share(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    share: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
    return share


def _log_odds(share: NDArray[np.float64]) -> NDArray[np.float64]:
    kept = np.clip(share, 1e-6, 1 - 1e-6)
    odds: NDArray[np.float64] = np.log(kept / (1 - kept))
    return odds


def fit_temperature(
    scores: Floats, known: NDArray[np.int64], total: NDArray[np.int64], truth: NDArray[np.int64], judge: NDArray[np.bool_]
) -> Temperature:
    """Return the temperature under which the true labels (indices) of held-out texts were least surprising.

    How honest the first label's confidence is, is seen on the texts marked ``judge`` alone: those written as calls are.
    """

    def surprise(parameters: NDArray[np.float64]) -> float:
        made = Temperature(float(parameters[0]), float(parameters[1]))._plain(scores, known)
        return float(-np.log(np.maximum(made[np.arange(len(truth)), truth], 1e-9)).mean())

    level, slope = (float(one) for one in _minimum(surprise, (1.5, 0.0)))
    made = Temperature(level, slope)._plain(scores, known)
    first, bands = made.argmax(axis=1), band(total)
    odds, right = _log_odds(made[np.arange(len(first)), first]), first == truth
    whole = _honesty(odds[judge], right[judge])
    fits = []
    for one in range(len(BANDS) + 1):
        mine = judge & (bands == one)
        fits.append(_honesty(odds[mine], right[mine]) if np.count_nonzero(mine) >= _FEW else whole)
    return Temperature(level, slope, tuple(fit[0] for fit in fits), tuple(fit[1] for fit in fits))


def _honesty(odds: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float]:
    """Return by how much log odds must be sharpened and shifted to be the share of right answers."""

    def dishonesty(parameters: NDArray[np.float64]) -> float:
        honest = _share(parameters[0] * odds + parameters[1])
        return float(-np.log(np.maximum(np.where(right, honest, 1 - honest), 1e-9)).mean())

    sharpen, shift = (float(one) for one in _minimum(dishonesty, (1.0, 0.0)))
    return max(sharpen, 0.05), shift


def _minimum(loss: Callable[[NDArray[np.float64]], float], start: tuple[float, float]) -> NDArray[np.float64]:
    from scipy.optimize import minimize  # noqa: PLC0415  # slow to load, needed for training only

    found = minimize(loss, np.array(start), method="Nelder-Mead", options={"maxiter": 120, "xatol": 1e-3, "fatol": 1e-5})
    return np.asarray(found.x, dtype=np.float64)


def band(total: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the length band, 0…2, of texts with ``total`` feature occurrences."""
    return np.searchsorted(np.array(BANDS), total, side="left")
