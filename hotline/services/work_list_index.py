"""What orders are found by, kept up to date: the clock follows the events and writes down, masked, what their calls say.

Nothing is lost when it stops or the index is new: it goes on from the position it marked, from the first event if need be.
"""

from __future__ import annotations

from collections.abc import Sequence

from hotline.domain.order import Event
from hotline.services.own_words import own_words
from hotline.services.ports import Store, UnitOfWork
from hotline.services.rows import OrderText
from hotline.services.work_list_words import searchable

MARK = "order_texts:position"
AT_ONCE = 500  # events a commit


class SearchIndex:
    """Follows the events by position; a call is written once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def follow(self) -> int:
        """Write down what the calls behind new events say; return how many events were new."""
        seen, part = 0, AT_ONCE
        while part == AT_ONCE:
            part = self._next()
            seen += part
        return seen

    def _next(self) -> int:
        with self._store.read() as work:
            rows = work.events.since(_marked(work), AT_ONCE)
            texts = _texts(work, [event for _, event in rows])
        if rows:
            with self._store.write() as work:
                work.texts.add(texts)
                work.marks.set_mark(MARK, str(rows[-1][0]))
                work.commit()
        return len(rows)


def _marked(work: UnitOfWork) -> int:
    return int(work.marks.mark(MARK) or 0)


def _texts(work: UnitOfWork, events: Sequence[Event]) -> list[OrderText]:
    """The calls that made an order, and those that an event names: what came later under the order's number."""
    made = work.orders.get_many([event.order_id for event in events if event.seq == 1])
    named = {event.data["call"] for event in events if isinstance(event.data.get("call"), str)}
    calls = work.calls.get([*{order.call_id for order in made.values()} | named])
    own = {order.call_id for order in made.values()}
    later = [(call, call.order_id) for call in calls.values() if call.order_id and call.id not in own]
    first = [(own_words(order, calls[order.call_id]), order.id) for order in made.values() if order.call_id in calls]
    return [OrderText(call_id=call.id, order_id=ident, said=searchable(call, ident)) for call, ident in (*first, *later)]
