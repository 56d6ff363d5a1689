"""The services of what follows an answer, and of who watches over an order: made together, for they share what they need."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.services.books import Books
from hotline.services.callback_queue import CallbackQueue
from hotline.services.caller_again import CallerAgain
from hotline.services.notices import Notices
from hotline.services.ports import Clock, Store
from hotline.services.ratings import Ratings
from hotline.services.supervising import Supervising


@dataclass(frozen=True, slots=True, kw_only=True)
class Followup:
    """Ratings, notices, supervision by persons, the callback desk's queue, and callers who speak again."""

    ratings: Ratings
    notices: Notices
    supervising: Supervising
    callbacks: CallbackQueue
    again: CallerAgain


def followup(store: Store, clock: Clock, books: Books) -> Followup:
    """Return the services over a store."""
    return Followup(
        ratings=Ratings(store, clock, books), notices=Notices(store, clock, books), supervising=Supervising(store, clock, books),
        callbacks=CallbackQueue(store, clock, books), again=CallerAgain(store, clock, books),
    )  # fmt: skip
