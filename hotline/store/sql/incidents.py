"""Incidents and unknown places, in SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, exc, insert, select, update

from hotline.domain.incident import GOES_ON, Incident, IncidentState, IncidentStep
from hotline.errors import ChangedMeanwhile
from hotline.services.incident_ports import Heard, UnknownPlace
from hotline.store.sql import tables
from hotline.store.sql.dialects import is_duplicate
from hotline.store.sql.session import Row, Session

i: Final = tables.incidents
s: Final = tables.incident_steps
u: Final = tables.unknown_places
COLUMNS: Final = ("id", "state", "version", "created_at")
_STEP: Final = [s.c[name] for name in IncidentStep.__slots__]
_TIMES: Final = frozenset(one.name for one in fields(Incident) if str(one.type).startswith("datetime"))
_GOES_ON: Final = tuple(sorted(state.value for state in GOES_ON))


class SqlIncidents:
    """``incident_ports.Incidents`` in SQL; the database refuses to change a step."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, incident: Incident) -> bool:
        """Keep a new incident; False, and nothing is changed, where its id is known."""
        new = self._session.insert(i).values(_row(incident)).on_conflict_do_nothing().returning(i.c.id)
        return self._session.run(new).first() is not None

    def save(self, incident: Incident) -> None:
        """Write an incident whose stored version is one less; raises ``ChangedMeanwhile`` otherwise."""
        known = (i.c.id == incident.id, i.c.version == incident.version - 1)
        if self._session.run(update(i).where(*known).values(_row(incident))).rowcount != 1:
            raise ChangedMeanwhile(f"incident {incident.id} is not at version {incident.version - 1}")

    def get(self, ident: str) -> Incident | None:
        """Return one."""
        row = self._session.run(select(i).where(i.c.id == ident)).first()
        return _incident(row) if row else None

    def listing(self, *, going_on: bool, limit: int) -> list[Incident]:
        """Return those proposed or open, or those that are over; newest first."""
        wanted = i.c.state.in_(_GOES_ON) if going_on else i.c.state.not_in(_GOES_ON)
        newest = select(i).where(wanted).order_by(i.c.created_at.desc(), i.c.id.desc()).limit(limit)
        return [_incident(row) for row in self._session.rows(newest)]

    def add_step(self, step: IncidentStep) -> None:
        """Append; raises ``ChangedMeanwhile`` for a number that is taken."""
        try:
            self._session.connection.execute(insert(s), {name: getattr(step, name) for name in IncidentStep.__slots__})
        except exc.IntegrityError as problem:
            if is_duplicate(problem):
                raise ChangedMeanwhile(f"incident {step.incident_id} has a step {step.seq}") from problem
            raise

    def steps(self, ident: str) -> list[IncidentStep]:
        """Return an incident's steps, oldest first."""
        found = self._session.rows(select(*_STEP).where(s.c.incident_id == ident).order_by(s.c.seq))
        return [IncidentStep(**row._mapping) for row in found]


class SqlUnknownPlaces:
    """``incident_ports.UnknownPlaces`` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hear(self, heard: Sequence[Heard]) -> None:
        """Count names; one that was settled stays settled."""
        times, last = Counter(one.name for one in heard), {one.name: one.order_id for one in heard}
        for name in sorted(last):
            at = max(one.at for one in heard if one.name == name)
            row = {"name": name, "first_at": at, "last_at": at, "times": times[name], "order_id": last[name], "settled_by": ""}
            new = self._session.insert(u).values(row)
            later = case((u.c.last_at > at, u.c.last_at), else_=new.excluded.last_at)
            more = {"times": u.c.times + new.excluded.times, "last_at": later, "order_id": new.excluded.order_id}
            self._session.run(new.on_conflict_do_update(index_elements=["name"], set_=more))

    def listing(self, limit: int) -> list[UnknownPlace]:
        """Return those nobody settled, the most frequent first."""
        often = select(u).where(u.c.settled_at.is_(None)).order_by(u.c.times.desc(), u.c.last_at.desc(), u.c.name).limit(limit)
        return [UnknownPlace(**row._mapping) for row in self._session.rows(often)]

    def settle(self, name: str, at: datetime, by: str) -> bool:
        """Say that a name is dealt with; False when it was, or there is none."""
        done = update(u).where(u.c.name == name, u.c.settled_at.is_(None)).values(settled_at=at, settled_by=by)
        return self._session.run(done).rowcount > 0


def _row(incident: Incident) -> dict[str, Any]:
    plain = asdict(incident)
    known = {name: plain.pop(name) for name in COLUMNS}
    return {**known, "state": incident.state.value, "doc": {name: value for name, value in plain.items() if value is not None}}


def _incident(row: Row) -> Incident:
    doc = dict(row.doc)
    doc |= {name: datetime.fromisoformat(doc[name]) for name in _TIMES & set(doc)}
    doc |= {name: tuple(doc.get(name, ())) for name in ("units", "offered")}
    known = {name: getattr(row, name) for name in COLUMNS} | {"state": IncidentState(row.state)}
    return Incident(**{"place": None, **doc, **known})
