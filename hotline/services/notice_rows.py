"""A notice 提醒: one thing told to one unit, role or person about one order."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told: ``addressee`` is a unit's code or a role (``desk``, ``supervisor``, ``office``), ``step`` the kind of step.

    ``row`` is the rule behind it, empty for a person's act; ``due`` the due time it speaks of. It is shown from ``show_from``
    on: the end of the quiet hours, unless it is urgent. ``read_by`` is the person who read it.
    """

    id: str
    order_id: str
    addressee: str
    step: str
    at: datetime
    show_from: datetime
    why: str = ""
    row: str = ""
    clock: str = ""
    due: datetime | None = None
    urgent: bool = False
    read_at: datetime | None = None
    read_by: str = ""


def notice_id(order_id: str, mark: str, addressee: str) -> str:
    """Return the id of what is told once: 40 hex digits over order, mark of the step, and addressee."""
    return hashlib.sha256("\x1f".join((order_id, mark, addressee)).encode()).hexdigest()[:40]
