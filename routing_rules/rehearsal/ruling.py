"""A ruling 裁定 becomes a row: the facts of the order it was given for, the unit it names, before the row that had answered.

The new row keeps the conditions of the row that answered, beside those of its scope: so it takes cases from that row alone, and
never one that a row for threats, secrets or an accused unit answers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from hotline.domain.facts import Facts
from hotline.errors import InvalidInput, RuleError, UnreadableFile
from routing_rules.cells import FACTS, Under, read_cell
from routing_rules.decide import dispatch
from routing_rules.pack import Pack
from routing_rules.rehearsal.row_added import BOM, keys, with_row
from routing_rules.sheets import find_sheet
from routing_rules.table import DecisionTable, Row

SCOPE = ("category", "place", "kind")
_USABLE = tuple(name for name, fact in FACTS.items() if fact.kind in ("text", "path"))
_TABLE, _CASES = "dispatch", "cases"
_RESOLVING = ("place", "estate")  # by which @street and its like are found
_PLAIN = Facts(received_at=datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """A pack's files with the new row: its id, the row it stands before, and its conditions by fact (``kept`` from that row)."""

    files: Mapping[str, bytes]
    row: str
    before: str
    conditions: Mapping[str, str]
    kept: tuple[str, ...]


def propose_row(
    files: Mapping[str, bytes], pack: Pack, facts: Facts, *, lead: str, order: str, day: date, used: Collection[str],
    scope: Sequence[str] = SCOPE,
) -> ProposedRow:  # fmt: skip
    """Return ``files`` (those of ``pack``) with a row that sends what is like ``facts`` to the unit ``lead``.

    ``scope`` names the facts it asks for; ``used`` are ids that no new row may take. A case beside the tables proves the row
    from then on. Raises ``UnknownUnit``, ``InvalidInput`` when the scope says nothing or the rules send it there already,
    ``RuleError`` when no row answers.
    """
    pack.receiving_unit(lead)
    said, table = dispatch(pack, facts), pack.dispatch.table
    row = table.row(said.row_id)
    if row is None:
        raise RuleError("no row answers", message="现行规则没有一行答复该工单,请先补上兜底行")
    if said.lead == lead:
        raise InvalidInput(f"row {row.id} sends it to {lead} already", message=f"现行规则 {row.id} 已派给该单位,无须新增")
    asked = _asked(pack, table, row, facts, scope)
    kept = tuple(dict.fromkeys(name for name, cell in _cells(table, row) if cell and name not in asked))
    new = _new_id(row.id, {*used, *(one.id for one in table.rows)})
    outputs = {**row.outputs, "lead": lead, "auto": "no", "why": f"依裁定({order})"}
    outputs["assist"] = ";".join(one for one in _list(row.outputs.get("assist", "")) if one != lead)
    own = {"id": new, "source": f"裁定 {order} {day.isoformat()}", "confirmed": "yes"}
    written = _written(files, row, asked, {**own, **{f"->{name}": text for name, text in outputs.items()}})
    written = _with_case(written, pack, facts, new, lead, order)
    conditions = {name: cell for name, cell in _cells(table, row) if cell and name in kept} | asked
    return ProposedRow(written, new, row.id, conditions, kept)


def row_ids(files: Mapping[str, bytes]) -> frozenset[str]:
    """Return the ids of a book's dispatch rows; none for a table that cannot be read."""
    try:
        sheet = find_sheet(files, _TABLE)
    except UnreadableFile:
        return frozenset()
    return frozenset(cells.get("id", "") for _, cells in sheet.records()) if sheet else frozenset()


def _asked(pack: Pack, table: DecisionTable, row: Row, facts: Facts, scope: Iterable[str]) -> dict[str, str]:
    """Return the cells of the scope that the facts fill."""
    asked = {}
    for name in scope:
        if name not in _USABLE:
            raise InvalidInput(f"{name} is no scope", message=f"“{name}”不能作为裁定的条件(可用:{'、'.join(_USABLE)})")
        value = _text(getattr(facts, name))
        if value:
            asked[name] = _cell(pack, table, row, name, value)
    if not asked:
        raise InvalidInput("the order has no fact of the scope", message="工单没有所选的条件,无法据此新增规则行")
    return asked


