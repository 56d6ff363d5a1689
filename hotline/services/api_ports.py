"""What the API's own services need from the store: rooms beside those of orders (``ports``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hotline.services.api_rows import Backlog, Delivery, Endpoint, Headers, Repeat


class Repeats(Protocol):
    """Requests under an ``Idempotency-Key``."""

    def get(self, ident: str) -> Repeat | None:
        """Return a request."""

    def claim(self, new: Repeat, kept_since: datetime) -> bool:
        """Store a request that begins; False when another attempt runs or has answered.

        It takes the place of one whose attempt died (``until`` ≤ ``new.claimed_at``) and of one begun before ``kept_since``.
        """

    def answer(self, ident: str, holder: str, status: int, headers: Headers, body: bytes) -> bool:
        """Store the answer of the attempt ``holder``; False when another attempt has taken its place."""

    def release(self, ident: str, holder: str) -> None:
        """Forget an attempt that changed nothing."""

    def purge(self, claimed_before: datetime) -> int:
        """Delete requests begun before; return how many."""


class Webhooks(Protocol):
    """Endpoints and deliveries."""

    def add(self, endpoint: Endpoint) -> None:
        """Store an endpoint."""

    def get(self, ident: str) -> Endpoint | None:
        """Return an endpoint."""

    def listing(self) -> list[Endpoint]:
        """Return all endpoints, oldest first."""

    def save(self, endpoint: Endpoint) -> None:
        """Write an endpoint, except its ``position``."""

    def follow(self, idents: Sequence[str], position: int, to: int) -> list[str]:
        """Move endpoints that stand at ``position``; return those moved: another process may have been first."""

    def queue(self, deliveries: Sequence[Delivery]) -> None:
        """Append; one whose (endpoint, order, seq) is there already is left out."""

    def due(self, now: datetime) -> set[str]:
        """Return the endpoints that have deliveries to be tried now."""

    def claim(self, endpoint_id: str, limit: int, *, holder: str, now: datetime, until: datetime) -> list[Delivery]:
        """Lend an endpoint's oldest due deliveries to ``holder`` until then; those lent to a living one are left out."""

    def settle(self, deliveries: Sequence[Delivery], holder: str) -> None:
        """Write what came of tries and end the loan; what is not lent to ``holder`` any more is left as it is."""

    def delivery(self, ident: str) -> Delivery | None:
        """Return a delivery."""

    def save_delivery(self, delivery: Delivery) -> None:
        """Write a delivery whatever it is lent to."""

    def revive(self, endpoint_id: str, now: datetime) -> int:
        """Let everything that an endpoint has not got be tried from now on for another three days; return how many."""

    def page(self, endpoint_id: str, state: str, before: int, limit: int) -> list[Delivery]:
        """Return deliveries numbered below ``before``, newest first; ``state`` empty = all."""

    def backlogs(self) -> dict[str, Backlog]:
        """Return what each endpoint has not got."""

    def purge(self, delivered_before: datetime) -> int:
        """Delete what was delivered before, and nothing else; return how many."""


class Savepoint(Protocol):
    """A place inside a unit of work to go back to; one of the two is called, once."""

    def keep(self) -> None:
        """Go on with what was done since."""

    def undo(self) -> None:
        """Undo what was done since."""


class ApiRooms(Protocol):
    """The part of a unit of work that the API's own services need."""

    @property
    def repeats(self) -> Repeats: ...
    @property
    def webhooks(self) -> Webhooks: ...

    def savepoint(self) -> Savepoint:
        """Return a place to go back to inside the transaction."""
