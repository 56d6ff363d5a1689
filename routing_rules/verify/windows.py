"""The platform's window: a unit's return and its decision must end before the office may no longer give the order back."""

from __future__ import annotations

from routing_rules.deadlines import UPSTREAM_WINDOW, Start
from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.verify.clashes import AT_DISPATCH, BEFORE_DISPATCH, Clashes
from routing_rules.verify.combos import Limited, Role
from routing_rules.verify.telling import shown

FROM_ABOVE = {"origin": "upstream"}
_FROM_APPLICATION: tuple[Start, ...] = ("applied",)


def check_windows(pack: Pack, clashes: Clashes, findings: Findings) -> None:
    """Add each of the platform's windows that does not hold a unit's window and the decision, one after the other."""
    for window in clashes.series(UPSTREAM_WINDOW):
        if not _beyond(pack, clashes, window, findings):
            _late(pack, clashes, window, findings)


def _decisions(clashes: Clashes) -> Role[Limited]:
    """The decision is counted from the application, made at the last moment."""
    return Role(clashes.series("return_decision", _FROM_APPLICATION))


def _beyond(pack: Pack, clashes: Clashes, window: Limited, findings: Findings) -> bool:
    roles = (Role((window,), FROM_ABOVE), Role(clashes.series("return_window")), _decisions(clashes))
    found = clashes.first(roles, lambda rows: (rows[0].chain, rows[1].chain + rows[2].chain))
    if found is None:
        return False
    (_, unit, decision), clash = found
    said = f"上级退回窗口({window.given.limit})容不下{_told(unit, decision)};{clash.times('窗口', '审批')}"
    more = {"others": (unit.row.id, decision.row.id), **shown(pack, clash.example)}
    findings.error(window.table.name, window.row.id, said, "upstream_window", **more)
    return True


def _late(pack: Pack, clashes: Clashes, window: Limited, findings: Findings) -> None:
    """The unit's window opens at its dispatch: what if that takes all the time it has?"""
    units = Role(clashes.series("return_window", AT_DISPATCH))
    sent = Role(clashes.series("dispatch", BEFORE_DISPATCH))
    roles = (Role((window,), FROM_ABOVE), sent, units, _decisions(clashes))
    found = clashes.first(roles, lambda rows: (rows[0].chain, rows[1].chain + rows[2].chain + rows[3].chain))
    if found is not None:
        (_, late, unit, decision), clash = found
        said = (
            f"派单用足时限({late.row.id},{late.given.limit})后,上级退回窗口({window.given.limit})容不下"
            f"{_told(unit, decision)};{clash.times('窗口', '审批')}"
        )
        more = {"others": (late.row.id, unit.row.id, decision.row.id), **shown(pack, clash.example)}
        findings.warn(window.table.name, window.row.id, said, "upstream_window", **more)


def _told(unit: Limited, decision: Limited) -> str:
    return f"单位退单({unit.row.id},{unit.given.limit})加退单审批({decision.row.id},{decision.given.limit})"
