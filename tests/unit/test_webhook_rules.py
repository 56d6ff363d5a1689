"""When a webhook is tried again, where it may go, and what an endpoint is told of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.order import Event
from hotline.domain.webhook import DELAYS, JITTER, KINDS, PROBE_AT_MOST, concerns, delay, may_be_called

EVENT = Event(order_id="K1", seq=1, at=datetime(2026, 11, 23, tzinfo=UTC), kind="signed", actor="a", unit="CGJ", data={})


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_delay_grows_and_is_spread_by_a_fifth(failures: int, chance: float) -> None:
    middle = delay(failures, 0.5)
    assert middle * (1 - JITTER) <= delay(failures, chance) <= middle * (1 + JITTER) + timedelta(microseconds=1)
    assert delay(failures, chance) <= delay(failures + 1, chance)


def test_delays_grow_up_to_half_a_day_and_a_probe_waits_an_hour_at_most() -> None:
    assert all(one < other for one, other in pairwise(DELAYS))
    assert (delay(1, 0.5), delay(99, 0.5), delay(99, 0.5, PROBE_AT_MOST)) == (DELAYS[0], DELAYS[-1], PROBE_AT_MOST)


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.0.1", "172.16.9.9", "127.0.0.1", "::1", "fd00::1", "::ffff:10.0.0.1"])
def test_a_private_address_is_called_only_on_a_closed_network(address: str) -> None:
    assert (may_be_called(address, private=True), may_be_called(address, private=False)) == (True, False)


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "fe80::1%eth0", "224.0.0.1", "0.0.0.0", "::", "::ffff:169.254.169.254", "ff02::1"]
)
def test_some_addresses_are_never_called(address: str) -> None:
    assert not may_be_called(address, private=True)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111"])
def test_a_public_address_is_always_called(address: str) -> None:
    assert may_be_called(address, private=False)


@pytest.mark.parametrize(
    ("unit", "kinds", "units", "told"),
    [
        (None, (), (), True), ("CGJ", (), (), True), ("SCJG", (), (), False), ("SCJG", (), {"SCJG"}, True),
        (None, ("closed",), (), False), ("CGJ", ("signed", "closed"), (), True),
    ],
)  # fmt: skip
def test_an_endpoint_is_told_of_its_units_orders_and_its_kinds(
    unit: str | None, kinds: tuple[str, ...], units: set[str], told: bool
) -> None:
    assert concerns(EVENT, unit=unit, kinds=kinds, units=units) is told


def test_every_step_of_an_order_is_a_kind_that_can_be_asked_for() -> None:
    assert {"registered", "dispatched", "signed", "answered", "closed", "reopened"} <= KINDS
