"""Who decides an application, until when, what silence means and how often it may be asked: the approvals table.

A pack without the table, and what no row of it fits, gets ``DEFAULTS``. A list of a few rows: the first that fits answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from hotline.domain.applications import ASKS_NAMES, Decider
from hotline.domain.due import LIMIT_UNITS, TimeLimit
from hotline.errors import InvalidInput
from routing_rules.cells import Cell, OneOf
from routing_rules.deadlines import choice, whole
from routing_rules.findings import Findings
from routing_rules.sheets import Line, Sheet
from routing_rules.table import DecisionTable, Row, read_table

Asked = Literal["return", "extension", "pause", "exclusion", "upward", "ruling"]
ASKED: tuple[Asked, ...] = get_args(Asked)
ASKED_NAMES: Mapping[str, str] = {**{str(asks): name for asks, name in ASKS_NAMES.items()}, "ruling": "裁定"}
DecisionClock = Literal["return_decision", "extension"]
DECISION_CLOCKS: tuple[DecisionClock, ...] = get_args(DecisionClock)
Unanswered = Literal["remind", "grant", "refuse", "ruling"]
DECIDERS: tuple[Decider, ...] = get_args(Decider)
SILENCE: tuple[Unanswered, ...] = get_args(Unanswered)
OUTPUTS = ("decider", "limit", "unanswered", "allowed")
NEEDED = ("decider", "limit")
A_DAY = TimeLimit(1, "working_day")
_CHECK = "approvals"
_DECIDERS: Mapping[Asked, tuple[Decider, ...]] = {"upward": ("upstream",), "ruling": ("dispatcher", "supervisor")}
_SILENCE: Mapping[Asked, tuple[Unanswered, ...]] = {
    "return": SILENCE, "extension": ("remind", "grant", "refuse"), "pause": ("remind", "refuse"),
    "exclusion": ("remind", "refuse"), "upward": ("remind",), "ruling": ("remind",),
}  # fmt: skip
"""What may follow when nobody decides: a pause and an exclusion are never granted without a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRow:
    """Who decides what is asked.

    ``limit`` is the limit of the decision, or the clock of the deadline table that has it. ``unanswered`` is what follows when it
    ran out: a reminder and no more, or the application is granted, refused or goes to a ruling. ``allowed`` is how often a round
    may have it (None = as the deadline table says, where it says anything). ``row_id`` is empty for a default.
    """

    asks: Asked
    decider: Decider
    limit: DecisionClock | TimeLimit
    unanswered: Unanswered = "remind"
    allowed: int | None = None
    row_id: str = ""
    source: str = ""
    confirmed: bool = False


DEFAULTS: Mapping[Asked, ApprovalRow] = {
    row.asks: row
    for row in (
        ApprovalRow(asks="return", decider="dispatcher", limit="return_decision"),
        ApprovalRow(asks="extension", decider="supervisor", limit="extension"),
        ApprovalRow(asks="pause", decider="supervisor", limit=A_DAY),
        ApprovalRow(asks="exclusion", decider="two", limit=A_DAY),
        ApprovalRow(asks="upward", decider="upstream", limit=A_DAY),
        ApprovalRow(asks="ruling", decider="supervisor", limit=A_DAY),
    )
}


@dataclass(frozen=True, slots=True)
class ApprovalTable:
    """The table: rows tried for each thing asked, each row already read; empty when the pack has none."""

    by_asks: Mapping[Asked, DecisionTable]
    rows: Mapping[str, ApprovalRow]
    whole: DecisionTable


def approval_table(sheet: Sheet | None, zone: ZoneInfo, findings: Findings) -> ApprovalTable:
    """Read the table; every fault goes into ``findings`` and its row is left out."""
    if sheet is None:
        return ApprovalTable({}, {}, DecisionTable("approvals", (), (), zone))
    asks = {cells["id"]: cells["asks"] for _, cells in sheet.records()}
    before = len(findings)
    table = read_table(_without(sheet, "asks"), zone, findings)
    if missing := [name for name in NEEDED if table.rows and name not in table.rows[0].outputs]:
        for name in missing:
            findings.error(table.name, "", f"缺少 ->{name} 列", _CHECK)
        return ApprovalTable({}, {}, table)
    rows: dict[str, ApprovalRow] = {}
    series: dict[Asked, list[Row]] = {}
    for row in table.rows:
        try:
            rows[row.id] = read = _row(row, asks[row.id], _only_upstream(table, row))
        except InvalidInput as error:
            findings.error(table.name, row.id, error.message, _CHECK)
            continue
        series.setdefault(read.asks, []).append(row)
    by_asks = {one: DecisionTable(table.name, table.inputs, found, zone) for one, found in series.items()}
    for level, row_id, sentence in _missing(by_asks) if len(findings) == before else ():  # a row that is unread is not missing
        (findings.error if level == "error" else findings.warn)(table.name, row_id, sentence, _CHECK)
    return ApprovalTable(by_asks, rows, table)


