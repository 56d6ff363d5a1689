"""Validation errors as Chinese sentences that name the field and what it should be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

FIELD_NAMES: dict[str, str] = {
    "text": "诉求内容", "title": "标题", "source": "来源", "message_id": "消息编号", "received_at": "受理时间",
    "channel": "渠道", "caller": "来电人", "name": "姓名", "phone": "电话", "address": "地址", "upstream_no": "市级编号",
    "upstream_due": "市级时限", "chosen_unit": "选派单位", "direct_answer": "直接答复", "unit": "承办单位", "assists": "协办单位",
    "reason": "理由", "reason_code": "理由代码", "result": "联系结果", "means": "联系方式", "note": "备注", "public": "公开答复",
    "reached": "是否接通", "responded": "是否联系", "solved": "是否解决", "rating": "满意度", "reopen": "是否重办",
    "granted": "是否同意", "passed": "是否通过", "state": "状态", "cursor": "翻页标记", "limit": "每页条数", "from": "起始时间",
    "to": "截止时间", "by": "统计口径", "place": "地点", "calls": "来电列表", "body": "请求内容", "category": "类别",
    "retried": "是否已重试",
}  # fmt: skip

_SENTENCES: dict[str, str] = {
    "missing": "不能为空", "json_invalid": "不是有效的 JSON", "extra_forbidden": "是不认识的字段", "string_type": "应为文字",
    "string_unicode": "含有无法识别的字符", "string_too_short": "不能少于 {min_length} 字",
    "string_too_long": "不能超过 {max_length} 字", "string_pattern_mismatch": "格式不对", "int_type": "应为整数",
    "int_parsing": "应为整数", "bool_type": "应为 true 或 false", "bool_parsing": "应为 true 或 false", "list_type": "应为列表",
    "too_long": "不能超过 {max_length} 项", "dict_type": "应为对象", "model_type": "应为对象",
    "model_attributes_type": "应为 JSON 对象", "greater_than_equal": "不能小于 {ge}", "less_than_equal": "不能大于 {le}",
    "enum": "只能为 {expected}", "literal_error": "只能为 {expected}", "int_from_float": "应为整数",
    "finite_number": "应为有限的数",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One field that cannot be used: its path in the request (``caller.phone``) and why, in Chinese."""

    field: str
    message: str

    @property
    def sentence(self) -> str:
        """The field's Chinese name and what is wrong with it, as one sentence."""
        last = self.field.rsplit(".", 1)[-1]
        return f"{FIELD_NAMES.get(last, self.field)}({self.field}){self.message}"


def faults_of(found: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Return pydantic's errors as faults; what the caller sent is not repeated."""
    return [_fault(one) for one in found]


def _fault(one: Mapping[str, Any]) -> Fault:
    place = [str(part) for part in one["loc"] if part not in ("body", "query", "path", "header")]
    if one["type"] == "json_invalid":
        return Fault("body", f"不是有效的 JSON(第 {place[0] if place else 0} 个字符)")
    return Fault(".".join(place) or "body", _sentence(one))


def _sentence(one: Mapping[str, Any]) -> str:
    context = one.get("ctx") or {}
    if one["type"] == "value_error":  # raised by a validator of ours, whose sentence is Chinese
        return str(context.get("error", "取值有误"))
    return _SENTENCES.get(one["type"], "取值有误").format_map({**dict.fromkeys(("min_length", "max_length"), ""), **context})
