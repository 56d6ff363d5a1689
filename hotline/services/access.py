"""Who may come in: keys for machines and people, browser sessions, and the record of who saw what."""

from __future__ import annotations

from datetime import timedelta

from hotline.domain.call import Caller
from hotline.domain.order import Order
from hotline.domain.persons import unsigned
from hotline.domain.roles import UNIT_ROLES, Actor, May, Role, may
from hotline.domain.text import mask_name, mask_phone
from hotline.errors import InvalidInput, NotAllowed, NotSignedIn
from hotline.services import change, ids
from hotline.services.ports import Clock, Store
from hotline.services.rows import Key, Session, Viewed


class Access:
    """Makes, checks and revokes keys; a key is shown once and stored as its sha256 (DESIGN §4)."""

    def __init__(self, store: Store, clock: Clock, session: timedelta) -> None:
        self._store, self._clock, self._session = store, clock, session

    def new_key(self, role: Role, *, unit: str | None = None, name: str = "") -> str:
        """Store a new key and return it; a clerk's key needs its unit.

        Without a person's ``name`` it may not decide where two persons have to.
        """
        if (role in UNIT_ROLES) != (unit is not None):
            raise InvalidInput("a unit's key needs --unit, no other key has one", message="承办单位的密钥须指定单位,其他角色不可")
        value, digest = ids.secret()
        key = Key(
            id=digest[:12], sha256=digest, name=name.strip() or unsigned(role, digest), role=role, unit=unit,
            created_at=self._clock.now(),
        )  # fmt: skip
        with self._store.write() as work:
            work.access.add_key(key)
            work.commit()
        return value

    def who(self, secret: str) -> Actor:
        """Return who holds a key; raises ``NotSignedIn``."""
        with self._store.read() as work:
            return _actor(work.access.key(ids.fingerprint(secret)))

    def sign_in(self, secret: str) -> tuple[str, Session]:
        """Return a new session's cookie and the session; raises ``NotSignedIn``."""
        cookie, digest = ids.secret()
        with self._store.write() as work:
            key = work.access.key(ids.fingerprint(secret))
            _actor(key)
            assert key is not None  # noqa: S101  # _actor raised otherwise
            expires = self._clock.now() + self._session
            session = Session(sha256=digest, key_id=key.id, csrf=ids.secret()[0], expires_at=expires)
            work.access.add_session(session)
            work.commit()
        return cookie, session

    def of_session(self, cookie: str) -> tuple[Actor, Session]:
        """Return who a browser's cookie stands for; raises ``NotSignedIn``."""
        with self._store.read() as work:
            session = work.access.session(ids.fingerprint(cookie), self._clock.now())
            if session is None:
                raise NotSignedIn("no such session")
            return _actor(work.access.key_by_id(session.key_id)), session

    def sign_out(self, cookie: str) -> None:
        """End a session."""
        with self._store.write() as work:
            work.access.end_session(ids.fingerprint(cookie))
            work.commit()

    def keys(self) -> list[Key]:
        """List keys, newest first."""
        with self._store.read() as work:
            return work.access.keys()

    def revoke(self, ident: str) -> bool:
        """Revoke a key by its id; False when there is none."""
        with self._store.write() as work:
            done = work.access.revoke(ident, self._clock.now())
            work.commit()
        return done

    def unmask(self, order_id: str, *, reason: str, by: Actor) -> Caller:
        """Return the caller of an order in clear, after recording who saw it and why.

        A unit is shown the callers of orders that it holds, and nobody who asked for secrecy (GB/T 33358-2016).
        """
        if by.role is None or not may(by.role, May.UNMASK):
            raise NotAllowed(f"{by.name} may not see callers")
        if not reason.strip():
            raise InvalidInput("a reason is needed", message="查看来电人信息须填写理由")
        with self._store.write() as work:
            order = change.visible(work, order_id, by)
            _unit_may_see(order, by)
            call = work.calls.get([order.call_id])[order.call_id]
            work.access.viewed(Viewed(at=self._clock.now(), actor=by.name, what="caller", ref=order_id, reason=reason[:500]))
            work.commit()
        return call.new.caller


def masked(caller: Caller) -> Caller:
    """Return a caller as everybody sees one."""
    return Caller(name=mask_name(caller.name), phone=mask_phone(caller.phone))


def _unit_may_see(order: Order, by: Actor) -> None:
    if not by.of_unit:
        return
    if order.secret:
        raise NotAllowed(f"{by.name} may not see a confidential caller", message="来电人要求保密,承办单位不可查看,请联系热线")
    if by.unit not in (*order.holders, *order.assists):
        raise NotAllowed(f"{by.name} no longer holds order {order.id}", message="工单已不在本单位,不可查看来电人")


def _actor(key: Key | None) -> Actor:
    if key is None:
        raise NotSignedIn("unknown or revoked key")
    return Actor(key.name, key.role, key.unit)
