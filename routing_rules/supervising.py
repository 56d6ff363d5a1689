"""The supervision table's rows: when to warn, remind, supervise and escalate an order, whom to tell, and when it is a problem.

催办、督办、提级 as 鄂托克旗 does it (reminder 48 h, key supervision 24 h before); 问题工单 as 巴彦淖尔 (DOMAIN.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from hotline.errors import InvalidInput
from routing_rules.deadlines import CLOCKS, Clock, choice, whole
from routing_rules.findings import Findings
from routing_rules.table import DecisionTable, Row
from routing_rules.truths import read_truth

Step = Literal["warn", "remind", "supervise", "escalate", "problem"]
When = Literal["before", "after", "share", "reopened", "passed"]
SupervisionUnit = Literal["hour", "work_hour", "working_day", "calendar_day", "percent", "times"]
STEPS: tuple[Step, ...] = get_args(Step)
WHENS: tuple[When, ...] = get_args(When)
SUPERVISION_UNITS: tuple[SupervisionUnit, ...] = get_args(SupervisionUnit)
OUTPUTS = ("step", "clock", "when", "amount", "unit", "to", "quiet", "why")
NEEDED = ("step", "when", "amount", "unit", "to")
TO = ("unit", "parent", "desk", "supervisor", "office")
"""Whom a row may tell beside a unit of the pack by its code: the unit that holds the order, the one above it, and so on."""
_TIME_UNITS = ("hour", "work_hour", "working_day", "calendar_day")
_UNITS: Mapping[When, tuple[str, ...]] = {
    "before": _TIME_UNITS, "after": _TIME_UNITS, "share": ("percent",), "reopened": ("times",), "passed": ("times",),
}  # fmt: skip
_COUNTED = ("reopened", "passed")

Series = tuple[Step, Clock | None, When]
"""Rows of one step, clock and moment compete; the first that fits answers."""


@dataclass(frozen=True, slots=True)
class SupervisionRow:
    """What a row asks for: ``step`` at ``amount`` ``unit`` ``before`` or ``after`` the due time of ``clock``.

    ``share``: when that many percent of the limit are left. ``reopened``: at the N-th 重办; ``passed``: when N units have held
    the order (``clock`` is None then). ``to`` names ``unit``, ``parent``, ``desk``, ``supervisor``, ``office`` or unit codes;
    ``quiet`` = a message waits for the end of the quiet hours.
    """

    step: Step
    clock: Clock | None
    when: When
    amount: int
    unit: SupervisionUnit
    to: tuple[str, ...]
    quiet: bool
    why: str
    row_id: str
    source: str = ""
    confirmed: bool = False

    @property
    def series(self) -> Series:
        """The series in which the row competes."""
        return self.step, self.clock, self.when


@dataclass(frozen=True, slots=True)
class SupervisionTable:
    """The supervision table: rows tried per series, each row already read; empty when the pack has none."""

    series: Mapping[Series, DecisionTable]
    rows: Mapping[str, SupervisionRow]
    whole: DecisionTable


def supervision_table(table: DecisionTable, findings: Findings) -> SupervisionTable:
    """Read the rows' outputs; every fault goes into ``findings`` and its row is left out."""
    missing = [name for name in NEEDED if table.rows and name not in table.rows[0].outputs]
    for name in missing:
        findings.error(table.name, "", f"缺少 ->{name} 列", "supervision")
    read: dict[str, SupervisionRow] = {}
    series: dict[Series, list[Row]] = {}
    for row in table.rows if not missing else ():  # told once for the column, and not for each row
        try:
            read[row.id] = _step(row)
        except InvalidInput as error:
            findings.error(table.name, row.id, error.message, "supervision")
            continue
        series.setdefault(read[row.id].series, []).append(row)
    tables = {key: DecisionTable(table.name, table.inputs, rows, table.zone) for key, rows in series.items()}
    return SupervisionTable(tables, read, table)


def _step(row: Row) -> SupervisionRow:
    said = {name: row.outputs.get(name, "") for name in OUTPUTS}
    step, when = choice("step", said["step"], STEPS), choice("when", said["when"], WHENS)
    unit = choice("unit", said["unit"], SUPERVISION_UNITS)
    if unit not in _UNITS[when]:
        allowed = "、".join(_UNITS[when])
        raise InvalidInput(f"->unit {unit} with {when}", message=f"->when 为 {when} 时 ->unit 应为 {allowed},而不是“{unit}”")
    return SupervisionRow(
        step=step,
        clock=_clock(step, when, said["clock"]),
        when=when,
        amount=_amount(when, said["amount"]),
        unit=unit,
        to=tuple(part.strip() for part in said["to"].split(";") if part.strip()),
        quiet=read_truth("->quiet", said["quiet"], empty=True),
        why=said["why"],
        row_id=row.id,
        source=row.source,
        confirmed=row.confirmed,
    )


def _clock(step: Step, when: When, text: str) -> Clock | None:
    if when not in _COUNTED:
        if step == "problem":
            raise InvalidInput("a problem is counted", message="问题工单(problem)的 ->when 应为 reopened 或 passed")
        return choice("clock", text or "answer", CLOCKS)
    if text:
        raise InvalidInput(f"->clock {text!r} with {when}", message=f"->when 为 {when} 时与时限无关,->clock 应留空")
    return None


def _amount(when: When, text: str) -> int:
    amount = whole("amount", text)
    if when == "share" and not 1 <= amount <= 99:
        raise InvalidInput(f"a share of {amount}", message=f"剩余时限的百分比应在 1–99 之间,而不是 {amount}")
    if when in _COUNTED and amount < 1:
        raise InvalidInput(f"{when} {amount} times", message="次数应从 1 起")
    return amount
