"""Notices 提醒 to units and people: in one commit with the step they tell of, each once, at night only if urgent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from hotline.domain.lifecycle import Change
from hotline.domain.order import Flag, Order
from hotline.domain.roles import UNIT_ROLES, Actor, Role
from hotline.errors import NotFound
from hotline.services import recusal
from hotline.services.books import Books
from hotline.services.notice_rows import Notice, notice_id
from hotline.services.ports import Clock, Store
from hotline.services.rows import OrderFilter
from routing_rules.pack import Pack

SHOWN: Final = 200
UNACKNOWLEDGED: Final = OrderFilter(flags=frozenset({Flag.UNACKNOWLEDGED}), open_only=True, by_urgency=True)
"""Urgent orders that no person has acknowledged: 值班台."""
URGENT_STEPS: Final = frozenset({"acknowledge"})
ROLES: Final[dict[str, frozenset[Role]]] = {
    "desk": frozenset({Role.DISPATCHER, Role.ADMIN}),
    "supervisor": frozenset({Role.SUPERVISOR, Role.ADMIN}),
    "office": frozenset({Role.SUPERVISOR, Role.REVIEWER, Role.ADMIN}),
}
"""Who reads what is told to a part of the office (``routing_rules.supervising.TO``); everything else is a unit's code."""


class Notices:
    """What was told to somebody, and whether it was read."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def inbox(self, *, unread: bool = False, limit: int = SHOWN, by: Actor) -> list[Notice]:
        """Return what is told to ``by``, newest first, without orders that complain about them."""
        with self._store.read() as work:
            now, hidden = self._clock.now(), recusal.keys_of(by)
            return work.notices.page(addressees(by), now, unread=unread, limit=min(limit, SHOWN), hidden_from=hidden)

    def unread(self, *, by: Actor) -> int:
        """How many of them nobody has read, without those that ``by`` does not see; 100 stands for more."""
        with self._store.read() as work:
            return work.notices.unread(addressees(by), self._clock.now(), hidden_from=recusal.keys_of(by))

    def read(self, ident: str, *, by: Actor) -> Notice:
        """Note that ``by`` read a notice; who read it first stays. Raises ``NotFound`` for one that is not theirs."""
        with self._store.write() as work:
            notice = work.notices.get(ident)
            if notice is None or notice.addressee not in addressees(by) or notice.show_from > self._clock.now():
                raise NotFound("notice", ident)
            work.notices.mark_read(ident, self._clock.now(), by.name)
            done = work.notices.get(ident)
            work.commit()
        return done or notice


def addressees(by: Actor) -> frozenset[str]:
    """Return whose notices ``by`` reads."""
    if by.role in UNIT_ROLES:
        return frozenset({by.unit}) if by.unit else frozenset()
    return frozenset(name for name, roles in ROLES.items() if by.role in roles)


def told_by(pack: Pack, changes: Sequence[Change]) -> Iterator[Notice]:
    """Yield the notices that steps of supervision are: one for each whom the step's event names."""
    for change in changes:
        if isinstance(to := change.event.data.get("to"), list) and "mark" in change.event.data:
            yield from told(pack, change.order, change.event.at, to, change.event.data)


def told(pack: Pack, order: Order, at: datetime, to: Iterable[str], said: dict[str, Any] | Any) -> Iterator[Notice]:
    """Yield a notice to each of ``to``; ``said`` has ``mark``, ``step``, and what else there is of ``why``, ``row``, ``clock``,
    ``due`` (ISO 8601), and ``now`` (true = also in the quiet hours)."""
    urgent = order.urgency != "normal" or bool(order.emergency) or said["step"] in URGENT_STEPS
    quiet = None if urgent or said.get("now") else pack.settings.quiet
    due = said.get("due")
    for addressee in dict.fromkeys(to):
        yield Notice(
            id=notice_id(order.id, str(said["mark"]), addressee), order_id=order.id, addressee=addressee, step=str(said["step"]),
            at=at, show_from=quiet.ends(at, pack.zone) if quiet else at, why=str(said.get("why") or "")[:500],
            row=str(said.get("row") or ""), clock=str(said.get("clock") or ""), urgent=urgent,
            due=datetime.fromisoformat(due) if due else None,
        )  # fmt: skip
