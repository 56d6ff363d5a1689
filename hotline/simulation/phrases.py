"""What people write in a simulated month beside what the demo's city says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from hotline.domain.applications import Asks

DISPUTE: Final = "与主管单位对职责划分意见不一致,申请裁定"
RULING: Final = "按三定方案和责任清单,由该单位主办"
NOT_OURS: Final = "不在本科室职责范围,退回上一级"
DECIDED: Final = "已核对材料"
SUPERVISED: Final = "请于时限内说明办理进展并书面回复"
CHECKED: Final = "已听取通话录音并核对办理材料"
ABOVE: Final = "市热线转来:请按原诉求继续办理"


SECRET: Final = "请为我保密,不要让被反映的人知道是谁说的。"
SAME_MATTER: Final = "同一地点同一事项,合并办理"
OTHER_MATTER: Final = "核实后不是同一事项"
NAMED: Final = "群众反映该单位"


def application(asks: Asks, today: date, pause_reason: str = "") -> dict[str, Any]:
    """Return what a unit writes into an application made ``today``; ``pause_reason`` is one that the answer's row knows."""
    if asks is Asks.EXTENSION:
        return {"reason": "施工需协调多家单位,原时限内难以完成", "amount": 3}
    if asks is Asks.PAUSE:
        until = (today + timedelta(days=5)).isoformat()
        public = "已报上级批准,批复后继续办理"
        return {"reason": "工程变更须上级批复", "until": until, "public": public, "reason_code": pause_reason}
    return {"reason": "诉求事项不属于热线受理范围", "documents": ("情况说明 1 份",), "clause": "不予受理事项"}
