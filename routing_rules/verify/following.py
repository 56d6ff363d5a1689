"""What only follows from a cell that could not be read is not told beside its cause: an office mends one thing at a time.

A row left out opens gaps, bares the rows below it and fails the cases that name it; none of that is known to be wrong. The book
cannot come into force meanwhile, and the next check tells what is still there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from routing_rules.findings import Finding, Findings
from routing_rules.pack import Pack
from routing_rules.table import REPEATED_ID

_REGISTERS: Final = ("units", "companies", "communities", "places", "estates")
_ABSENT: Final = re.compile(r"“([^”]*)”(?:不存在|不是街道|及其上级都不接收)")
_BARED: Final = frozenset(
    {"gap", "fallback", "urgency", "leg_limit", "assist_due", "upstream_window", "auto", "accused", "duties", "validity"}
)
"""Checks that a row left out can make speak; it never makes two rows alike, nor hides one behind others."""
_COVERED: Final = frozenset({"unreachable", "repeated", "overlap", "assist_lead"})
"""Checks that speak, too, when a whole column of conditions is left out."""
_UNIT_TOLD: Final = ("应派", "协办应为")


@dataclass(frozen=True, slots=True)
class _Unread:
    """What could not be read: rows by the table's file, files with a column that could not, names of registers' rows.

    ``lost`` tells of a row that cases may expect and no table has: an id given twice was meant for another row.
    """

    rows: Mapping[str, frozenset[str]]
    columns: frozenset[str]
    names: frozenset[str]
    known: frozenset[str]
    repeated: bool

    def lost(self, row: str) -> bool:
        """Whether a row is not read, or is one that nobody can know to be missing."""
        return any(row in ids for ids in self.rows.values()) or (self.repeated and row not in self.known)

    def open(self, file: str) -> bool:
        """Whether a table has anything that could not be read."""
        return bool(self.rows.get(file)) or file in self.columns


def drop_what_follows(pack: Pack, findings: Findings) -> Findings:
    """Return the findings without those that only follow from what could not be read, and a notice of what is not checked yet."""
    unread = _unread(pack)
    causes = set(map(id, pack.notes))
    kept = Findings(one for one in findings if not _follows(pack, unread, one, read=id(one) in causes))
    for file in sorted({*unread.rows, *unread.columns}):
        if unread.open(file):
            said = "有读不懂的内容,行与行的关系(缺口、兜底、时限之间是否矛盾等)待改正后再核对"
            kept.note(file, "", said, "unproved")
    return kept


def _unread(pack: Pack) -> _Unread:
    read: dict[str, Iterable[str]] = {
        "dispatch": pack.dispatch.targets, "deadlines": pack.deadlines.limits, "supervision": pack.supervision.rows,
        "approvals": pack.approvals.rows,
    }  # fmt: skip
    faults = [one for one in pack.notes if one.level == "error"]
    rows: dict[str, frozenset[str]] = {}
    for table, known in read.items():
        file = pack.files.get(table, "")
        ids = set(known)
        rows[file] = frozenset(
            one.row for one in faults if one.file == file and one.row and (one.row not in ids or one.sentence == REPEATED_ID)
        )
    columns = frozenset(one.file for one in faults if not one.row and one.file.rpartition(".")[0] in read)
    registers = {pack.files[name] for name in _REGISTERS if name in pack.files}
    known_names = {*pack.units, *pack.geography.places, *pack.geography.estates}
    names = frozenset(one.row for one in faults if one.file in registers and one.row not in known_names)
    known = frozenset(row for ids in read.values() for row in ids)
    return _Unread(rows, columns, names, known, any(one.sentence == REPEATED_ID for one in faults))


def _follows(pack: Pack, unread: _Unread, one: Finding, *, read: bool) -> bool:
    """Whether a finding only follows; ``read`` = it was met while reading, where only a name can follow from another row."""
    absent = _ABSENT.search(one.sentence)
    if absent and absent[1].rpartition("/")[2] in unread.names:
        return True
    if read:
        return False
    if one.check == "case":
        return _case_follows(pack, unread, one)
    if one.check == "supervision":  # an error there is of its own row
        deadlines = pack.files["deadlines"]
        return one.level != "error" and (unread.open(one.file) or unread.open(deadlines))
    if one.check == "unproved" and not one.file:
        return bool(unread.columns)
    return (one.check in _BARED and unread.open(one.file)) or (one.check in _COVERED and one.file in unread.columns)


def _case_follows(pack: Pack, unread: _Unread, one: Finding) -> bool:
    """Whether a case that fails, or that could not be run as it was meant, only follows; ``others`` = the row it expects."""
    if one.level != "error" or unread.columns:
        return one.level == "error"
    if unread.names and one.sentence.startswith(_UNIT_TOLD):
        return True
    if not one.others:
        return unread.open(pack.files["dispatch"])
    return any(map(unread.lost, one.others))
