"""Whatever people, the platform above and passing time do to orders, in whatever order: every invariant holds after each step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hotline.bench.stepped_clock import SteppedClock
from hotline.domain.above import About
from hotline.domain.applications import Asks
from hotline.domain.call import Caller, NewCall
from hotline.domain.order import Order, State
from hotline.domain.roles import Actor, Role
from hotline.errors import HotlineError
from hotline.services.books import Books
from hotline.services.closing import Callback
from hotline.services.own_words import calls_of
from hotline.services.reviewing import Reviewing
from hotline.services.rows import Book, OrderFilter
from hotline.services.secrecy import proposed
from hotline.services.splitting import Part
from hotline.simulation.doing import ACKNOWLEDGER, SUPERVISORS, Everything, clerk, leader
from hotline.simulation.invariants import answered_once, broken
from hotline.simulation.lived import Lived
from hotline.store.memory import MemoryStore
from routing_rules.pack import Pack, load_pack, pack_files
from tests.api.city import START
from tests.readers import WordReader

DESK, REVIEWER, AGENT = Actor("派单员", Role.DISPATCHER), Actor("审核员", Role.REVIEWER), Actor("坐席", Role.AGENT)
UNITS = ("CGJ", "ZJJ", "SCJG", "NYJ")
TEXTS = (
    "中冶世家小区暖气不热", "楼下垃圾没人清理,影响出行", "家里停水两天了,老人很着急", "举报某单位工作人员不作为,请为我保密",
    "有个事情想反映一下,说不太清楚", "小区物业乱收费。路灯也不亮,晚上很黑", "楼道里着火了,快来人",
)  # fmt: skip
HOUR = timedelta(hours=1)
SPANS = (timedelta(minutes=20), 3 * HOUR, 12 * HOUR, timedelta(days=1), timedelta(days=3), timedelta(days=9))
SAID = (
    Callback(reached=False), Callback(reached=True, responded=True, solved="yes", rating=5),
    Callback(reached=True, responded=False, solved="partly", rating=2), Callback(reached=True, solved="no", rating=1),
    Callback(reached=True, solved="yes"),
)  # fmt: skip
NUMBERED = tuple(f"BT20261123{number:05d}" for number in range(1, 4))
orders, chosen = st.integers(0, 30), st.integers(0, 30)


@cache
def the_pack() -> tuple[dict[str, bytes], Pack]:
    """The shipped pack and its files, read once."""
    files = dict(pack_files("kundulun"))
    return files, load_pack(files)


class LifeOfOrders(RuleBasedStateMachine):
    """A hotline of a few orders. What the services refuse is part of life; what they do must leave every invariant whole."""

    @initialize()
    def opens(self) -> None:
        self.store, self.clock = MemoryStore(), SteppedClock(START - HOUR)
        self.books = Books(self.store, self.clock)
        files, self.pack = the_pack()
        now = self.clock.now()
        with self.store.write() as work:
            work.books.add(Book(
                hash=self.pack.content_hash, files=files, effective_at=now, published_at=now, published_by="first-start",
            ))  # fmt: skip
            work.commit()
        self.books.refresh()
        self.clock.move_to(START)
        self.do = Everything(self.store, self.books, WordReader(self.pack), self.clock)
        self.reviewing = Reviewing(self.store, self.clock, self.books)
        self.sent: dict[str, NewCall] = {}
        self.calls: dict[str, str] = {}
        self.first_dues: dict[str, str | None] = {}

    # -- helpers -------------------------------------------------------------------------------------------------------
    def all(self) -> Sequence[Order]:
        with self.store.read() as work:
            return work.orders.page(OrderFilter(), None, 500).orders

    def to(self, which: int, act: Callable[[Order], Any]) -> None:
        """Do something to one of the orders; what is refused changes nothing."""
        if found := self.all():
            with suppress(HotlineError):
                act(found[which % len(found)])

    # -- what comes in -------------------------------------------------------------------------------------------------
    @rule(text=st.sampled_from(TEXTS), phone=st.sampled_from(("13847212345", "13947298765", "")))
    def somebody_calls(self, text: str, phone: str) -> None:
        caller = Caller(name="王建国" if phone else "", phone=phone)
        new = NewCall(source="desk", message_id=f"c-{len(self.calls)}", received_at=self.clock.now(), text=text, caller=caller)
        receipt = self.do.intake.record(new)
        self.calls[new.message_id] = receipt.call_id
        self.do.triage.handle([receipt.call_id])

    @rule(number=st.sampled_from(NUMBERED), text=st.sampled_from(TEXTS), days=st.integers(2, 9))
    def the_platform_sends_an_order(self, number: str, text: str, days: int) -> None:
        self.receive(self.message(number, "", text=text, upstream_due=self.clock.now() + timedelta(days=days)))

    @rule(
        number=st.sampled_from(NUMBERED), about=st.sampled_from([*About, "unheard_of"]), hours=st.integers(0, 72), data=st.data()
    )
    def the_platform_says(self, number: str, about: str, hours: int, data: st.DataObject) -> None:
        """Said up to three days ago: messages come out of order."""
        flags = st.fixed_dictionaries({
            "asks": st.sampled_from([str(one) for one in Asks]), "granted": st.booleans(), "level": st.integers(1, 5),
            "reached": st.booleans(), "solved": st.sampled_from(("yes", "no", "partly")),
        })  # fmt: skip
        due = self.clock.now() + timedelta(days=5) if about in (About.CHANGE_DUE, About.REDO, About.DECISION) else None
        new = self.message(number, str(about), data=data.draw(flags), upstream_due=due)
        self.receive(replace(new, received_at=self.clock.now() - hours * HOUR))

    @rule(which=chosen)
    def the_platform_says_it_again(self, which: int) -> None:
        if self.sent:
            new = list(self.sent.values())[which % len(self.sent)]
            before = [one.version for one in self.all()]
            taken = self.do.upstream.receive(new)
            assert (taken.receipt.call_id, taken.receipt.created) == (self.calls[new.message_id], False)
            assert [one.version for one in self.all()] == before

    def message(self, number: str, about: str, **fields: Any) -> NewCall:
        return NewCall(**{
            "source": "upstream:http", "message_id": f"u-{len(self.calls)}", "received_at": self.clock.now(), "text": "",
            "channel": "upstream", "upstream_no": number, "about": about, "caller": Caller(name="李秀英", phone="13947211111"),
            **fields,
        })  # fmt: skip

    def receive(self, new: NewCall) -> None:
        receipt = self.do.upstream.receive(new).receipt
        self.sent[new.message_id], self.calls[new.message_id] = new, receipt.call_id
        self.do.triage.handle([receipt.call_id])

    # -- the desk ------------------------------------------------------------------------------------------------------
    @rule(which=orders, unit=st.sampled_from(UNITS), assist=st.sampled_from(("", *UNITS)))
    def the_desk_dispatches(self, which: int, unit: str, assist: str) -> None:
        def act(order: Order) -> None:
            text = proposed(order, self.do.queries.order(order.id, by=DESK).calls[0]) if order.secret else ""
            assists = (assist,) if assist and assist != unit else ()
            self.do.handling.dispatch(order.id, unit=unit, assists=assists, handling_text=text, by=DESK)

        self.to(which, act)

    @rule(which=orders, unit=st.sampled_from(UNITS))
    def somebody_is_accused(self, which: int, unit: str) -> None:
        self.to(which, lambda order: self.do.supervising.name_accused(order.id, units=(unit,), by=DESK))

    @rule(which=orders)
    def a_person_acknowledges(self, which: int) -> None:
        self.to(which, lambda order: self.do.supervising.acknowledge(order.id, by=ACKNOWLEDGER))

    @rule(which=orders)
    def the_desk_splits(self, which: int) -> None:
        parts = (Part(text="小区物业乱收费"), Part(text="路灯不亮,晚上很黑"))
        self.to(which, lambda order: self.do.matters.split(order.id, parts, by=DESK))

    @rule(which=orders, into=orders)
    def the_desk_merges(self, which: int, into: int) -> None:
        def act(order: Order) -> None:
            head = self.all()[into % len(self.all())]
            before = order.id, order.upstream_no, order.received_at, order.due.get("answer")
            merged = self.do.matters.merge(order.id, head.id, reason="同一事项", different_callers=True, by=DESK)
            assert (merged.id, merged.upstream_no, merged.received_at, merged.due.get("answer")) == before

        self.to(which, act)

    @rule(which=orders)
    def the_desk_unmerges(self, which: int) -> None:
        self.to(which, lambda order: self.do.matters.unmerge(order.id, by=DESK))

    # -- the units -----------------------------------------------------------------------------------------------------
    @rule(which=orders)
    def a_unit_signs(self, which: int) -> None:
        self.to(which, lambda order: self.do.handling.sign(order.id, by=clerk(str(order.unit))))

    @rule(which=orders, to=chosen)
    def a_unit_hands_down(self, which: int, to: int) -> None:
        def act(order: Order) -> None:
            by = clerk(str(order.holder))
            if below := self.do.units.targets(order, by):
                self.do.units.hand_down(order.id, to=below[to % len(below)].code, by=by)

        self.to(which, act)

    @rule(which=orders)
    def a_unit_hands_back(self, which: int) -> None:
        self.to(which, lambda order: self.do.units.hand_back(order.id, reason="不属本科室", by=clerk(str(order.holder))))

    @rule(which=orders, result=st.sampled_from(("reached", "no_answer", "off")))
    def a_unit_contacts(self, which: int, result: str) -> None:
        self.to(which, lambda order: self.do.handling.contact(order.id, result=result, by=clerk(str(order.holder))))

    @rule(which=orders, asks=st.sampled_from(list(Asks)))
    def a_unit_applies(self, which: int, asks: Asks) -> None:
        def act(order: Order) -> None:
            row = self.pack.deadlines.limits.get(order.due_rows.get("answer", ""))
            day = (self.clock.now() + timedelta(days=4)).astimezone(self.pack.zone).date().isoformat()
            given: dict[str, Any] = {"until": day, "public": "等批复", "documents": ("ab12",)}
            more = given if asks is not Asks.EXTENSION else {}
            code = next(iter(row.pause_reasons), "other") if row is not None and asks is Asks.PAUSE else "other"
            by = DESK if asks is Asks.UPWARD else clerk(str(order.unit))
            self.do.applications.apply(order.id, asks, reason="情况复杂", reason_code=code, by=by, **more)

        self.to(which, act)

    @rule(which=orders, granted=st.booleans(), by=st.sampled_from((DESK, *SUPERVISORS)), nth=chosen)
    def the_office_decides(self, which: int, granted: bool, by: Actor, nth: int) -> None:
        def act(order: Order) -> None:
            if order.applications:
                asks = order.applications[nth % len(order.applications)].asks
                self.do.applications.decide(order.id, asks, granted=granted, reason="已核对", by=by)

        self.to(which, act)

    @rule(which=orders)
    def a_unit_resumes(self, which: int) -> None:
        self.to(which, lambda order: self.do.applications.resume(order.id, by=clerk(str(order.unit))))

    @rule(which=orders)
    def a_unit_asks_for_a_ruling(self, which: int) -> None:
        self.to(which, lambda order: self.do.disputes.ask_ruling(order.id, reason="意见不一", by=clerk(str(order.unit))))

    @rule(which=orders, unit=st.sampled_from(UNITS), by=st.sampled_from((DESK, *SUPERVISORS)))
    def the_office_rules(self, which: int, unit: str, by: Actor) -> None:
        self.to(which, lambda order: self.do.disputes.rule(order.id, unit=unit, reason="按三定方案", by=by))

    @rule(which=orders)
    def a_unit_answers(self, which: int) -> None:
        self.to(which, lambda order: self.do.handling.answer(order.id, text="已办理", by=clerk(str(order.holder))))

    @rule(which=orders, level=st.integers(1, 2))
    def a_leader_signs_off(self, which: int, level: int) -> None:
        self.to(which, lambda order: self.do.units.sign_off(order.id, by=leader(str(order.unit), level)))

    @rule(which=orders)
    def a_unit_takes_its_answer_back(self, which: int) -> None:
        self.to(which, lambda order: self.do.units.take_back_answer(order.id, reason="补材料", by=clerk(str(order.unit))))

    # -- the office and the citizen ------------------------------------------------------------------------------------
    @rule(which=orders, passed=st.booleans(), close=st.booleans())
    def the_office_reviews(self, which: int, passed: bool, close: bool) -> None:
        def act(order: Order) -> None:
            if passed:
                self.reviewing.pass_answer(order.id, close=close, by=REVIEWER)
            else:
                self.reviewing.send_back(order.id, note="请补充", by=REVIEWER)

        self.to(which, act)

    @rule(which=orders, heard=st.sampled_from(SAID))
    def the_citizen_is_called(self, which: int, heard: Callback) -> None:
        self.to(which, lambda order: self.do.closing.callback(order.id, heard, by=AGENT))

    @rule(which=orders)
    def an_agent_closes_without_a_call(self, which: int) -> None:
        self.to(which, lambda order: self.do.closing.close_uncalled(order.id, by=AGENT))

    @rule(which=orders, level=st.integers(1, 5), channel=st.sampled_from(("web", "message")))
    def the_citizen_rates(self, which: int, level: int, channel: str) -> None:
        self.to(which, lambda order: self.do.ratings.rate(order.id, channel=channel, level=level, by=AGENT))

    @rule(which=orders, reasonable=st.booleans())
    def the_office_checks_a_rating(self, which: int, reasonable: bool) -> None:
        self.to(which, lambda order: self.do.ratings.check(order.id, reasonable=reasonable, reason="已核实", by=SUPERVISORS[0]))

    @rule(which=orders)
    def a_bad_rating_is_rectified(self, which: int) -> None:
        self.to(which, lambda order: self.do.ratings.rectify(order.id, by=SUPERVISORS[0]))

    @rule(span=st.sampled_from(SPANS), twice=st.booleans())
    def time_passes(self, span: timedelta, twice: bool) -> None:
        self.clock.move_to(self.clock.now() + span)
        for sweep in self.do.sweeps * (1 + twice):
            sweep()

    @rule(which=orders, steps=st.integers(1, 6), heard=st.sampled_from(SAID))
    def an_order_goes_on(self, which: int, steps: int, heard: Callback) -> None:
        """Take the plain next steps, so that lives get long."""
        for _ in range(steps):
            self.to(which, lambda order: self.next_step(order, heard))

    def next_step(self, order: Order, heard: Callback) -> None:
        match order.state:
            case State.ON_DESK:
                text = proposed(order, self.do.queries.order(order.id, by=DESK).calls[0]) if order.secret else ""
                unit = next(one for one in UNITS if one not in order.recused | order.returned_by)
                self.do.handling.dispatch(order.id, unit=unit, handling_text=text, by=DESK)
            case State.DISPATCHED:
                self.do.handling.sign(order.id, by=clerk(str(order.unit)))
            case State.SIGNED:
                self.do.handling.answer(order.id, text="已办理", by=clerk(str(order.holder)))
            case State.ANSWERED if len(order.signoffs) < order.signoffs_needed:
                turn = order.signoff_units[len(order.signoffs)]
                self.do.units.sign_off(order.id, by=leader(turn, len(order.signoffs) + 1))
            case State.ANSWERED | State.SIGNED_OFF | State.IN_REVIEW:
                self.reviewing.pass_answer(order.id, by=REVIEWER)
            case State.IN_CALLBACK:
                self.do.closing.callback(order.id, heard, by=AGENT)
            case _:
                pass

    # -- what must be true ---------------------------------------------------------------------------------------------
    @invariant()
    def nothing_is_broken(self) -> None:
        with self.store.read() as work:
            found = {order.id: broken(self.pack, self.lived(work, order)) for order in self.all()}
        assert {ident: names for ident, names in found.items() if names} == {}

    def lived(self, work: Any, order: Order) -> Lived:
        events, legs = work.events.of_order(order.id), work.legs.of_order(order.id)
        return Lived(order=order, events=events, legs=legs, calls=calls_of(work, order))

    @invariant()
    def every_message_from_above_is_answered_once(self) -> None:
        answers: dict[str, set[tuple[str, object]]] = {}
        with self.store.read() as work:
            waits = {one.ref for one in work.set_asides.page(1000)}
            for order in self.all():
                answers.setdefault(order.call_id, set()).add((order.call_id, "began"))
                for event in work.events.of_order(order.id)[1:]:
                    answers.setdefault(str(event.data.get("call")), set()).add(("said", event.at))
        assert list(answered_once([self.calls[ident] for ident in self.sent], answers, waits)) == []


TestLifeOfOrders = LifeOfOrders.TestCase
TestLifeOfOrders.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
)
