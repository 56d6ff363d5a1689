"""The checks of what a table's rows cover together: repeats first, for what they tell of two rows is not told again."""

from __future__ import annotations

from typing import Final

from routing_rules.verify.gaps import check_gaps
from routing_rules.verify.overlaps import check_overlaps
from routing_rules.verify.reach import check_reach
from routing_rules.verify.repeats import check_repeats

COVERAGE: Final = (check_repeats, check_reach, check_gaps, check_overlaps)
