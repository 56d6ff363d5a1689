"""``[assessment]`` of a pack."""

from __future__ import annotations

import pytest

from hotline.errors import RuleError
from routing_rules.pack import load_pack
from routing_rules.pack_assessment import AssessmentSettings
from tests.unit.packs import TOML, files


def settings(written: str) -> AssessmentSettings:
    return load_pack(files(pack=TOML + written)).settings.assessment


def test_a_pack_that_says_nothing_has_five_working_days_one_tier_and_the_rolling_quarter() -> None:
    assert settings("") == AssessmentSettings(objection_days=5, tiers=(), quarters=True, book="own", two_persons=False)


def test_what_a_pack_says_is_taken() -> None:
    said = '[assessment]\nobjection_days = 3\ntiers = [50, 200]\nquarters = false\nbook = "official"\ntwo_persons = true\n'
    assert settings(said) == AssessmentSettings(
        objection_days=3, tiers=(50, 200), quarters=False, book="official", two_persons=True
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [("tiers = [200, 50]", "由小到大"), ("objection_days = -1", "太小"), ("tiers = [0]", "太小"), ('book = "both"', "不认识")],
)
def test_a_wrong_setting_is_told(said: str, told: str) -> None:
    with pytest.raises(RuleError, match=told):
        settings(f"[assessment]\n{said}\n")
