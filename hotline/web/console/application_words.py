"""Applications, pauses and rulings in the timeline's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from hotline.domain.applications import ASKS_NAMES, Asks
from hotline.web.console.clocktext import Times
from routing_rules.approvals import DECIDER_NAMES
from routing_rules.names import CLOCK_NAMES
from routing_rules.pack import Pack

Said = Mapping[str, Any]
Writer = Callable[[Said, Pack, Times], Iterator[str]]

EVENT_NAMES: Final[Mapping[str, str]] = {
    **{f"{asks}_applied": f"申请{name}" for asks, name in ASKS_NAMES.items()},
    **{f"{asks}_granted": f"同意{name}" for asks, name in ASKS_NAMES.items()},
    **{f"{asks}_refused": f"不同意{name}" for asks, name in ASKS_NAMES.items()},
    "agreed": "一人同意,待另一人复核", "application_lapsed": "申请逾期未批", "resumed": "恢复办理", "ruling_asked": "提请裁定",
    "ruled": "裁定",
}  # fmt: skip
DONE: Final = {
    **{f"apply-{asks}": f"已提交{name}申请,等待审批" for asks, name in ASKS_NAMES.items()}, "resume": "已恢复办理,时限已重新计算",
    "ask-ruling": "已提请裁定",
}  # fmt: skip
SILENCE: Final[Mapping[str, str]] = {"grant": "按规则视为同意", "refuse": "按规则视为不同意", "ruling": "按规则转裁定"}
TO_DECIDE: Final[Mapping[str, str]] = {str(one): name for one, name in DECIDER_NAMES.items()}
MOVED: Final[Mapping[str, str]] = {**CLOCK_NAMES, "leg": "承办环节", "upstream": "市级"}


def at(said: Said, name: str, times: Times) -> str:
    """Return a kept time, or nothing when there is none."""
    return times.absolute(datetime.fromisoformat(said[name])) if said.get(name) else ""


def _applied(said: Said, _pack: Pack, times: Times) -> Iterator[str]:
    yield str(said.get("reason", ""))
    yield f"依据:{said['clause']}" if said.get("clause") else ""
    papers = len([*said.get("evidence", ()), *said.get("documents", ())])
    yield f"佐证:{papers} 项" if papers else ""
    yield f"申请延长 {said['amount']}(按时限单位计)" if said.get("amount") else ""
    yield f"挂账至 {said['until']};事由:{said.get('reason_code', '')}" if said.get("until") else ""
    yield f"对来电人的说明:{said['public']}" if said.get("public") else ""
    yield "已过申请时限" if said.get("late") else ""
    yield from _to_decide(said, times)


def _to_decide(said: Said, times: Times) -> Iterator[str]:
    if said.get("decider"):
        by = at(said, "decide_by", times)
        yield f"由{TO_DECIDE.get(str(said['decider']), '')}审批" + (f",{by} 前" if by else "")


def _decided(said: Said, _pack: Pack, times: Times) -> Iterator[str]:
    yield str(said.get("reason", ""))
    yield f"{said['agreed_by']} 先行同意,两人审批" if said.get("agreed_by") else ""
    if said.get("decided_by"):
        yield f"{said['decided_by']} 于 {at(said, 'decided_at', times)} 批复" + (
            f",由 {said['entered_by']} 登记" if said.get("entered_by") else ""
        )
    yield f"挂账至 {said['until']};对来电人的说明:{said.get('public', '')}" if said.get("until") else ""
    yield from _moves(said, times)


def _moves(said: Said, times: Times) -> Iterator[str]:
    for clock, moved in said.get("changed", {}).items():
        old, new = (times.absolute(datetime.fromisoformat(moved[which])) for which in ("old", "new"))
        yield f"{MOVED.get(clock, clock)}时限:{old}" + (f" → {new}" if new != old else "(不变)")


def _agreed(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield f"同意{ASKS_NAMES[Asks(said['asks'])]}" if said.get("asks") else ""
    yield str(said.get("reason", ""))


def _lapsed(said: Said, _pack: Pack, times: Times) -> Iterator[str]:
    yield f"{said.get('why', '')}(限 {at(said, 'decide_by', times)})"
    yield SILENCE.get(str(said.get("then")), "")


def _resumed(said: Said, _pack: Pack, times: Times) -> Iterator[str]:
    since, to = (times.absolute(datetime.fromisoformat(moment)) for moment in said.get("pause", ["", ""]))
    yield f"挂账 {since} 至 {to},其间不计时"
    yield str(said.get("reason", ""))
    yield from _moves(said, times)


def _ruling_asked(said: Said, _pack: Pack, times: Times) -> Iterator[str]:
    yield str(said.get("reason", ""))
    yield from _to_decide(said, times)


def _ruled(said: Said, pack: Pack, _times: Times) -> Iterator[str]:
    yield f"由{pack.unit_name(str(said.get('unit', '')))}主办,为最终决定"
    yield "协办:" + "、".join(pack.unit_name(str(code)) for code in said["assists"]) if said.get("assists") else ""
    yield str(said.get("reason", ""))


_NOT_RETURN: Final = tuple(asks for asks in Asks if asks is not Asks.RETURN)
WRITERS: Final[Mapping[str, Writer]] = {
    **{f"{asks}_applied": _applied for asks in _NOT_RETURN},
    **{f"{asks}_{decided}": _decided for asks in Asks for decided in ("granted", "refused")},
    "agreed": _agreed, "application_lapsed": _lapsed, "resumed": _resumed, "ruling_asked": _ruling_asked, "ruled": _ruled,
}  # fmt: skip
