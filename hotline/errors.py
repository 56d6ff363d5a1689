"""Every error raised on purpose: one tree, named for what happened.

An error keeps its facts and a stable ``code``; it knows no HTTP and no terminal. ``str(error)`` is the English sentence for
logs; the sentence a person reads, in Chinese, is ``message`` with what to do about it.
"""

from __future__ import annotations

from datetime import datetime, timedelta


class HotlineError(Exception):
    """Something this product refuses or cannot do, for a reason it can name."""

    code = "hotline.error"
    message = "操作没有完成,请稍后重试"

    def __init__(self, detail: str, *, message: str | None = None) -> None:
        super().__init__(detail)
        if message is not None:
            self.message = message


# -- what a caller sent ------------------------------------------------------------------------------------------------
class InvalidInput(HotlineError):
    """A value that cannot be used; ``detail`` names the field and what is expected."""

    code = "input.invalid"
    message = "提交的内容有误,请按提示修改"


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


# -- who may -----------------------------------------------------------------------------------------------------------
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


# -- what is not there -------------------------------------------------------------------------------------------------
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


# -- the order's life --------------------------------------------------------------------------------------------------
class NotFromHere(HotlineError):
    """The transition table knows no such step from the order's state."""

    code = "order.not_from_here"

    def __init__(self, order_id: str, action: str, state: str, why: str) -> None:
        super().__init__(f"order {order_id} cannot {action} while {state}", message=why)
        self.order_id, self.action, self.state = order_id, action, state


class ReturnAllowanceSpent(HotlineError):
    """A unit gave back an order more often than the rules allow."""

    code = "order.return_allowance_spent"

    def __init__(self, order_id: str, allowed: int) -> None:
        super().__init__(
            f"order {order_id} may be given back {allowed} times at most",
            message=f"该工单最多可退 {allowed} 次,已用完;请申请疑难会商裁定",
        )
        self.order_id, self.allowed = order_id, allowed


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


# -- rules and models --------------------------------------------------------------------------------------------------
class RuleError(HotlineError):
    """A table, cell or pack that cannot be used; ``detail`` names file, row and cell."""

    code = "rules.invalid"
    message = "规则表有误"


class UnknownFact(RuleError):
    """A table asks for a fact that does not exist."""

    code = "rules.unknown_fact"


class SamePerson(HotlineError):
    """Who proposed a draft of the rules wanted to approve it too."""

    code = "rules.same_person"

    def __init__(self, draft: str, person: str) -> None:
        super().__init__(
            f"{person} proposed draft {draft[:12]} and cannot approve it", message="提出人不能审批自己的草案,请由另一人审批"
        )
        self.draft, self.person = draft, person


class DraftHasErrors(RuleError):
    """A draft of the rules in which the check finds errors."""

    code = "rules.draft_has_errors"

    def __init__(self, draft: str, count: int, first: str) -> None:
        super().__init__(
            f"draft {draft[:12]} has {count} errors, first: {first}", message=f"检查发现 {count} 处错误,首条:{first}"
        )
        self.draft, self.count = draft, count


class DraftNotRehearsed(HotlineError):
    """A draft was to come into force without having been tried on past orders against the book it replaces."""

    code = "rules.draft_not_rehearsed"

    def __init__(self, draft: str, against: str) -> None:
        told = f"草案尚未与规则包 {against[:12]} 对照试算,请先试算,看过变化再审批"
        super().__init__(f"draft {draft[:12]} was not rehearsed against {against[:12]}", message=told)
        self.draft, self.against = draft, against


class LaterBookWaits(HotlineError):
    """A draft was to come into force before a book that is approved already and would undo it."""

    code = "rules.later_book_waits"

    def __init__(self, draft: str, later: str, effective_at: datetime) -> None:
        told = f"规则包 {later[:12]} 已审批、尚未生效,到时会覆盖本草案;请先撤回它,或让本草案在其后生效"
        super().__init__(f"{later[:12]} comes into force at {effective_at.isoformat()}, after draft {draft[:12]}", message=told)
        self.draft, self.later, self.effective_at = draft, later, effective_at


class DraftChanged(ChangedMeanwhile):
    """Somebody else wrote the draft between reading and writing."""

    code = "rules.draft_changed"

    def __init__(self, draft: str) -> None:
        super().__init__(f"draft {draft[:12]} was written meanwhile", message="草案刚刚被他人更新,请刷新后重试")
        self.draft = draft


class DraftClosed(HotlineError):
    """A draft that is approved or withdrawn already."""

    code = "rules.draft_closed"

    def __init__(self, draft: str, state: str) -> None:
        super().__init__(f"draft {draft[:12]} is {state}", message="草案已审批或已撤回,不能再操作;需要时请重新提出")
        self.draft, self.state = draft, state


class ModelError(HotlineError):
    """A model folder that is missing, damaged or of another version."""

    code = "model.unusable"
    message = "分类模型不可用"


class ModelRefused(HotlineError):
    """A model whose comparison with the live one forbids to put it in force."""

    code = "model.refused"


# -- what runs beneath -------------------------------------------------------------------------------------------------
class StoreUnavailable(HotlineError):
    """The database does not answer; wait and try again."""

    code = "store.unavailable"
    message = "数据库暂时不可用,请稍后重试"


class SchemaMismatch(HotlineError):
    """The database's schema is older or newer than this program."""

    code = "store.schema_mismatch"
    message = "数据库结构版本与程序不符,请运行 hotline migrate 或升级程序"


class RestoreRefused(HotlineError):
    """A backup would overwrite a database that is in use, or that knows more than the backup."""

    code = "store.restore_refused"
    message = "数据库正在使用或比备份新,未恢复"


class BrokerMissing(HotlineError):
    """No binary of the embedded broker was found."""

    code = "broker.missing"
    message = "找不到内置消息服务程序,请设置 HOTLINE_BROKER_BIN 或 HOTLINE_BROKER_URL"


class BrokerUnavailable(HotlineError):
    """The broker does not answer."""

    code = "broker.unavailable"
    message = "消息服务暂时不可用"


class SettingsInvalid(HotlineError):
    """A setting with a value that cannot be used; one line says which."""

    code = "settings.invalid"
    message = "配置有误"


class PortTaken(HotlineError):
    """Another program listens where one of ours should."""

    code = "port.taken"

    def __init__(self, host: str, port: int) -> None:
        told = f"端口 {port} 已被其他程序占用,请停止它或改用其他端口"
        super().__init__(f"{host}:{port} is taken by another program", message=told)
        self.host, self.port = host, port
