"""A wrong call of a command, in Chinese: what the command line's library says in English names the same things."""

from __future__ import annotations

import re
from typing import Final

from typer._click.exceptions import BadParameter, MissingParameter, NoSuchOption, UsageError

from hotline.cli.commands import COMMANDS

_KINDS: Final = {
    "integer": "整数",
    "float": "数字",
    "boolean": "是或否",
    "datetime": "时间",
    "path": "文件或文件夹",
    "file": "文件",
}
_SAID: Final = (
    (re.compile(r"No such command '(.*?)'.*"), "没有命令 {}"),
    (re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)"), "多余的参数 {}"),
    (re.compile(r"Option '?(\S+?)'? requires an argument\.?"), "选项 {} 后面缺少值"),
    (re.compile(r"Option '?(\S+?)'? does not take a value\.?"), "选项 {} 不带值"),
    (re.compile(r"Missing command\.?()"), "缺少命令{}"),
)


def sentence(wrong: UsageError) -> str:
    """Return what is wrong with the call; what is not known stays as the library says it."""
    if isinstance(wrong, NoSuchOption):
        near = f"(可能是 {'、'.join(sorted(wrong.possibilities))})" if wrong.possibilities else ""
        return f"没有选项 {wrong.option_name}{near}"
    if isinstance(wrong, BadParameter):
        name = (wrong.param.get_error_hint() if wrong.param else str(wrong.param_hint or "")).replace("'", "")
        if isinstance(wrong, MissingParameter):
            return f"缺少 {name}"
        kind = _KINDS.get(getattr(getattr(wrong.param, "type", None), "name", ""))
        return f"{name} 应为{kind}" if kind else f"{name} 的值有误:{wrong.message}"
    said = wrong.format_message()
    found = next(((match, told) for pattern, told in _SAID if (match := pattern.fullmatch(said))), None)
    return found[1].format(found[0][1]) if found else said


def where_help_is(called: str) -> str:
    """Return the call that shows how a command is called, or which commands there are."""
    return f"hotline {called} --help" if called in COMMANDS else "hotline --help"
