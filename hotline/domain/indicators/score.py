"""The score 综合得分: the weighted rates, of those that have a sample."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.domain.indicators.rates import NOTHING, Rate, Ratio


def score(found: Mapping[Rate, Ratio], weights: Mapping[Rate, float]) -> float | None:
    """Return 0…100; a rate without a sample leaves its weight to the others; None when none of them has one."""
    known = {rate: value for rate in weights if (value := found.get(rate, NOTHING).value) is not None}
    total = sum(weights[rate] for rate in known)
    return 100 * sum(weights[rate] * value for rate, value in known.items()) / total if total > 0 else None
