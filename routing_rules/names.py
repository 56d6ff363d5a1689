"""What a clerk calls the columns and codes of the tables: one place for the check, the differences, the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TABLE_NAMES: Final[Mapping[str, str]] = {
    "dispatch": "派单规则",
    "deadlines": "时限规则",
    "supervision": "督办规则",
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
}

CLOCK_NAMES: Final[Mapping[str, str]] = {
    "dispatch": "派单",
    "sign": "签收",
    "contact": "联系来电人",
    "answer": "答复",
    "review": "审核",
    "callback": "回访",
    "return_window": "可申请退单至",
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
