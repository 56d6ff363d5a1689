"""A policy pack: everything an office has written down, loaded and frozen.

A pack is a folder of CSV or XLSX tables and ``pack.toml``, or the same files in memory (books are stored in the database).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from hotline.domain.calendar import WorkCalendar
from hotline.errors import NotFound, UnknownUnit, UnreadableFile
from routing_rules import street_grid
from routing_rules.approvals import ApprovalTable, approval_table
from routing_rules.cases import Case, read_cases
from routing_rules.deadlines import DeadlineTable, deadline_table
from routing_rules.dispatching import DispatchTable, dispatch_table
from routing_rules.duties import Duties, read_duties
from routing_rules.findings import Finding, Findings, refuse
from routing_rules.geography import Geography, read_geography
from routing_rules.holidays_cn import year_days
from routing_rules.lexicon import Lexicon
from routing_rules.own_days import read_overrides
from routing_rules.pack_settings import PackSettings, read_settings
from routing_rules.phrases import Phrase, read_phrases
from routing_rules.places import Estate, Place
from routing_rules.sheets import SUFFIXES, Sheet, find_sheet
from routing_rules.supervising import SupervisionTable, supervision_table
from routing_rules.table import DecisionTable, read_table
from routing_rules.units import Unit, Units, read_units
from routing_rules.upstream_states import UpstreamStates, read_upstream_states
from routing_rules.wordlists import NotAccepted, columns_of, read_lexicon, read_not_accepted

PACKS = Path(__file__).parent / "packs"
UNIT_TABLES = ("units", "companies", "communities")
_LARGEST_PACK = 64 * 1024 * 1024
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(UNIT_TABLES, ("code", "name", "level", "parent", "gets_orders")),
    "places": ("code", "name", "level", "parent", "unit"),
    "estates": ("id", "name", "community"),
    "categories": ("level1", "level2", "level3"),
    "dispatch": ("id", "->lead", "->auto"),
    "deadlines": ("id", "->clock", "->amount", "->unit"),
    "supervision": ("id", "->step", "->when", "->amount", "->unit", "->to"),
    "approvals": ("id", "asks", "->decider", "->limit"),
    "street_duties": ("street", "matter", "duty"),
    "not_accepted": ("id", "matter", "terms", "route"),
    "emergency": ("kind", "term", "number"),
    "words": ("list", "term"),
    "holidays": ("date", "worked", "name"),
    "phrases": ("act", "title", "text"),
    "cases": ("id", "received_at", "dispatch"),
    "upstream_states": ("id", "state", "->about"),
    "street_grid": street_grid.COLUMNS,
}
_NEEDED = ("units", "categories", "dispatch", "deadlines")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A city's rules. ``content_hash`` is the sha256 over its files, ``files`` the file of each table.

    ``notes`` are the doubts met while reading.

    ``supervision`` and ``approvals`` are empty and ``duties`` None when the pack has no such table.
    """

    settings: PackSettings
    calendar: WorkCalendar
    units: Units
    geography: Geography
    categories: frozenset[str]
    dispatch: DispatchTable
    deadlines: DeadlineTable
    supervision: SupervisionTable
    approvals: ApprovalTable
    duties: Duties | None
    lexicon: Lexicon
    not_accepted: tuple[NotAccepted, ...]
    cases: tuple[Case, ...]
    content_hash: str
    phrases: tuple[Phrase, ...] = ()
    upstream_states: UpstreamStates = field(default_factory=UpstreamStates)
    street_grid: Mapping[str, street_grid.Square] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Finding, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return self.settings.zone

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place, district first."""
        return tuple(self.geography.places.values())

    @property
    def estates(self) -> tuple[Estate, ...]:
        """Every estate."""
        return tuple(self.geography.estates.values())

    def unit_name(self, code: str) -> str:
        """Return the unit's name, or the code itself when the pack no longer knows it (past orders)."""
        return self.units[code].name if code in self.units else code

    def known_unit(self, code: str) -> Unit:
        """Return the unit. Raises ``UnknownUnit``."""
        if code not in self.units:
            raise UnknownUnit(code)
        return self.units[code]

    def receiving_unit(self, code: str) -> Unit:
        """Return the unit if it gets orders. Raises ``UnknownUnit``."""
        unit = self.units.get(code)
        if unit is None or not unit.gets_orders:
            raise UnknownUnit(code)
        return unit


def load_pack(source: Path | str | Mapping[str, bytes]) -> Pack:
    """Load a pack from a folder, from a shipped pack's name or from files in memory.

    Raises ``RuleError`` with every fault found, and ``NotFound`` when there is no such pack.
    """
    pack, findings = read_pack(source if isinstance(source, Mapping) else pack_files(source))
    refuse(findings)
    assert pack is not None  # noqa: S101  # a pack is missing only with a fault
    return pack


