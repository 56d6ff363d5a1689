"""Whether a count stands out against the weeks before."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.surprise import fewer, more, notable, upper_tail

counts = st.integers(0, 60)


def exactly(least: int, trials: int, share: Fraction) -> Fraction:
    return sum((comb(trials, at) * share**at * (1 - share) ** (trials - at) for at in range(least, trials + 1)), Fraction(0))


@given(counts, counts, st.integers(1, 8))
def test_the_chance_is_the_exact_one(now: int, before: int, stretches: int) -> None:
    expected = exactly(now, now + before, Fraction(1, stretches + 1))
    assert more(now, before, stretches) == pytest.approx(float(expected), rel=1e-9, abs=1e-300)


@given(counts, counts, st.integers(1, 8))
def test_more_and_fewer_overlap_in_the_count_itself_alone(now: int, before: int, stretches: int) -> None:
    one, share = now + before, Fraction(1, stretches + 1)
    itself = float(comb(one, now) * share**now * (1 - share) ** before)
    assert more(now, before, stretches) + fewer(now, before, stretches) == pytest.approx(1 + itself, rel=1e-9)


def test_as_many_as_ever_is_nothing() -> None:
    assert more(10, 80, 8) > 0.4


def test_ten_after_weeks_of_one_is_something() -> None:
    assert more(10, 8, 8) < 0.0001


def test_large_counts_cost_nothing_and_lose_nothing() -> None:
    assert upper_tail(10_500, 20_000, 0.5) == pytest.approx(8.03e-13, rel=0.01)


def test_of_many_chances_those_stand_out_that_their_number_allows() -> None:
    assert notable({"a": 0.001, "b": 0.02, "c": 0.04, "d": 0.9}) == {"a", "b"}


def test_nothing_stands_out_of_nothing() -> None:
    assert notable({}) == frozenset()


@given(st.dictionaries(st.text(), st.floats(0, 1), max_size=30))
def test_a_smaller_chance_stands_out_wherever_a_larger_one_does(chances: dict[str, float]) -> None:
    found = notable(chances)
    assert all(chances[one] >= max((chances[other] for other in found), default=0) for one in chances if one not in found)
