"""``hotline …``: one module a group. Errors are one line; nobody sees a traceback."""

from __future__ import annotations

import errno
import logging
import sys
import traceback
from typing import Final
from uuid import uuid4

import typer
from typer._click.exceptions import UsageError  # Typer's own copy of click; it exports only the narrower BadParameter

from hotline.cli.commands import build
from hotline.cli.wrong_calls import sentence, where_help_is
from hotline.errors import HotlineError

log = logging.getLogger(__name__)

REFUSED: Final = {
    errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.EROFS: "磁盘只读", errno.ENOSPC: "磁盘已满", errno.ENOENT: "不存在",
    errno.ENOTDIR: "上级路径不是文件夹", errno.EEXIST: "已有同名文件", errno.EISDIR: "是文件夹", errno.EADDRINUSE: "端口已被占用",
}  # fmt: skip


def main() -> None:
    """Run the command line; exit code 1 for an error, 2 for a wrong call, 130 for Ctrl-C."""
    try:
        sys.exit(build(sys.argv[1] if len(sys.argv) > 1 else None)(standalone_mode=False))
    except UsageError as wrong:
        _end(f"用法有误:{sentence(wrong)}({where_help_is(''.join(sys.argv[1:2]))} 有说明)", code=2)
    except typer.Abort:
        sys.exit(130)
    except HotlineError as error:
        log.debug("refused: %s: %s", error.code, error)
        _end(_refusal(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        why = REFUSED.get(error.errno or 0)
        _end(f"{error.filename or ''} {why}".lstrip() if why else _unforeseen(error))
    except Exception as error:  # a person gets one line to pass on, whoever mends it gets the place
        _end(_unforeseen(error))


def _refusal(error: HotlineError) -> str:
    """Return the error's own sentence; one that only its class gives does not say what it is about: its detail does."""
    return error.message if "message" in vars(error) else f"{error.message}({error})"


def _end(told: str, code: int = 1) -> None:
    sys.stderr.write("错误:" + " ".join(told.split()) + "\n")
    sys.exit(code)


def _unforeseen(error: Exception) -> str:
    """Log where an error nobody foresaw came from, without its words, which may be a person's; return what to tell."""
    ident = uuid4().hex[:8]
    where = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(traceback.extract_tb(error.__traceback__)[-8:]))
    log.critical("internal error %s: %s at %s", ident, type(error).__name__, where)
    return f"内部错误,编号 {ident};请把这一行和日志中同编号的一行交给维护人员"
