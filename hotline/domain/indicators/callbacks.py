"""What a callback or a rating says of response, resolution and satisfaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hotline.domain.indicators.rates import Book, Observation, RateSettings
from hotline.domain.order import Event
from hotline.domain.ratings import PRE

BASICALLY: Final = 3
"""基本满意: whether it counts is the pack's choice; 满意 and above always do."""


def of_callback(event: Event, settings: RateSettings, book: Book) -> Iterator[Observation]:
    """Yield what a finished callback says; nothing where nobody was to be called, or it follows a rectification.

    In the official book the response is always what the citizen told the platform above: it has no contact log of ours.
    """
    said, unit, order_id = event.data, event.unit or "", event.order_id
    if not said.get("final", True) or said.get("follow_up") or said.get("sampled") is False:
        return
    reached = bool(said.get("reached"))
    counts = reached or settings.unreached_counts == "no"
    yield Observation("callback", unit, event.at, reached, order_id, book)
    asked = settings.response_basis == "callback" if book == "own" else said.get("responded") is not None
    if asked and counts:
        yield Observation("response", unit, event.at, said.get("responded") is True, order_id, book)
    if counts:
        yield Observation("resolution", unit, event.at, said.get("solved") == "yes", order_id, book)
    if said.get("channel") == PRE:
        return  # our own call about an order from above 预回访
    rating = said.get("rating")
    if isinstance(rating, int):
        yield Observation("satisfaction", unit, event.at, satisfied(rating, settings), order_id, book)
    elif not reached and counts:
        yield Observation("satisfaction", unit, event.at, False, order_id, book)


def of_rating(event: Event, settings: RateSettings, book: Book) -> Iterator[Observation]:
    """Yield what a rating that did not come from a callback says; it may say whether the matter is solved."""
    level, solved = event.data.get("level"), event.data.get("solved")
    if isinstance(level, int):
        yield Observation("satisfaction", event.unit or "", event.at, satisfied(level, settings), event.order_id, book)
    if book == "official" and solved is not None:
        yield Observation("resolution", event.unit or "", event.at, solved == "yes", event.order_id, book)


def satisfied(level: int, settings: RateSettings) -> bool:
    """Whether a level of 1–5 counts as satisfied under the pack."""
    return level >= (BASICALLY if settings.basically_satisfied_counts else BASICALLY + 1)
