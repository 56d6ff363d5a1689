"""Knows who is at the door: keys and sessions, looked up in the database and remembered for a moment."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from typing import Final, Generic, TypeVar

from hotline.domain.roles import Actor
from hotline.errors import NotSignedIn
from hotline.services.access import Access
from hotline.services.ids import fingerprint
from hotline.services.rows import Session
from hotline.web.throttle import Throttle

REMEMBER: Final = timedelta(seconds=3)
"""How long a key found good is believed: a revoked one must be out within 5 seconds."""
MOST_REMEMBERED: Final = 4096
LONGEST_SECRET: Final = 200  # characters; ours have 43

T = TypeVar("T")


class _Memory(Generic[T]):
    """Answers by the sha256 of a secret, each for a few seconds; never the secret itself."""

    def __init__(self, remember: timedelta, ticks: Callable[[], float]) -> None:
        self._seconds, self._ticks = remember.total_seconds(), ticks
        self._kept: OrderedDict[str, tuple[float, T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, digest: str) -> T | None:
        with self._lock:
            until, answer = self._kept.get(digest, (0.0, None))
            return answer if until > self._ticks() else None

    def put(self, digest: str, answer: T) -> None:
        with self._lock:
            self._kept[digest] = (self._ticks() + self._seconds, answer)
            while len(self._kept) > MOST_REMEMBERED:
                self._kept.popitem(last=False)

    def forget(self, digest: str) -> None:
        with self._lock:
            self._kept.pop(digest, None)


class Doorkeeper:
    """Tells who holds a key or a session's cookie; blocking, so call it in a thread.

    Secrets are compared by their sha256, in a dictionary and by the database's index: what a guess takes says nothing of how
    near it is.
    """

    def __init__(
        self, access: Access, *, throttle: Throttle | None = None, remember: timedelta = REMEMBER,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._access = access
        self._throttle = throttle or Throttle(ticks=ticks)
        self._keys: _Memory[Actor] = _Memory(remember, ticks)
        self._sessions: _Memory[tuple[Actor, Session]] = _Memory(remember, ticks)

    def by_key(self, secret: str, address: str) -> Actor:
        """Return who holds a key. Raises ``NotSignedIn``, and ``TooManyAttempts`` for an address that guesses."""
        digest = self._digest(secret, address)
        if (known := self._keys.get(digest)) is None:
            known = self._unless_unknown(lambda: self._access.who(secret), address)
            self._keys.put(digest, known)
        return known

    def by_cookie(self, cookie: str, address: str) -> tuple[Actor, Session]:
        """Return who a browser's cookie stands for, and the session with its form token. Raises like ``by_key``."""
        digest = self._digest(cookie, address)
        if (known := self._sessions.get(digest)) is None:
            known = self._unless_unknown(lambda: self._access.of_session(cookie), address)
            self._sessions.put(digest, known)
        return known

    def sign_in(self, secret: str, address: str) -> tuple[str, Session]:
        """Begin a session with a key and return its cookie and the session. Raises like ``by_key``."""
        self._digest(secret, address)
        return self._unless_unknown(lambda: self._access.sign_in(secret), address)

    def sign_out(self, cookie: str) -> None:
        """End a session, at once."""
        self._access.sign_out(cookie)
        self._sessions.forget(fingerprint(cookie))

    def _digest(self, secret: str, address: str) -> str:
        if not 0 < len(secret) <= LONGEST_SECRET or not secret.isascii():
            self._throttle.failed(address)
            raise NotSignedIn("no key of ours looks like this")
        return fingerprint(secret)

    def _unless_unknown(self, ask: Callable[[], T], address: str) -> T:
        try:
            return ask()
        except NotSignedIn:
            self._throttle.failed(address)
            raise
