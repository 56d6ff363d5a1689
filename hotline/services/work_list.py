"""The work list: what a unit has to do, by tabs, the least time left first; the office sees it for every unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from hotline.domain.order import ENDS, Flag, State
from hotline.domain.roles import Actor, May, may
from hotline.errors import HotlineError, InvalidInput, NotAllowed
from hotline.services.handling import Handling
from hotline.services.ports import Clock, Store
from hotline.services.queries import LARGEST_PAGE
from hotline.services.recusal import keys_of
from hotline.services.rows import OrderFilter, Page, Viewed
from hotline.services.secrecy import listed

SOON: Final = timedelta(hours=24)
MOST_COUNTED: Final = 1000
"""A tab's count goes no further: a unit's past has tens of thousands of orders, and nobody works by that number."""
MOST_LISTED: Final = 10_000
"""No list counts or exports more orders."""
MOST_SIGNED: Final = 50

_S = State
_HELD = frozenset({_S.DISPATCHED, _S.SIGNED})
_STANDS_STILL = frozenset({Flag.PAUSED})
_ANSWERED = frozenset({_S.ANSWERED, _S.SIGNED_OFF, _S.IN_REVIEW, _S.PASSED_UP, _S.IN_CALLBACK})
TABS: Final[Mapping[str, OrderFilter]] = {
    "open": OrderFilter(open_only=True),
    "desk": OrderFilter(states=frozenset({_S.REGISTERED, _S.ON_DESK, _S.IN_RULING})),
    "sign": OrderFilter(states=frozenset({_S.DISPATCHED})),
    "handling": OrderFilter(states=frozenset({_S.SIGNED})),
    "soon": OrderFilter(states=_HELD),
    "late": OrderFilter(open_only=True),
    "again": OrderFilter(states=_HELD, again=True),
    "answered": OrderFilter(states=_ANSWERED),
    "returns": OrderFilter(waiting_return=True, open_only=True),
    "review": OrderFilter(states=frozenset({_S.ANSWERED, _S.SIGNED_OFF, _S.IN_REVIEW})),
    "callback": OrderFilter(states=frozenset({_S.IN_CALLBACK})),
    "closed": OrderFilter(states=ENDS),
}
UNIT_TABS: Final = ("sign", "handling", "soon", "late", "again", "answered", "closed")
OFFICE_TABS: Final = ("open", "desk", "sign", "handling", "soon", "late", "again", "returns", "review", "callback", "closed")
_PAST: Final = frozenset({"", "answered", "closed"})
"""Tabs that show a unit what it had, too; the others show what lies with it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list is asked for; ``tab`` empty = every order. ``sort`` is ``due``, ``received``, or empty = the tab's own."""

    tab: str = ""
    narrowed: OrderFilter = field(default_factory=OrderFilter)
    sort: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page; ``total`` counts to ``MOST_LISTED``, ``signers`` who signed for an order, ``position`` the last event's then."""

    page: Page
    total: int
    signers: Mapping[str, str]
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What came of signing one order; ``error`` None = signed."""

    order_id: str
    error: HotlineError | None = None


class WorkList:
    """Lists, counts, exports and signs what the asker may see: a unit its own orders, the office all."""

    def __init__(self, store: Store, clock: Clock, handling: Handling) -> None:
        self._store, self._clock, self._handling = store, clock, handling

    def page(self, asked: Asked, *, cursor: str | None = None, limit: int = 50, by: Actor) -> Listed:
        """Return a page of a list."""
        if not 1 <= limit <= LARGEST_PAGE:
            raise InvalidInput(f"limit must be 1 to {LARGEST_PAGE}", message=f"每页条数应为 1 至 {LARGEST_PAGE}")
        wanted = self._wanted(asked, by)
        with self._store.read() as work:
            position = work.events.settled()  # first: what happens in between is told twice rather than never
            page = work.orders.page(wanted, cursor, limit)
            whole = cursor is None and page.cursor is None
            total = len(page.orders) if whole else work.orders.count_each({"": wanted}, MOST_LISTED)[""]
            signed = work.events.latest([order.id for order in page.orders if order.signed_at], "signed")
        signers = {order_id: event.actor for order_id, event in signed.items()}
        shown = Page([listed(order, by) for order in page.orders], page.cursor)
        return Listed(page=shown, total=total, signers=signers, position=position)

    def counts(self, asked: Asked, tabs: Sequence[str], *, by: Actor) -> dict[str, int]:
        """How many orders each tab has under the same filter, up to ``MOST_COUNTED``."""
        wanted = {tab: self._wanted(replace(asked, tab=tab), by) for tab in tabs}
        with self._store.read() as work:
            return work.orders.count_each(wanted, MOST_COUNTED)

    def count(self, tab: str, *, by: Actor) -> int:
        """How many orders a tab has, all of them."""
        wanted = self._wanted(Asked(tab=tab), by)
        with self._store.read() as work:
            return work.orders.count(wanted)

    def new_since(self, asked: Asked, since: datetime, *, by: Actor) -> int:
        """How many orders of a list came after ``since``: made then, or sent to their unit then."""
        found = self.page(replace(asked, sort="received"), limit=LARGEST_PAGE, by=by).page.orders
        return sum(1 for order in found if max(order.created_at, order.dispatched_at or order.created_at) > since)

    def export(self, asked: Asked, *, by: Actor) -> Iterator[Listed]:
        """Return a list's pages, ``MOST_LISTED`` orders at most, after recording who took it."""
        self._wanted(asked, by)
        with self._store.write() as work:
            work.access.viewed(Viewed(at=self._clock.now(), actor=by.name, what="export", ref=f"orders:{asked.tab or 'all'}"))
            work.commit()
        return self._pages(asked, by)

    def sign(self, order_ids: Sequence[str], *, by: Actor) -> list[Signed]:
        """Sign several orders, each in a commit of its own; return what came of each, in their order."""
        if not 1 <= len(order_ids) <= MOST_SIGNED:
            raise InvalidInput(f"1 to {MOST_SIGNED} orders", message=f"一次可签收 1 至 {MOST_SIGNED} 件")
        return [self._sign(order_id, by) for order_id in dict.fromkeys(order_ids)]

    def _sign(self, order_id: str, by: Actor) -> Signed:
        try:
            self._handling.sign(order_id, by=by)
        except HotlineError as refused:
            return Signed(order_id=order_id, error=refused)
        return Signed(order_id=order_id)

    def _pages(self, asked: Asked, by: Actor) -> Iterator[Listed]:
        cursor, given = None, 0
        while given < MOST_LISTED:
            found = self.page(asked, cursor=cursor, limit=LARGEST_PAGE, by=by)
            yield found
            cursor, given = found.page.cursor, given + len(found.page.orders)
            if cursor is None:
                return

    def _wanted(self, asked: Asked, by: Actor) -> OrderFilter:
        """Return the store's filter: the tab's, narrowed, and only what the asker may see."""
        if by.role is not None and not (may(by.role, May.READ_ALL) or may(by.role, May.READ_OWN)):
            raise NotAllowed(f"{by.name} may not read orders")
        wanted = _joined(TABS.get(asked.tab, OrderFilter()), asked.narrowed)
        now, by_due = self._clock.now(), (asked.sort or ("received" if asked.tab == "closed" else "due")) == "due"
        if asked.tab == "soon":
            wanted = replace(wanted, due_from=now, due_before=_earlier(wanted.due_before, now + SOON), without=_STANDS_STILL)
        if asked.tab == "late":
            wanted = replace(wanted, due_before=_earlier(wanted.due_before, now), without=_STANDS_STILL)
        wanted = replace(wanted, by_due=by_due, hidden_from=wanted.hidden_from | keys_of(by))
        if not by.of_unit:
            return wanted
        if asked.tab == "late":
            wanted = replace(wanted, states=_HELD)
        return replace(wanted, seen_by=by.unit) if asked.tab in _PAST else replace(wanted, with_unit=by.unit)


def _joined(tab: OrderFilter, narrowed: OrderFilter) -> OrderFilter:
    """Return a filter with the conditions of both; raises ``InvalidInput`` for states that the tab has not."""
    both = tab.states and narrowed.states
    states = tab.states & narrowed.states if both else tab.states or narrowed.states
    if both and not states:
        raise InvalidInput("the tab has none of these states", message="所选状态不在该标签页内")
    marks = {name: getattr(tab, name) or getattr(narrowed, name) for name in ("open_only", "again", "waiting_return")}
    return replace(narrowed, states=states, **marks)


def _earlier(first: datetime | None, second: datetime) -> datetime:
    return second if first is None else min(first, second)
