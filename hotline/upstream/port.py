"""The port to the platform above: what comes from it, and what we enter there. Two adapters keep it: ``excel`` and ``http``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hotline.domain.call import NewCall
from hotline.services.upstream_replies import Entry


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that came and is no message: kept whole (``raw``) with why (Chinese); ``place`` names it (a row, an id)."""

    place: str
    why: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Incoming:
    """What came since a cursor; ``cursor`` asks for what comes next, ``more`` = at once."""

    messages: Sequence[NewCall]
    unread: Sequence[Unread]
    cursor: str
    more: bool = False


class Platform(Protocol):
    """The platform above, however it is reached. Either call may raise ``UpstreamUnavailable``: then it is asked again later."""

    def incoming(self, cursor: str) -> Incoming:
        """Return what came since ``cursor`` (empty = from the first); asking again for the same does no harm."""

    def enter(self, entries: Sequence[Entry]) -> frozenset[str]:
        """Enter answers and applications above; return the keys of those that stand there now, entered twice or not."""
