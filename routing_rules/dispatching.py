"""The dispatch table's rows as targets: who leads, who assists, and whether a person must look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hotline.errors import InvalidInput
from routing_rules.findings import Findings
from routing_rules.table import DecisionTable, Row
from routing_rules.truths import read_truth

OUTPUTS = ("lead", "assist", "auto", "min_confidence", "confidential", "why")
TOKENS = ("@street", "@community", "@parent", "@estate.heating", "@estate.water", "@estate.gas", "@estate.property")


@dataclass(frozen=True, slots=True)
class Target:
    """A row's outputs: units by code or token (``@street``), not yet resolved; ``why`` is the Chinese reason shown."""

    lead: str
    assists: tuple[str, ...] = ()
    auto: bool = False
    min_confidence: float = 0.0
    confidential: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class DispatchTable:
    """The dispatch table with each row's target; ``fallback`` is the id of the last row."""

    table: DecisionTable
    targets: Mapping[str, Target]
    fallback: str


def dispatch_table(table: DecisionTable, findings: Findings) -> DispatchTable:
    """Read the rows' outputs; every fault goes into ``findings``."""
    targets: dict[str, Target] = {}
    for row in table.rows:
        try:
            targets[row.id] = _target(row)
        except InvalidInput as error:
            findings.error(table.name, row.id, error.message, "setting")
            targets[row.id] = _units(row)  # whom it names stands beside the cell that cannot be read
    return DispatchTable(table, targets, table.rows[-1].id if table.rows else "")


def _units(row: Row) -> Target:
    assists = tuple(part.strip() for part in row.outputs.get("assist", "").split(";") if part.strip())
    return Target(lead=row.outputs.get("lead", ""), assists=assists, why=row.outputs.get("why", ""))


def _target(row: Row) -> Target:
    said = row.outputs
    return replace(
        _units(row),
        auto=read_truth("->auto", said.get("auto", ""), empty=False),
        min_confidence=_share(said.get("min_confidence", "")),
        confidential=read_truth("->confidential", said.get("confidential", ""), empty=False),
    )


def _share(text: str) -> float:
    try:
        share = float(text or 0)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise InvalidInput(f"->min_confidence {text!r} is not 0…1", message=f"->min_confidence 应在 0–1 之间,而不是“{text}”")
    return share
