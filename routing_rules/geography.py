"""Where a call may come from: the pack's places and estates, and which unit answers for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from routing_rules.findings import Findings
from routing_rules.places import Estate, Place
from routing_rules.sheets import Sheet
from routing_rules.truths import truth_cell

LEVELS = ("district", "street", "community")


@dataclass(frozen=True, slots=True)
class Geography:
    """Places by code, the unit of each street, estates by id and by every name that means one estate only."""

    places: Mapping[str, Place]
    street_units: Mapping[str, str]
    estates: Mapping[str, Estate]
    estate_names: Mapping[str, Estate]
    by_community: Mapping[str, tuple[Estate, ...]]

    def path(self, code: str) -> str:
        """Return the path of codes from the district down to ``code``."""
        parts: list[str] = []
        place = self.places.get(code)
        while place is not None and place.code not in parts:  # a circle is a fault told elsewhere; it must not hang
            parts.append(place.code)
            place = self.places.get(place.parent) if place.parent else None
        return "/".join(reversed(parts))

    def estate(self, named: str | None) -> Estate | None:
        """Return the estate of that id, name or alias; None when there is none or when the name is ambiguous."""
        return None if named is None else self.estates.get(named) or self.estate_names.get(named)

    def usual_service(self, codes: tuple[str, ...], role: str) -> str | None:
        """Return the company that serves every known estate of the community in ``codes``; None when they differ."""
        served = {getattr(estate, role) for code in codes for estate in self.by_community.get(code, ())}
        return served.pop() if len(served) == 1 else None

    def codes(self, place: str | None, estate: str | None) -> tuple[str, ...]:
        """Return the codes from the district down, from the place or else from the estate's community."""
        if place is None or len(place.split("/")) < 2:  # a district alone says less than the estate does
            known = self.estate(estate)
            place = self.path(known.community) if known and known.community else place
        return tuple(place.split("/")) if place else ()


def read_geography(places: Sheet | None, estates: Sheet | None, findings: Findings) -> Geography:
    """Read ``places`` and ``estates``; every fault goes into ``findings``."""
    known: dict[str, Place] = {}
    street_units: dict[str, str] = {}
    for line, cells in places.records() if places else ():
        level, lists = cells["level"], (_list(cells, "aliases"), _list(cells, "roads"))
        place = Place(cells["code"], cells["name"], level, cells.get("parent") or None, *lists)  # type: ignore[arg-type]  # level: checked on the next line
        if not place.code or not place.name or place.level not in LEVELS or place.code in known:
            findings.error("places", place.code or f"第 {line} 行", "地点代码为空或重复,或层级不认识", "place")
            continue
        known[place.code] = place
        if cells.get("unit"):
            street_units[place.code] = cells["unit"]
    for place in known.values():
        if place.parent is not None and place.parent not in known:
            findings.error("places", place.code, f"上级地点“{place.parent}”不存在", "place")
        elif _circular(place, known):
            findings.error("places", place.code, "上下级关系成环", "place")
    by_id = _estates(estates, findings)
    return Geography(known, street_units, by_id, _by_name(by_id), _by_community(by_id))


def _circular(place: Place, known: Mapping[str, Place]) -> bool:
    seen: set[str] = set()
    above: Place | None = place
    while above is not None and above.code not in seen:
        seen.add(above.code)
        above = known.get(above.parent or "")
    return above is not None


def _estates(sheet: Sheet | None, findings: Findings) -> dict[str, Estate]:
    estates: dict[str, Estate] = {}
    for line, cells in sheet.records() if sheet else ():
        served = {role: cells.get(role) or None for role in ("community", "property", "heating", "water", "gas")}
        confirmed = truth_cell(cells, "confirmed", ("estates", cells["id"] or f"第 {line} 行"), findings)
        estate = Estate(cells["id"], cells["name"], _list(cells, "aliases"), **served, confirmed=confirmed)
        if not estate.id or not estate.name or estate.id in estates:
            findings.error("estates", estate.id or f"第 {line} 行", "小区编号或名称为空或重复", "place")
            continue
        estates[estate.id] = estate
    return estates


def _by_name(estates: Mapping[str, Estate]) -> dict[str, Estate]:
    """A name that two estates bear means neither of them."""
    found: dict[str, Estate | None] = {}
    for estate in estates.values():
        for name in {estate.name, *estate.aliases}:
            found[name] = None if name in found else estate
    return {name: estate for name, estate in found.items() if estate is not None}


def _by_community(estates: Mapping[str, Estate]) -> dict[str, tuple[Estate, ...]]:
    found: dict[str, tuple[Estate, ...]] = {}
    for estate in estates.values():
        if estate.community:
            found[estate.community] = (*found.get(estate.community, ()), estate)
    return found


def _list(cells: Mapping[str, str], column: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cells.get(column, "").split(";") if part.strip())
