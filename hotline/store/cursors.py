"""Cursors of lists: where a page ended, opaque to who carries it, checked when it comes back."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

import orjson

from hotline.domain.bands import running_due
from hotline.domain.order import Order
from hotline.errors import InvalidInput
from hotline.services.rows import Sort

URGENCIES = ("danger", "urgent", "normal")
NEVER = datetime.max.replace(tzinfo=UTC)
"""Stands for no due time: such orders come last."""
_LONGEST = 200  # characters

Place = tuple[int, datetime, str]  # urgency's rank (0 but by urgency), the time sorted by, id


def place_of(order: Order, sort: Sort) -> Place:
    """Return where an order stands in a list."""
    rank = URGENCIES.index(order.urgency) if sort == "urgency" else 0
    return rank, (running_due(order) or NEVER) if sort == "due" else order.received_at, order.id


def encode(order: Order, sort: Sort) -> str:
    """Return the cursor of the page that follows ``order``."""
    rank, at, ident = place_of(order, sort)
    return base64.urlsafe_b64encode(orjson.dumps([sort, rank, at.isoformat(), ident])).rstrip(b"=").decode()


def decode(cursor: str, sort: Sort) -> Place:
    """Return where the last page ended; raises ``InvalidInput`` for a cursor that we did not give for this list."""
    try:
        if len(cursor) > _LONGEST:
            raise ValueError
        wanted, rank, said, ident = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        at = datetime.fromisoformat(said)
        if wanted != sort or rank not in range(len(URGENCIES)) or not isinstance(ident, str) or at.tzinfo is None:
            raise ValueError
    except (ValueError, TypeError, binascii.Error):
        raise InvalidInput("cursor is not one of this list", message="翻页位置无效,请从第一页重新打开") from None
    return rank, at, ident
