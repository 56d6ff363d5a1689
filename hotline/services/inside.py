"""What happens inside a unit and at the office's review, as one part of the web process."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.services.attachments import Attachments
from hotline.services.books import Books
from hotline.services.ports import Clock, Store
from hotline.services.reviewing import Reviewing
from hotline.services.unit_work import UnitWork


@dataclass(frozen=True, slots=True)
class Inside:
    """The units' inner work, the office's review, and the files of orders."""

    work: UnitWork
    reviewing: Reviewing
    files: Attachments


def inside(store: Store, clock: Clock, books: Books) -> Inside:
    """Return the services over a store."""
    return Inside(UnitWork(store, clock, books), Reviewing(store, clock, books), Attachments(store, clock, books))
