"""The pack's words: ``words``, ``emergency`` and ``not_accepted`` as values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from routing_rules.cells import VULNERABLE
from routing_rules.findings import Findings
from routing_rules.lexicon import Lexicon
from routing_rules.sheets import Sheet
from routing_rules.truths import truth_cell

NUMBERS = frozenset({"110", "119", "120", "122"})
PLAIN_LISTS = ("danger", "urgent", "confidential", "no_reply")
CUES = ("negation", "past", "figure")


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """A matter the hotline does not take, the terms that tell it, and the lawful route a caller is shown (国办发〔2020〕53号)."""

    id: str
    matter: str
    terms: tuple[str, ...]
    route: str
    source: str = ""
    confirmed: bool = False


def read_lexicon(words: Sheet | None, emergency: Sheet | None, findings: Findings) -> Lexicon:
    """Read the word lists and the emergency terms; every fault goes into ``findings``."""
    lists = _word_lists(words, findings)
    numbers, cues = _emergency(emergency, findings)
    vulnerable = {name.removeprefix("vulnerable."): terms for name, terms in lists.items() if name.startswith("vulnerable.")}
    for unknown in vulnerable.keys() - VULNERABLE:
        findings.error("words", f"vulnerable.{unknown}", f"不认识的人群(可用:{'、'.join(sorted(VULNERABLE))})", "name")
    plain = {name: lists.get(name, ()) for name in PLAIN_LISTS}
    named = {name: terms for name, terms in lists.items() if name not in PLAIN_LISTS and not name.startswith("vulnerable.")}
    return Lexicon(
        emergency=numbers,
        **plain,
        vulnerable=vulnerable,
        words=named,
        negations=cues["negation"],
        past=cues["past"],
        figures=cues["figure"],
    )


def read_not_accepted(sheet: Sheet | None, findings: Findings) -> tuple[NotAccepted, ...]:
    """Read what is not accepted; a row needs terms and a lawful route."""
    rows: dict[str, NotAccepted] = {}
    for line, cells in sheet.records() if sheet else ():
        terms = tuple(term.strip() for term in cells["terms"].split(";") if term.strip())
        confirmed = truth_cell(cells, "confirmed", ("not_accepted", cells["id"] or f"第 {line} 行"), findings)
        row = NotAccepted(cells["id"], cells["matter"], terms, cells["route"], cells.get("source", ""), confirmed)
        if not row.id or row.id in rows or not terms or not row.route:
            findings.error("not_accepted", row.id or f"第 {line} 行", "编号为空或重复,或缺少关键词、合法途径", "name")
            continue
        rows[row.id] = row
    return tuple(rows.values())


def _word_lists(sheet: Sheet | None, findings: Findings) -> dict[str, tuple[str, ...]]:
    lists: dict[str, dict[str, None]] = defaultdict(dict)
    for line, cells in sheet.records() if sheet else ():
        name, term = cells["list"], _folded(cells["term"])
        if not name or not term:
            findings.error("words", f"第 {line} 行", "词表名和词语不能为空", "name")
            continue
        lists[name][term] = None
    return {name: tuple(terms) for name, terms in lists.items()}


def _emergency(sheet: Sheet | None, findings: Findings) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    numbers: dict[str, str] = {}
    cues: dict[str, list[str]] = {cue: [] for cue in CUES}
    for line, cells in sheet.records() if sheet else ():
        kind, term = cells["kind"], _folded(cells["term"])
        if not term or (kind not in CUES and (kind != "term" or cells["number"] not in NUMBERS)):
            findings.error("emergency", f"第 {line} 行", "词语为空、类别不认识,或电话不是 110、119、120、122", "name")
        elif kind == "term":
            numbers[term] = cells["number"]
        else:
            cues[kind].append(term)
    return numbers, {cue: tuple(terms) for cue, terms in cues.items()}


def _folded(term: str) -> str:
    return term.strip().lower()


def columns_of(sheet: Sheet | None, needed: Mapping[str, tuple[str, ...]], name: str, findings: Findings) -> Sheet | None:
    """Return the sheet when it has the columns it needs; else say which are missing and return None."""
    if sheet is None:
        return None
    missing = [column for column in needed[name] if column not in sheet.heads]
    for column in missing:
        findings.error(sheet.file, "", f"缺少“{column}”列", "name")
    return None if missing else sheet