def _without(sheet: Sheet, head: str) -> Sheet:
    """What is asked is no fact of a call: its column is no input of the table."""
    at = sheet.heads.index(head)
    lines = (Line(line.number, line.cells[:at] + line.cells[at + 1 :]) for line in sheet.lines)
    return replace(sheet, heads=sheet.heads[:at] + sheet.heads[at + 1 :], lines=tuple(lines))


def _only_upstream(table: DecisionTable, row: Row) -> bool:
    """Whether the row fits orders from the platform above and no others."""
    cells: Iterator[Cell] = (cell for fact, cell in zip(table.inputs, row.inputs, strict=True) if fact == "origin")
    return any(cell.terms == (OneOf(frozenset({"upstream"})),) and not cell.negated for cell in cells)


def _row(row: Row, text: str, upstream: bool) -> ApprovalRow:
    said = {name: row.outputs.get(name, "") for name in OUTPUTS}
    asks = choice("asks", text, ASKED)
    decider = choice("decider", said["decider"], _DECIDERS.get(asks, DECIDERS))
    unanswered = choice("unanswered", said["unanswered"] or "remind", _SILENCE[asks])
    if decider == "upstream" and asks != "upward" and not upstream:
        raise InvalidInput(
            "own orders have no platform above", message="本级工单没有上级:由 upstream 审批的行,origin 列须为 upstream"
        )
    if decider == "upstream" and unanswered != "remind":
        raise InvalidInput("the platform's silence", message="上级未批复时只能提醒(remind),不能视为同意或不同意")
    if decider == "two" and unanswered == "grant":
        raise InvalidInput("two persons by silence", message="须两人审批的事项,逾期不能视为同意")
    return ApprovalRow(
        asks=asks, decider=decider, limit=_limit(said["limit"]), unanswered=unanswered,
        allowed=whole("allowed", said["allowed"]) if said["allowed"] else None, row_id=row.id, source=row.source,
        confirmed=row.confirmed,
    )  # fmt: skip


def _limit(text: str) -> DecisionClock | TimeLimit:
    """Read ``return_decision``, ``extension`` or ``4 work_hour``. Raises ``InvalidInput``."""
    for clock in DECISION_CLOCKS:
        if text == clock:
            return clock
    amount, _, unit = text.partition(" ")
    known = "、".join(DECISION_CLOCKS)
    if not (amount.isascii() and amount.isdigit() and unit.strip() in LIMIT_UNITS):
        raise InvalidInput(f"->limit {text!r}", message=f"->limit 应为 {known},或如“4 work_hour”,而不是“{text}”")
    return TimeLimit(whole("limit", amount), choice("limit", unit.strip(), LIMIT_UNITS))


def _missing(by_asks: Mapping[Asked, DecisionTable]) -> Iterator[tuple[str, str, str]]:
    """Yield (level, row, sentence): what no row answers for always, and rows behind one that fits everything."""
    for asks in ASKED:
        rows = by_asks[asks].rows if asks in by_asks else ()
        always = [row.unconditional and row.valid_from == date.min and row.valid_to == date.max for row in rows]
        if not any(always):
            said = f"{ASKED_NAMES[asks]}没有不带条件的行:其余情形由{DECIDER_NAMES[DEFAULTS[asks].decider]}审批(默认)"
            yield "warning", rows[-1].id if rows else "", said
        elif True in always[:-1]:
            yield "error", rows[always.index(True)].id, f"{ASKED_NAMES[asks]}不带条件的行只能放在最后,其后的行永远用不到"


DECIDER_NAMES: Mapping[Decider, str] = {
    "dispatcher": "派单员", "supervisor": "督办员", "two": "两人", "upstream": "上级平台",
}  # fmt: skip
