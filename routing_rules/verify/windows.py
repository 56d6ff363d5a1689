"""The platform's window: a unit's return and its decision must end before the office may no longer give the order back."""

from __future__ import annotations

from collections.abc import Iterator

from routing_rules.deadlines import UPSTREAM_WINDOW
from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.verify.clashes import AT_DISPATCH, BEFORE_DISPATCH, Clashes, Limited
from routing_rules.verify.prover import Claim
from routing_rules.verify.telling import shown

FROM_ABOVE = {"origin": "upstream"}
Steps = tuple[Limited, Limited]
"""A unit's window and the decision on its application."""


def check_windows(pack: Pack, clashes: Clashes, findings: Findings) -> None:
    """Add each of the platform's windows that does not hold a unit's window and the decision, one after the other."""
    for window in clashes.series(UPSTREAM_WINDOW):
        if not _beyond(pack, clashes, window, findings):
            _late(pack, clashes, window, findings)


def _steps(clashes: Clashes) -> Iterator[Steps]:
    """Yield what follows one another: the decision is counted from the application, made at the last moment."""
    for unit in clashes.series("return_window"):
        for decision in clashes.series("return_decision"):
            if decision.given.starts == "applied":
                yield unit, decision


def _beyond(pack: Pack, clashes: Clashes, window: Limited, findings: Findings) -> bool:
    for unit, decision in _steps(clashes):
        claims = (_from_above(window), unit.claim(), decision.claim())
        clash = clashes.find(claims, window.chain, (*unit.chain, *decision.chain), starts="received")
        if clash is not None:
            said = f"上级退回窗口({window.given.limit})容不下{_told((unit, decision))};{clash.times('窗口', '审批')}"
            rows = (unit.row.id, decision.row.id)
            findings.error(window.table.name, window.row.id, said, "upstream_window", others=rows, **shown(pack, clash.example))
            return True
    return False


def _late(pack: Pack, clashes: Clashes, window: Limited, findings: Findings) -> None:
    """The unit's window opens at its dispatch: what if that takes all the time it has?"""
    for unit, decision in _steps(clashes):
        for sent in clashes.series("dispatch"):
            if unit.given.starts not in AT_DISPATCH or sent.given.starts not in BEFORE_DISPATCH:
                continue
            claims = (_from_above(window), sent.claim(), unit.claim(), decision.claim())
            chain = (*sent.chain, *unit.chain, *decision.chain)
            clash = clashes.find(claims, window.chain, chain, starts="received")
            if clash is not None:
                said = (
                    f"派单用足时限({sent.row.id},{sent.given.limit})后,上级退回窗口({window.given.limit})容不下"
                    f"{_told((unit, decision))};{clash.times('窗口', '审批')}"
                )
                more = {"others": (sent.row.id, unit.row.id, decision.row.id), **shown(pack, clash.example)}
                findings.warn(window.table.name, window.row.id, said, "upstream_window", **more)
                return


def _from_above(window: Limited) -> Claim:
    return window.claim(**FROM_ABOVE)


def _told(steps: Steps) -> str:
    unit, decision = steps
    return f"单位退单({unit.row.id},{unit.given.limit})加退单审批({decision.row.id},{decision.given.limit})"
