"""The confidence from which the error among what goes out stays within what the office accepts, by class and by length.

Learn then Test (Angelopoulos and others, 2021): thresholds are tried from the strictest to the laxest, each by an exact binomial
test of "wrong among those sent > accepted error"; the first that fails ends the walk. Walks begin at several places and share
the risk of a false promise equally, so that with 90 % assurance no threshold given away breaks its promise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers.calibration import BANDS, band

ACCEPT_ERRORS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.10, 0.15, 0.20)
NEVER = 2.0
"""A threshold that no confidence reaches: nothing goes out."""
LEAST = 150
"""Calibration texts below which a class is judged together with the others that have few."""
POOL = ""
"""The name under which the pooled classes' thresholds are kept."""
ASSURANCE = 0.90
"""With how much certainty a threshold keeps its promise."""
_STEPS = 200
_LONGEST = 2_000
_STARTS = (0.1, 0.3, 0.6, 0.85)
_MANY = 500
"""Texts from which walks begin at all the shares; with fewer the assurance is not divided: one walk, from the strictest."""

Table = Mapping[str, Mapping[str, Sequence[float | None]]]


def threshold(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], accept_error: float, assurance: float = ASSURANCE
) -> float:
    """Return the lowest confidence from which wrong ÷ sent stays within ``accept_error``, with ``assurance``, or ``NEVER``."""
    from scipy.stats import binom  # noqa: PLC0415  # slow to load, needed for training only

    order = np.argsort(-confidence, kind="stable")
    ranked, wrong = confidence[order], np.cumsum(~right[order])
    ends = np.unique(np.searchsorted(-ranked, -ranked[_steps(len(ranked))], side="right"))  # equals go out together
    shares = _STARTS if len(ranked) >= _MANY else _STARTS[:1]
    risk = (1 - assurance) / len(shares)
    passed = np.asarray(binom.cdf(wrong[ends - 1], ends, accept_error) <= risk)
    least = int(np.searchsorted(-binom.cdf(1, np.arange(_LONGEST), accept_error), -risk))  # so many, and one may be wrong
    starts = {int(np.searchsorted(ends, max(share * len(ranked), least))) for share in shares} - {len(ends)}
    reached = [start + _run(passed[start:]) - 1 for start in starts if passed[start]]
    return float(ranked[ends[max(reached)] - 1]) if reached else NEVER


def _steps(texts: int) -> NDArray[np.int64]:
    """Return the ranks tried as the last one sent: they depend on how many texts there are, not on who is right."""
    return np.unique(np.linspace(0, texts - 1, min(_STEPS, texts)).astype(np.int64)) if texts else np.zeros(0, dtype=np.int64)


def _run(passed: NDArray[np.bool_]) -> int:
    """Return how many pass before the first that fails."""
    failed = np.flatnonzero(~passed)
    return int(failed[0]) if len(failed) else len(passed)


def thresholds(
    confidence: NDArray[np.float64],
    right: NDArray[np.bool_],
    total: NDArray[np.int64],
    first: NDArray[np.int64],
    labels: Sequence[str],
    assurance: float = ASSURANCE,
) -> dict[str, dict[str, list[float | None]]]:
    """Return accepted error -> label -> threshold of each length band; ``POOL`` stands for all labels not named.

    A label has a threshold of its own in a band (else None) where at least ``LEAST`` texts were read as it (``first``).
    """
    bands = band(total)
    many = [[at for at in range(len(labels)) if _count(first, bands, at, one) >= LEAST] for one in range(len(BANDS) + 1)]
    parts = {(POOL, one): (bands == one) & ~np.isin(first, many[one]) for one in range(len(BANDS) + 1)}
    parts |= {(labels[at], one): (bands == one) & (first == at) for one, found in enumerate(many) for at in found}
    tables = [_table(confidence, right, parts, error, assurance) for error in ACCEPT_ERRORS]
    return {f"{error:g}": _loosest(tables[: at + 1]) for at, error in enumerate(ACCEPT_ERRORS)}


def _loosest(tables: Sequence[dict[str, list[float | None]]]) -> dict[str, list[float | None]]:
    """Return the lowest thresholds: what keeps a smaller error keeps a larger one."""

    def lowest(label: str, one: int) -> float | None:
        found = (table[label][one] for table in tables)
        return min((each for each in found if each is not None), default=None)

    return {label: [lowest(label, one) for one in range(len(BANDS) + 1)] for label in tables[0]}


def _count(first: NDArray[np.int64], bands: NDArray[np.int64], label: int, one: int) -> int:
    return int(np.count_nonzero((first == label) & (bands == one)))


def _table(
    confidence: NDArray[np.float64],
    right: NDArray[np.bool_],
    parts: Mapping[tuple[str, int], NDArray[np.bool_]],
    error: float,
    assurance: float,
) -> dict[str, list[float | None]]:
    made: dict[str, list[float | None]] = {}
    for (label, one), part in parts.items():
        row = made.setdefault(label, [None] * (len(BANDS) + 1))
        row[one] = round(threshold(confidence[part], right[part], error, assurance), 6)
    return made


def limits(table: Table, accept_error: float, labels: Sequence[str]) -> NDArray[np.float64]:
    """Return the thresholds (bands x labels) of the largest tabled error that is not above ``accept_error``.

    Below the smallest tabled error nothing goes out.
    """
    fitting = [key for key in table if float(key) <= accept_error + 1e-12]
    made = np.full((len(BANDS) + 1, len(labels)), NEVER)
    if not fitting:
        return made
    chosen = table[max(fitting, key=float)]
    for one in range(len(BANDS) + 1):
        pooled = chosen[POOL][one]
        for at, label in enumerate(labels):
            own = chosen.get(label, ())
            found = own[one] if len(own) and own[one] is not None else pooled
            made[one, at] = NEVER if found is None else found
    return made


def never(table: Table, accept_error: float, labels: Sequence[str]) -> list[tuple[str, int]]:
    """Return the (label, band) of which nothing may go out at ``accept_error``."""
    made = limits(table, accept_error, labels)
    return [(labels[at], one) for one, at in np.argwhere(made >= NEVER).tolist()]
