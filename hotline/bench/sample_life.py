"""How orders of the sample city are lived: the desk, the units, the office and the citizens act through the real services."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from hotline.bench import sample_phrases as say
from hotline.bench.sample_texts import Sample
from hotline.bench.stepped_clock import Agenda, SteppedClock
from hotline.domain.order import Order, State
from hotline.domain.roles import Actor, Role
from hotline.services.books import Books
from hotline.services.closing import Callback, Closing
from hotline.services.handling import Handling
from hotline.services.intake import Intake
from hotline.services.ports import Reader, Store
from hotline.services.queries import Queries
from hotline.services.rows import OrderFilter
from hotline.services.secrecy import proposed
from hotline.services.supervision import Supervision
from hotline.services.triage import Triage
from routing_rules.pack import Pack

DESK = (Actor("派单员 01", Role.DISPATCHER), Actor("派单员 02", Role.DISPATCHER), Actor("派单员 03", Role.DISPATCHER))
REVIEWER = Actor("审核员 01", Role.REVIEWER)
AGENTS = (Actor("坐席 06", Role.AGENT), Actor("坐席 11", Role.AGENT))
FIRST_HOUR, LAST_HOUR = 8, 21  # when a unit that is always open acts, and when citizens are called back
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class City(Protocol):
    """What a city is fed into: a store with its book in force and a reader (``hotline.bootstrap.House`` is one)."""

    @property
    def store(self) -> Store: ...
    @property
    def books(self) -> Books: ...
    @property
    def reader(self) -> Reader: ...


class Services:
    """The real services over a store, at the stepped clock's time."""

    def __init__(self, store: Store, books: Books, reader: Reader, clock: SteppedClock) -> None:
        self.intake = Intake(store, clock)
        self.triage = Triage(store, clock, books, reader)
        self.handling = Handling(store, clock, books)
        self.closing = Closing(store, clock, books)
        self.queries = Queries(store, clock, books)
        self.supervision = Supervision(store, clock, books)


@dataclass(frozen=True, slots=True)
class Habits:
    """A unit's ways: how slow it is (1 = as the others), shares (0…1) of late answers, of citizens contacted, of good work."""

    pace: float
    late: float
    contacts: float
    good: float


@lru_cache
def habits(unit: str, seed: int) -> Habits:
    """Return the ways of ``unit``, the same all through the city's month."""
    chance = random.Random(f"{seed}/{unit}")  # noqa: S311 - a made-up city, no secret
    late = chance.choice((0.02, 0.04, 0.06, 0.1, 0.22))
    return Habits(chance.uniform(0.5, 2.0), late, chance.uniform(0.82, 1.0), chance.uniform(0.72, 0.96))


