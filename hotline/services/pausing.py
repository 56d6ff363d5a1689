"""A long matter 挂账: the order's clocks stand still, and are counted again when it is taken up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.lifecycle import Change, apply, check
from hotline.domain.order import Event, Order
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput
from hotline.services.books import Books
from hotline.services.clocks import UPSTREAM
from hotline.services.ports import UnitOfWork
from hotline.services.standing import Standing
from routing_rules.pack import Pack


def last_day(text: str | None, pack: Pack, at: datetime) -> str:
    """Return the last local date of a pause as ISO; it lies ahead, as far as the pack allows. Raises ``InvalidInput``."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        raise InvalidInput(f"until {text!r} is no date", message="挂账须写明截止日期,如 2026-12-01") from None
    today, most = at.astimezone(pack.zone).date(), pack.settings.longest_pause_days
    if day <= today:
        raise InvalidInput(f"until {day} has passed", message="挂账截止日期须晚于今天")
    if (day - today).days > most:
        raise InvalidInput(f"until {day} is too far ahead", message=f"挂账一次最长 {most} 天")
    return day.isoformat()


def ends_at(text: str, pack: Pack) -> datetime:
    """Return when a pause until that local date is over: 24:00 of it."""
    return pack.calendar.midnight_after(date.fromisoformat(text)).astimezone(UTC)


def granted_until(events: Sequence[Event]) -> str:
    """Return the last day of the pause that stands."""
    return next((str(event.data.get("until", "")) for event in reversed(events) if event.kind == "pause_granted"), "")


def resumed(
    books: Books, work: UnitOfWork, order: Order, *, at: datetime, by: Actor, reason: str = "", to: datetime | None = None
) -> Change:
    """Return the change that ends the pause at ``to`` (default ``at``): every clock that it stopped is counted again.

    The platform's own due time moves by the pause only when the platform granted it.
    """
    check(order, Action.RESUME, by)
    events, pack = work.events.of_order(order.id), books.current()
    since, end = order.pauses[-1][0], max(order.pauses[-1][0], to or at)
    pauses = (*order.pauses[:-1], (since, end))
    ceiling = order.due.get(UPSTREAM)
    granted = next((event for event in reversed(events) if event.kind == "pause_granted"), None)
    if ceiling is not None and granted is not None and granted.data.get("decider") == "upstream" and ceiling > since:
        ceiling += end - since
    moved = Standing(books, order, events, work.legs.of_order(order.id)).resumed(pauses, ceiling)
    data: dict[str, Any] = {
        "reason": reason, "pause": [since.isoformat(), end.isoformat()], **moved.data, "rows": dict(order.due_rows),
        "book": pack.content_hash,
    }  # fmt: skip
    fields: dict[str, Any] = {"pauses": pauses, **moved.fields}
    return apply(order, Action.RESUME, at=at, by=by, data=data, legs_due=moved.legs, **fields)