def _cell(pack: Pack, table: DecisionTable, row: Row, name: str, value: str) -> str:
    """Return the cell for a fact's value; a place with places below it stands for them too, where the old row allows it."""
    text = value
    if name == "place" and any(place.parent == value.rpartition("/")[2] for place in pack.places):
        own = [cell for fact, cell in zip(table.inputs, row.inputs, strict=True) if fact == name]
        under = (
            isinstance(term, Under) and not cell.negated and f"{value}/".startswith(f"{term.path}/")
            for cell in own
            for term in cell.terms
        )
        text = f"{value}/*" if all(cell.any for cell in own) or any(under) else value
    if not read_cell(name, text).holds(value):
        raise InvalidInput(f"{name} {value!r} cannot stand in a cell", message=f"“{value}”不能写成条件")
    return text


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value or "")


def _cells(table: DecisionTable, row: Row) -> list[tuple[str, str]]:
    return [(name, cell.text) for name, cell in zip(table.inputs, row.inputs, strict=True)]


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _new_id(like: str, used: Collection[str]) -> str:
    """Return an id that was never used: the letters of ``like``, an R for a ruling, and the next number."""
    stem = (re.match(r"[^\W\d]+-?", like) or re.match("", like))[0] + "R"  # type: ignore[index]  # the second always matches
    numbers = (re.fullmatch(re.escape(stem) + r"(\d+)", one) for one in used)
    return f"{stem}{max((int(found[1]) for found in numbers if found), default=0) + 1:04d}"


# -- the files ---------------------------------------------------------------------------------------------------------
def _written(files: Mapping[str, bytes], row: Row, asked: Mapping[str, str], given: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files with the row: its own cells, those of its scope, and what else the old row asks; no validity."""
    sheet = find_sheet(files, _TABLE)
    assert sheet is not None  # noqa: S101  # the pack was loaded from these files
    own = {(name, 0): text for name, text in {**asked, **given}.items()}
    old = next(zip(keys(sheet.heads), line.cells, strict=True) for line in sheet.lines if line.number == row.line)
    facts = {key: text for key, text in old if key[0] in FACTS and key[0] not in asked}
    return with_row(files, sheet, {**facts, **own}, before=row.line)


def _with_case(files: Mapping[str, bytes], pack: Pack, facts: Facts, new: str, lead: str, order: str) -> dict[str, bytes]:
    """Return the files with a case: the facts of the order the ruling was given for, and the row that must answer them."""
    sheet = find_sheet(files, _CASES)
    if sheet is None:
        start = BOM + ",".join(("id", "received_at", *pack.dispatch.table.inputs, "dispatch", "lead", "note")) + "\r\n"
        files = {**files, f"{_CASES}.csv": start.encode()}
        sheet = find_sheet(files, _CASES)
    assert sheet is not None  # noqa: S101  # there is one now
    told = {*pack.dispatch.table.inputs, *sheet.heads, *_RESOLVING}
    cells = {name: _fact(pack, facts, name) for name in FACTS if name in told and name != "received_at"}
    row = {name: text for name, text in cells.items() if text} | {
        "id": f"C-{new}", "received_at": _local(pack, facts.received_at), "dispatch": new, "lead": lead, "note": f"裁定 {order}",
    }  # fmt: skip
    return with_row(files, sheet, {(name, 0): text for name, text in row.items()})


def _local(pack: Pack, at: datetime) -> str:
    return at.astimezone(pack.zone).replace(tzinfo=None).isoformat(timespec="seconds")


def _fact(pack: Pack, facts: Facts, name: str) -> str:
    """Return a fact as a case has it; empty for one that is missing or as most are."""
    value = getattr(facts, name)
    if value is None or value == getattr(_PLAIN, name):
        return ""
    if isinstance(value, frozenset):
        return "|".join(sorted(value))
    if isinstance(value, datetime):
        return _local(pack, value)
    return _text(value)
