"""What is learned of a text: category (a path), unit, kind; each a head with its labels, all solved together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from classifiers import ridge
from classifiers.bayes import with_bayes
from classifiers.examples import Example

Floats = NDArray[np.float32]
HEADS = ("category", "unit", "kind")
ALPHA, ROUNDS = 0.7, 8
_LEVEL_SHARE = (0.6, 0.25, 0.15)
"""How much a path's own score, its parent's and its grandparent's count: rare classes learn from their relatives."""
_BALANCE = 0.5


@dataclass(frozen=True, slots=True)
class Head:
    """The labels of one head, sorted, and the label of each training text (index, -1 = not known)."""

    name: str
    labels: tuple[str, ...]
    truth: NDArray[np.int64]

    def prior(self) -> NDArray[np.float64]:
        """Return the share of each label among the labelled texts."""
        counts = np.bincount(self.truth[self.truth >= 0], minlength=len(self.labels)).astype(np.float64)
        share: NDArray[np.float64] = counts / max(counts.sum(), 1.0)
        return share


def heads_of(examples: Sequence[Example]) -> list[Head]:
    """Return the heads these examples can teach: those with at least two labels, and the category in any case."""
    found = []
    for name in HEADS:
        labels = tuple(sorted({example.label(name) for example in examples} - {""}))
        if len(labels) >= 2 or (name == "category" and labels):
            index = {label: at for at, label in enumerate(labels)}
            found.append(Head(name, labels, np.array([index.get(one.label(name), -1) for one in examples], dtype=np.int64)))
    return found


def learn(matrix: sp.csr_matrix, heads: Sequence[Head], texts: NDArray[np.int64], trust: Floats) -> list[ridge.Weights]:
    """Return the weights of each head; row i of ``matrix`` is a copy of example ``texts[i]`` and counts ``trust[i]``."""
    groups, targets, importances = [], [], []
    for head in heads:
        member = _memberships(head)
        truth = head.truth[texts]
        targets.append(np.where(member[truth], np.float32(1), np.float32(-1)))
        importances.append(np.repeat((_balance(truth, len(head.labels)) * trust)[:, None], member.shape[1], axis=1))
        groups.append(member)
    solved = ridge.fit(matrix, np.hstack(targets), np.hstack(importances), alpha=ALPHA, rounds=ROUNDS)
    folded = _fold_levels(solved, heads, [group.shape[1] for group in groups])
    return [with_bayes(one, matrix, head.truth[texts], trust) for one, head in zip(folded, heads, strict=True)]


def _levels(head: Head) -> list[str]:
    """Return the paths that are targets: the labels themselves first, then their parents."""
    if head.name != "category":
        return list(head.labels)
    parents = {"/".join(label.split("/")[:depth]) for label in head.labels for depth in range(1, label.count("/") + 1)}
    return [*head.labels, *sorted(parents - set(head.labels))]


def _memberships(head: Head) -> NDArray[np.bool_]:
    """Return which target each label belongs to: its own path and the paths above it (labels x targets)."""
    targets = _levels(head)
    return np.array([[label == target or label.startswith(target + "/") for target in targets] for label in head.labels])


def _balance(truth: NDArray[np.int64], labels: int) -> Floats:
    """Return how much each text counts: less for frequent labels, nothing where the label is not known."""
    known = truth >= 0
    counts = np.bincount(truth[known], minlength=labels).astype(np.float64)
    weight = (counts.sum() / max(np.count_nonzero(counts), 1) / np.maximum(counts, 1.0)) ** _BALANCE
    return np.where(known, weight[truth], 0.0).astype(np.float32)


def _fold_levels(solved: ridge.Weights, heads: Sequence[Head], widths: Sequence[int]) -> list[ridge.Weights]:
    """Return one column a label: a path's own weights and a share of those of the paths above it."""
    folded, at = [], 0
    for head, width in zip(heads, widths, strict=True):
        mixing = _mixing(head)
        folded.append(ridge.Weights(solved.weight[:, at : at + width] @ mixing, solved.bias[at : at + width] @ mixing))
        at += width
    return folded


def _mixing(head: Head) -> Floats:
    targets = _levels(head)
    index = {target: at for at, target in enumerate(targets)}
    mixing = np.zeros((len(targets), len(head.labels)), dtype=np.float32)
    for at, label in enumerate(head.labels):
        parts = label.split("/") if head.name == "category" else [label]
        chain = [path for depth in range(len(parts), 0, -1) if (path := "/".join(parts[:depth])) in index] or [label]
        shares = np.array(_LEVEL_SHARE[: len(chain)] if len(chain) > 1 else (1.0,))
        shares = np.append(shares, [0.0] * (len(chain) - len(shares)))
        for path, share in zip(chain, shares / shares.sum(), strict=True):
            mixing[index[path], at] = share
    return mixing
