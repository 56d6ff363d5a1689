"""Webhooks as pure rules: what an endpoint is told of, when a delivery is tried again, and where one may go."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from hotline.domain.order import Event
from hotline.domain.transitions import TABLE
from hotline.errors import InvalidInput

TRIED_FOR: Final = timedelta(days=3)
"""How long a delivery is tried, and how long an endpoint may fail before it is switched off."""
DELAYS: Final = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200))
"""Between the tries of one delivery; the last one again and again until the three days are over."""
PROBE_AT_MOST: Final = timedelta(hours=1)
"""Between the tries of an endpoint that fails: how late it is noticed at most that it answers again."""
JITTER: Final = 0.2
KINDS: Final = frozenset({row.event for row in TABLE.values()} | {"registered", "answered_directly"})
"""The kinds of events that an order has."""
LONGEST_URL: Final = 2000


def delay(failures: int, chance: float, most: timedelta = DELAYS[-1]) -> timedelta:
    """Return how long to wait after the n-th failure in a row, from 1, spread by ± 20 % (``chance`` in 0…1), at most ``most``.

    Without the spread, everything that failed together would come again together.
    """
    waited = min(DELAYS[min(max(failures, 1), len(DELAYS)) - 1], most)
    return waited * (1 - JITTER + 2 * JITTER * chance)


def concerns(
    event: Event, *, unit: str | None, kinds: Collection[str], units: Collection[str], recused: Collection[str] = ()
) -> bool:  # fmt: skip
    """Whether an endpoint of ``unit`` (None = all) and ``kinds`` (empty = all) is told; ``units`` have or had the order.

    A unit is told of what it may fetch: the orders that it has or had (``services.change.visible``), and of none that complains
    about it or a unit above it (``recused``).
    """
    if unit is not None and unit in recused:
        return False
    return (not kinds or event.kind in kinds) and (unit is None or unit == event.unit or unit in units)


def usable_url(url: str) -> str:
    """Return an address that a webhook may have; raises ``InvalidInput``. Where its name leads is checked at each call."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        raise _unusable("it cannot be read") from None
    if wrong := _wrong(url, parts):
        raise _unusable(wrong)
    return url


def may_be_called(address: str, *, private: bool) -> bool:
    """Whether a delivery may go to an IP address: a public one, or with ``private`` one of a closed network or this machine.

    Never to link-local addresses (cloud metadata), multicast, unspecified or reserved ones.
    """
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_link_local or found.is_multicast or found.is_unspecified:
        return False
    if found.is_loopback or found.is_private:
        return private
    return found.is_global and not found.is_reserved


def _wrong(url: str, parts: SplitResult) -> str:
    if parts.scheme not in ("http", "https"):
        return "only http and https"
    if not parts.hostname:
        return "it names no host"
    if parts.username is not None or parts.password is not None:
        return "no password belongs in an address"
    if parts.fragment:
        return "no part after #"
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return f"up to {LONGEST_URL} printable ASCII characters"
    return ""


def _unusable(why: str) -> InvalidInput:
    told = "推送地址须为 http:// 或 https:// 开头的完整地址,不含用户名、密码和 # 后内容"
    return InvalidInput(f"unusable webhook address: {why}", message=told)
