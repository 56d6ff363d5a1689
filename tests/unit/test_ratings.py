"""Ratings: which one an order is rectified for, who sees them when, and who may say them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hotline.domain.order import Flag
from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput
from hotline.services.closing import Callback, Closing
from hotline.services.ratings import Ratings
from hotline.services.reviewing import Reviewing
from tests.unit.bureau import CLERK, LI, Bureau

AGENT, REVIEWER = Actor("坐席", Role.AGENT), Actor("审核", Role.REVIEWER)


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def ratings(bureau: Bureau) -> Ratings:
    return Ratings(bureau.store, bureau.clock, bureau.books)


def answered(bureau: Bureau, **facts: Any) -> None:
    bureau.order(**facts)
    bureau.handling.answer("SML1", text="已处理", by=CLERK)
    Reviewing(bureau.store, bureau.clock, bureau.books).pass_answer("SML1", by=REVIEWER)


def closed_badly(bureau: Bureau) -> None:
    answered(bureau)
    said = Callback(reached=True, solved="yes", rating=1)
    Closing(bureau.store, bureau.clock, bureau.books).callback("SML1", said, by=AGENT)


def test_a_later_rating_of_another_channel_moves_neither_the_bad_ones_time_nor_its_check(bureau: Bureau) -> None:
    closed_badly(bureau)
    ratings(bureau).check("SML1", reasonable=True, reason="属实", by=LI)
    before = bureau.now()
    bureau.pass_by(timedelta(days=5))
    ratings(bureau).rate("SML1", channel="web", level=1, by=AGENT)
    after = ratings(bureau).rate("SML1", channel="app", level=5, by=AGENT)
    assert (after.rated_at, after.rating_check) == (before.rated_at, "reasonable")


def test_a_bad_rating_found_reasonable_stays_in_the_queue_until_it_is_rectified(bureau: Bureau) -> None:
    closed_badly(bureau)
    checked = ratings(bureau).check("SML1", reasonable=True, reason="属实", by=LI)
    begun = ratings(bureau).rectify("SML1", by=LI)
    assert [set(checked.flags), set(begun.flags)] == [{Flag.BAD_RATING}, {Flag.RECTIFYING}]


def test_a_unit_sees_no_rating_before_the_close_and_no_later_one_until_it_rectifies(bureau: Bureau) -> None:
    answered(bureau)
    ratings(bureau).rate("SML1", channel="web", level=1, by=AGENT)
    open_, everything = ratings(bureau).of("SML1", by=CLERK), ratings(bureau).of("SML1", by=LI)
    ratings(bureau).check("SML1", reasonable=True, reason="属实", by=LI)
    ratings(bureau).rectify("SML1", by=LI)
    assert (open_, len(everything), len(ratings(bureau).of("SML1", by=CLERK))) == ([], 1, 1)


@pytest.mark.parametrize("channel", ["upstream", "phone"])
def test_nobody_of_ours_speaks_for_the_platform_or_rates_its_orders_by_phone(bureau: Bureau, channel: str) -> None:
    answered(bureau, origin="upstream", upstream_no="BT1")
    with pytest.raises(InvalidInput):
        ratings(bureau).rate("SML1", channel=channel, level=5, by=AGENT)
