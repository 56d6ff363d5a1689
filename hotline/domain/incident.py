"""An incident 事件: one cause in one place that many orders tell of (停热, 停水)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class IncidentState(StrEnum):
    """Where an incident stands: the machine proposes, people open, close or dismiss it."""

    PROPOSED = "proposed"
    OPEN = "open"
    CLOSED = "closed"
    DISMISSED = "dismissed"


STATE_NAMES: dict[IncidentState, str] = {
    IncidentState.PROPOSED: "待确认", IncidentState.OPEN: "处置中", IncidentState.CLOSED: "已恢复",
    IncidentState.DISMISSED: "不成立",
}  # fmt: skip
GOES_ON = frozenset({IncidentState.PROPOSED, IncidentState.OPEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident. ``category`` and ``place`` are paths: orders of this matter in this place, or below, are offered to it.

    ``units`` are the lead and the assisting ones, ``offered`` the orders of the burst that raised it, ``expected`` how many a
    usual window has. ``reply`` is the text of the mass reply, written when it is closed. ``version`` counts its steps.
    """

    id: str
    state: IncidentState
    version: int
    category: str
    place: str | None
    created_at: datetime
    created_by: str
    place_name: str = ""
    title: str = ""
    cause: str = ""
    units: tuple[str, ...] = ()
    expected_end: datetime | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    reply: str = ""
    offered: tuple[str, ...] = ()
    expected: float | None = None

    @property
    def goes_on(self) -> bool:
        """Whether it is proposed or open."""
        return self.state in GOES_ON


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentStep:
    """A step of an incident, for ever: ``kind`` is ``proposed``, ``grown``, ``opened``, ``changed``, ``dispatched``,
    ``reported``, ``closed``, ``replied`` or ``dismissed``; ``seq`` is the incident's version after it."""

    incident_id: str
    seq: int
    at: datetime
    actor: str
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


def within(path: str | None, top: str | None) -> bool:
    """Whether a path is ``top`` or below it."""
    return path is not None and top is not None and (path == top or path.startswith(f"{top}/"))


def related(one: str | None, other: str | None) -> bool:
    """Whether one path is the other, or one stands below the other."""
    return within(one, other) or within(other, one)


def fits(incident: Incident, category: str | None, place: str | None) -> bool:
    """Whether an order of this matter and place tells of the incident: both are the incident's own, or below them."""
    return within(category, incident.category) and within(place, incident.place)
