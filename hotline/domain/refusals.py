"""Errors about how a request was made, not about what it asks: its condition, its key. Like those of ``hotline.errors``."""

from __future__ import annotations

from hotline.errors import HotlineError


class VersionDiffers(HotlineError):
    """The caller acts on a version of the order that is not the one there; ``current`` is."""

    code = "order.version_differs"

    def __init__(self, order_id: str, current: int) -> None:
        told = f"工单已被更新(当前版本 {current}),本次操作未执行,请刷新后重试"
        super().__init__(f"order {order_id} is at version {current}", message=told)
        self.order_id, self.current = order_id, current
