"""看板: the rates of a period in one of the two books, by whatever they are asked by; every number opens the orders behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from hotline.domain.indicators import (
    BOOK_NAMES,
    FURTHER,
    OFFICIAL,
    RATE_NAMES,
    RATES,
    Rate,
    Ratio,
    definitions,
    left_out,
)
from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput
from hotline.services.figures.at_once import AtOnce
from hotline.services.figures.periods import Period
from hotline.services.figures.ranked import rules_of, weights_of
from hotline.services.figures.rows import GROUPING_NAMES, Asked, Stayed
from hotline.services.figures.stage_times import stage_times
from hotline.web.auth import RatesUser, WhoIsThere
from hotline.web.console.board_query import LEVELS, BoardQuery
from hotline.web.console.board_rows import ByKey, Rows, total
from hotline.web.console.board_stats import stats
from hotline.web.console.clocktext import lasting
from hotline.web.console.figure_words import percent
from hotline.web.console.pages import draw, times_of
from hotline.web.console.periods import PRESETS, month_of, whole_month
from hotline.web.parts import WebParts, parts_of
from routing_rules.pack import Pack

router = APIRouter(prefix="/board")
MONTHS: Final = 6
STAGE_NAMES: Final[Mapping[str, str]] = {
    "desk": "待派单", "sign": "待签收", "handling": "办理", "review": "审核", "callback": "待回访",
}  # fmt: skip
AUTOMATIC: Final[tuple[Rate, ...]] = ("automatic", "automatic_returned", "first_choice", "top_three")
APART: Final[tuple[Rate, ...]] = ("anonymous", "no_reply")
EXPLAINING: Final = tuple(rate for rate in FURTHER if rate not in (*AUTOMATIC, *APART))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a board is made of, all from one state of the store."""

    rates: ByKey
    months: Sequence[tuple[str, ByKey]]
    classes: ByKey
    stays: Sequence[Stayed]


@router.get("")
def board(request: Request, who: WhoIsThere, by: RatesUser) -> Response:
    """Show the board; a unit sees its own orders alone."""
    parts, times = parts_of(request), times_of(request)
    pack, today = parts.books.current(), times.now.astimezone(times.zone).date()
    query, found = _found(parts, BoardQuery.of(request.query_params, today, times.zone), by)
    shown = tuple(rate for rate in RATES if query.book == "own" or rate in OFFICIAL)
    return draw(
        request, "board.html", who, title="看板", asof=f"{times.now.astimezone(times.zone):%H:%M:%S}", query=query,
        problem=query.problem, stats=stats(parts, times, by), running=query.period.goes_on(today),
        links=by.role is not Role.OPERATIONS,
        periods=PRESETS, books=BOOK_NAMES, groupings=GROUPING_NAMES, levels=LEVELS.get(query.by, {}),
        deciles=_deciles(parts, query, by) if request.query_params.get("deciles") == "yes" else None,
        deciles_url=f"{query.address()}&deciles=yes#h-auto" if not by.of_unit else "",
        **_tables(found, query, shown, pack, by), stages=_stages(found, pack), **_printed(pack, query, shown),
    )  # fmt: skip


def _found(parts: WebParts, query: BoardQuery, by: Actor) -> tuple[BoardQuery, Found]:
    """Read everything; a period that may not be asked falls back to the usual one, with the reason."""
    try:
        asked = _asked(parts, query, query.period, by)
    except InvalidInput as refused:
        zone = query.period.zone
        query = replace(BoardQuery.of({"book": query.book, "by": query.by}, _today(parts), zone), problem=refused.message)
        asked = _asked(parts, query, query.period, by)
    with parts.figures.at_once() as now:
        rates = now.rates(asked, level=query.level, wanted=(*RATES, *FURTHER))
        classes = now.rates(replace(asked, by="category", rates=frozenset(AUTOMATIC)), level=1, wanted=AUTOMATIC)
        months = [] if query.by == "month" else _months(parts, query, asked, now)
        return query, Found(rates=rates, months=months, classes=classes, stays=now.stays(asked))


