"""The definitions of the rates in ``pack.toml``."""

from __future__ import annotations

import pytest

from hotline.domain.indicators import RateSettings
from routing_rules.names import SETTING_NAMES
from routing_rules.verify.check import check_files
from tests.unit.packs import TOML, files, small


def faults(text: str) -> list[str]:
    return [str(finding) for finding in check_files(files(pack=text)) if finding.level == "error"]


def test_a_pack_that_says_nothing_counts_callbacks_by_phone_and_leaves_nothing_out() -> None:
    assert small().settings.rates == RateSettings(rating_channels=("phone",), left_out=())


def test_what_a_pack_says_of_the_rates_is_what_they_are_counted_by() -> None:
    said = '[rates]\nresponse_basis = "callback"\nrating_channels = ["phone", "app"]\nleft_out = ["merged", "anonymous"]\n'
    assert small(pack=TOML + said).settings.rates == RateSettings(
        response_basis="callback", rating_channels=("phone", "app"), left_out=("merged", "anonymous")
    )


@pytest.mark.parametrize("channel", ["pre", "upstream", "电话"])
def test_our_own_call_and_what_comes_from_above_never_count_in_our_book(channel: str) -> None:
    (only,) = faults(TOML + f'[rates]\nrating_channels = ["{channel}"]\n')
    assert only == f"pack.toml rates.rating_channels.1: “{channel}”不认识(可用:phone、message、web、app、letter)"


def test_only_known_kinds_of_orders_can_be_left_out() -> None:
    (only,) = faults(TOML + '[rates]\nleft_out = ["late"]\n')
    assert only == "pack.toml rates.left_out.1: “late”不认识(可用:merged、anonymous、no_reply、incident)"


@pytest.mark.parametrize(("weight", "said"), [("-0.3", "-0.3 太小,应不小于 0"), ("inf", "应为数字"), ("nan", "应为数字")])
def test_a_weight_is_a_number_that_is_not_negative(weight: str, said: str) -> None:
    assert faults(TOML + f"[rates.weights]\nresponse = {weight}\n") == [f"pack.toml rates.weights.response: {said}"]


@pytest.mark.parametrize("name", ["rating_channels", "left_out"])
def test_a_change_of_the_definitions_is_told_by_a_name(name: str) -> None:
    assert f"rates.{name}" in SETTING_NAMES
