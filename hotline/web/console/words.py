"""The words the pages use for what the code names: events, reasons, clocks, rates. Every choice of a form stands here once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hotline.domain import call
from hotline.domain.actions import Action
from hotline.domain.roles import UNIT_ROLES, May, Role
from hotline.web.console import application_words, inside_words, together_words
from routing_rules import names

CHANNEL_NAMES: Final = call.CHANNEL_NAMES

URGENCY_NAMES: Final[Mapping[str, str]] = {"normal": "一般", "urgent": "紧急", "danger": "危急"}

CLOCK_NAMES: Final[Mapping[str, str]] = {**names.CLOCK_NAMES, "upstream": "市级时限"}

EVENT_NAMES: Final[Mapping[str, str]] = {
    "registered": "登记并分析", "dispatched": "派单", "signed": "签收", "contacted": "联系来电人", "return_applied": "申请退单",
    "return_granted": "同意退单", "return_refused": "不同意退单", "answered": "答复", "review_passed": "审核通过",
    "sent_back": "退回补正", "callback_attempted": "回访未接通", "closed": "回访办结", "reopened": "发回重办",
    "supplemented": "收到补充", "warned": "催办提醒", "escalated": "提级督办", "answered_directly": "坐席直接答复",
    "acknowledged": "确认知悉", "supervised": "督办", "supervision_replied": "回复督办", "rated": "收到评价",
    "rating_checked": "差评核实", "rectification_begun": "发回整改", "accused_named": "登记被反映对象",
    "reporter_hidden": "确认办理文本", **application_words.EVENT_NAMES,
    "not_accepted": "不予受理", "transferred": "转接紧急热线", "due_changed": "时限重新计算",
    "urged": "催单", "recalled": "上级收回", "noted_above": "上级来件", "change_read": "来件变更已处理",
    "filled_in": "已回填上级", **inside_words.EVENTS, **together_words.EVENTS,
}  # fmt: skip

ACTION_NAMES: Final[Mapping[Action, str]] = {
    Action.DISPATCH: "派单", Action.DECLINE: "不予受理", Action.TRANSFER: "转接紧急热线",
    Action.SIGN: "签收", Action.CONTACT: "登记联系", Action.APPLY_RETURN: "申请退单",
    Action.APPLY_EXTENSION: "申请延期", Action.APPLY_PAUSE: "申请挂账", Action.APPLY_EXCLUSION: "申请剔除",
    Action.RESUME: "恢复办理", Action.ASK_RULING: "提请裁定",
    Action.GRANT_RETURN: "同意退单", Action.REFUSE_RETURN: "不同意退单", Action.ANSWER: "答复",
    Action.HAND_DOWN: "转办", Action.HAND_BACK: "退回上一级", Action.ANSWER_PART: "提交协办意见", Action.SIGN_OFF: "签发",
    Action.TAKE_BACK_ANSWER: "收回修改", Action.PASS_REVIEW: "审核通过", Action.SEND_BACK: "退回补正",
    Action.CLOSE: "回访办结", Action.REOPEN: "发回重办", Action.WITHDRAW: "撤回",
}  # fmt: skip
"""Actions a page offers; the others are the machine's or follow from a callback."""

ACTOR_NAMES: Final[Mapping[str, str]] = {"triage": "系统分派", "clock": "系统督办"}

TOLD_NAMES: Final[Mapping[str, str]] = {"desk": "派单台", "supervisor": "督办员", "office": "热线办"}
"""Roles that supervision tells."""

CONTACT_RESULTS: Final[Mapping[str, str]] = {
    "reached": "已联系上", "no_answer": "无人接听", "off": "关机或停机", "wrong_number": "号码有误", "refused": "拒绝沟通",
}  # fmt: skip

CONTACT_MEANS: Final[Mapping[str, str]] = {"phone": "电话", "visit": "上门", "message": "短信或微信"}

RETURN_REASONS: Final[Mapping[str, str]] = {
    "not_our_duty": "不属本单位职责", "wrong_place": "不在本辖区", "needs_other_lead": "应由其他单位主办",
    "not_accepted_matter": "不属受理范围", "other": "其他",
}  # fmt: skip

