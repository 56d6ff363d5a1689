"""Errors about how a request was made, not about what it asks: its condition, its key. Like those of ``hotline.errors``."""

from __future__ import annotations

from hotline.errors import HotlineError


class VersionDiffers(HotlineError):
    """The caller acts on a version of the order that is not the one there; ``current`` is."""

    code = "order.version_differs"

    def __init__(self, order_id: str, current: int) -> None:
        told = f"内容已被更新(当前版本 {current}),本次操作未执行,请刷新后重试"
        super().__init__(f"order {order_id} is at version {current}", message=told)
        self.order_id, self.current = order_id, current


class KeyUnreadable(HotlineError):
    """An ``Idempotency-Key`` that is none."""

    code = "idempotency.key_unreadable"
    message = "Idempotency-Key 应为 1 至 255 个可见的 ASCII 字符,建议用 UUID"


class KeyReused(HotlineError):
    """An ``Idempotency-Key`` that stands for another request already."""

    code = "idempotency.key_reused"

    def __init__(self, path: str) -> None:
        told = "该 Idempotency-Key 已用于内容不同的请求,未执行;新的请求请换用新的值"
        super().__init__(f"the key stands for another request to {path}", message=told)
        self.path = path


class StillRunning(HotlineError):
    """The first request under this ``Idempotency-Key`` has no answer yet."""

    code = "idempotency.still_running"

    def __init__(self, path: str) -> None:
        told = "相同 Idempotency-Key 的请求正在处理,未重复执行;请稍后以同样内容重试"
        super().__init__(f"a request with this key is running: {path}", message=told)
        self.path = path
