"""What people do to an order: dispatch, sign, contact, apply to give back, rule on it, answer, review."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.applications import Asks
from hotline.domain.conditions import pending
from hotline.domain.lifecycle import Change, apply, check, check_target
from hotline.domain.order import Flag, Order, State
from hotline.domain.roles import Actor
from hotline.errors import ChangedMeanwhile, InvalidInput, NotFromHere
from hotline.services.acting import said
from hotline.services.answering import Answering
from hotline.services.applications import Applications
from hotline.services.clocks import Clocks, Dues, facts_of
from hotline.services.disputes import Disputes
from hotline.services.facts import asked
from hotline.services.merging import followers
from hotline.services.ports import UnitOfWork
from hotline.services.reviewing import Reviewing
from hotline.services.secrecy import confirmed_text
from routing_rules.pack import Pack

EMERGENCY_NUMBERS = ("110", "119", "120", "122")
RETURN_REASONS = ("not_our_duty", "wrong_place", "needs_other_lead", "not_accepted_matter", "other")


class Handling(Answering):
    """Acts of the desk, the units and the office; each is one commit and raises what ``lifecycle.check`` raises."""

    @property
    def applications(self) -> Applications:
        """What units ask for and somebody else decides."""
        return Applications(self._store, self._clock, self._books)

    @property
    def disputes(self) -> Disputes:
        """Who answers for an order where units do not agree."""
        return Disputes(self._store, self._clock, self._books)

    def dispatch(
        self, order_id: str, *, unit: str, assists: tuple[str, ...] = (), reason: str = "", reason_code: str = "",
        version: int | None = None, handling_text: str = "", by: Actor,
    ) -> Order:  # fmt: skip
        """Send the order to ``unit`` (lead) and ``assists``; an application to give it back counts as granted.

        The same again changes nothing. ``version`` is the order's as the dispatcher saw it. Raises ``ChangedMeanwhile`` when it
        is another by now, ``UnknownUnit`` for a code that gets no orders, ``Recused`` for one that the order complains about.
        ``handling_text`` confirms what the unit reads of a secret order (``Supervising.hide_reporter``), in the same commit.
        """
        pack = self._books.current()
        for code in (unit, *assists):
            pack.receiving_unit(code)
        if unit in assists:
            raise InvalidInput("the lead assists itself", message="协办单位不能与主办单位相同")

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            at, done = self._clock.now(), list[Change]()
            if _there_already(order, unit, assists, by):
                return done
            _may_go_to(order, version, unit, *assists)
            done += _confirmed(work, order, handling_text, at, by)
            order = done[-1].order if done else order
            if Flag.RETURN_ASKED in order.flags and unit != order.unit:
                done.append(_returned(order, reason, at, by))
                order = done[-1].order
            due = _clocks(work, pack, order, unit, at)
            given = {"unit": unit, "assists": list(assists), "reason": said(reason), "reason_code": reason_code}
            data = {**given, **_decided(order, unit), **due.data, **asked(pack.content_hash, facts_of(order))}
            fields = {"unit": unit, "assists": assists, **due.fields}
            sent = apply(order, Action.DISPATCH, at=at, by=by, data=data, legs_due=due.legs, **fields)
            return [*done, *followers(work, pack, sent.order, at, by), sent]

        return self._act(order_id, by, act)

    def decline(self, order_id: str, *, route: str, by: Actor) -> Order:
        """Do not accept 不予受理 what is outside the hotline; ``route`` names the lawful way for the citizen (53号)."""
        if not route.strip():
            raise InvalidInput("a refusal names the lawful route", message="不予受理须写明合法的办理渠道")
        return self._one(order_id, Action.DECLINE, by, {"route": said(route)})

    def transfer(self, order_id: str, *, number: str, note: str = "", by: Actor) -> Order:
        """Record that the caller was put through to an emergency number 转接 (国办发〔2022〕12号)."""
        if number not in EMERGENCY_NUMBERS:
            raise InvalidInput(f"number must be one of {EMERGENCY_NUMBERS}", message="只能转接 110、119、120、122")
        return self._one(order_id, Action.TRANSFER, by, {"number": number, "note": said(note)})

    def sign(self, order_id: str, *, by: Actor) -> Order:
        """The unit takes the order 签收."""
        return self._one(order_id, Action.SIGN, by, {})

    def apply_return(self, order_id: str, *, reason: str, reason_code: str = "other", by: Actor) -> Order:
        """Apply for an order to be taken back 退单, with the unit's reason; see ``Applications.apply``."""
        return self.applications.apply(order_id, Asks.RETURN, reason=reason, reason_code=reason_code, by=by)

    def decide_return(self, order_id: str, *, granted: bool, reason: str = "", decided_by: str = "", by: Actor) -> Order:
        """Grant or refuse an application; granted, the tables are asked again without that unit and the desk chooses."""
        return self.applications.decide(order_id, Asks.RETURN, granted=granted, reason=reason, decided_by=decided_by, by=by)

    def review(self, order_id: str, *, passed: bool, note: str = "", by: Actor) -> Order:
        """The office reviews the answer 办结审核, without a checklist (``Reviewing``)."""
        reviewing = Reviewing(self._store, self._clock, self._books)
        if passed:
            return reviewing.pass_answer(order_id, note=note, by=by)
        return reviewing.send_back(order_id, note=note, by=by)