def pack_files(source: Path | str) -> dict[str, bytes]:
    """Return the files of a pack's folder, or of the shipped pack of that name; hidden and foreign files are left out."""
    folder = Path(source)
    if not folder.is_dir():
        folder = PACKS / folder.name
    if not folder.is_dir():
        raise NotFound("pack", str(source))
    files = {}
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith((".", "~")) and path.suffix in (*SUFFIXES, ".toml"):
            files[path.name] = path.read_bytes()
    return files


def content_hash(files: Mapping[str, bytes]) -> str:
    """Return the sha256 over names and contents, in the order of the names."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def read_pack(files: Mapping[str, bytes]) -> tuple[Pack | None, Findings]:
    """Read everything there is, with every fault met on the way; no pack when its settings cannot be read."""
    findings = Findings()
    if sum(map(len, files.values())) > _LARGEST_PACK:
        findings.error("", "", f"规则包超过 {_LARGEST_PACK // 1024 // 1024} MB", "setting")
        return None, findings
    settings = read_settings(files, findings)
    sheets = _sheets(files, findings)
    pack = None
    if settings is not None and all(name in sheets for name in _NEEDED):
        pack = _made(settings, sheets, content_hash(files), findings)
    findings.name_files({name: sheet.file for name, sheet in sheets.items()})
    return pack and replace(pack, notes=tuple(findings)), findings


def _made(settings: PackSettings, sheets: Mapping[str, Sheet], digest: str, findings: Findings) -> Pack:
    geography = read_geography(sheets.get("places"), sheets.get("estates"), findings)
    return Pack(
        settings=settings,
        calendar=_calendar(settings, sheets.get("holidays"), findings),
        units=read_units((sheets[name] for name in UNIT_TABLES if name in sheets), findings),
        geography=geography,
        categories=_categories(sheets["categories"]),
        dispatch=dispatch_table(_table(sheets["dispatch"], settings, findings), findings),
        deadlines=deadline_table(_table(sheets["deadlines"], settings, findings), findings),
        supervision=_supervision(sheets.get("supervision"), settings, findings),
        approvals=approval_table(sheets.get("approvals"), settings.zone, findings),
        duties=read_duties(sheets.get("street_duties"), findings),
        lexicon=read_lexicon(sheets.get("words"), sheets.get("emergency"), findings),
        not_accepted=read_not_accepted(sheets.get("not_accepted"), findings),
        cases=read_cases(sheets.get("cases"), settings.zone, findings),
        content_hash=digest,
        phrases=read_phrases(sheets.get("phrases"), findings),
        upstream_states=read_upstream_states(sheets.get("upstream_states"), findings),
        street_grid=street_grid.read_street_grid(sheets.get("street_grid"), geography.places, findings),
        files={name: sheet.file for name, sheet in sheets.items()},
    )


def _sheets(files: Mapping[str, bytes], findings: Findings) -> dict[str, Sheet]:
    """Read every table of a known name; a table that is needed and missing is a fault, an unknown file a doubt."""
    sheets = {}
    for name in _COLUMNS:
        try:
            sheet = columns_of(find_sheet(files, name), _COLUMNS, name, findings)
        except UnreadableFile as error:
            findings.error(name, "", error.message.partition(":")[2] or error.message, "setting")  # the file is named already
            continue
        if sheet is not None:
            sheets[name] = sheet
    for name in _NEEDED:
        if not any(name + suffix in files for suffix in SUFFIXES):
            findings.error(name + ".csv", "", "缺少该文件", "setting")
    for name in _COLUMNS:
        if all(name + suffix in files for suffix in SUFFIXES):  # one of them would be read and the other's changes lost
            findings.error(name + ".xlsx", "", f"与 {name}.csv 同时存在,只能保留一个", "name")
    for file in files:
        if file != "pack.toml" and file.rpartition(".")[0] not in _COLUMNS:
            findings.warn(file, "", "不认识的文件,未使用", "name")
    return sheets


def _table(sheet: Sheet, settings: PackSettings, findings: Findings) -> DecisionTable:
    return read_table(sheet, settings.zone, findings)


def _supervision(sheet: Sheet | None, settings: PackSettings, findings: Findings) -> SupervisionTable:
    table = _table(sheet, settings, findings) if sheet else DecisionTable("supervision", (), (), settings.zone)
    return supervision_table(table, findings)


def _categories(sheet: Sheet) -> frozenset[str]:
    """Every class as a path, with the classes above it."""
    paths: set[str] = set()
    for _, cells in sheet.records():
        levels = [cells[column] for column in ("level1", "level2", "level3") if cells[column]]
        paths.update("/".join(levels[:depth]) for depth in range(1, len(levels) + 1))
    return frozenset(paths)


def _calendar(settings: PackSettings, sheet: Sheet | None, findings: Findings) -> WorkCalendar:
    return WorkCalendar(settings.zone, settings.office, year_days(settings.published_years, read_overrides(sheet, findings)))
