"""A rehearsal as the page shows it: how many orders change, from where to where, which clocks move, which rows lie idle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from routing_rules.names import CLOCK_NAMES, TABLE_NAMES
from routing_rules.units import DESK

MOVES: Final = 15
ORDERS: Final = 20
ROWS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLine:
    """Orders that would go elsewhere; ``width`` is the bar's, of 100."""

    old: str
    new: str
    orders: int
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLine:
    """A clock that moves: how many orders, by how many hours in the middle and at most."""

    name: str
    orders: int
    earlier: str
    later: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleLine:
    """Rows of a table that answered no order."""

    table: str
    rows: int
    never: int
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """An order that would change."""

    number: str
    old: str
    new: str
    rows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """A rehearsal in words."""

    orders: int
    span: str
    against: str
    on: str
    moved: int
    earlier: int
    later: int
    auto: str
    agreed: str
    moves: list[MoveLine]
    more_moves: int
    clocks: list[ClockLine]
    idle: list[IdleLine]
    changed: list[OrderLine]
    more_changed: int


def rehearsed(said: Mapping[str, Any]) -> Rehearsed:
    """Return what ``Rehearsal.as_dict`` holds, ready to be shown."""
    names = {**said["names"], DESK: "派单台"}
    changes = [one for one in said["changes"] if one["old"] != one["new"]] or said["changes"]
    return Rehearsed(
        orders=said["orders"], span=f"{(said['first'] or '')[:10]} 至 {(said['last'] or '')[:10]}" if said["first"] else "",
        against=said["old"][:12], on=said["on"], moved=said["moved"], earlier=said["earlier"], later=said["later"],
        auto=f"不再须人工 {said['auto_on']} 件,改为须人工 {said['auto_off']} 件",
        agreed=f"与最后承办单位一致:现行 {said['agreed_old']}/{said['known']},草案 {said['agreed_new']}/{said['known']}",
        moves=_moves(said["moves"], names), more_moves=max(0, len(said["moves"]) - MOVES),
        clocks=[_clock(one) for one in said["shifts"] if one["changed"]],
        idle=[_idle(one) for one in said["rows"] if one["never"]],
        changed=[_order(one, names) for one in changes[:ORDERS]],
        more_changed=max(0, len(said["changes"]) + said["changes_more"] - ORDERS),
    )  # fmt: skip


def _moves(moves: list[dict[str, Any]], names: Mapping[str, str]) -> list[MoveLine]:
    ranked = sorted(moves, key=lambda one: -one["orders"])[:MOVES]
    most = ranked[0]["orders"] if ranked else 1
    return [
        MoveLine(
            old=names.get(one["old"], one["old"]), new=names.get(one["new"], one["new"]), orders=one["orders"],
            width=f"{one['orders'] / most * 100:.1f}",
        )
        for one in ranked
    ]  # fmt: skip


def _clock(one: dict[str, Any]) -> ClockLine:
    other = [text for count, text in ((one["added"], "新增 {}"), (one["dropped"], "不再有 {}")) if count]
    counts = (count for count in (one["added"], one["dropped"]) if count)
    return ClockLine(
        name=CLOCK_NAMES.get(one["clock"], one["clock"]), orders=one["orders"], earlier=_spread(one["earlier"]),
        later=_spread(one["later"]), other=",".join(text.format(count) for text, count in zip(other, counts, strict=True)),
    )  # fmt: skip


def _spread(one: dict[str, Any]) -> str:
    return f"{one['orders']} 件(中位 {one['median']:g} 小时,最多 {one['largest']:g})" if one["orders"] else "—"


def _idle(one: dict[str, Any]) -> IdleLine:
    never = list(one["never"])
    shown = "、".join(never[:ROWS]) + (f" 等 {len(never)} 行" if len(never) > ROWS else "")
    return IdleLine(table=TABLE_NAMES.get(one["table"], one["table"]), rows=one["rows"], never=len(never), shown=shown)


def _order(one: dict[str, Any], names: Mapping[str, str]) -> OrderLine:
    return OrderLine(
        number=one["number"], old=names.get(one["old"], one["old"]), new=names.get(one["new"], one["new"]),
        rows=f"{one['old_row']} → {one['new_row']}",
    )  # fmt: skip