def _asked(parts: WebParts, query: BoardQuery, period: Period, by: Actor) -> Asked:
    return replace(parts.figures.asked(period.start, period.end, by=by, book=query.book), by=query.by)


def _months(parts: WebParts, query: BoardQuery, asked: Asked, now: AtOnce) -> list[tuple[str, ByKey]]:
    """Return the weighted rates of the months up to the period's last, the oldest first."""
    weights, last = tuple(weights_of(parts.books.current())), min(query.period.last, _today(parts))
    found = list[tuple[str, ByKey]]()
    for ago in range(1 - MONTHS, 1) if weights else ():
        first = month_of(last, ago)
        period = whole_month(first, query.period.zone)
        month = replace(asked, start=period.start, end=period.end, rates=frozenset(weights))
        found.append((period.words, now.rates(month, level=query.level, wanted=weights)))
    return found


def _today(parts: WebParts) -> Any:
    return parts.clock.now().astimezone(parts.books.current().zone).date()


def _tables(found: Found, query: BoardQuery, shown: tuple[Rate, ...], pack: Pack, by: Actor) -> dict[str, Any]:
    """Return the published rates ranked, and in our own book what explains them, what stands apart, and automatic dispatch."""

    def rows(rates: Sequence[Rate], **changed: Any) -> Rows:
        said = {"found": found.rates, "months": (), "query": query, "pack": pack, **changed}
        return Rows(shown=rates, **said)

    own, classes = query.book == "own", replace(query, by="category", level=1)
    explaining = EXPLAINING if own else ("excluded",)
    return {
        "blocks": rows(shown, months=found.months).blocks(ranked=not by.of_unit), "total": total(found.rates, shown, query),
        "explaining": rows(explaining).blocks(ranked=False), "explaining_total": total(found.rates, explaining, query),
        "apart": total(found.rates, APART, query) if own else [],
        "classes": rows(AUTOMATIC, found=found.classes, query=classes).blocks(ranked=False) if own else [],
        "classes_total": total(found.classes, AUTOMATIC, classes) if own else [],
    }  # fmt: skip


def _deciles(parts: WebParts, query: BoardQuery, by: Actor) -> list[tuple[str, str, Ratio, Ratio]] | None:
    """Return how far the model's confidence can be believed; read from every order's events, therefore only when asked for."""
    if by.of_unit:
        return None
    found = parts.figures.calibration(_asked(parts, query, query.period, by))
    return [(f"{one.low:.0%} 至 {one.high:.0%}", percent(one.mean), one.category, one.unit) for one in found]


def _stages(found: Found, pack: Pack) -> list[tuple[str, int, Sequence[str]]]:
    """Return each stage with how many stays ended in it, and median and 90th percentile: office time, then calendar time."""
    return [
        (
            STAGE_NAMES[one.stage],
            one.count,
            [lasting(at) for each in (one.working, one.calendar) for at in (each.median, each.p90)],
        )
        for one in stage_times(found.stays, pack.calendar)
    ]


def _printed(pack: Pack, query: BoardQuery, shown: tuple[Rate, ...]) -> dict[str, Any]:
    """Return what is printed under the table: definitions, weights, who is ranked how, which rules."""
    said = definitions(pack.settings.rates, pack.settings.callback_attempts, query.book)
    weights = {RATE_NAMES[rate]: weight for rate, weight in weights_of(pack).items()}
    rules, named = rules_of(pack, query.period), (*shown, *FURTHER)
    return {
        "definitions": [(RATE_NAMES[rate], said[rate]) for rate in named if rate in said],
        "left_out": left_out(pack.settings.rates),
        "weights": [(name, f"{weight:g}") for name, weight in weights.items()], "floor": rules.floor,
        "tiers": rules.tiers, "hash": pack.content_hash[:12],
    }  # fmt: skip
