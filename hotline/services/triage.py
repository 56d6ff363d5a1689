"""Calls become orders, a batch at a time: read and decide first, then one transaction (DESIGN §2).

Idempotent: an order is made once for a call, whoever delivers the call how often; a known upstream number makes an event of
its order.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from hotline.domain.above import STARTS
from hotline.domain.call import Call
from hotline.domain.reading import Reading
from hotline.errors import ChangedMeanwhile, NotFound
from hotline.services.books import Books
from hotline.services.ports import Clock, Reader, Store, UnitOfWork
from hotline.services.reading import read_calls
from hotline.services.registering import Registration, register
from hotline.services.registrations import append, take_numbers
from hotline.services.upstream_messages import UpstreamMessages
from routing_rules.pack import Pack

ATTEMPTS = 10  # of a batch whose order somebody else changes at the same moment
READ_AT_ONCE = 64  # texts a call of the reader: small enough that the heartbeat thread gets its turn


@dataclass(slots=True)
class Seen:
    """What a batch did, for metrics and benchmarks."""

    orders: int = 0
    on_desk: int = 0
    repeats: int = 0
    supplements: int = 0


class Triage:
    """Makes orders of recorded calls."""

    def __init__(self, store: Store, clock: Clock, books: Books, reader: Reader) -> None:
        self._store, self._clock, self._books, self._reader = store, clock, books, reader
        self._above = UpstreamMessages(store, clock, books)
        self._lock = threading.Lock()
        self.total = Seen()

    def handle(self, call_ids: Sequence[str]) -> int:
        """Triage the calls, one commit; returns the number of orders made. Raises ``StoreUnavailable`` to be tried again.

        Who acts on an order while a message under its upstream number comes in wins; the batch is done anew.
        """
        for _ in range(ATTEMPTS - 1):
            try:
                return self._once(call_ids)
            except ChangedMeanwhile:
                continue
        return self._once(call_ids)

    def _once(self, call_ids: Sequence[str]) -> int:
        wanted = list(dict.fromkeys(call_ids))
        fresh, known, unknown = self._fresh(wanted)
        made = self._make(fresh, known, repeats=len(call_ids) - len(fresh) - len(unknown))
        if unknown:  # the others are done; the guard finds out which one it was and sets it aside, visible and retriable
            raise NotFound("call", unknown[0])
        return made

    def _make(self, fresh: Sequence[Call], known: set[str], *, repeats: int) -> int:
        if not fresh:
            self.total.repeats += repeats
            return 0
        pack, now = self._books.current(), self._clock.now()
        calls = [call for call in fresh if call.new.upstream_no not in known and call.new.about in STARTS]
        readings, numbers = self._read(calls), self._numbers(pack, calls)
        made = [register(pack, pack.content_hash, call, readings[call.id], numbers[call.id], now) for call in calls]
        return self._write(fresh, made, repeats=repeats)

    def _fresh(self, call_ids: Sequence[str]) -> tuple[list[Call], set[str], list[str]]:
        """Return the calls that have no order yet, the upstream numbers among them that have one, and ids nobody recorded."""
        with self._store.read() as work:
            calls = work.calls.get(call_ids)
            done = work.orders.by_calls(call_ids)
            numbers = [call.new.upstream_no for call in calls.values() if call.new.upstream_no]
            known = set(work.orders.by_upstream(numbers)) if numbers else set()
        found = [calls[ident] for ident in call_ids if ident in calls and ident not in done]
        return [call for call in found if call.order_id is None], known, [one for one in call_ids if one not in calls]

    def _read(self, calls: Sequence[Call]) -> dict[str, Reading]:
        readings: dict[str, Reading] = {}
        for start in range(0, len(calls), READ_AT_ONCE):
            part = calls[start : start + READ_AT_ONCE]
            found = read_calls(self._reader, [call.new for call in part])
            readings.update(zip((call.id for call in part), found, strict=True))
        return readings

    def _numbers(self, pack: Pack, calls: Sequence[Call]) -> dict[str, str]:
        """Return each call's order number: prefix, local day of receipt, five digits (more on a day of more).

        Taken in a commit of their own, so that workers do not wait for each other's orders; a batch that fails leaves a gap.
        """
        with self._store.write() as work:
            numbers = take_numbers(work, pack, [call.new.received_at for call in calls])
            work.commit()
        return {call.id: number for call, number in zip(calls, numbers, strict=True)}

    def _write(self, fresh: Sequence[Call], made: Sequence[Registration], *, repeats: int) -> int:
        with self._store.write() as work:
            added = work.orders.add([one.order for one in made])
            kept = [one for one in made if one.order.id in added]
            append(work, kept)
            orders = {one.order.call_id: one.order.id for one in kept}
            rest = [call for call in fresh if call.id not in orders]
            work.calls.link(orders)
            linked = self._above.take_in(work, [*(call.id for call in rest), *_came_before(work, kept)])
            work.commit()
        self._count(kept, supplements=len(linked), repeats=repeats)
        return len(kept)

    def _count(self, kept: Sequence[Registration], *, supplements: int, repeats: int) -> None:
        with self._lock:
            self.total.orders += len(kept)
            self.total.on_desk += sum(1 for one in kept if one.order.why_desk)
            self.total.supplements += supplements
            self.total.repeats += repeats


def _came_before(work: UnitOfWork, kept: Sequence[Registration]) -> list[str]:
    """Return the messages from above that came before the orders they speak of."""
    numbers = [one.order.upstream_no for one in kept if one.order.upstream_no]
    found = work.calls.under(numbers) if numbers else {}
    made = {one.order.call_id for one in kept}
    return [call.id for calls in found.values() for call in calls if call.order_id is None and call.id not in made]
