"""What the platform above 上级平台 says under a number that we know: each kind of message is an event of that order."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class About(StrEnum):
    """What a message from above is about; an empty one is what it always was: a new order, or a supplement to a known one."""

    NEW = "new"
    SUPPLEMENT = "supplement"
    URGE = "urge"
    REDO = "redo"
    SEND_BACK = "send_back"
    RECALL = "recall"
    CHANGE_DUE = "change_due"
    DECISION = "decision"
    CALLBACK = "callback"
    RATING = "rating"
    CLOSE = "close"


ABOUT_NAMES: Final[Mapping[str, str]] = {
    About.NEW: "新工单", About.SUPPLEMENT: "补充", About.URGE: "催单", About.REDO: "重办", About.SEND_BACK: "退回补正",
    About.RECALL: "收回", About.CHANGE_DUE: "时限变更", About.DECISION: "审批结果", About.CALLBACK: "回访结果",
    About.RATING: "评价", About.CLOSE: "办结",
}  # fmt: skip
STARTS: Final = frozenset({"", About.NEW})
"""What may begin an order; everything else speaks of one that is there."""
WHERE: Final = frozenset({About.REDO, About.SEND_BACK, About.RECALL, About.CLOSE, About.CALLBACK})
"""What says where the order stands: of several the newest holds, in whatever order they come."""
UNTIL: Final = frozenset({About.CHANGE_DUE, About.REDO, About.DECISION})
"""What may say until when the order is due above: of several that do, the newest holds."""


def about_name(about: str) -> str:
    """Return a kind of message in Chinese, as it was sent when we do not know it."""
    return ABOUT_NAMES.get(about, about or "来件")
