"""Asking a pack: who leads, who assists, which limits run, and whether a matter is accepted at all."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.domain.facts import Facts
from routing_rules.approvals import DEFAULTS, ApprovalRow, Asked
from routing_rules.deadlines import Clock, DeadlineRow
from routing_rules.dispatching import Target
from routing_rules.pack import Pack
from routing_rules.supervising import SupervisionRow
from routing_rules.units import DESK
from routing_rules.wordlists import NotAccepted

PERSON_WORDS = frozenset({"threat", "public_body", "leader"})
"""Word lists whose presence always asks for a person."""
_UNRESOLVED = {
    "@street": "无法确定所在街道",
    "@community": "无法确定所在社区",
    "@parent": "无法确定上级单位",
    "@estate.heating": "无法确定小区的供热单位",
    "@estate.water": "无法确定小区的供水单位",
    "@estate.gas": "无法确定小区的燃气单位",
    "@estate.property": "无法确定小区的物业企业",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchDecision:
    """What the dispatch table says.

    ``lead`` is the code of a unit that gets orders; None = it stays on the desk, because the row says so or because the target
    could not be resolved (``unresolved`` then says why, in Chinese). ``auto`` holds only when the row allows it, the lead is
    known and nothing asks for a person (``person`` says what does). ``fallback`` = the table's last row, or no row at all.
    """

    lead: str | None
    assists: tuple[str, ...] = ()
    row_id: str = ""
    why: str = ""
    auto: bool = False
    min_confidence: float = 0.0
    confidential: bool = False
    fallback: bool = False
    unresolved: str = ""
    person: str = ""


def dispatch(pack: Pack, facts: Facts) -> DispatchDecision:
    """Return the first row that fits, resolved. A row never fires for a unit that has returned the order already."""
    table = pack.dispatch
    for row in table.table.hits(facts):
        target = table.targets[row.id]
        lead, unresolved = lead_of(pack, facts, target)
        if lead is not None and lead in facts.returned_by:
            continue
        person = _needs_person(pack, facts) or _presumed(facts, target.lead)
        return DispatchDecision(
            lead=lead,
            assists=assists_of(pack, facts, target, lead) if target.assists else (),
            row_id=row.id,
            why=target.why or f"规则 {row.id}",
            auto=target.auto and lead is not None and not unresolved and not person,
            min_confidence=target.min_confidence,
            confidential=target.confidential,
            fallback=row.id == table.fallback,
            unresolved=unresolved,
            person=person,
        )
    return DispatchDecision(lead=None, why="没有可用的派单规则", fallback=True)


def deadlines(pack: Pack, facts: Facts) -> dict[Clock, DeadlineRow]:
    """Return the first row that fits for each clock; a clock without one has no limit."""
    found: dict[Clock, DeadlineRow] = {}
    prepared = pack.deadlines.whole.prepare(facts)
    for clock, table in pack.deadlines.by_clock.items():
        if (row := table.first_fitting(prepared)) is not None:
            found[clock] = pack.deadlines.limits[row.id]
    return found


def upstream_window(pack: Pack, facts: Facts) -> DeadlineRow | None:
    """Return until when the office may give the order back to the platform above; None = no such row fits."""
    row = pack.deadlines.upstream.first(facts)
    return pack.deadlines.limits[row.id] if row is not None else None


def approval(pack: Pack, facts: Facts, asks: Asked) -> ApprovalRow:
    """Return who decides what is asked: the first row that fits, else the default."""
    table = pack.approvals.by_asks.get(asks)
    row = table.first(facts) if table is not None else None
    return pack.approvals.rows[row.id] if row is not None else DEFAULTS[asks]


def supervision(pack: Pack, facts: Facts) -> tuple[SupervisionRow, ...]:
    """Return the first row that fits of each step, clock and moment, in the order of the table's series."""
    prepared = pack.supervision.whole.prepare(facts)
    found = (table.first_fitting(prepared) for table in pack.supervision.series.values())
    return tuple(pack.supervision.rows[row.id] for row in found if row is not None)


