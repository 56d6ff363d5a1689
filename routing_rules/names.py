"""What a clerk calls the columns and codes of the tables: one place for the check, the differences, the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TABLE_NAMES: Final[Mapping[str, str]] = {
    "dispatch": "派单规则",
    "deadlines": "时限规则",
    "supervision": "督办规则",
    "approvals": "审批规则",
    "street_duties": "街道履职清单",
    "units": "单位",
    "companies": "企业",
    "communities": "社区",
    "places": "地点",
    "estates": "小区",
    "categories": "事项类别",
    "not_accepted": "不予受理事项",
    "emergency": "紧急词语",
    "words": "词表",
    "holidays": "本地节假日",
    "cases": "用例",
    "phrases": "常用语",
    "street_grid": "街道示意图",
    "upstream_states": "市级办件状态",
    "pack": "基本设置",
}

FACT_NAMES: Final[Mapping[str, str]] = {
    "received_at": "来电时间",
    "category": "事项类别",
    "kind": "诉求类型",
    "urgency": "紧急程度",
    "place": "地点",
    "estate": "小区",
    "channel": "来电渠道",
    "origin": "来源",
    "caller_kind": "来电人类型",
    "confidential": "要求保密",
    "vulnerable": "特殊人群",
    "reply_needed": "需要回复",
    "round": "第几次办理",
    "returned_by": "已退单单位",
    "accused": "被反映单位",
    "upstream_due": "上级要求时间",
    "confidence": "模型把握",
    "words": "命中词表",
}

OUTPUT_NAMES: Final[Mapping[str, str]] = {
    "lead": "主办",
    "assist": "协办",
    "auto": "自动派单",
    "min_confidence": "最低把握",
    "confidential": "按保密办理",
    "why": "理由",
    "clock": "时限",
    "amount": "数量",
    "unit": "单位",
    "starts": "起算",
    "count_from": "首日",
    "ends": "截止",
    "rolls": "遇休顺延",
    "receipt": "收到时间",
    "extensions": "可延期次数",
    "extension_amount": "每次延期",
    "returns": "可退单次数",
    "pause_reasons": "可暂停事由",
    "leg_margin": "承办提前(小时)",
    "basis": "依据",
    "step": "措施",
    "when": "时机",
    "to": "通知",
    "quiet": "避开静默时段",
    "decider": "审批人",
    "limit": "审批时限",
    "unanswered": "逾期未批",
    "allowed": "每轮可批次数(退单按工单累计)",
}

CLOCK_NAMES: Final[Mapping[str, str]] = {
    "dispatch": "派单",
    "sign": "签收",
    "contact": "联系来电人",
    "answer": "答复",
    "review": "审核",
    "callback": "回访",
    "return_window": "退单申请时限",
    "return_decision": "退单审批",
    "extension": "延期审批",
    "rectification": "差评整改",
}

START_NAMES: Final[Mapping[str, str]] = {
    "received": "收到来电",
    "first_dispatch": "首次派单",
    "leg_dispatch": "派到本单位",
    "signed_off": "单位签发",
    "applied": "提出申请",
    "answered": "答复",
    "rated": "评价",
    "upstream_dispatch": "上级派下",
}

STEP_NAMES: Final[Mapping[str, str]] = {
    "warn": "预警",
    "remind": "催办",
    "supervise": "督办",
    "escalate": "提级",
    "problem": "列为问题工单",
}

VALUE_NAMES: Final[Mapping[str, str]] = {
    "normal": "一般",
    "urgent": "紧急",
    "danger": "危急",
    "own": "本级",
    "upstream": "上级",
    "yes": "是",
    "no": "否",
    "elderly": "老年人",
    "disabled": "残疾人",
    "pregnant": "孕产妇",
    "minor": "未成年人",
    "threat": "扬言",
    "public_body": "公共机构",
    "leader": "领导批示",
}

COLUMN_NAMES: Final[Mapping[str, str]] = {
    "asks": "申请事项",
    "valid_from": "生效日",
    "valid_to": "失效日",
    "source": "来源",
    "confirmed": "已确认",
    "name": "名称",
    "level": "层级",
    "parent": "上级",
    "unit": "承办单位",
    "hours": "值守",
    "answers_for": "职责",
    "gets_orders": "接收工单",
    "aliases": "别名",
    "elsewhere": "在区外",
    "community": "社区",
    "property": "物业企业",
    "heating": "供热单位",
    "water": "供水单位",
    "gas": "供气单位",
    "duty": "职责",
    "matter": "事项",
    "terms": "关键词",
    "route": "办理渠道",
    "number": "电话",
    "worked": "上班",
    "dispatch": "应命中的派单规则",
    "lead": "应派单位",
    "deadline": "应命中的时限规则",
    "note": "备注",
}
"""Columns that are neither facts nor outputs."""

SETTING_NAMES: Final[Mapping[str, str]] = {
    "name": "规则包名称",
    "title": "地区名称",
    "zone": "时区",
    "district": "本区代码",
    "order_prefix": "工单编号前缀",
    "office.published_years": "已公布放假安排的年份",
    "office.hours": "办公时间",
    "rates.response_basis": "响应率口径",
    "rates.basically_satisfied_counts": "“基本满意”计入满意",
    "rates.unreached_counts": "未接通的回访",
    "rates.rating_channels": "计入满意率的评价渠道",
    "rates.left_out": "不计入考核的工单",
    "rates.floor": "参加排名的最低件数",
    "rates.weights.response": "响应率权重",
    "rates.weights.resolution": "解决率权重",
    "rates.weights.satisfaction": "满意率权重",
    "bands.warn_hours": "预警提前(小时)",
    "bands.warn_share": "预警剩余比例",
    "bands.urgent_hours": "将到期提前(小时)",
    "bands.urgent_share": "将到期剩余比例",
    "handling.returns_allowed": "可退单次数",
    "handling.callback_attempts": "回访次数",
    "handling.longest_pause_days": "挂账最长天数",
    "auto.classes": "自动派单的类别",
    "heating.classes": "供热类别",
    "heating.seasons": "采暖期",
    "quiet.from": "静默时段起",
    "quiet.to": "静默时段止",
}
"""The settings of ``pack.toml`` by their path."""


def limit_words(clock: str) -> str:
    """Return what a clerk calls a clock's limit; one whose name says so already is not called a limit twice."""
    name = CLOCK_NAMES.get(clock, clock)
    return name if name.endswith("时限") else f"{name}时限"
