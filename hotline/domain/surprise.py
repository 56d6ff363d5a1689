"""Whether a count is more, or fewer, than the same stretches of time before let expect.

Two counts of rare things are compared by the exact conditional test: given their sum, the later one is binomial (Przyborowski
and Wilenski, Biometrika 31, 1940). It knows the uncertainty of a short past, which a comparison with a mean alone does not.
Complaints come in clusters, therefore small probabilities are a hint to look, no proof; and among hundreds of cells some are
small by chance: ``notable`` keeps the share of false ones among those marked down (Benjamini and Hochberg, J. R. Stat. Soc. B
57, 1995).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from math import exp, lgamma, log
from typing import Final, TypeVar

K = TypeVar("K", bound=Hashable)

FALSE_SHARE: Final = 0.05
"""How many of the cells marked may be so by chance, as a share."""
LEAST: Final = 5
"""A count below this is never marked: two calls after one are nothing to look at."""


def more(now: int, before: int, stretches: int) -> float:
    """Return how likely ``now`` or more is by chance, after ``before`` in so many equally long stretches together."""
    return upper_tail(now, now + before, 1 / (stretches + 1))


def fewer(now: int, before: int, stretches: int) -> float:
    """Return how likely ``now`` or fewer is by chance."""
    return upper_tail(before, now + before, stretches / (stretches + 1))


def upper_tail(least: int, trials: int, share: float) -> float:
    """Return the probability of ``least`` or more successes in ``trials``, each of probability ``share`` (0 < share < 1)."""
    if least <= 0:
        return 1.0
    if least > trials:
        return 0.0
    odds, term = share / (1 - share), 1.0
    total = term
    for at in range(least, trials):
        term *= odds * (trials - at) / (at + 1)
        total += term
        if term < total * 1e-17:
            break
    choose = lgamma(trials + 1) - lgamma(least + 1) - lgamma(trials - least + 1)
    return min(1.0, exp(choose + least * log(share) + (trials - least) * log(1 - share) + log(total)))


def notable(chances: Mapping[K, float], share: float = FALSE_SHARE) -> frozenset[K]:
    """Return those of many probabilities that stand out, so that the false ones among them are ``share`` on average at most."""
    ranked = sorted(chances, key=lambda key: chances[key])
    last = max((at for at, key in enumerate(ranked, 1) if chances[key] <= share * at / len(ranked)), default=0)
    return frozenset(ranked[:last])
