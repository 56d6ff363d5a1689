"""What a unit says of its work: attempts to contact the citizen, and the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.contacts import RESULTS, Attempt, Contacted, contacted
from hotline.domain.lifecycle import Change, apply
from hotline.domain.order import Event, Order
from hotline.domain.roles import Actor
from hotline.domain.text import mask_phone
from hotline.errors import InvalidInput
from hotline.services.acting import Acts, said
from hotline.services.attachments import belonging
from hotline.services.clocks import Clocks, facts_of
from hotline.services.facts import asked
from hotline.services.ports import UnitOfWork
from routing_rules.pack import Pack

LONGEST_NUMBER = 32


class Answering(Acts):
    """Contact records and answers of the unit that holds the order, or of one above it in the line."""

    def contact(
        self, order_id: str, *, result: str = "reached", means: str = "phone", note: str = "", number: str = "",
        evidence: Sequence[str] = (), by: Actor,
    ) -> Order:  # fmt: skip
        """Record an attempt to contact the citizen: by whom, when, which number (kept masked), how, with what result.

        ``evidence`` are content hashes of the order's attachments; ``number`` empty = the caller's own. The citizen counts as
        contacted from the attempt on that made it true (``domain.contacts``); its event says by which rule (``counts``).
        """
        if result not in RESULTS:
            raise InvalidInput(f"result must be one of {RESULTS}", message="联系结果不在可选范围内")
        if len(number) > LONGEST_NUMBER:
            raise InvalidInput("the number is too long", message="联系号码过长")

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            at, pack = self._clock.now(), self._books.current()
            files = belonging(work, order, evidence, pack.settings.attachments)
            found = _contacted(work.events.of_order(order_id), order, Attempt(at, result), pack)
            first: dict[str, Any] = {"contacted_at": found.at} if found and order.contacted_at is None else {}
            data = {
                "result": result, "reached": result == "reached", "counts": _counts(result, found if first else None),
                "number": mask_phone(number.strip() or _own_number(work, order, by)), "means": said(means), "note": said(note),
                "evidence": files, "by_unit": by.unit,
            }  # fmt: skip
            return [apply(order, Action.CONTACT, at=at, by=by, data=data, **first)]

        return self._act(order_id, by, act)

    def answer(self, order_id: str, *, text: str, public: str = "", attachments: Sequence[str] = (), by: Actor) -> Order:
        """The unit answers 答复: what was done, and what the public may read of it; ``attachments`` are content hashes.

        How many leaders release it before the office sees it is said by the units' own rows (``signoffs``).
        """
        if not text.strip():
            raise InvalidInput("an answer needs a text", message="答复内容不能为空")

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            at, pack = self._clock.now(), self._books.current()
            leaders = signing(pack, order, by)
            due = Clocks(pack).on_answer(order, at, released=not leaders)
            files = belonging(work, order, attachments, pack.settings.attachments)
            told = {"text": said(text), "public": said(public), "attachments": files, "by_unit": by.unit}
            data = {**told, "signoffs": list(leaders), **due.data, **asked(pack.content_hash, facts_of(order))}
            fields = {"signoffs_needed": len(leaders), "signoff_units": leaders, **due.fields}
            return [apply(order, Action.ANSWER, at=at, by=by, data=data, **fields)]

        return self._act(order_id, by, act)


def signing(pack: Pack, order: Order, by: Actor) -> tuple[str, ...]:
    """Return whose leaders release the answer, one after the other: from the unit that answers up to the lead."""
    holders = order.holders
    until = holders.index(by.unit) + 1 if by.unit in holders else len(holders)
    levels = (pack.units[code].signoffs if code in pack.units else 0 for code in holders[:until])
    named = [(code,) * level for code, level in zip(holders, levels, strict=False)]
    return tuple(code for codes in reversed(named) for code in codes)


def attempts(events: Sequence[Event]) -> list[Event]:
    """Return the attempts to contact of the running round."""
    begun = max((event.seq for event in events if event.kind == "reopened"), default=0)
    return [event for event in events if event.kind == "contacted" and event.seq > begun]


def _contacted(events: Sequence[Event], order: Order, now: Attempt, pack: Pack) -> Contacted | None:
    since = order.dispatched_at or order.round_began_at
    before = (Attempt(one.at, one.data.get("result", "reached")) for one in attempts(events) if one.at >= since)
    return contacted([*before, now], pack.settings.contact_attempts, pack.zone)


def _counts(result: str, became: Contacted | None) -> str:
    """By which rule this attempt is a contact: ``reached``, ``attempts``, or empty."""
    return "reached" if result == "reached" else became.rule if became else ""


def _own_number(work: UnitOfWork, order: Order, by: Actor) -> str:
    """The caller's; a unit has none for who asked for secrecy, and its record would tell the digits that stay of it."""
    if by.of_unit and order.secret:
        return ""
    call = work.calls.get([order.call_id]).get(order.call_id)
    return call.new.caller.phone if call else ""


def files_of(data: Any) -> list[str]:
    """Return the content hashes that an event names, whatever its kind."""
    return [*data.get("attachments", ()), *data.get("evidence", ())]