CHOICE_REASONS: Final[Mapping[str, str]] = {
    "duty_list": "责任清单另有规定", "other_place": "地点判断有误", "ruling": "已有裁定", "same_matter": "同一事项已由该单位办理",
    "other_matter": "事项判断有误", "other": "其他",
}  # fmt: skip
"""Why a person chose another unit than the suggested ones: one code, feeds retraining (UX.md)."""

UNMASK_REASONS: Final[Mapping[str, str]] = {
    "联系来电人": "联系来电人", "回访": "回访", "核对身份": "核对身份", "核对重复诉求": "核对重复诉求",
}  # fmt: skip

SOLVED_NAMES: Final[Mapping[str, str]] = {"yes": "已解决", "partly": "部分解决", "no": "未解决"}
NOTICE_STEPS: Final[Mapping[str, str]] = {
    **names.STEP_NAMES,
    "acknowledge": "待确认",
    "reply": "督办回复",
    "fill_in": "回填提醒",
    "lapsed": "申请逾期未批",
    "urge": "催单",
    "withdrawn": "撤回",
}
"""Steps of supervision, and what persons tell each other about an order."""
RATING_CHANNELS: Final[Mapping[str, str]] = {
    "phone": "电话回访", "pre": "预回访", "message": "短信", "web": "网页", "app": "移动端", "letter": "信函",
    "upstream": "市级平台",
}  # fmt: skip
RATING_NAMES: Final[Mapping[int, str]] = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}

START_PAGES: Final[Mapping[Role, str]] = {
    Role.AGENT: "/agent", Role.DISPATCHER: "/desk", Role.REVIEWER: "/review", Role.CLERK: "/orders?tab=sign",
    Role.LEADER: "/orders?tab=review", Role.SUPERVISOR: "/board", Role.OPERATIONS: "/board", Role.ADMIN: "/desk",
}  # fmt: skip

NOTICES: Final = "/notices"
NAV: Final[tuple[tuple[str, str, frozenset[May], frozenset[Role]], ...]] = (
    ("/desk", "派单台", frozenset(), frozenset({Role.DISPATCHER, Role.ADMIN})),
    ("/approvals", "待审批", frozenset(), frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN}) | UNIT_ROLES),
    ("/incidents", "事件", frozenset({May.READ_ALL, May.READ_OWN}), frozenset()),
    ("/agent", "坐席工作台", frozenset({May.RECORD}), frozenset()),
    ("/orders", "工单", frozenset({May.READ_ALL, May.READ_OWN}), frozenset()),
    ("/review", "审核台", frozenset(), frozenset({Role.REVIEWER, Role.ADMIN})),
    ("/callbacks", "回访台", frozenset({May.READ_ALL}), frozenset()),
    (NOTICES, "提醒", frozenset({May.READ_ALL, May.READ_OWN}), frozenset()),
    ("/upstream", "市级回填", frozenset(), frozenset({Role.DISPATCHER, Role.REVIEWER, Role.SUPERVISOR, Role.ADMIN})),
    ("/rules", "规则", frozenset({May.READ_ALL, May.RULES}), frozenset()),
    ("/board", "看板", frozenset({May.RATES}), UNIT_ROLES),
    ("/bulletins", "通报", frozenset({May.RATES}), frozenset()),
    ("/assessment", "考核", frozenset({May.RATES}), UNIT_ROLES),
    ("/webhooks", "推送", frozenset({May.WEBHOOKS}), frozenset()),
)
"""Address, name, and whose page it is: of those who may one of these things, and of these roles."""

SURE: Final = 0.75
PERHAPS: Final = 0.4


def confidence_words(confidence: float, *, unsure: bool) -> str:
    """Return one of three words for a confidence (UX.md): a number alone is over-read.

    A unit follows from the matter: while the model is ``unsure`` of that, no unit is called likely.
    """
    if confidence >= SURE and not unsure:
        return "较有把握"
    return "供参考" if confidence >= PERHAPS else "把握低"
