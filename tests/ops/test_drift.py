"""Drift: class mix by PSI, doubts, words never met; and a candidate that reads in the shadow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.reading import Candidate, Reading
from hotline.metrics.drift import first_levels, psi
from hotline.metrics.reading import ClassifierMetrics
from hotline.metrics.registry import new_registry
from hotline.metrics.shadow import ShadowedReader, ShadowMetrics
from hotline.services.models import Shadow
from hotline.services.ports import Reader
from tests.ops.city import City

START = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
TRAINED = {"甲": 0.5, "乙": 0.5}
counts = st.dictionaries(st.sampled_from("甲乙丙丁"), st.integers(0, 500), max_size=4)


def test_the_same_mix_has_no_index() -> None:
    assert psi(TRAINED, {"甲": 1000, "乙": 1000}) == pytest.approx(0, abs=1e-9)


def test_the_index_is_the_sum_over_classes() -> None:
    assert psi(TRAINED, {"甲": 80_000, "乙": 20_000}) == pytest.approx(0.3 * math.log(1.6) - 0.3 * math.log(0.4), abs=1e-3)


@given(counts)
def test_the_index_is_finite_and_about_zero_or_above(seen: dict[str, int]) -> None:
    assert math.isfinite(psi(TRAINED, seen))
    assert psi(TRAINED, seen) > -0.01  # the floors of rare classes may take a hair's breadth


def test_paths_are_counted_by_their_first_level() -> None:
    assert first_levels(["甲/一", "甲/二", "乙"], [0.25, 0.25, 0.5]) == TRAINED


def test_the_clock_exports_the_index_with_its_sample() -> None:
    city = City(START)
    city.calls(3, text="暖气不热")
    city.wait(days=10)
    city.calls(2, text="暖气不热")
    city.exporter.refresh()
    sample = {w: city.business.get_sample_value("hotline_classifier_psi_sample", {"window": w}) for w in ("7d", "90d")}
    assert sample == {"7d": 2, "90d": 5}
    assert (city.business.get_sample_value("hotline_classifier_psi", {"window": "90d"}) or 0) > 0
    assert city.business.get_sample_value("hotline_classifier_unknown_share_trained") == 0.25


def test_orders_of_a_quarter_ago_are_forgotten() -> None:
    city = City(START)
    city.calls(3, text="暖气不热")
    city.wait(days=91)
    city.calls(1, text="暖气不热")
    city.exporter.refresh()
    assert city.business.get_sample_value("hotline_classifier_psi_sample", {"window": "90d"}) == 1


def reading(label: str = "甲", *, unsure: bool = False, known: float = 1.0) -> Reading:
    return Reading(category=(Candidate(label, 0.9),), unsure=unsure, known=known)


def test_doubts_and_unknown_words_are_counted() -> None:
    registry = new_registry()
    ClassifierMetrics(registry).seen([reading(), reading(unsure=True, known=0.25), reading(known=0.5)])
    doubts = [registry.get_sample_value("hotline_classifier_readings_total", {"unsure": one}) for one in ("yes", "no")]
    assert doubts == [1, 2]
    assert registry.get_sample_value("hotline_classifier_unknown_share_sum") == 1.25
    assert registry.get_sample_value("hotline_classifier_unknown_share_count") == 3


class Says:
    """A reader that says one label of everything, and remembers how many texts it was asked."""

    def __init__(self, label: str) -> None:
        self.label, self.asked = label, 0

    def read(self, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        self.asked += len(texts)
        return [reading(self.label) for _ in texts]


class Breaks:
    """A reader that cannot read."""

    def read(self, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        raise ZeroDivisionError


def shadowed(candidate: Reader | None, share: float, texts: int) -> tuple[list[Reading], dict[str, float | None]]:
    registry = new_registry()
    shadow = Shadow(version="m-1", share=share, at=START, by="王")
    made = ShadowedReader(Says("甲"), lambda: (shadow, candidate) if candidate else None, ShadowMetrics(registry))
    readings = [one for at in range(0, texts, 7) for one in made.read([("", "字")] * min(7, texts - at))]
    names = {"version": "m-1", "head": "category"}
    counted = {
        agree: registry.get_sample_value("hotline_classifier_shadow_total", {**names, "agree": agree}) for agree in ("yes", "no")
    }
    return readings, counted | {"errors": registry.get_sample_value("hotline_classifier_shadow_errors_total")}


def test_every_tenth_text_is_read_by_the_candidate_and_nothing_is_decided_by_it() -> None:
    candidate = Says("乙")
    readings, counted = shadowed(candidate, 0.1, 100)
    assert candidate.asked == 10
    assert {one.first.label for one in readings} == {"甲"}
    assert counted == {"yes": 0, "no": 10, "errors": 0}


def test_agreement_is_counted() -> None:
    assert shadowed(Says("甲"), 1, 20)[1] == {"yes": 20, "no": 0, "errors": 0}


def test_a_candidate_that_breaks_keeps_no_call_from_being_read() -> None:
    readings, counted = shadowed(Breaks(), 1, 14)
    assert len(readings) == 14
    assert counted["errors"] == 2


def test_without_a_shadow_nothing_is_counted() -> None:
    assert shadowed(None, 1, 3)[1] == {"yes": None, "no": None, "errors": 0}
