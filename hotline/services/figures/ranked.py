"""How units are ranked over a period: the one place where the pack's weights, floor and borders of volume become rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from math import ceil
from typing import Final, cast

from hotline.domain.indicators import Rate
from hotline.domain.ranking import RankingRules, Sort
from hotline.services.figures.periods import Period
from routing_rules.pack import Pack

QUARTER: Final = timedelta(days=92)
"""The length of period that the pack's borders of volume are meant for."""
LEVEL_SORTS: Final[Mapping[str, Sort]] = {
    "department": "department", "desk": "department", "subordinate": "department", "street": "street", "town": "street",
    "community": "community", "company": "company",
}  # fmt: skip


def rules_of(pack: Pack, period: Period) -> RankingRules:
    """Return how units are ranked over a period; the borders of volume, meant for a quarter, go with its length."""
    share = (period.end - period.start) / QUARTER
    tiers = tuple(dict.fromkeys(max(ceil(border * share), 1) for border in pack.settings.assessment.tiers))
    return RankingRules(weights=weights_of(pack), floor=pack.settings.floor, tiers=tiers)


def weights_of(pack: Pack) -> dict[Rate, float]:
    """Return the pack's weights of a score."""
    return {cast(Rate, rate): weight for rate, weight in pack.settings.weights.items() if weight}


def sort_of(code: str, pack: Pack) -> Sort:
    """Return the sort of a unit; one that is known no more counts as a department."""
    return LEVEL_SORTS[pack.units[code].level] if code in pack.units else "department"
