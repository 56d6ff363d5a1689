"""The faults of ``pack.toml`` in sentences for the office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from routing_rules.pack_times import SAID

_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "缺少该项",
    "extra_forbidden": "不认识该项",
    "string_type": "应为带引号的文字",
    "string_pattern_mismatch": "“{input}”的写法不对",
    "int_type": "应为整数",
    "int_parsing": "“{input}”不是整数",
    "int_from_float": "“{input}”不是整数",
    "float_type": "应为数字",
    "float_parsing": "“{input}”不是数字",
    "finite_number": "应为数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "“{input}”应为 true 或 false",
    "list_type": "应为列表,写在 [ ] 中",
    "dict_type": "应为一组设置",
    "model_type": "应为一组设置",
    "greater_than_equal": "{input} 太小,应不小于 {ge}",
    "greater_than": "{input} 太小,应大于 {gt}",
    "less_than_equal": "{input} 太大,应不大于 {le}",
    "less_than": "{input} 太大,应小于 {lt}",
    "literal_error": "“{input}”不认识(可用:{allowed})",
    "too_short": "不能为空",
    "too_long": "最多 {max_length} 项",
    "date_type": "应为日期,如 2026-05-01",
    "date_parsing": "“{input}”不是日期(如 2026-05-01)",
    "date_from_datetime_parsing": "“{input}”不是日期(如 2026-05-01)",
    "date_from_datetime_inexact": "应为日期,不带时刻(如 2026-05-01)",
}


def sentence(fault: Mapping[str, Any]) -> str:
    """Return in Chinese what is wrong; ``fault`` as pydantic tells it."""
    if fault["type"] == SAID:
        return str(fault["msg"])
    context = fault.get("ctx", {})
    if fault["type"] == "value_error":
        return str(context.get("error", "取值有误"))
    if fault["loc"] == ("order_prefix",):
        return f"“{fault['input']}”应为 2 至 6 个大写字母"
    allowed = str(context.get("expected", "")).replace("'", "").replace(" or ", "、").replace(", ", "、")
    bounds = {name: f"{value:g}" for name, value in context.items() if isinstance(value, float)}
    values = {**context, **bounds, "input": fault.get("input", ""), "allowed": allowed}
    return _SENTENCES.get(fault["type"], "取值“{input}”有误").format_map(values)


def place(fault: Mapping[str, Any]) -> str:
    """Return where it is wrong, as a difference of two books names it: ``office.hours.1.opens``, entries counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"] if part != "[key]")
