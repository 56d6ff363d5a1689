"""Cursors of lists: where a page ended, opaque to who carries it, checked when it comes back."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

import orjson

from hotline.domain.order import Order
from hotline.errors import InvalidInput

URGENCIES = ("danger", "urgent", "normal")
_LONGEST = 200  # characters

Place = tuple[int, datetime, str]  # urgency's rank, received_at, id


def place_of(order: Order) -> Place:
    """Return where an order stands in a list."""
    return URGENCIES.index(order.urgency), order.received_at, order.id


def encode(order: Order, *, by_urgency: bool) -> str:
    """Return the cursor of the page that follows ``order``."""
    rank, received_at, ident = place_of(order)
    return base64.urlsafe_b64encode(orjson.dumps([by_urgency, rank, received_at.isoformat(), ident])).rstrip(b"=").decode()


def decode(cursor: str, *, by_urgency: bool) -> Place:
    """Return where the last page ended; raises ``InvalidInput`` for a cursor that we did not give for this list."""
    try:
        if len(cursor) > _LONGEST:
            raise ValueError
        wanted, rank, received_at, ident = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        at = datetime.fromisoformat(received_at)
        if wanted is not by_urgency or rank not in range(len(URGENCIES)) or not isinstance(ident, str) or at.tzinfo is None:
            raise ValueError
    except (ValueError, TypeError, binascii.Error):
        raise InvalidInput("cursor is not one of this list", message="翻页位置无效,请从第一页重新打开") from None
    return rank, at, ident