def not_accepted(pack: Pack, text: str) -> NotAccepted | None:
    """Return the first matter outside the hotline that ``text`` speaks of; a person decides whether it is refused."""
    return next((row for row in pack.not_accepted if any(map(text.__contains__, row.terms))), None)


def resolve(pack: Pack, facts: Facts, target: str) -> str | None:
    """Return the unit that takes orders for a code or token (``@street``), or None when the facts do not tell."""
    if not target.startswith("@"):
        return pack.units.receiver(target)
    if target == "@parent":
        return _above_accused(pack, facts)
    if target.startswith("@estate."):
        return pack.units.receiver(_service(pack, facts, target.removeprefix("@estate.")))
    codes = pack.geography.codes(facts.place, facts.estate)
    if target == "@community" and (own := next((code for code in reversed(codes) if code in pack.units), None)):
        return pack.units.receiver(own)
    held = (pack.geography.street_units[code] for code in reversed(codes) if code in pack.geography.street_units)
    unit = next(held, None)  # the nearest: the street, or where it is not known the district above it
    return pack.units.receiver(unit)


def _service(pack: Pack, facts: Facts, role: str) -> str | None:
    """Return the company of the estate or, when no estate is named, the one that serves all estates of the community."""
    estate = pack.geography.estate(facts.estate)
    if facts.estate:
        return getattr(estate, role, None)
    return pack.geography.usual_service(pack.geography.codes(facts.place, None)[2:], role)


def _presumed(facts: Facts, lead: str) -> str:
    """A company presumed from the community, and not read off the estate, is for a person to confirm."""
    return "小区不明,按所在社区推定单位" if lead.startswith("@estate.") and not facts.estate else ""


def lead_of(pack: Pack, facts: Facts, target: Target) -> tuple[str | None, str]:
    """Return a target's lead, or why there is none; a complaint about a unit goes to the one above that unit, or to the desk."""
    if target.lead == DESK:
        return None, ""
    lead = resolve(pack, facts, target.lead)
    if lead is None:
        return None, _UNRESOLVED.get(target.lead, f"规则中的单位“{target.lead}”不接收工单")
    if not _recused(pack, facts, lead):
        return lead, ""
    above = _above_accused(pack, facts)
    return (above, "") if above else (None, "被反映单位须回避,且没有可派的上级单位")


def _recused(pack: Pack, facts: Facts, unit: str) -> bool:
    """Whether the unit is the accused or stands anywhere below it: nobody judges his own case, or his superior's."""
    return facts.accused is not None and pack.units.within(unit, facts.accused)


def _above_accused(pack: Pack, facts: Facts) -> str | None:
    """Return the first unit above the accused that gets orders."""
    return next((unit.code for unit in pack.units.above(facts.accused or "") if unit.gets_orders), None)


def assists_of(pack: Pack, facts: Facts, target: Target, lead: str | None) -> tuple[str, ...]:
    """Return the assisting units that are known, once each, without the lead, the recused and those that returned it."""
    barred = {lead, None} | facts.returned_by
    found = (resolve(pack, facts, assist) for assist in target.assists)
    units = dict.fromkeys(unit for unit in found if unit is not None and unit not in barred)
    return tuple(unit for unit in units if not _recused(pack, facts, unit))


def _needs_person(pack: Pack, facts: Facts) -> str:
    """Return why a person must dispatch this order whatever the row says, in Chinese; empty when nobody must."""
    if facts.kind == "举报":
        return "举报须人工派单"
    if facts.confidential:
        return "要求保密,须人工派单"
    if facts.round > 1:
        return "重办工单须人工派单"
    if "minor" in facts.vulnerable:
        return "涉及未成年人,须人工派单"
    if not PERSON_WORDS.isdisjoint(facts.words):
        return "涉及威胁、公共机构或领导交办,须人工派单"
    if facts.accused is not None and not company(pack, facts.accused):
        return "反映公共机构,须人工派单"
    return ""


def company(pack: Pack, code: str) -> bool:
    """Whether a unit is a company; what the pack does not know is taken for a public body."""
    return code in pack.units and pack.units[code].level == "company"
