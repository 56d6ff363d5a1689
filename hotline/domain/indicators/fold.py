"""The rates as folds over events. Each observation keeps its order, so that every figure opens the orders behind it.

Definitions are settings of the pack (DOMAIN.md, "Rates"); on time means against the order's or the leg's own due time, nothing
else. Nothing here depends on the present: what is undone is settled at its due time, and counts once that has passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from hotline.domain.indicators.callbacks import of_callback, of_rating
from hotline.domain.indicators.rates import Observation, Rate, RateSettings
from hotline.domain.indicators.track import ABOVE, Assignment, Track, tracked
from hotline.domain.order import Event


def observe(events: Iterable[Event], settings: RateSettings, now: datetime) -> Iterator[Observation]:
    """Yield every observation of our own book in ``events`` (sorted by order, then by ``seq``), as known at ``now``."""
    return (seen for seen in observe_all(events, settings) if seen.book == "own" and seen.at <= now)


def observe_all(events: Iterable[Event], settings: RateSettings) -> Iterator[Observation]:
    """Yield every observation of both books, those that are settled later too."""
    for order_id, history in groupby(events, key=attrgetter("order_id")):
        yield from of_track(tracked(order_id, history), settings)


def of_track(track: Track, settings: RateSettings) -> Iterator[Observation]:
    """Yield what one order says of every rate in both books."""
    yield from _of_order(track)
    if _left_out(track, settings):
        return
    if not track.excluded and not track.excluded_above:
        yield from _of_dispatch(track)
        yield from _own(track, settings)
    if track.above and not track.excluded_above:
        yield from _official(track, settings)


def _left_out(track: Track, settings: RateSettings) -> bool:
    is_so = {
        "merged": track.merged, "anonymous": track.anonymous, "no_reply": not track.reply_needed, "incident": track.incident,
    }  # fmt: skip
    return any(is_so[one] for one in settings.left_out)


def _of_order(track: Track) -> Iterator[Observation]:
    """Shares of the orders that came in: answered at once 直办, excluded, anonymous, without a reply."""
    if track.registered is None:
        return
    unit = track.current.unit if track.current is not None else ""
    said: tuple[tuple[Rate, bool], ...] = (
        ("direct", track.direct), ("excluded", track.excluded or track.excluded_above), ("anonymous", track.anonymous),
        ("no_reply", not track.reply_needed),
    )  # fmt: skip
    for rate, good in said:
        yield Observation(rate, unit, track.registered, good, track.order_id)
    if track.above:
        yield Observation("excluded", unit, track.registered, track.excluded_above, track.order_id, "official")


def _of_dispatch(track: Track) -> Iterator[Observation]:
    """Whether the first assignment was final, and how it came about."""
    if (first := track.first) is None:
        return
    unit, choice = first.unit or "", first.data.get("choice")
    alone = choice == "machine"
    said: list[tuple[Rate, bool]] = [("first_dispatch", not track.moved_on), ("automatic", alone)]
    if alone:
        said.append(("automatic_returned", track.assignments[0].returned))
    elif choice is not None:
        said += [("first_choice", choice == "top1"), ("top_three", str(choice) in ("top1", "top2", "top3"))]
    for rate, good in said:
        yield Observation(rate, unit, first.at, good, track.order_id)


def _own(track: Track, settings: RateSettings) -> Iterator[Observation]:
    for one in track.assignments:
        yield from _of_assignment(one, track, settings)
    for event, refused in track.returns_decided:
        yield Observation("refused_return", event.unit or "", event.at, refused, track.order_id)
    for _, event in track.callbacks:
        if event.data.get("channel") != ABOVE and event.data.get("sampled") is not False:
            yield from of_callback(event, settings, "own")
    for _, event in track.ratings:
        if event.data.get("channel") in settings.rating_channels:
            yield from of_rating(event, settings, "own")


def _of_assignment(done: Assignment, track: Track, settings: RateSettings) -> Iterator[Observation]:
    order_id, owed = track.order_id, track.contact_owed
    if done.replaced and not done.returned:
        return  # sent elsewhere by the desk before it was answered: nobody's doing
    yield Observation("return", done.unit, done.started, done.returned, order_id)
    yield from _of_legs(done, order_id)
    if done.returned:
        return
    marks: list[tuple[Rate, datetime | None, datetime | None]] = [
        ("on_time", *(done.late or (done.answered, done.due.get("answer")))),
        ("signed_on_time", done.signed, done.due.get("sign")),
    ]
    if owed and settings.response_basis != "callback":
        contacted = done.contacted if settings.response_basis == "contact_log" or done.signed else None
        marks.append(("response", contacted, done.due.get("contact")))
    for rate, happened, due in marks:
        yield from _by_then(rate, done.unit, happened, due, done, order_id)
    if done.answered is not None:
        yield Observation("reopening", done.unit, done.answered, done.reopened, order_id)
    for at, sent_back in done.answers:
        yield Observation("correction", done.unit, at, sent_back, order_id)


def _of_legs(done: Assignment, order_id: str) -> Iterator[Observation]:
    """Each unit by its own leg; the time of a leg that was given back is charged to whoever held it."""
    due = done.legs.get("lead", done.due.get("answer"))
    if done.returned:
        if due is not None and done.ended is not None and min(done.ended, done.stopped or done.ended) > due:
            yield Observation("leg_on_time", done.unit, due, False, order_id)
        return
    happened, until = done.leg_late or (done.answered, due)
    yield from _by_then("leg_on_time", done.unit, happened, until, done, order_id)
    for unit in done.assists:
        theirs = replace(done, ended=done.answered or done.ended)
        yield from _by_then("leg_on_time", unit, done.parts.get(unit), done.legs.get("assist"), theirs, order_id)


def _by_then(
    rate: Rate, unit: str, happened: datetime | None, due: datetime | None, done: Assignment, order_id: str
) -> Iterator[Observation]:  # fmt: skip
    """What should have happened by its due time; what was left undone is settled when its round ended.

    Nothing is missed whose clock stopped before: a paused order, or one that was taken away.
    """
    if due is None or (happened is None and done.stopped is not None and done.stopped < due):
        return
    good = happened is not None and happened <= due
    at = happened if good and happened is not None else min(due, done.ended or due)
    yield Observation(rate, unit, at, good, order_id)


def _official(track: Track, settings: RateSettings) -> Iterator[Observation]:
    """What the platform above says of an order that it sent: its callback, its ratings, its decisions, its due time."""
    for one in track.assignments:
        if one.replaced and not one.returned:
            continue
        yield Observation("return", one.unit, one.started, one.returned_above, track.order_id, "official")
        if one.returned:
            continue
        for seen in _by_then("on_time", one.unit, one.reached_above or one.answered, one.due.get(ABOVE), one, track.order_id):
            yield Observation(seen.rate, seen.unit, seen.at, seen.good, seen.order_id, "official")
        if one.answered is not None:
            yield Observation("reopening", one.unit, one.answered, one.reopened_above, track.order_id, "official")
    yield from _heard_above(track, settings)


def _heard_above(track: Track, settings: RateSettings) -> Iterator[Observation]:
    """What the platform above heard: its last word on each rate in a round; a rating may follow its callback."""
    last: dict[tuple[int, Rate], Observation] = {}
    said = [(event.seq, round_, of_callback(event, settings, "official")) for round_, event in _above(track.callbacks)]
    said += [(event.seq, round_, of_rating(event, settings, "official")) for round_, event in _above(track.ratings)]
    for _, round_, seen in sorted(said, key=lambda one: one[0]):
        last.update({(round_, one.rate): one for one in seen})
    yield from last.values()


def _above(heard: Iterable[tuple[int, Event]]) -> Iterator[tuple[int, Event]]:
    return ((round_, event) for round_, event in heard if event.data.get("channel") == ABOVE)
