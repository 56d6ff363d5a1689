"""Incidents and unknown places, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import orjson

from hotline.domain.incident import Incident, IncidentStep
from hotline.errors import ChangedMeanwhile
from hotline.services.incident_ports import Heard, UnknownPlace
from hotline.store.memory.state import State
from hotline.store.texts import as_json


class MemoryIncidents:
    """``incident_ports.Incidents`` in memory."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, incident: Incident) -> bool:
        """Keep a new incident; False, and nothing is changed, where its id is known."""
        return self._state.incidents.setdefault(incident.id, incident) is incident

    def save(self, incident: Incident) -> None:
        """Write an incident whose stored version is one less; raises ``ChangedMeanwhile`` otherwise."""
        stored = self._state.incidents.get(incident.id)
        if stored is None or stored.version != incident.version - 1:
            raise ChangedMeanwhile(f"incident {incident.id} is not at version {incident.version - 1}")
        self._state.incidents[incident.id] = incident

    def get(self, ident: str) -> Incident | None:
        """Return one."""
        return self._state.incidents.get(ident)

    def listing(self, *, going_on: bool, limit: int) -> list[Incident]:
        """Return those proposed or open, or those that are over; newest first."""
        found = [one for one in self._state.incidents.values() if one.goes_on is going_on]
        return sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)[:limit]

    def add_step(self, step: IncidentStep) -> None:
        """Append; raises ``ChangedMeanwhile`` for a number that is taken."""
        key = (step.incident_id, step.seq)
        if key in self._state.incident_steps:
            raise ChangedMeanwhile(f"incident {step.incident_id} has a step {step.seq}")
        self._state.incident_steps[key] = replace(step, data=orjson.loads(as_json(step.data)))

    def steps(self, ident: str) -> list[IncidentStep]:
        """Return an incident's steps, oldest first."""
        found = (step for step in self._state.incident_steps.values() if step.incident_id == ident)
        return sorted(found, key=lambda step: step.seq)


class MemoryUnknownPlaces:
    """``incident_ports.UnknownPlaces`` in memory."""

    def __init__(self, state: State) -> None:
        self._places = state.unknown_places

    def hear(self, heard: Sequence[Heard]) -> None:
        """Count names; one that was settled stays settled."""
        for one in heard:
            known = self._places.get(one.name) or UnknownPlace(
                name=one.name, first_at=one.at, last_at=one.at, times=0, order_id=one.order_id
            )
            last = max(known.last_at, one.at)
            self._places[one.name] = replace(known, times=known.times + 1, last_at=last, order_id=one.order_id)

    def listing(self, limit: int) -> list[UnknownPlace]:
        """Return those nobody settled, the most frequent first."""
        waiting = [one for one in self._places.values() if one.settled_at is None]
        return sorted(waiting, key=lambda one: (-one.times, -one.last_at.timestamp(), one.name))[:limit]

    def settle(self, name: str, at: datetime, by: str) -> bool:
        """Say that a name is dealt with; False when it was, or there is none."""
        known = self._places.get(name)
        if known is None or known.settled_at is not None:
            return False
        self._places[name] = replace(known, settled_at=at, settled_by=by)
        return True
