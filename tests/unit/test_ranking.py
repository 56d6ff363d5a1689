"""Ranks: within a sort and a tier, by score; who has few orders or no sample stands apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.indicators import Rate, Ratio
from hotline.domain.ranking import SORTS, Counted, RankingRules, Standing, added, standings

RULES = RankingRules(weights={"response": 0.3, "resolution": 0.7}, floor=10, tiers=(20, 100))


def unit(code: str, good: int, sent: int, sort: str = "department", points: float = 0.0) -> Counted:
    rates: dict[Rate, Ratio] = {"return": Ratio(0, sent), "resolution": Ratio(good, 100)}
    return Counted(unit=code, name=code, sort=sort, month=rates, period=rates, points=points, period_points=points)  # type: ignore[arg-type]


def told(*counted: Counted) -> list[tuple[str, int, int | None]]:
    return [(one.unit, one.tier, one.rank) for one in standings(counted, RULES)]


def test_units_are_ranked_within_their_tier_of_volume() -> None:
    found = told(unit("a", 50, 200), unit("b", 90, 30), unit("c", 80, 150), unit("d", 95, 15), unit("e", 70, 20))
    assert found == [("c", 1, 1), ("a", 1, 2), ("b", 2, 1), ("e", 2, 2), ("d", 3, 1)]


def test_departments_and_streets_and_companies_are_ranked_apart() -> None:
    found = told(unit("s", 50, 50, "street"), unit("d", 40, 50), unit("c", 30, 50, "company"))
    assert found == [("d", 2, 1), ("s", 2, 1), ("c", 2, 1)]


def test_a_unit_below_the_floor_stands_apart() -> None:
    assert told(unit("few", 100, 9), unit("enough", 10, 10)) == [("enough", 3, 1), ("few", 3, None)]


def test_equal_scores_share_a_rank_and_the_next_is_skipped() -> None:
    assert [one[2] for one in told(unit("a", 90, 50), unit("b", 90, 50), unit("c", 80, 50))] == [1, 1, 3]


def test_points_move_a_score() -> None:
    first = standings([unit("a", 80, 50, points=15.0), unit("b", 90, 50)], RULES)[0]
    assert (first.unit, first.rated, first.score) == ("a", 80.0, 95.0)


def test_a_unit_without_a_sample_has_no_score_and_no_rank() -> None:
    none = Counted(unit="n", name="n", sort="department", month={"return": Ratio(0, 50)}, period={"return": Ratio(0, 50)})
    assert (standings([none], RULES)[0].score, standings([none], RULES)[0].rank) == (None, None)


def test_rates_are_added_and_never_averaged() -> None:
    assert added([{"response": Ratio(1, 2)}, {"response": Ratio(8, 8)}]) == {"response": Ratio(9, 10)}


units = st.lists(
    st.builds(
        unit, st.text("abcdef", min_size=1, max_size=3), st.integers(0, 100), st.integers(0, 200), st.sampled_from(SORTS),
        st.floats(-5, 5).map(lambda points: round(points, 2)),
    ),
    max_size=12, unique_by=lambda one: one.unit,
)  # fmt: skip


@given(units)
def test_a_rank_says_how_many_of_the_same_sort_and_tier_are_better(counted: list[Counted]) -> None:
    lines = standings(counted, RULES)
    assert {one.unit for one in lines} == {one.unit for one in counted}
    for line in lines:
        better = [one for one in lines if _beside(one, line) and (one.ranking or 0) > (line.ranking or 0)]
        assert line.rank in (None, len(better) + 1)
        assert (line.rank is None) == (line.period_volume < RULES.floor)


def _beside(one: Standing, other: Standing) -> bool:
    return (one.sort, one.tier) == (other.sort, other.tier) and one.rank is not None
