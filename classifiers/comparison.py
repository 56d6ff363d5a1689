"""Whether a candidate is worse than the live model: paired, text by text, overall and class by class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST = 30
"""Texts below which nothing is concluded: of so few, two or three decide."""
MARGIN = 0.01
"""Share of right answers that a candidate may lose overall while chance could still explain it."""
ASSURANCE = 0.95
_RESAMPLES = 1_000
_SEED = 12345

Right = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Gap:
    """Candidate against live on the same texts: shares of right answers, and the one-sided 95 % bound of the difference.

    ``worse`` = even that upper bound is below zero: chance does not explain it.
    """

    texts: int
    live: float
    candidate: float
    upper: float

    @property
    def worse(self) -> bool:
        """Whether the candidate is worse by more than its own interval."""
        return self.upper < 0

    @property
    def much_worse(self) -> bool:
        """Whether it is worse, or lost more than ``MARGIN``, whatever chance says."""
        return self.worse or self.candidate - self.live < -MARGIN


@dataclass(frozen=True, slots=True)
class Judgement:
    """One set of texts and one head: overall (None = too few texts), each class that has enough, and those too small."""

    overall: Gap | None
    classes: Mapping[str, Gap]
    small: tuple[str, ...]

    @property
    def worse(self) -> tuple[str, ...]:
        """The classes in which the candidate is worse by more than its own interval."""
        return tuple(label for label, gap in self.classes.items() if gap.worse)

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        overall = asdict(self.overall) if self.overall else None
        classes = {label: asdict(gap) for label, gap in self.classes.items()}
        return {"overall": overall, "classes": classes, "too_small": list(self.small), "worse": list(self.worse)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the candidate may be put in force; where not, why, as sentences for the office."""

    promote: bool
    reasons: tuple[str, ...]


def gap(live: Right, candidate: Right) -> Gap:
    """Compare right answers on the same texts (at least one) by a paired bootstrap; the same answers give the same bound."""
    difference = candidate.astype(np.float64) - live.astype(np.float64)
    random, texts = np.random.default_rng(_SEED), len(difference)
    means = [difference[random.integers(0, texts, texts)].mean() for _ in range(_RESAMPLES)]
    upper = float(np.quantile(means, ASSURANCE))
    return Gap(texts, round(float(live.mean()), 4), round(float(candidate.mean()), 4), round(upper, 6))


def judge(truth: Sequence[str], live: Right, candidate: Right) -> Judgement:
    """Compare on texts with the labels ``truth``: overall and in each class with ``LEAST`` texts."""
    labels, of = np.unique(np.array(truth, dtype=object).astype(str), return_inverse=True)
    classes, small = {}, []
    for at, label in enumerate(labels.tolist()):
        mine = np.flatnonzero(of == at)
        if len(mine) < LEAST:
            small.append(label)
        else:
            classes[label] = gap(live[mine], candidate[mine])
    return Judgement(gap(live, candidate) if len(truth) >= LEAST else None, classes, tuple(small))


def verdict(judged: Mapping[str, Judgement]) -> Verdict:
    """Return whether the candidate may go in force, by all comparisons (their names are shown to the office)."""
    if all(one.overall is None for one in judged.values()):
        return Verdict(promote=False, reasons=(f"可比较的文本不足 {LEAST} 条,无法判断",))
    reasons = tuple(_reasons(judged))
    return Verdict(promote=not reasons, reasons=reasons)


def _reasons(judged: Mapping[str, Judgement]) -> Iterator[str]:
    for name, one in judged.items():
        if one.overall is not None and one.overall.much_worse:
            yield f"{name}:总体由 {one.overall.live:.1%} 降到 {one.overall.candidate:.1%}({one.overall.texts} 条)"
        for label in one.worse:
            lost = one.classes[label]
            yield f"{name}:“{label}”由 {lost.live:.1%} 降到 {lost.candidate:.1%}({lost.texts} 条)"
