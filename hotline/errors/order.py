"""What an order's life does not allow."""

from __future__ import annotations

from datetime import datetime

from hotline.errors.base import HotlineError, InvalidInput


class NotFromHere(HotlineError):
    """The transition table knows no such step from the order's state."""

    code = "order.not_from_here"

    def __init__(self, order_id: str, action: str, state: str, why: str) -> None:
        super().__init__(f"order {order_id} cannot {action} while {state}", message=why)
        self.order_id, self.action, self.state = order_id, action, state


class AllowanceSpent(HotlineError):
    """Something was applied for more often than the rules allow; ``message`` names what."""

    code = "order.allowance_spent"

    def __init__(self, order_id: str, allowed: int, message: str) -> None:
        super().__init__(f"order {order_id} may have this {allowed} times at most", message=message)
        self.order_id, self.allowed = order_id, allowed


class ReturnAllowanceSpent(AllowanceSpent):
    """An order was given back more often than the rules allow, all its rounds together."""

    code = "order.return_allowance_spent"

    def __init__(self, order_id: str, allowed: int) -> None:
        super().__init__(order_id, allowed, f"该工单最多可退 {allowed} 次(重办不重新计算),已用完;请申请疑难会商裁定")


class RatingStands(HotlineError):
    """A second rating for a round and channel: the first one stands, whatever it says."""

    code = "order.rating_stands"

    def __init__(self, order_id: str, round: int, channel: str, level: str, by: str, at: datetime) -> None:  # noqa: A002
        told = f"第 {round} 次办理在该渠道已有评价:{level}({by} 于 {at:%Y-%m-%d %H:%M} UTC 登记),不得更改"
        super().__init__(f"order {order_id} has a rating of round {round} by {channel}", message=told)
        self.order_id, self.round, self.channel = order_id, round, channel


class Recused(HotlineError):
    """The order complains about the unit, about one above it, or about the person: they do not get it."""

    code = "order.recused"

    def __init__(self, order_id: str, whom: str) -> None:
        told = "被反映的单位及其下属单位、被反映的人员须回避,不能承办"
        super().__init__(f"order {order_id} complains about {whom} or a unit above it", message=told)
        self.order_id, self.whom = order_id, whom


class StillPaused(InvalidInput):
    """A due time was asked for that the clock cannot reach: it stands still since ``since``, and nobody knows until when."""

    code = "time.still_paused"

    def __init__(self, since: datetime) -> None:
        told = f"{since:%Y-%m-%d %H:%M} 起的暂停尚未结束,恢复计时后才能给出到期时间"
        super().__init__(f"the clock stands still since {since.isoformat()}", message=told)
        self.since = since


class ChangedMeanwhile(HotlineError):
    """Somebody else wrote the order between reading and writing."""

    code = "order.changed_meanwhile"
    message = "工单刚刚被他人更新,请刷新后重试"
