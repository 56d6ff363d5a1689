"""What the product runs on."""

from __future__ import annotations

from hotline.errors.base import HotlineError


class StoreUnavailable(HotlineError):
    """The database does not answer; wait and try again."""

    code = "store.unavailable"
    message = "数据库暂时不可用,请稍后重试"


class FiguresNotReady(HotlineError):
    """So many orders' figures are counted anew that nobody can wait for them here; the clock is at it."""

    code = "figures.not_ready"
    message = "统计正在重新计算,请稍后再试"


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


class UpstreamUnavailable(HotlineError):
    """The platform above does not answer, or answers what cannot be its own; wait and try again."""

    code = "upstream.unavailable"
    message = "市级平台暂时不可用,稍后自动重试"


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
