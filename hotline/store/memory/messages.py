"""Calls, the outbox and what was set aside, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hotline.domain.call import Call
from hotline.services.rows import OutboxRow, SetAside
from hotline.store.memory.state import State
from hotline.store.texts import storable

_PHONE_CALLS = 50


class MemoryCalls:
    """``ports.Calls`` in memory."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, calls: Sequence[Call]) -> set[str]:
        """Insert; a call whose (source, message_id) is there already is left out. Return the ids inserted."""
        added: set[str] = set()
        for call in calls:
            message = (call.new.source, call.new.message_id)
            if message not in self._state.by_message and call.id not in self._state.calls:
                self._state.by_message[message] = call.id
                self._state.calls[call.id] = call
                added.add(call.id)
        return added

    def get(self, ids: Sequence[str]) -> dict[str, Call]:
        """Return the calls found, by id."""
        return {ident: self._state.calls[ident] for ident in ids if ident in self._state.calls}

    def by_message(self, messages: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Call]:
        """Return the calls found, by (source, message_id)."""
        known = self._state.by_message
        return {message: self._state.calls[known[message]] for message in messages if message in known}

    def link(self, orders: Mapping[str, str]) -> None:
        """Set the order id of calls: ``{call_id: order_id}``."""
        for ident, order_id in orders.items():
            if ident in self._state.calls:
                self._state.calls[ident] = replace(self._state.calls[ident], order_id=order_id)

    def of_order(self, order_id: str) -> list[Call]:
        """Return every call under an order: the one that made it, then the others, oldest first."""
        found = [call for call in self._state.calls.values() if call.order_id == order_id]
        return sorted(found, key=lambda call: ((call.id, 1) not in self._state.by_call, call.recorded_at, call.id))

    def under(self, numbers: Sequence[str]) -> dict[str, list[Call]]:
        """Return the calls that came under numbers of others, by number, in the order they were recorded."""
        wanted, found = set(numbers), dict[str, list[Call]]()
        for call in self._recorded():
            if call.new.number in wanted:
                found.setdefault(str(call.new.number), []).append(call)
        return found

    def late(self, limit: int) -> list[Call]:
        """Return calls without an order whose upstream number has one by now, the oldest recorded first."""
        orders = self._state.by_upstream
        return [call for call in self._recorded() if call.order_id is None and call.new.upstream_no in orders][:limit]

    def _recorded(self) -> list[Call]:
        return sorted(self._state.calls.values(), key=lambda call: (call.recorded_at, call.id))

    def of_phone(self, phone: str, since: datetime) -> list[Call]:
        """Return a caller's calls received since, newest first, at most 50."""
        calls = self._state.calls.values()
        found = [call for call in calls if phone and call.new.caller.phone == phone and call.new.received_at >= since]
        return sorted(found, key=lambda call: (call.new.received_at, call.id), reverse=True)[:_PHONE_CALLS]

    def often(self, since: datetime, before: datetime, least: int) -> list[frozenset[str]]:
        """Return the orders of each caller whose calls in the period came to at least so many."""
        found: dict[str, set[str]] = {}
        for call in self._state.calls.values():
            if call.new.caller.phone and call.order_id and since <= call.new.received_at < before:
                found.setdefault(call.new.caller.phone, set()).add(call.order_id)
        return [frozenset(orders) for _, orders in sorted(found.items()) if len(orders) >= least]

    def untriaged(self) -> int:
        """How many calls have no order yet and are not set aside."""
        return len(self._state.untriaged())


class MemoryOutbox:
    """``ports.Outbox`` in memory."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, rows: Sequence[OutboxRow]) -> None:
        """Append."""
        for ident, row in enumerate(rows, start=max(self._state.outbox, default=0) + 1):
            self._state.outbox[ident] = (replace(row, id=ident), None)

    def unsent(self, limit: int) -> list[OutboxRow]:
        """Return rows with no ``sent_at``, oldest first: never "id > last", commits may come late."""
        return [row for _, (row, sent_at) in sorted(self._state.outbox.items()) if sent_at is None][:limit]

    def mark_sent(self, ids: Sequence[int], at: datetime) -> None:
        """Mark rows as sent."""
        for ident in ids:
            if ident in self._state.outbox:
                self._state.outbox[ident] = (self._state.outbox[ident][0], at)
        if ids:
            self._state.last_sent["outbox"] = at

    def reopen_untriaged(self, topic: str, limit: int, sent_before: datetime) -> int:
        """Mark as unsent the rows of calls that were sent before, but have no order and are not set aside; oldest first."""
        lost, reopened = self._state.untriaged(), 0
        for ident, (row, sent_at) in sorted(self._state.outbox.items()):
            if reopened < limit and row.topic == topic and row.ref in lost and sent_at is not None and sent_at < sent_before:
                self._state.outbox[ident] = (row, None)
                reopened += 1
        return reopened

    def waiting(self) -> int:
        """How many rows wait."""
        return sum(1 for _, sent_at in self._state.outbox.values() if sent_at is None)

    def last_sent_at(self) -> datetime | None:
        """When a row was last sent."""
        return self._state.last_sent.get("outbox")

    def first_sent_since(self, topic: str, at: datetime) -> datetime | None:
        """When the first row of a topic was sent at or after ``at``."""
        sent = (sent_at for row, sent_at in self._state.outbox.values() if row.topic == topic and sent_at is not None)
        return min((one for one in sent if one >= at), default=None)

    def purge(self, sent_before: datetime) -> int:
        """Delete rows sent before, except those of calls that still need them; return how many."""
        needed, rows = self._state.untriaged(), self._state.outbox
        old = [i for i, (row, sent_at) in rows.items() if sent_at is not None and sent_at < sent_before and row.ref not in needed]
        for ident in old:
            del rows[ident]
        return len(old)


class MemorySetAsides:
    """``ports.SetAsides`` in memory."""

    def __init__(self, state: State) -> None:
        self._rows = state.set_asides

    def add(self, rows: Sequence[SetAside]) -> None:
        """Append; a row with a known id is left out, but waits again if it had been retried."""
        for row in rows:
            known = self._rows.get(row.id)
            if known is None:
                reason, detail, ref = storable(row.reason), storable(row.detail), storable(row.ref)
                self._rows[row.id] = replace(row, reason=reason, detail=detail, ref=ref)
            elif known.retried_at is not None:
                self._rows[row.id] = replace(known, reason=row.reason, detail=row.detail, at=row.at, retried_at=row.retried_at)

    def page(self, limit: int, *, retried: bool = False) -> list[SetAside]:
        """Return rows that wait, or those that were retried, newest first."""
        found = [row for row in self._rows.values() if (row.retried_at is not None) is retried]
        return sorted(found, key=lambda row: (row.at, row.id), reverse=True)[:limit]

    def get(self, ident: str) -> SetAside | None:
        """Return one."""
        return self._rows.get(ident)

    def mark_retried(self, ident: str, at: datetime) -> None:
        """Mark one as retried."""
        if ident in self._rows:
            self._rows[ident] = replace(self._rows[ident], retried_at=at)

    def count(self) -> int:
        """How many wait."""
        return sum(1 for row in self._rows.values() if row.retried_at is None)
