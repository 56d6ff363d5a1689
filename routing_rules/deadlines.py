"""The deadline table's rows as limits: one clock each, with when it starts and what may move it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeVar, get_args

from hotline.domain.due import LARGEST_AMOUNT, LIMIT_UNITS, TimeLimit
from hotline.errors import InvalidInput
from routing_rules.findings import Findings
from routing_rules.table import DecisionTable, Row
from routing_rules.truths import read_truth

Clock = Literal[
    "dispatch", "sign", "contact", "answer", "review", "callback", "return_window", "return_decision", "extension",
    "rectification",
]  # fmt: skip
Start = Literal[
    "received", "first_dispatch", "leg_dispatch", "signed_off", "applied", "answered", "rated", "upstream_dispatch"
]  # fmt: skip
CLOCKS: tuple[Clock, ...] = get_args(Clock)
STARTS: tuple[Start, ...] = get_args(Start)
STARTS_BY_DEFAULT: dict[Clock, Start] = {
    "dispatch": "received", "answer": "received", "sign": "first_dispatch", "contact": "first_dispatch", "review": "signed_off",
    "callback": "answered", "return_window": "leg_dispatch", "return_decision": "applied", "extension": "applied",
    "rectification": "rated",
}  # fmt: skip
UPSTREAM_WINDOW = "upstream_window"
"""The series of the platform's window, beside those named for a clock."""
T = TypeVar("T", bound=str)
OUTPUTS = (
    "clock", "amount", "unit", "starts", "count_from", "ends", "rolls", "receipt", "extensions", "extension_amount", "returns",
    "pause_reasons", "leg_margin", "basis",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A limit given by a row: what runs out when, from which moment, and how it may be moved.

    ``extensions`` and ``returns`` are how often each may be asked for (``returns`` None = as often as the pack says),
    ``extension_amount`` the limit's own units an extension adds, ``leg_margin`` how long before the order's (or the upstream)
    due time a leg is due.
    """

    clock: Clock
    limit: TimeLimit
    starts: Start
    row_id: str
    extensions: int = 0
    extension_amount: int = 0
    returns: int | None = None
    pause_reasons: tuple[str, ...] = ()
    leg_margin: timedelta = timedelta(0)
    basis: Literal["hotline", "statutory"] = "hotline"
    source: str = ""
    confirmed: bool = False

    @property
    def upstream_window(self) -> bool:
        """Whether this is the platform's window for the office and not a unit's for its leg."""
        return self.clock == "return_window" and self.starts == "upstream_dispatch"


@dataclass(frozen=True, slots=True)
class DeadlineTable:
    """The deadline table: rows tried per clock, and each row's limit already read.

    ``upstream`` holds the rows of the platform's own window (``return_window`` counted from ``upstream_dispatch``): until when
    the office may give an order back to it. They never compete with the units' windows.
    """

    by_clock: Mapping[Clock, DecisionTable]
    limits: Mapping[str, DeadlineRow]
    whole: DecisionTable
    upstream: DecisionTable

    @property
    def series(self) -> Mapping[str, DecisionTable]:
        """Every series of rows that compete, by the clock's name or ``upstream_window``."""
        own = {str(clock): table for clock, table in self.by_clock.items()}
        return {**own, UPSTREAM_WINDOW: self.upstream} if self.upstream.rows else own


def deadline_table(table: DecisionTable, findings: Findings) -> DeadlineTable:
    """Read the rows' outputs; every fault goes into ``findings`` and its row is left out."""
    missing = [name for name in ("clock", "amount", "unit") if table.rows and name not in table.rows[0].outputs]
    for name in missing:
        findings.error(table.name, "", f"缺少 ->{name} 列", "setting")
    limits: dict[str, DeadlineRow] = {}
    for row in table.rows if not missing else ():  # told once for the column, and not for each row
        try:
            limits[row.id] = _limit(row)
        except InvalidInput as error:
            findings.error(table.name, row.id, error.message, "setting")
    by_clock: dict[Clock, list[Row]] = {}
    upstream: list[Row] = []
    for row in (row for row in table.rows if row.id in limits):
        of = upstream if limits[row.id].upstream_window else by_clock.setdefault(limits[row.id].clock, [])
        of.append(row)
    tables = {clock: DecisionTable(table.name, table.inputs, rows, table.zone) for clock, rows in by_clock.items()}
    return DeadlineTable(tables, limits, table, DecisionTable(table.name, table.inputs, upstream, table.zone))


def _limit(row: Row) -> DeadlineRow:
    said = {name: row.outputs.get(name, "") for name in OUTPUTS}
    clock = choice("clock", said["clock"], CLOCKS)
    limit = TimeLimit(
        amount=whole("amount", said["amount"], 1, LARGEST_AMOUNT),
        unit=choice("unit", said["unit"], LIMIT_UNITS),
        count_from=choice("count_from", said["count_from"] or "next_day", ("next_day", "same_day")),
        ends=choice("ends", said["ends"] or "close", ("close", "midnight")),
        rolls=read_truth("->rolls", said["rolls"], empty=False),
        receipt=choice("receipt", said["receipt"] or "as_is", ("as_is", "next_opening")),
    )
    return DeadlineRow(
        clock=clock,
        limit=limit,
        starts=choice("starts", said["starts"] or STARTS_BY_DEFAULT[clock], STARTS),
        row_id=row.id,
        extensions=whole("extensions", said["extensions"] or "0"),
        extension_amount=whole("extension_amount", said["extension_amount"] or "0"),
        returns=whole("returns", said["returns"]) if said["returns"] else None,
        pause_reasons=tuple(part.strip() for part in said["pause_reasons"].split(";") if part.strip()),
        leg_margin=timedelta(hours=whole("leg_margin", said["leg_margin"] or "0")),
        basis=choice("basis", said["basis"] or "hotline", ("hotline", "statutory")),
        source=row.source,
        confirmed=row.confirmed,
    )


def whole(name: str, text: str, least: int = 0, most: int = 999_999) -> int:
    """Read a whole number of the output ``name``, both bounds included. Raises ``InvalidInput``."""
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and least <= int(text) <= most):
        told = f"->{name} 应为 {least} 至 {most} 的整数,而不是“{text}”"
        raise InvalidInput(f"->{name} {text!r} is no whole number {least}…{most}", message=told)
    return int(text)


def choice(name: str, text: str, allowed: tuple[T, ...]) -> T:
    """Read one of the words allowed in the output ``name``. Raises ``InvalidInput``."""
    for value in allowed:
        if text == value:
            return value
    raise InvalidInput(f"->{name} {text!r} is unknown", message=f"->{name} 的“{text}”不认识(可用:{'、'.join(allowed)})")
