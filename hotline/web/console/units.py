"""The units a person may choose, and the suggestions among them, as the pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hotline.domain.order import Order, Suggestion
from hotline.services.clocks import facts_of
from hotline.web.console.words import confidence_words
from routing_rules.decide import dispatch
from routing_rules.pack import Pack


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit that gets orders; ``words`` are what it answers for, for the search."""

    code: str
    name: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionText:
    """A suggestion with its rank key, the rule row that stands behind it and the confidence in words and number."""

    rank: int
    unit: str
    name: str
    row: str
    why: str
    source: str
    confirmed: bool
    words: str
    percent: str
    assists: tuple[UnitChoice, ...] = ()


def receiving(pack: Pack) -> list[UnitChoice]:
    """Return every unit that gets orders."""
    return [UnitChoice(unit.code, unit.name, " ".join(unit.answers_for)) for unit in pack.units.values() if unit.gets_orders]


def every(pack: Pack) -> list[UnitChoice]:
    """Return every unit: any of them may be complained about."""
    return [UnitChoice(unit.code, unit.name, " ".join(unit.answers_for)) for unit in pack.units.values()]


def suggested(pack: Pack, suggestions: Sequence[Suggestion], *, most: int, unsure: bool) -> list[SuggestionText]:
    """Return the first ``most`` suggestions, ready to be shown; ``unsure`` of the matter, none is called likely."""
    return [_shown(pack, rank, one, unsure=unsure) for rank, one in enumerate(suggestions[:most], start=1)]


def with_assists(shown: list[SuggestionText], lead: str | None, assists: Sequence[UnitChoice]) -> list[SuggestionText]:
    """Return the suggestions with the assisting units of the rule on its lead."""
    return [replace(one, assists=tuple(assists)) if one.unit == lead else one for one in shown]


def rule_assists(pack: Pack, order: Order) -> list[UnitChoice]:
    """Return the units that the order's rule row wants to assist; none when the tables no longer give that row."""
    row = dispatch(pack, facts_of(order))
    if row.row_id != order.rule_row or row.lead != order.rule_unit:
        return []
    return [UnitChoice(code, pack.unit_name(code)) for code in row.assists]


def _shown(pack: Pack, rank: int, one: Suggestion, *, unsure: bool) -> SuggestionText:
    row = pack.dispatch.table.row(one.row) if one.row else None
    return SuggestionText(
        rank=rank, unit=one.unit, name=pack.unit_name(one.unit), row=one.row or "", why=one.why, source=row.source if row else "",
        confirmed=row.confirmed if row else True,
        words=confidence_words(one.confidence, unsure=unsure), percent=_percent(one.confidence),
    )  # fmt: skip


def _percent(confidence: float) -> str:
    """Return a confidence as a number that never claims to be certain."""
    return ">99%" if confidence > 0.99 else f"{confidence:.0%}"
