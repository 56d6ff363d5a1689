"""Reading early sight: the weeks out of one state of the store, as far as the asker may see them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hotline.domain.incident import Incident
from hotline.domain.roles import Actor, May, may
from hotline.services.books import Books
from hotline.services.figures.at_once import AtOnce
from hotline.services.figures.grouping import STREET
from hotline.services.figures.reading import Figures
from hotline.services.figures.rows import Asked, Crossed
from hotline.services.figures.sight import WEEK, WEEKS, YEAR, Season, Sight, season, sight
from hotline.services.incidents import Incidents
from hotline.services.ports import Clock
from routing_rules.pack import Pack

DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class InSight:
    """The week so far, ``first`` its first local day; heating apart where the pack knows its classes; incidents going on."""

    first: date
    last: date
    sight: Sight
    season: Season | None
    heating_now: bool
    incidents: tuple[Incident, ...]


class Seeing:
    """Tells what is unusual now."""

    def __init__(self, clock: Clock, books: Books, figures: Figures, incidents: Incidents) -> None:
        self._clock, self._books, self._figures, self._incidents = clock, books, figures, incidents

    def now(self, *, level: int = STREET, by: Actor) -> InSight:
        """Return the last seven local days, today's part among them, against the same stretches before.

        A unit's person sees orders of the own unit. Raises ``NotAllowed``.
        """
        pack, now = self._books.current(), self._clock.now()
        today = now.astimezone(pack.zone).date()
        start, end = _midnight(today - timedelta(days=DAYS - 1), pack.zone), now + timedelta(seconds=1)
        heating = pack.settings.heating
        asked = self._figures.asked(start, end, by=by, rates=frozenset({"direct"}))  # each registered order once
        with self._figures.at_once() as read:
            weeks = [_back(read, asked, WEEK * weeks) for weeks in range(WEEKS + 1)]
            ago = [_back(read, asked, YEAR + WEEK * weeks) for weeks in (1, 0, -1)] if heating.classes else []
        found = sight(start, end, weeks, level=level, street=lambda place: street_of(place, pack), without=heating.classes)
        apart = season(weeks[0], weeks[1], ago, heating.classes, lambda place: street_of(place, pack)) if ago else None
        return InSight(
            first=today - timedelta(days=DAYS - 1), last=today, sight=found, season=apart, heating_now=heating.on(today),
            incidents=self._going_on(by),
        )  # fmt: skip

    def _going_on(self, by: Actor) -> tuple[Incident, ...]:
        if by.role is not None and not (may(by.role, May.READ_ALL) or may(by.role, May.READ_OWN)):
            return ()
        return tuple(self._incidents.listing(by=by))


def _back(read: AtOnce, asked: Asked, span: timedelta) -> Crossed:
    return read.crossed(replace(asked, start=asked.start - span, end=asked.end - span))


def street_of(place: str, pack: Pack) -> str:
    """Return the path of the street that a place of our own district lies in; empty when it is not known, or elsewhere."""
    parts = place.split("/")
    return "/".join(parts[:STREET]) if len(parts) >= STREET and parts[0] == pack.settings.district else ""


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
