"""Endpoints of webhooks: registered, switched on and off, given a new secret; their deliveries seen and sent again."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final

from hotline.domain.roles import Actor, May, may
from hotline.domain.webhook import KINDS, usable_url
from hotline.errors import InvalidInput, NotAllowed, NotFound
from hotline.services.api_rows import Backlog, Delivery, Endpoint
from hotline.services.books import Books
from hotline.services.ports import Clock, Store, UnitOfWork
from hotline.services.rows import Viewed

SECRET_BYTES: Final = 32
LAST: Final = 2**62
BY_HAND: Final = "管理员停用"


@dataclass(frozen=True, slots=True)
class Listed:
    """An endpoint and what it has not got yet."""

    endpoint: Endpoint
    backlog: Backlog


class Webhooks:
    """What administrators do to endpoints, and operations see; each act is recorded for ever beside who saw what."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def register(self, url: str, *, unit: str | None, kinds: Collection[str] = (), note: str = "", by: Actor) -> Endpoint:
        """Store an endpoint for the events that come from now on, of a unit's orders or of all; the only time its secret shows.

        Raises ``InvalidInput`` for an address or a kind that is none, ``UnknownUnit``.
        """
        self._allow(by, May.SET_WEBHOOKS)
        if unit is not None:
            self._books.current().receiving_unit(unit)
        if strange := sorted(set(kinds) - KINDS):
            raise InvalidInput(f"no such kinds of events: {strange}", message=f"没有这些事件类型:{'、'.join(strange)[:200]}")
        with self._store.write() as work:
            new = Endpoint(
                id=secrets.token_hex(8), url=usable_url(url), secret=_secret(), unit=unit, kinds=tuple(sorted(set(kinds))),
                note=note, enabled=True, position=work.events.settled(), created_at=self._clock.now(), created_by=by.name,
            )  # fmt: skip
            work.webhooks.add(new)
            self._record(work, new, "webhook.registered", by)
            work.commit()
        return new

    def listing(self, *, by: Actor) -> list[Listed]:
        """Return all endpoints, oldest first."""
        self._allow(by, May.WEBHOOKS)
        with self._store.read() as work:
            backlogs = work.webhooks.backlogs()
            return [Listed(one, backlogs.get(one.id, Backlog())) for one in work.webhooks.listing()]

    def get(self, ident: str, *, by: Actor) -> Listed:
        """Return one; raises ``NotFound``."""
        found = next((one for one in self.listing(by=by) if one.endpoint.id == ident), None)
        if found is None:
            raise NotFound("webhook", ident)
        return found

    def switch_off(self, ident: str, *, by: Actor) -> Endpoint:
        """Send nothing more; what waits stays, and so does the place in the past of orders."""
        return self._change(ident, "webhook.off", by, lambda one: replace(
            one, enabled=False, off_at=self._clock.now(), off_why=BY_HAND,
        ))  # fmt: skip

    def switch_on(self, ident: str, *, skip: bool = False, by: Actor) -> Endpoint:
        """Send again: first what it has not got, then all events since it was switched off, unless ``skip``."""

        def on(one: Endpoint) -> Endpoint:
            return replace(one, enabled=True, failures=0, failing_since=None, retry_at=None, off_at=None, off_why="")

        self._allow(by, May.SET_WEBHOOKS)
        with self._store.write() as work:
            found = _found(work, ident)
            work.webhooks.save(on(found))
            work.webhooks.revive(ident, self._clock.now())
            if skip:
                work.webhooks.follow([ident], found.position, work.events.settled())
            self._record(work, found, "webhook.on", by)
            work.commit()
        return on(found)

    def new_secret(self, ident: str, *, by: Actor) -> Endpoint:
        """Give an endpoint another secret, for everything sent from now on; the only time it shows."""
        return self._change(ident, "webhook.secret", by, lambda one: replace(one, secret=_secret()))

    def deliveries(self, ident: str, *, state: str = "", before: int = LAST, limit: int = 50, by: Actor) -> list[Delivery]:
        """Return an endpoint's deliveries numbered below ``before``, newest first."""
        self._allow(by, May.WEBHOOKS)
        with self._store.read() as work:
            if all(one.id != ident for one in work.webhooks.listing()):  # ``get`` is for a unit of work that writes: it locks
                raise NotFound("webhook", ident)
            return work.webhooks.page(ident, state, before, limit)

    def resend(self, ident: str, delivery_id: str, *, by: Actor) -> Delivery:
        """Send a delivery again, whatever became of it, for another three days if need be."""
        self._allow(by, May.WEBHOOKS)
        now = self._clock.now()
        with self._store.write() as work:
            endpoint, one = _found(work, ident), work.webhooks.delivery(delivery_id)
            if one is None or one.endpoint_id != endpoint.id:
                raise NotFound("delivery", delivery_id)
            again = replace(one, next_at=now, attempts=0, first_at=None, delivered_at=None, gave_up_at=None)
            work.webhooks.save_delivery(again)
            work.webhooks.save(replace(endpoint, retry_at=None))
            self._record(work, endpoint, "webhook.resent", by, delivery_id)
            work.commit()
        return again

    def _change(self, ident: str, what: str, by: Actor, become: Callable[[Endpoint], Endpoint]) -> Endpoint:
        self._allow(by, May.SET_WEBHOOKS)
        with self._store.write() as work:
            after = become(_found(work, ident))
            work.webhooks.save(after)
            self._record(work, after, what, by)
            work.commit()
        return after

    def _record(self, work: UnitOfWork, endpoint: Endpoint, what: str, by: Actor, reason: str = "") -> None:
        work.access.viewed(Viewed(at=self._clock.now(), actor=by.name, what=what, ref=endpoint.id, reason=reason))

    @staticmethod
    def _allow(by: Actor, what: May) -> None:
        if by.role is None or not may(by.role, what):
            raise NotAllowed(f"{by.name} may not {what}")


def _found(work: UnitOfWork, ident: str) -> Endpoint:
    found = work.webhooks.get(ident)
    if found is None:
        raise NotFound("webhook", ident)
    return found


def _secret() -> str:
    """Return a new secret as the Standard Webhooks specification writes one, 256 bits."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
