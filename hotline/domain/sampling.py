"""Who is called back 回访: everybody whom the order's risk asks for, and of the others the pack's share of their kind."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from hotline.domain.order import Flag, Order

Owed = Literal["always", "sampled", "not_sampled", "none"]
"""Why an order is called back, or is not: ``none`` = nobody to call, or a caller who wants no reply."""
OWED: Final[frozenset[Owed]] = frozenset({"always", "sampled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackSettings:
    """The pack's: ``share`` 0…1 of the orders, ``kinds`` other shares by kind; ``half_days`` = only attempts in another half
    day than the last one count towards the allowed number."""

    share: float = 1.0
    kinds: Mapping[str, float] = field(default_factory=dict)
    half_days: bool = False


def owed(order: Order, settings: CallbackSettings) -> Owed:
    """Return whether and why an order is called back. The same order gets the same answer for ever, so that it can be argued.

    Always: urgent or dangerous, a vulnerable caller, done again 重办, escalated, and what follows a bad rating.
    """
    if order.anonymous or not order.reply_needed:
        return "none"
    risky = order.urgency != "normal" or order.vulnerable or order.round > 1 or order.flags & {Flag.ESCALATED, Flag.RECTIFYING}
    if risky:
        return "always"
    return "sampled" if lot(order.id) < settings.kinds.get(order.kind, settings.share) else "not_sampled"


def lot(order_id: str) -> float:
    """Return the order's lot, 0 ≤ lot < 1: the first 8 bytes of the sha256 of its number, as anybody can work out again."""
    return int.from_bytes(hashlib.sha256(order_id.encode()).digest()[:8], "big") / 2**64