def _confirmed(work: UnitOfWork, order: Order, text: str, at: datetime, by: Actor) -> list[Change]:
    changed = bool(text.strip()) and order.secret and text != order.handling_text
    return [confirmed_text(work, order, text, at, by)] if changed else []


def _may_go_to(order: Order, version: int | None, unit: str, *assists: str) -> None:
    """As it was seen; not to whom it accuses; and after a ruling, which is final, to no other unit in this round."""
    if version is not None and version != order.version:
        raise ChangedMeanwhile(f"order {order.id} is at version {order.version}, not {version}")
    check_target(order, unit, *assists)


def _returned(order: Order, reason: str, at: datetime, by: Actor) -> Change:
    """Sending it elsewhere grants the return; what the platform above decides waits for its word."""
    application = pending(order, Asks.RETURN)
    if application is not None and application.decider == "upstream":
        raise NotFromHere(order.id, Action.DISPATCH, order.state, "退单由上级平台决定,请先登记上级批复,再派单")
    return apply(order, Action.GRANT_RETURN, at=at, by=by, data={"reason": said(reason)})


def _decided(order: Order, unit: str) -> dict[str, Any]:
    """What stood behind a choice: the model's first, the rule's unit, and which suggestion the person took."""
    ranks = [suggestion.unit for suggestion in order.suggestions]
    choice = f"top{ranks.index(unit) + 1}" if unit in ranks else "other"
    model = ranks[0] if ranks else None
    return {"choice": choice, "model": model, "rule": order.rule_unit, "row": order.rule_row, "round": order.round}


def _clocks(work: UnitOfWork, pack: Pack, order: Order, unit: str, at: datetime) -> Dues:
    """The clocks of a dispatch; where the lead stays, nothing of its leg begins anew because somebody else assists."""
    if order.state is not State.DISPATCHED or order.unit != unit:
        return Clocks(pack).on_dispatch(order, at)
    running = (leg.due_at for leg in work.legs.of_order(order.id) if leg.role == "lead" and leg.ended_at is None)
    return Clocks(pack).on_assists(order, next(running, None))


def _there_already(order: Order, unit: str, assists: tuple[str, ...], by: Actor) -> bool:
    """Whether the order lies unsigned with exactly these units: sent twice, its sign and contact clocks must not start again.

    Raises ``NotFromHere`` while the lead's application to give it back waits: that is granted or refused, not passed over.
    """
    if order.state is not State.DISPATCHED or order.unit != unit:
        return False
    if Flag.RETURN_ASKED in order.flags:
        raise NotFromHere(order.id, Action.DISPATCH, order.state, "该单位已申请退单,请先审批,或改派其他单位")
    if same := order.assists == assists:
        check(order, Action.DISPATCH, by)
    return same
