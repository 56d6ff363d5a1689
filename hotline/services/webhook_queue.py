"""Deliveries of webhooks: written from the past of orders, lent to who sends them, settled by what came of it.

Nothing can be lost: an endpoint remembers the position of the last event that was written out for it, and rows and position are
one commit. Events have no position before they are committed, so none appears behind it. The worker may die at any moment: rows
are lent for a minute and then free for another; a receiver may get one twice, under the same ``webhook-id``.

A dead endpoint costs one try an hour: while it fails, one delivery at a time goes out as a probe, and the others wait untried.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import orjson

from hotline.domain.order import Event
from hotline.domain.webhook import PROBE_AT_MOST, TRIED_FOR, concerns, delay
from hotline.services import ids
from hotline.services.api_rows import Backlog, Delivery, Endpoint
from hotline.services.ports import Clock, Store, UnitOfWork

log = logging.getLogger(__name__)

AT_ONCE: Final = 500  # events a commit
BATCH: Final = 10  # deliveries lent at a time: five seconds each at worst, one after the other if all are of one order
LEASE: Final = timedelta(seconds=60)
KEPT: Final = timedelta(days=30)
"""How long what was delivered stays to be seen; what was not stays for ever."""
RECUSED: Final = "recused"
"""Why a row is not sent: the order complains about the endpoint's unit, which was named after the row was written."""
FAILED: Final = "连续 3 天推送失败,已自动停用"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try: the receiver's status, or why there is none (``error`` is a code of ours)."""

    status: int | None = None
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether the receiver has it."""
        return not self.error and self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Batch:
    """Deliveries of one endpoint, lent to the caller."""

    endpoint: Endpoint
    deliveries: Sequence[Delivery]


class WebhookQueue:
    """``chance`` returns numbers of 0…1 for the spread of delays."""

    def __init__(self, store: Store, clock: Clock, chance: Callable[[], float]) -> None:
        self._store, self._clock, self._chance = store, clock, chance

    # -- written by the clock ------------------------------------------------------------------------------------------
    def derive(self) -> int:
        """Write deliveries for the events that came since the last time; return how many events were looked at."""
        with self._store.read() as work:
            behind = _by_position(work.webhooks.listing(), work.events.settled())
        return sum(self._derive(position, endpoints) for position, endpoints in behind.items())

    def _derive(self, position: int, endpoints: Sequence[Endpoint]) -> int:
        with self._store.write() as work:
            events = work.events.since(position, AT_ONCE)
            if not events:
                return 0
            moved = set(work.webhooks.follow([one.id for one in endpoints], position, events[-1][0]))
            work.webhooks.queue(self._deliveries(work, [one for one in endpoints if one.id in moved], events))
            work.commit()
        return len(events)

    def _deliveries(self, work: UnitOfWork, endpoints: Sequence[Endpoint], events: Sequence[tuple[int, Event]]) -> list[Delivery]:
        wanted = {event.order_id for _, event in events} if any(one.unit is not None for one in endpoints) else set[str]()
        units, orders = work.legs.units(sorted(wanted)), work.orders.get_many(sorted(wanted))
        recused = {ident: order.recused for ident, order in orders.items()}
        now = self._clock.now()
        return [
            _delivery(endpoint, event, now)
            for _, event in events
            for endpoint in endpoints
            if concerns(
                event,
                unit=endpoint.unit,
                kinds=endpoint.kinds,
                units=units.get(event.order_id, ()),
                recused=recused.get(event.order_id, ()),
            )
        ]

    def purge(self) -> int:
        """Delete what was delivered more than 30 days ago."""
        with self._store.write() as work:
            gone = work.webhooks.purge(self._clock.now() - KEPT)
            work.commit()
        return gone

    # -- sent by the worker --------------------------------------------------------------------------------------------
    def claim(self, holder: str, busy: Collection[str] = ()) -> list[Batch]:
        """Lend what is due to ``holder``, a batch an endpoint; none of those that it is ``busy`` with, one of those that fail."""
        now = self._clock.now()
        with self._store.read() as work:
            due = work.webhooks.due(now) - set(busy)
            ready = [one for one in work.webhooks.listing() if one.id in due and _ready(one, now)]
        if not ready:
            return []
        with self._store.write() as work:
            lent = [Batch(one, self._lend(work, one, holder, now)) for one in ready]
            work.commit()
        return [batch for batch in lent if batch.deliveries]

    @staticmethod
    def _lend(work: UnitOfWork, endpoint: Endpoint, holder: str, now: datetime) -> list[Delivery]:
        limit = 1 if endpoint.failures else BATCH
        lent = work.webhooks.claim(endpoint.id, limit, holder=holder, now=now, until=now + LEASE)
        barred = _barred(work, endpoint, lent)
        work.webhooks.settle([replace(one, gave_up_at=now, next_at=None, error=RECUSED) for one in barred], holder)
        return [one for one in lent if one not in barred]

    def settle(self, endpoint_id: str, tried: Sequence[tuple[Delivery, Outcome | None]], holder: str) -> None:
        """Write what came of a batch; None = was not tried after all and is free again."""
        now = self._clock.now()
        with self._store.write() as work:
            endpoint = work.webhooks.get(endpoint_id)
            if endpoint is None:
                return
            after = self._endpoint_after(endpoint, [outcome for _, outcome in tried if outcome is not None], now)
            work.webhooks.save(after)
            given_up = after.enabled or not endpoint.enabled
            rows = [self._after(one, outcome, now, gives_up=given_up) for one, outcome in tried]
            work.webhooks.settle(rows, holder)
            work.commit()
        if endpoint.enabled and not after.enabled:
            log.error("webhook endpoint %s failed for three days and is switched off", endpoint_id)

    def _after(self, one: Delivery, outcome: Outcome | None, now: datetime, *, gives_up: bool) -> Delivery:
        free = replace(one, holder="", until=None)
        if outcome is None:
            return free
        first, attempts = one.first_at or now, one.attempts + 1
        tried = replace(free, attempts=attempts, first_at=first, tried_at=now, status=outcome.status, error=outcome.error)
        if outcome.ok:
            return replace(tried, delivered_at=now, next_at=None)
        again = now + delay(attempts, self._chance())
        last = first + TRIED_FOR
        if now >= last and gives_up:
            return replace(tried, gave_up_at=now, next_at=None)
        return replace(tried, next_at=min(again, max(last, now)))

    def _endpoint_after(self, endpoint: Endpoint, outcomes: Sequence[Outcome], now: datetime) -> Endpoint:
        if not outcomes:
            return endpoint
        if any(outcome.ok for outcome in outcomes):
            return replace(endpoint, failures=0, failing_since=None, retry_at=None, last_ok_at=now)
        failures, since = endpoint.failures + 1, endpoint.failing_since or now
        failing = replace(
            endpoint, failures=failures, failing_since=since, retry_at=now + delay(failures, self._chance(), PROBE_AT_MOST)
        )
        if now - since < TRIED_FOR or not endpoint.enabled:
            return failing
        return replace(failing, enabled=False, off_at=now, off_why=FAILED)

    def state(self) -> tuple[list[Endpoint], Mapping[str, Backlog]]:
        """Return every endpoint and what each has not got, for figures."""
        with self._store.read() as work:
            return work.webhooks.listing(), work.webhooks.backlogs()


def _barred(work: UnitOfWork, endpoint: Endpoint, lent: Sequence[Delivery]) -> list[Delivery]:
    """Return the rows of orders that complain about the endpoint's unit 回避."""
    if endpoint.unit is None or not lent:
        return []
    orders = work.orders.get_many(sorted({one.order_id for one in lent}))
    return [one for one in lent if one.order_id in orders and endpoint.unit in orders[one.order_id].recused]


def _ready(endpoint: Endpoint, now: datetime) -> bool:
    return endpoint.enabled and (endpoint.retry_at is None or endpoint.retry_at <= now)


def _by_position(endpoints: Sequence[Endpoint], settled: int) -> dict[int, list[Endpoint]]:
    behind = [one for one in endpoints if one.enabled and one.position < settled]
    return {position: [one for one in behind if one.position == position] for position in {one.position for one in behind}}


def _delivery(endpoint: Endpoint, event: Event, now: datetime) -> Delivery:
    ident = "msg_" + ids.digest_id(endpoint.id.encode(), event.order_id.encode(), str(event.seq).encode())
    return Delivery(
        id=ident, endpoint_id=endpoint.id, order_id=event.order_id, seq=event.seq, kind=event.kind, body=_body(event),
        created_at=now, next_at=now,
    )  # fmt: skip


def _body(event: Event) -> bytes:
    """Return what is sent: ids, codes and times; nobody's words. The receiver fetches the rest with its own key."""
    data = {"order_id": event.order_id, "version": event.seq, "event": event.kind, "at": event.at.isoformat(), "unit": event.unit}
    return orjson.dumps({"type": f"order.{event.kind}", "timestamp": event.at.isoformat(), "data": data})
