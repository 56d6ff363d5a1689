"""What a caller sent, who may, and what is not there."""

from __future__ import annotations

from datetime import timedelta

from hotline.errors.base import HotlineError, InvalidInput


class UnreadableMessage(InvalidInput):
    """Bytes on a topic or a line of input that are no message of ours."""

    code = "input.unreadable"
    message = "内容无法读取"


class UnreadableFile(InvalidInput):
    """A file that is not what it claims to be, or misses what is needed."""

    code = "input.file"
    message = "文件无法读取"


class MessageConflict(HotlineError):
    """The same message id came again with other content; the first stays, the second is set aside."""

    code = "call.message_conflict"

    def __init__(self, source: str, message_id: str) -> None:
        super().__init__(
            f"message {message_id} of {source} came again with other content",
            message=f"消息编号 {message_id} 已登记过,但内容不同;已列入异常清单,请核对后换新编号重报",
        )
        self.source, self.message_id = source, message_id


class NotSignedIn(HotlineError):
    """No key, or one we do not know."""

    code = "auth.not_signed_in"
    message = "未登录或密钥无效,请重新登录"


class NotAllowed(HotlineError):
    """The key is known, but its role may not do this."""

    code = "auth.not_allowed"
    message = "当前角色无权进行此操作"


class StaleForm(NotAllowed):
    """A browser's request without the token of its session: an old page, or another site's form."""

    code = "auth.stale_form"
    message = "页面已过期,请刷新后重试"


class TooManyAttempts(HotlineError):
    """An address tried too many unknown keys; ``retry_after`` says how long it should wait."""

    code = "auth.too_many_attempts"

    def __init__(self, retry_after: timedelta) -> None:
        seconds = max(1, round(retry_after.total_seconds()))
        super().__init__(f"too many unknown keys, wait {seconds} s", message=f"登录失败次数过多,请 {seconds} 秒后再试")
        self.retry_after = retry_after


class TooManyListeners(HotlineError):
    """Nobody more can be told what happens as it happens; ``listening`` are told already."""

    code = "live.too_many"
    message = "实时更新的连接已满,请稍后再试;列表仍可手动刷新"

    def __init__(self, listening: int) -> None:
        super().__init__(f"{listening} listeners are told already")
        self.listening = listening


class NotFound(HotlineError):
    """Nothing of that name, or nothing that the asker may see."""

    code = "not_found"

    def __init__(self, what: str, ident: str) -> None:
        super().__init__(f"no {what} {ident}", message=f"没有找到 {ident}")
        self.what, self.ident = what, ident


class UnknownUnit(InvalidInput):
    """A unit code that is not in the pack."""

    code = "unit.unknown"

    def __init__(self, unit: str) -> None:
        super().__init__(f"no unit {unit} in the pack", message=f"没有代码为 {unit} 的承办单位,请从单位名录中选择")
        self.unit = unit
