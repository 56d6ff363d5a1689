"""How orders are lived in a simulated month: what the demo's city does, and everything else that may lawfully happen to an order.

Units hand down and hand back, ask for more time, for a pause, for exclusion; leaders release answers; the office rules on
disputes, checks bad ratings and has them put right; urgent orders are acknowledged. What the services refuse is counted by its
code: an act that came too late, because somebody else was faster, is part of life.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from hotline.bench import sample_phrases as say
from hotline.bench.sample_life import DESK, HOUR, Life
from hotline.bench.sample_texts import Sample
from hotline.bench.stepped_clock import Agenda, SteppedClock
from hotline.domain.applications import Asks
from hotline.domain.conditions import pending
from hotline.domain.order import Flag, Order, State
from hotline.domain.roles import Actor
from hotline.domain.transitions import HELD
from hotline.errors import AllowanceSpent, HotlineError, NotFound
from hotline.services.clocks import returns_allowed
from hotline.services.closing import Callback
from hotline.services.splitting import Part
from hotline.simulation import phrases
from hotline.simulation.doing import ACKNOWLEDGER, SUPERVISORS, Everything, clerk, leader
from routing_rules.pack import Pack

ASKED: Final = {Asks.EXTENSION: 0.08, Asks.PAUSE: 0.02, Asks.EXCLUSION: 0.02}
"""Shares of signed orders of which a unit asks for more time, a pause, exclusion."""
HANDED_DOWN, HANDED_BACK, DISPUTED, SUPERVISED = 0.5, 0.15, 0.5, 0.01
SPLIT, MERGED, UNMERGED, ACCUSED = 0.02, 0.03, 0.2, 0.02
"""Shares of orders on the desk that are split, merged (and of those taken out again), and that accuse a unit."""
SAID_BY_MESSAGE = 0.5  # of the platform's decisions; the others a dispatcher enters
REASONABLE = 0.6  # of bad ratings, when they are checked
Act = Callable[[Order, Sample], None]
SENTENCE_ENDS: Final = "\u3002\uff01\uff1f\uff1b\uff0c"


def _halves(text: str) -> tuple[str, str] | None:
    """Return a text in two, cut behind a sentence near its middle; None when it is one sentence."""
    cuts = [at + 1 for at, letter in enumerate(text[:-1]) if letter in SENTENCE_ENDS]
    cut = min(cuts, key=lambda at: abs(at - len(text) // 2), default=0)
    return (text[:cut], text[cut:]) if text[:cut].strip() and text[cut:].strip() else None


class FullLife(Life):
    """Puts down, for each order, what happens to it next; ``refused`` counts by error code what came too late."""

    def __init__(self, services: Everything, agenda: Agenda, clock: SteppedClock, pack: Pack, seed: int) -> None:
        super().__init__(services, agenda, clock, pack, seed)
        self._all = services
        self.refused: Counter[str] = Counter()
        self.samples: dict[str, Sample] = {}
        self._lately: dict[str, str] = {}
        self.platform_decides: Callable[[Order, Asks, bool], None] | None = None

    def follow(self, order: Order, sample: Sample) -> None:
        """Go on with an order that somebody else put where it is: the platform above, a split."""
        self.samples[order.id] = sample
        self._next(order, sample)

    def _later(self, order: Order, sample: Sample, at: object, act: Act) -> None:
        self._agenda.at(at, lambda: self._try(order.id, sample, act))  # type: ignore[arg-type]  # a datetime, as the base's

    def _try(self, order_id: str, sample: Sample, act: Act) -> None:
        try:
            act(self._fresh(order_id), sample)
        except HotlineError as refused:
            self.refused[refused.code] += 1

    def _fresh(self, order_id: str) -> Order:
        with self._all.store.read() as work:
            order = work.orders.get(order_id)
        if order is None:
            raise NotFound("order", order_id)
        return order

    def _state(self, order: Order) -> State:
        return self._fresh(order.id).state

    def _next(self, order: Order, sample: Sample) -> None:
        self.samples[order.id] = sample
        if order.urgency != "normal" and order.open and order.acknowledged_at is None:
            self._later(order, sample, self._clock.now() + timedelta(minutes=self._chance.uniform(1, 40)), self._acknowledge)
        if order.state is State.IN_RULING:
            self._later(order, sample, self._office_at(self._chance.uniform(1, 12)), self._give_ruling)
            return
        super()._next(order, sample)

    def _acknowledge(self, order: Order, _sample: Sample) -> None:
        if order.open and order.acknowledged_at is None:
            self._all.supervising.acknowledge(order.id, by=ACKNOWLEDGER)

    # -- the desk ------------------------------------------------------------------------------------------------------
    def _dispatch(self, order: Order, sample: Sample) -> None:
        """The desk looks at it: some speak of two matters, some of what another order speaks of, some accuse a unit."""
        if order.state is not State.ON_DESK:
            return
        luck, halves = self._chance.random(), order.matter == 1 and order.matter_text is None and _halves(sample.text)
        if luck < SPLIT and halves:
            for one in self._all.matters.split(order.id, [Part(text=half) for half in halves], by=DESK[0]):
                self._next(one, sample)
            return
        if SPLIT < luck < SPLIT + ACCUSED and order.suggestions and not order.recused:
            unit = order.suggestions[-1].unit
            order = self._all.supervising.name_accused(order.id, units=(unit,), by=DESK[0])
        if sample.unit in order.recused:
            self._elsewhere(order, sample)
            return
        if luck > 1 - MERGED and self._merge(order, sample):
            return
        self._lately[sample.unit] = order.id
        super()._dispatch(order, sample)

    def _elsewhere(self, order: Order, sample: Sample) -> None:
        """Whom it should go to is accused: it goes to the first suggestion that is not, or stays with the office."""
        free = [one.unit for one in order.suggestions if one.unit not in order.recused | order.returned_by]
        if free:
            text = self._confirmed(order, DESK[0]) if order.secret else ""
            self._next(self._do.handling.dispatch(order.id, unit=free[0], handling_text=text, by=DESK[0]), sample)

    def _merge(self, order: Order, sample: Sample) -> bool:
        """Put it under the last order of the unit; some are taken out again. Returns whether it needs no dispatch any more."""
        head = self._lately.get(sample.unit)
        if head is None or head == order.id or order.secret or not self._fresh(head).open:
            return False
        merged = self._all.matters.merge(order.id, head, reason=phrases.SAME_MATTER, different_callers=True, by=DESK[0])
        if self._chance.random() < UNMERGED:
            self._later(merged, sample, self._office_at(self._chance.uniform(1, 20)), self._unmerge)
        self._next(merged, sample)
        return True

    def _unmerge(self, order: Order, _sample: Sample) -> None:
        if order.merged_into is not None and order.open:
            self._all.matters.unmerge(order.id, reason=phrases.OTHER_MATTER, by=DESK[0])

    def _rule(self, order: Order, sample: Sample) -> None:
        application = pending(order, Asks.RETURN)
        if application is None:
            return
        if application.decider == "upstream":
            self._by_platform(order, sample, Asks.RETURN)
            return
        super()._rule(order, sample)
        if self._fresh(order.id).state in HELD and self._chance.random() < DISPUTED:
            self._later(order, sample, self._office_at(self._chance.uniform(0.5, 4)), self._dispute)

    def _dispute(self, order: Order, sample: Sample) -> None:
        if order.state in HELD and not order.line:
            self._next(self._all.disputes.ask_ruling(order.id, reason=phrases.DISPUTE, by=clerk(str(order.unit))), sample)

    def _give_ruling(self, order: Order, sample: Sample) -> None:
        unit = self._pack.units.receiver(sample.unit) or str(order.unit)
        by = self._chance.choice(SUPERVISORS)
        self._next(self._all.disputes.rule(order.id, unit=unit, reason=phrases.RULING, by=by), sample)

    # -- the unit ------------------------------------------------------------------------------------------------------
    def _sign(self, order: Order, sample: Sample) -> None:
        if order.state is not State.DISPATCHED:
            return
        if order.returns < returns_allowed(self._pack, order) and order.ruled_unit is None:
            super()._sign(order, sample)
        else:
            self._signed(self._do.handling.sign(order.id, by=self._clerk(order)), sample)
        now = self._fresh(order.id)
        if now.state is State.SIGNED and now.version > order.version:
            self._inside(now, sample)

    def _signed(self, order: Order, sample: Sample) -> None:
        self._later(order, sample, self._unit_at(order, self._chance.uniform(4, 40)), self._answer)

    def _inside(self, order: Order, sample: Sample) -> None:
        """What a unit does with an order it has signed, beside handling it."""
        below = self._all.units.targets(order, clerk(str(order.unit)))
        if below and self._chance.random() < HANDED_DOWN:
            self._later(order, sample, self._unit_at(order, self._chance.uniform(0.1, 1)), self._hand_down)
        for asks, share in ASKED.items():
            if self._chance.random() < share:
                self._later(order, sample, self._unit_at(order, self._chance.uniform(1, 9)), self._asking(asks))
        if self._chance.random() < SUPERVISED:
            self._later(order, sample, self._office_at(self._chance.uniform(3, 20)), self._supervise)

    def _hand_down(self, order: Order, sample: Sample) -> None:
        below = self._all.units.targets(order, clerk(str(order.holder)))
        if order.state not in HELD or not below:
            return
        to = self._chance.choice(below).code
        handed = self._all.units.hand_down(order.id, to=to, by=clerk(str(order.holder)))
        if self._chance.random() < HANDED_BACK:
            self._later(handed, sample, self._unit_at(handed, self._chance.uniform(0.2, 3)), self._hand_back)

    def _hand_back(self, order: Order, _sample: Sample) -> None:
        if order.line and order.state in HELD:
            self._all.units.hand_back(order.id, reason=phrases.NOT_OURS, by=clerk(order.line[-1]))

    def _asking(self, asks: Asks) -> Act:
        def ask(order: Order, sample: Sample) -> None:
            if order.state not in HELD or pending(order, asks) is not None:
                return
            answer = self._pack.deadlines.limits.get(order.due_rows.get("answer", ""))
            reasons = answer.pause_reasons if answer is not None else ()
            if asks is Asks.PAUSE and not reasons:
                return
            given = phrases.application(asks, self._local().date(), next(iter(reasons), ""))
            try:
                asked = self._all.applications.apply(order.id, asks, by=clerk(str(order.unit)), **given)
            except AllowanceSpent as spent:
                self.refused[spent.code] += 1
                return
            self._later(asked, sample, self._office_at(self._chance.uniform(0.5, 12)), self._deciding(asks))

        return ask

    def _deciding(self, asks: Asks) -> Act:
        def decide(order: Order, sample: Sample) -> None:
            application = pending(order, asks)
            if application is None:
                return
            if application.decider == "upstream":
                self._by_platform(order, sample, asks)
                return
            granted, first = self._chance.random() < 0.7, SUPERVISORS[0]
            done = self._all.applications.decide(order.id, asks, granted=granted, reason=phrases.DECIDED, by=first)
            if granted and pending(done, asks) is not None:
                self._later(done, sample, self._office_at(self._chance.uniform(0.5, 8)), self._second(asks))

        return decide

    def _second(self, asks: Asks) -> Act:
        """The second of two persons."""
        return lambda order, _sample: self._decided_by(order, asks, SUPERVISORS[1])

    def _decided_by(self, order: Order, asks: Asks, by: Actor) -> None:
        if pending(order, asks) is not None:
            self._all.applications.decide(order.id, asks, granted=self._chance.random() < 0.9, reason=phrases.DECIDED, by=by)

    def _by_platform(self, order: Order, sample: Sample, asks: Asks) -> None:
        """A dispatcher enters what the platform above decided, as it shows it on its page."""
        granted = self._chance.random() < 0.5
        if self.platform_decides is not None and self._chance.random() < SAID_BY_MESSAGE:
            self.platform_decides(order, asks, granted)
            if asks is Asks.RETURN:
                self._next(self._fresh(order.id), sample)
            return
        by, now = DESK[0], self._clock.now()
        done = self._all.applications.decide(
            order.id, asks, granted=granted, reason=phrases.DECIDED, decided_by="市热线", decided_at=now, by=by
        )
        if asks is Asks.RETURN:
            self._next(done, sample)

    def _supervise(self, order: Order, _sample: Sample) -> None:
        if order.state in HELD:
            due = self._clock.now() + 24 * HOUR
            self._all.supervising.supervise(order.id, text=phrases.SUPERVISED, due=due, by=self._chance.choice(SUPERVISORS))

    def _answer(self, order: Order, sample: Sample) -> None:
        if order.state is not State.SIGNED:
            return
        if Flag.PAUSED in order.flags:
            self._later(order, sample, self._unit_at(order, 24), self._answer)
            return
        super()._answer(order, sample)
        now = self._fresh(order.id)
        for level in range(1, now.signoffs_needed + 1):
            self._all.units.sign_off(order.id, by=leader(str(now.unit), level))

    # -- the office and the citizen ------------------------------------------------------------------------------------
    def _call_back(self, order: Order, sample: Sample) -> None:
        if order.state is not State.IN_CALLBACK:
            return
        super()._call_back(order, sample)
        now = self._fresh(order.id)
        if now.rating_check == "waiting":
            self._later(now, sample, self._office_at(self._chance.uniform(2, 20)), self._check_rating)

    def _said(self, order: Order) -> Callback:
        """After a bad rating was put right nobody asks for a second one."""
        said = super()._said(order)
        return replace(said, rating=None) if Flag.RECTIFYING in order.flags else said

    def _check_rating(self, order: Order, sample: Sample) -> None:
        if order.rating_check != "waiting":
            return
        reasonable, by = self._chance.random() < REASONABLE, self._chance.choice(SUPERVISORS)
        self._all.ratings.check(order.id, reasonable=reasonable, reason=phrases.CHECKED, by=by)
        if reasonable:
            begun = self._all.ratings.rectify(order.id, note=self._chance.choice(say.SENT_BACK), by=by)
            self._later(begun, sample, self._unit_at(begun, self._chance.uniform(3, 20)), self._answer)
