"""The rooms of the store for what many orders have in common: incidents, and names of places nobody has written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hotline.domain.incident import Incident, IncidentStep


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownPlace:
    """A name that sounds like an estate's and is in no table of the pack; ``order_id`` is the last order that has it.

    ``settled_by`` said what it is: written down meanwhile, or no estate.
    """

    name: str
    first_at: datetime
    last_at: datetime
    times: int
    order_id: str
    settled_at: datetime | None = None
    settled_by: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """A name that an order has."""

    name: str
    order_id: str
    at: datetime


class Incidents(Protocol):
    """Incidents, and their steps, which only grow."""

    def add(self, incident: Incident) -> bool:
        """Keep a new incident; False, and nothing is changed, where its id is known."""

    def save(self, incident: Incident) -> None:
        """Write an incident whose stored version is one less; raises ``ChangedMeanwhile`` otherwise."""

    def get(self, ident: str) -> Incident | None:
        """Return one."""

    def listing(self, *, going_on: bool, limit: int) -> list[Incident]:
        """Return those proposed or open, or those that are over; newest first."""

    def add_step(self, step: IncidentStep) -> None:
        """Append; raises ``ChangedMeanwhile`` for a number that is taken."""

    def steps(self, ident: str) -> list[IncidentStep]:
        """Return an incident's steps, oldest first."""


class UnknownPlaces(Protocol):
    """Names of places that the tables do not know."""

    def hear(self, heard: Sequence[Heard]) -> None:
        """Count names; one that was settled stays settled."""

    def listing(self, limit: int) -> list[UnknownPlace]:
        """Return those nobody settled, the most frequent first."""

    def settle(self, name: str, at: datetime, by: str) -> bool:
        """Say that a name is dealt with; False when it was, or there is none."""


class MatterRooms(Protocol):
    """The part of a unit of work that incidents and the lists of places need."""

    @property
    def incidents(self) -> Incidents: ...
    @property
    def unknown_places(self) -> UnknownPlaces: ...