class Life:
    """Puts down, for each order, what happens to it next."""

    def __init__(self, services: Services, agenda: Agenda, clock: SteppedClock, pack: Pack, seed: int) -> None:
        self._do, self._agenda, self._clock, self._pack, self._seed = services, agenda, clock, pack, seed
        self._chance = random.Random(seed)  # noqa: S311 - a made-up city, no secret

    def begin(self, call_id: str, sample: Sample) -> None:
        """Follow the order that a triaged call became."""
        order_id = self._do.queries.call(call_id, by=REVIEWER).order_id
        if order_id is not None:
            self._next(self._do.queries.order(order_id, by=REVIEWER).order, sample)

    def ask_back(self, amount: int) -> None:
        """Have units ask for some of the orders they hold to be taken back, so that the office finds applications waiting."""
        held = self._do.queries.orders(OrderFilter(states=frozenset({State.DISPATCHED, State.SIGNED})), by=REVIEWER).orders
        fresh = [order for order in held if not order.returns and order.round == 1]
        for order in self._chance.sample(fresh, min(amount, len(fresh))):
            code, reason = self._chance.choice(say.RETURN_REASONS)
            self._do.handling.apply_return(order.id, reason=reason, reason_code=code, by=self._clerk(order))

    def _next(self, order: Order, sample: Sample) -> None:
        if order.state is State.ON_DESK:
            self._later(order, sample, self._desk_at(order), self._dispatch)
        elif order.state is State.DISPATCHED:
            hours = self._chance.expovariate(1.2) * habits(str(order.unit), self._seed).pace
            self._later(order, sample, self._unit_at(order, hours * (0.3 if order.urgency != "normal" else 1.0)), self._sign)

    def _later(self, order: Order, sample: Sample, at: datetime, act: Callable[[Order, Sample], None]) -> None:
        self._agenda.at(at, lambda: act(order, sample))

    # -- the desk ------------------------------------------------------------------------------------------------------
    def _dispatch(self, order: Order, sample: Sample) -> None:
        by, unit = self._chance.choice(DESK), sample.unit
        others = [one.unit for one in order.suggestions if one.unit not in (unit, *order.returned_by)]
        wrong = unit in order.returned_by or (others and self._chance.random() < 0.12)
        if wrong and others:
            unit = others[0]
        assists = tuple(other for other in others[:1] if other != unit) if self._chance.random() < 0.06 else ()
        text = self._confirmed(order, by) if order.secret else ""
        self._next(self._do.handling.dispatch(order.id, unit=unit, assists=assists, handling_text=text, by=by), sample)

    def _confirmed(self, order: Order, by: Actor) -> str:
        """The dispatcher reads the original and confirms a text without traces."""
        return proposed(order, self._do.queries.order(order.id, by=by).calls[0])

    def _rule(self, order: Order, sample: Sample) -> None:
        granted = self._pack.units.receiver(sample.unit) != order.unit or self._chance.random() < 0.4
        reason = say.GRANTED if granted else self._chance.choice(say.REFUSED)
        said = {"reason": reason, "decided_by": "市热线"}  # who above decided, where the platform does
        done = self._do.handling.decide_return(order.id, granted=granted, **said, by=self._chance.choice(DESK))
        if granted or done.state is State.DISPATCHED:
            self._next(done, sample)

    # -- the unit ------------------------------------------------------------------------------------------------------
    def _sign(self, order: Order, sample: Sample) -> None:
        by, ways = self._clerk(order), habits(str(order.unit), self._seed)
        misplaced = order.unit != sample.unit and not order.returned_by
        if order.round == 1 and not order.returns and self._chance.random() < (0.75 if misplaced else 0.03):
            code, reason = self._chance.choice(say.RETURN_REASONS)
            asked = self._do.handling.apply_return(order.id, reason=reason, reason_code=code, by=by)
            self._later(asked, sample, self._office_at(self._chance.uniform(0.5, 6)), self._rule)
            return
        signed = self._do.handling.sign(order.id, by=by)
        if not signed.anonymous and self._chance.random() < ways.contacts:
            self._later(signed, sample, self._unit_at(signed, self._chance.uniform(0.2, 5) * ways.pace), self._contact)
        self._later(signed, sample, self._answer_at(signed, ways), self._answer)

    def _contact(self, order: Order, sample: Sample) -> None:
        if self._state(order) is not State.SIGNED:
            return
        if self._chance.random() < 0.15:
            note = self._chance.choice(say.NO_ANSWER_NOTES)
            self._do.handling.contact(order.id, result="no_answer", note=note, by=self._clerk(order))
            self._later(order, sample, self._unit_at(order, self._chance.uniform(1, 4)), self._contact)
            return
        self._do.handling.contact(order.id, note=self._chance.choice(say.CONTACT_NOTES), by=self._clerk(order))

    def _answer(self, order: Order, sample: Sample) -> None:
        good = self._chance.random() < habits(str(order.unit), self._seed).good
        text = say.answer(order, self._local(), good, self._chance)
        done = self._do.handling.answer(order.id, text=text, public=text, by=self._clerk(order))
        self._later(done, sample, self._office_at(self._chance.uniform(0.5, 8)), self._review)

    # -- the office and the citizen ------------------------------------------------------------------------------------
    def _review(self, order: Order, sample: Sample) -> None:
        if self._chance.random() < 0.07:
            note = self._chance.choice(say.SENT_BACK)
            back = self._do.handling.review(order.id, passed=False, note=note, by=REVIEWER)
            self._later(back, sample, self._unit_at(back, self._chance.uniform(2, 12)), self._answer)
            return
        passed = self._do.handling.review(order.id, passed=True, by=REVIEWER)
        if passed.state is State.IN_CALLBACK:
            self._later(passed, sample, self._callback_at(), self._call_back)

    def _call_back(self, order: Order, sample: Sample) -> None:
        said = self._said(self._do.queries.order(order.id, by=REVIEWER).order)
        done = self._do.closing.callback(order.id, said, by=self._chance.choice(AGENTS))
        if done.state is State.IN_CALLBACK:
            self._later(done, sample, self._callback_at(), self._call_back)
        else:
            self._next(done, sample)

    def _said(self, order: Order) -> Callback:
        """What the citizen says: milder where the unit does well and kept its time, harsher where nobody called."""
        if order.anonymous or self._chance.random() < 0.12:
            return Callback(reached=False, note="无人接听")
        good = habits(str(order.unit), self._seed).good - (0.12 if order.contacted_at is None else 0) + 0.1 * (order.round - 1)
        luck = self._chance.random()
        solved = "yes" if luck < good else "partly" if luck < good + 0.1 else "no"
        rating = self._chance.choices((5, 4, 3, 2, 1), {"yes": (62, 28, 9, 1, 0), "partly": (8, 30, 42, 15, 5)}.get(
            solved, (0, 3, 17, 45, 35)))[0]  # fmt: skip
        note = self._chance.choice(say.SOLVED_NOTES if solved == "yes" else say.UNSOLVED_NOTES)
        responded = order.contacted_at is not None or self._chance.random() < 0.2
        given = rating if self._chance.random() < 0.92 else None
        return Callback(reached=True, responded=responded, solved=solved, rating=given, note=note)

    # -- when ----------------------------------------------------------------------------------------------------------
    def _desk_at(self, order: Order) -> datetime:
        if order.urgency == "danger" or order.emergency:
            return self._clock.now() + MINUTE * self._chance.uniform(2, 9)
        if order.urgency == "urgent":
            return self._clock.now() + MINUTE * self._chance.uniform(5, 70)
        hours = self._chance.uniform(20, 60) if self._chance.random() < 0.05 else self._chance.uniform(0.1, 2.5)
        return self._by_day(self._clock.now() + HOUR * hours)

    def _unit_at(self, order: Order, hours: float) -> datetime:
        wanted = self._clock.now() + HOUR * hours
        unit = self._pack.units.get(order.unit or "")
        if order.urgency == "danger":
            return wanted
        return self._by_day(wanted) if unit is not None and unit.always else self._in_office_hours(wanted)

    def _answer_at(self, order: Order, ways: Habits) -> datetime:
        begun, due = order.dispatched_at or self._clock.now(), order.due.get("answer")
        if due is None:
            return self._unit_at(order, 24 * ways.pace)
        share = self._chance.uniform(1.05, 1.9) if self._chance.random() < ways.late else self._chance.uniform(0.25, 0.85)
        left = (begun + max(due - begun, HOUR) * share - self._clock.now()) / HOUR
        return self._unit_at(order, max(left, self._chance.uniform(0.2, 1.0)))

    def _office_at(self, hours: float) -> datetime:
        return self._in_office_hours(self._clock.now() + HOUR * hours)

    def _callback_at(self) -> datetime:
        return self._by_day(self._clock.now() + HOUR * self._chance.uniform(4, 40))

    def _in_office_hours(self, moment: datetime) -> datetime:
        opening = self._pack.calendar.next_opening(moment)
        return opening if opening == moment else opening + MINUTE * self._chance.uniform(1, 45)

    def _by_day(self, moment: datetime) -> datetime:
        local = moment.astimezone(self._zone)
        if FIRST_HOUR <= local.hour < LAST_HOUR:
            return moment
        morning = local.replace(hour=FIRST_HOUR, minute=0) + timedelta(days=local.hour >= LAST_HOUR)
        return morning + MINUTE * self._chance.uniform(1, 90)

    @property
    def _zone(self) -> ZoneInfo:
        return self._pack.zone

    def _local(self) -> datetime:
        return self._clock.now().astimezone(self._zone)

    def _state(self, order: Order) -> State:
        return self._do.queries.order(order.id, by=REVIEWER).order.state

    @staticmethod
    def _clerk(order: Order) -> Actor:
        return Actor(f"{order.unit} 经办人", Role.CLERK, order.unit)
