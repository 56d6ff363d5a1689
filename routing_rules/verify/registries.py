"""What a pack knows of itself: units, places, estates and settings that fit together."""

from __future__ import annotations

from collections.abc import Sequence

from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.units import DESK
from routing_rules.verify.prover import Prover

_SHOWN = 5


def check_registries(pack: Pack, _prover: Prover, findings: Findings) -> None:
    """Add everything wrong with the units, places, estates and settings."""
    if DESK not in pack.units:
        findings.error("units", "", f"缺少派单台单位 {DESK}", "unit")
    warn_unconfirmed("units", [unit.code for unit in pack.units.values() if not unit.confirmed], findings)
    _check_places(pack, findings)
    _check_estates(pack, findings)
    _check_settings(pack, findings)


def warn_unconfirmed(file: str, rows: Sequence[str], findings: Findings) -> None:
    """Add one warning that counts the rows nobody has confirmed."""
    if rows:
        shown = "、".join(rows[:_SHOWN]) + (" 等" if len(rows) > _SHOWN else "")
        findings.warn(file, shown, f"{len(rows)} 行尚未经人确认(“已确认”confirmed 列应填“是”)", "confirmed")


def _check_places(pack: Pack, findings: Findings) -> None:
    geography = pack.geography
    for code, unit in geography.street_units.items():
        if unit not in pack.units:
            findings.error("places", code, f"承办单位“{unit}”不存在", "unit")
    if pack.settings.district not in geography.places:
        findings.error("pack.toml", "district", f"places 中没有代码 {pack.settings.district}", "place")
    for place in geography.places.values():
        if place.level == "street" and place.parent == pack.settings.district and place.code not in geography.street_units:
            findings.error("places", place.code, f"“{place.name}”没有对应的承办单位,@street 将落到派单台", "unit")


def _check_estates(pack: Pack, findings: Findings) -> None:
    for estate in pack.geography.estates.values():
        if estate.community and estate.community not in pack.geography.places:
            findings.error("estates", estate.id, f"社区代码“{estate.community}”不存在", "place")
        served = (estate.property, estate.heating, estate.water, estate.gas)
        for unknown in (code for code in served if code and code not in pack.units):
            findings.error("estates", estate.id, f"单位“{unknown}”不存在", "unit")
    warn_unconfirmed("estates", [estate.id for estate in pack.estates if not estate.confirmed], findings)


def _check_settings(pack: Pack, findings: Findings) -> None:
    for one in pack.settings.auto_classes:
        if one not in pack.categories:
            findings.error("pack.toml", "auto.classes", f"类别“{one}”不存在", "setting")
    for one in pack.settings.heating.classes:
        if one not in pack.categories:
            findings.error("pack.toml", "heating.classes", f"类别“{one}”不存在", "setting")
    total = sum(pack.settings.weights.values())
    if pack.settings.weights and abs(total - 1) > 1e-6:
        findings.error("pack.toml", "rates.weights", f"三率权重之和应为 1,现为 {total:g}", "setting")
