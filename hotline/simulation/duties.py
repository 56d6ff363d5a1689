"""What an order must have had before it was closed, and what nobody may be given: duties, allowances, recusal, secrecy."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from hotline.domain.order import Event, Flag, State
from hotline.domain.roles import Actor, Role
from hotline.domain.sampling import owed
from hotline.domain.transitions import HELD
from hotline.services.clocks import returns_allowed
from hotline.services.rows import OrderView
from hotline.services.secrecy import seen
from hotline.simulation.lived import Lived
from routing_rules.pack import Pack

ENDED_ABOVE: Final = "上级平台"
REVIEWS: Final = frozenset({"review_passed", "passed_up"})
MUST_BE_CALLED: Final = frozenset({"always", "sampled"})


def _end(lived: Lived) -> Event | None:
    """The event that closed the order, where we closed it and not the platform above."""
    if lived.order.state is not State.CLOSED:
        return None
    ends = [event for event in lived.events if event.kind == "closed"]
    return ends[-1] if ends and ends[-1].actor != ENDED_ABOVE else None


def _called(end: Event) -> bool:
    return bool(end.data.get("attempt")) or end.data.get("reached") is True


def answered_and_reviewed(_pack: Pack, lived: Lived) -> bool:
    """A closed order was answered in its last round, and reviewed, or the citizen was asked before the review was done."""
    end = _end(lived)
    return end is None or (bool(lived.last_round("answered")) and (bool(lived.last_round(*REVIEWS)) or _called(end)))


def called_back(pack: Pack, lived: Lived) -> bool:
    """Whoever must be called back was reached, or tried as often as the pack says, before the order was closed."""
    end = _end(lived)
    if end is None or end.data.get("reached") is True:
        return True
    if end.data.get("sampled") is False:
        return end.data.get("why") not in MUST_BE_CALLED
    return int(end.data.get("attempt") or 0) >= pack.settings.callback_attempts


def released(_pack: Pack, lived: Lived) -> bool:
    """An answer that leaders release was released by each of them before the office passed it: no level, no person twice."""
    needed: int | None = None
    signed: list[str] = []
    for event in lived.events:
        if event.kind == "answered":
            needed, signed = len(event.data.get("signoffs", ())), []
        elif event.kind == "signed_off":
            signed.append(event.actor)
        elif event.kind in REVIEWS and needed is not None and len(set(signed)) < needed:
            return False
    return True


def acknowledged(_pack: Pack, lived: Lived) -> bool:
    """An urgent order that was closed had been acknowledged by a person."""
    return _end(lived) is None or Flag.UNACKNOWLEDGED not in lived.order.flags


def allowances_kept(pack: Pack, lived: Lived) -> bool:
    """Returns of an order, and extensions, pauses and exclusions of each round, were not had more often than allowed."""
    order, asked = lived.order, sum(1 for event in lived.events if event.kind == "return_applied")
    if asked and asked > returns_allowed(pack, order):
        return False
    row = pack.deadlines.limits.get(order.due_rows.get("answer", ""))
    given = len(lived.last_round("extension_granted"))
    if row is not None and given > row.extensions:
        return False
    return all(times <= most for times, most in _had(pack, lived))


def _had(pack: Pack, lived: Lived) -> list[tuple[int, int]]:
    """How often the last round was given a pause or exclusion, and how often its approvals row gives them."""
    rows = {ident: row.allowed for ident, row in pack.approvals.rows.items()}
    had = Counter(str(one.data.get("row")) for one in lived.last_round("pause_granted", "exclusion_granted"))
    return [(times, most) for row, times in had.items() if (most := rows.get(row)) is not None]


def not_the_accused(_pack: Pack, lived: Lived) -> bool:
    """No unit that is complained about, nor one below it, was given the order after it was named."""
    order = lived.order
    named = max((event.seq for event in lived.events if event.kind in ("accused_named", "split")), default=0)
    given = [event for event in lived.events if event.seq > named and event.kind in ("dispatched", "handed_down")]
    to = {str(unit) for event in given for unit in _given_to(event.data)}
    return not to & order.recused and (order.unit not in order.recused or not given)


def _given_to(data: Any) -> list[Any]:
    return [one for one in (data.get("unit"), data.get("to"), *data.get("assists", ()), *data.get("line", ())) if one]


def secret_kept(_pack: Pack, lived: Lived) -> bool:
    """A unit that holds a secret order reads a confirmed text, and nowhere the caller's name or number."""
    order = lived.order
    if not order.secret or order.state not in HELD or order.unit is None or not lived.calls:
        return True
    caller = lived.calls[0].new.caller
    view = seen(OrderView(order=order, calls=lived.calls, events=lived.events), Actor("经办", Role.CLERK, order.holder))
    read = "\n".join((view.order.title, *(f"{one.new.text}{one.new.caller}{one.new.address}" for one in view.calls)))
    return bool(order.handling_text) and not any(len(one) > 1 and one in read for one in (caller.name, caller.phone))


def sampled_as_owed(pack: Pack, lived: Lived) -> bool:
    """An order closed without a call is one that nobody owes a call, as everybody can work out again."""
    end = _end(lived)
    if end is None or end.data.get("sampled") is not False:
        return True
    return owed(lived.order, pack.settings.callback) not in MUST_BE_CALLED
