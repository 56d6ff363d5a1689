"""Learning the trees of the second look (``alarm_verdict``): gradient boosting on scores that were made without the text."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.alarm_verdict import DEPTH, Verdict

TREES = 150
_RATE, _LEAST = 0.08, 10
_TEXTS, _FEATURES = 0.5, 0.15
"""Share of the texts that each tree is grown on, and of the features that each fork may ask: less time, no loss."""
_FAR = 2**31 - 1

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def grow(
    rows: Whole, said: NDArray[np.bool_], weight: Floats, fold_of: Whole, scale: int
) -> tuple[Verdict, Floats]:  # fmt: skip
    """Return the trees for ``said`` (rows x alarms), and the scores of each row, in ones, by trees that were grown without it."""
    crossed, grown = np.zeros(said.shape), {}
    jobs = [(alarm, fold_at) for alarm in range(said.shape[1]) for fold_at in (-1, *np.unique(fold_of).tolist())]

    def one(job: tuple[int, int]) -> tuple[NDArray[Any], ...]:
        inside = fold_of != job[1]
        return _trees(rows[inside], said[inside, job[0]], weight[inside], scale)

    with ThreadPoolExecutor(2) as pool:
        for (alarm, fold_at), trees in zip(jobs, pool.map(one, jobs), strict=True):
            grown[alarm, fold_at] = trees
            apart = fold_of == fold_at
            crossed[apart, alarm] = _scores(Verdict(*(part[None] for part in trees)), rows[apart]) / scale
    feature, cut, leaf = (np.stack(part) for part in zip(*(grown[at, -1] for at in range(said.shape[1])), strict=True))
    return Verdict(feature, cut, leaf), crossed


def _scores(verdict: Verdict, rows: Whole) -> Floats:
    return np.array([verdict.scores(one)[0] for one in rows], dtype=np.float64)


def _trees(rows: Whole, said: NDArray[np.bool_], weight: Floats, scale: int) -> tuple[NDArray[Any], ...]:
    """Return forks' features, their cuts, and leaves, a row a tree; the log odds of the whole are shared out over the trees."""
    from sklearn.ensemble import GradientBoostingClassifier  # noqa: PLC0415  # slow to load, needed for training only

    grower = GradientBoostingClassifier(
        n_estimators=TREES,
        max_depth=DEPTH,
        learning_rate=_RATE,
        min_samples_leaf=_LEAST,
        max_features=_FEATURES,
        subsample=_TEXTS,
        random_state=12345,
    )
    made = grower.fit(rows, said, sample_weight=weight).estimators_[:, 0]
    share = np.average(said, weights=weight)
    base = np.log(share / (1 - share)) / TREES
    whole = [_complete(tree.tree_) for tree in made]
    feature, cut, leaf = (np.stack(part) for part in zip(*whole, strict=True))
    return feature, cut, np.rint((leaf * _RATE + base) * scale).astype(np.int32)


def _complete(tree: Any) -> tuple[NDArray[np.int16], NDArray[np.int32], Floats]:
    """Return a tree with all its forks: below a leaf that came early every way leads to what it says."""
    nodes = np.zeros(2 ** (DEPTH + 1) - 1, dtype=np.int64)
    feature = np.zeros(2**DEPTH - 1, dtype=np.int16)
    cut = np.full(len(feature), _FAR, dtype=np.int32)
    for at in range(len(feature)):
        node = nodes[at]
        fork = tree.children_left[node] >= 0
        if fork:
            feature[at], cut[at] = tree.feature[node], int(np.floor(tree.threshold[node]))
        nodes[2 * at + 1], nodes[2 * at + 2] = (tree.children_left[node], tree.children_right[node]) if fork else (node, node)
    return feature, cut, tree.value[nodes[len(feature) :], 0, 0]
