"""A guard for the base level: no departmental matter goes to a street, town, community or village (国办函〔2025〕66号)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from routing_rules.decide import resolve
from routing_rules.duties import DUTIES, EVERY, Duties, Duty, street_of
from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.table import Row
from routing_rules.verify.prover import Claim, Prover
from routing_rules.verify.targets import Targets, joined, within
from routing_rules.verify.telling import shown, unit_words

CITED = "国办函〔2025〕66号"
_TAKEN_BACK: Duty = "上收"
_ASSISTS: Duty = "配合"
_LEAD_FAULTS: Mapping[Duty | None, str] = {
    _TAKEN_BACK: "已列为“上收”,应由部门承担",
    _ASSISTS: "在履职清单中只是“配合”,可以协办,不能主办",
    None: "不在履职清单内,属部门事项",
}
_ASSIST_FAULTS: Mapping[Duty | None, str] = {_TAKEN_BACK: "已列为“上收”,街道不再协办", None: "不在履职清单内,请核对能否要求协办"}


def check_base_level(pack: Pack, prover: Prover, findings: Findings) -> None:
    """Add the rows that push a departmental matter down; without a list nothing can be said, and that is said."""
    if pack.duties is None:
        said = f"没有街道履职清单(street_duties),未核对是否把部门事项派给街道、乡镇({CITED})"
        findings.note("street_duties", "", said, "duties")
        return
    _check_names(pack, pack.duties, findings)
    guard = _Guard(pack, pack.duties, prover, findings)
    for row in pack.dispatch.table.rows:
        target = pack.dispatch.targets[row.id]
        guard.check(row, target.lead, "主办", _LEAD_FAULTS)
        for assist in target.assists:
            guard.check(row, assist, "协办", _ASSIST_FAULTS)


def _check_names(pack: Pack, duties: Duties, findings: Findings) -> None:
    for listed in duties.rows:
        line = f"第 {listed.line} 行"
        if listed.street != EVERY and street_of(pack.units, listed.street) != listed.street:
            findings.error(duties.file, line, f"“{listed.street}”不是街道、乡镇单位的代码", "unit")
        if listed.matter.removesuffix("/*") not in pack.categories:
            findings.error(duties.file, line, f"类别“{listed.matter}”不存在", "name")
    unconfirmed = [f"第 {listed.line} 行" for listed in duties.rows if not listed.confirmed]
    if unconfirmed:
        some = "、".join(unconfirmed[:5]) + (" 等" if len(unconfirmed) > 5 else "")
        findings.warn(duties.file, some, f"{len(unconfirmed)} 行尚未经人确认(“已确认”confirmed 列应填“是”)", "confirmed")


class _Guard:
    """Asks of every row whether a unit of the base level could get a matter that its list does not give it."""

    def __init__(self, pack: Pack, duties: Duties, prover: Prover, findings: Findings) -> None:
        self._pack, self._prover, self._findings = pack, prover, findings
        self._table, self._targets = pack.dispatch.table, Targets(pack)
        self._duties = duties
        self._listed: dict[str, dict[Duty | None, frozenset[str]]] = {}
        self._admitted: dict[str, frozenset[str]] = {}
        self._streets: dict[str, list[tuple[str, Mapping[str, str]]]] = {}

    def check(self, row: Row, written: str, role: str, faults: Mapping[Duty | None, str]) -> None:
        """Add the first fault of one target of a row, the gravest kind first."""
        for duty, why in faults.items():
            for where in self._ways(row, written, duty):
                example = self._prover.example(Claim(self._table, row, where))
                unit = resolve(self._pack, example.facts, written) if example else None
                if example is None or unit is None or street_of(self._pack.units, unit) is None:
                    continue
                said = f"{role}“{written}”会把“{example.facts.category}”派给{unit_words(self._pack, unit)},该事项{why}({CITED})"
                tell = self._findings.error if role == "主办" or duty == _TAKEN_BACK else self._findings.warn
                tell(self._table.name, row.id, said, "duties", **shown(self._pack, example))
                return

    def _ways(self, row: Row, written: str, duty: Duty | None) -> Iterator[Mapping[str, str]]:
        """Yield cells under which a target means a base-level unit to which one of the row's classes is ``duty``."""
        alike: dict[frozenset[str], list[Mapping[str, str]]] = {}
        base = self._base(written)
        classes = self._classes(row) if base else frozenset()
        for street, meant in base:
            categories = self._of(street)[duty] & classes
            allowed = within(self._table, row, meant) if categories else None
            if allowed is not None:
                alike.setdefault(categories, []).append(allowed)
        for categories, wheres in alike.items():
            for where in joined(wheres):
                yield {**where, "category": "|".join(sorted(categories))}

    def _base(self, written: str) -> list[tuple[str, Mapping[str, str]]]:
        """Return the streets whose lists speak of the units that a target can mean, and when it means them."""
        if written not in self._streets:
            found = ((street_of(self._pack.units, way.unit), way.where) for way in self._targets.ways(written))
            self._streets[written] = [(street, where) for street, where in found if street is not None]
        return self._streets[written]

    def _of(self, street: str) -> dict[Duty | None, frozenset[str]]:
        """Return the pack's classes by what they are to a street."""
        if street not in self._listed:
            found: dict[Duty | None, set[str]] = {duty: set() for duty in (*DUTIES, None)}
            for category in self._pack.categories:
                found[self._duties.of(street, category)].add(category)
            self._listed[street] = {duty: frozenset(categories) for duty, categories in found.items()}
        return self._listed[street]

    def _classes(self, row: Row) -> frozenset[str]:
        """Return the classes that a row's own cell admits."""
        if "category" not in self._table.inputs:
            return self._pack.categories
        cell = row.inputs[self._table.inputs.index("category")]
        if cell.text not in self._admitted:
            self._admitted[cell.text] = (
                self._pack.categories if cell.any else frozenset(filter(cell.predicate(), self._pack.categories))
            )
        return self._admitted[cell.text]
