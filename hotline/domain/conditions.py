"""What a step needs beside the state and the role that its row names: each condition returns the sentence that says why not."""

from __future__ import annotations

from collections.abc import Callable

from hotline.domain.actions import Action
from hotline.domain.applications import APPLIED, ASKS_NAMES, DECIDED, Application, Asks
from hotline.domain.order import Flag, Order, State
from hotline.domain.roles import Actor, Role

Why = str | None
SELF_APPROVED = "申请人不能审批自己的申请"
RULED = "裁定为最终决定,不能改派其他单位"
NO_HANDLING_TEXT = "举报和保密工单须先确认隐去来电人信息的办理文本,再派单"
LEAD_ONLY = frozenset({
    Action.SIGN, Action.HAND_DOWN, Action.HAND_BACK, Action.NAME_HANDLER, Action.APPLY_RETURN, Action.APPLY_EXTENSION,
    Action.APPLY_PAUSE, Action.APPLY_EXCLUSION, Action.ANSWER, Action.SIGN_OFF, Action.TAKE_BACK_ANSWER, Action.RESUME,
    Action.REPLY_SUPERVISION,
})  # fmt: skip
"""What the lead answers for: its clocks and rates hang on these, so an assisting unit does none of them for it."""
OFFICE_MAY_DECIDE = {
    "dispatcher": frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN}),
    "supervisor": frozenset({Role.SUPERVISOR, Role.ADMIN}),
    "two": frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN}),
    "upstream": frozenset({Role.UPSTREAM, Role.DISPATCHER, Role.ADMIN}),
}
"""Who decides for each decider; what the platform above decided, a dispatcher may enter (districts live on its page)."""
_NOT_WHILE_PAUSED = frozenset({Action.DISPATCH, Action.ANSWER, Action.APPLY_RETURN, Action.APPLY_EXTENSION})
"""The clock stands still: what begins, ends or moves one waits until it runs again."""


def why_not(order: Order, action: Action, by: Actor) -> Why:
    """Return why ``by`` may not do ``action`` to ``order`` although its row would let them, or None."""
    for condition in (_platform, _unit, _still, _application, _decision):
        if why := condition(order, action, by):
            return why
    more = _MORE.get(action)
    return more(order, by) if more else None


def target_refusal(order: Order, lead: str, *assists: str) -> Why:
    """Return why the order may not be sent to these units, whoever sends it and by whichever way, or None."""
    if any(unit in order.recused for unit in (lead, *assists)):
        return "被反映的单位及其下属单位须回避,不能承办"
    return RULED if order.ruled_unit is not None and lead != order.ruled_unit else None


def pending(order: Order, asks: Asks) -> Application | None:
    """Return the order's application of a sort that waits for its decision."""
    return next((one for one in order.applications if one.asks is asks), None)


def waits(order: Order) -> tuple[str, ...]:
    """Return what of the order waits for a decision: the sorts of its applications, and ``ruling`` while a dispute lasts."""
    found = {str(one.asks) for one in order.applications}
    found |= {str(Asks.RETURN)} if Flag.RETURN_ASKED in order.flags else set()
    return tuple(sorted(found | ({"ruling"} if order.state is State.IN_RULING else set())))


def _platform(order: Order, _action: Action, by: Actor) -> Why:
    ours = by.role is Role.UPSTREAM and order.origin != "upstream"
    return "上级平台只操作其交办的工单" if ours else None


def _unit(order: Order, action: Action, by: Actor) -> Why:
    if not by.of_unit:
        return None
    if by.unit in order.recused or (by.unit not in order.holders and by.unit not in order.assists):
        return "工单不在本单位"
    if action in LEAD_ONLY and by.unit not in order.holders:
        return "由主办单位办理,协办单位可登记联系情况"
    return None


def _still(order: Order, action: Action, _by: Actor) -> Why:
    return "工单挂账中,请先恢复办理" if Flag.PAUSED in order.flags and action in _NOT_WHILE_PAUSED else None


def _application(order: Order, action: Action, _by: Actor) -> Why:
    asks = APPLIED.get(action)
    if asks is None:
        return None
    waits = pending(order, asks) is not None or (asks is Asks.RETURN and Flag.RETURN_ASKED in order.flags)
    return f"已有一条{ASKS_NAMES[asks]}申请待审批" if waits else None


def _decision(order: Order, action: Action, by: Actor) -> Why:
    asks = DECIDED.get(action)
    if asks is None:
        return None
    application = pending(order, asks)
    if application is None:
        asked = asks is Asks.RETURN and Flag.RETURN_ASKED in order.flags
        return None if asked else f"没有待审批的{ASKS_NAMES[asks]}申请"
    if by.role is None:
        return None
    if by.role not in OFFICE_MAY_DECIDE[application.decider]:
        return "须由上级平台或规定的审批人决定"
    if by.name == application.person and by.role is not Role.UPSTREAM:
        return SELF_APPROVED
    granting = action.value.startswith("grant_")
    if application.decider == "two" and granting and application.agreed_by in (None, by.name):
        return "须两人审批:请由另一人复核同意"
    return None


def _agreed(order: Order, by: Actor) -> Why:
    waiting = [one for one in order.applications if one.decider == "two" and not one.agreed_by]
    if not waiting:
        return "没有待审批的申请"
    return SELF_APPROVED if all(one.person == by.name for one in waiting) else None


def _excluded(order: Order, _by: Actor) -> Why:
    return "工单已剔除,不计入考核" if Flag.EXCLUDED in order.flags else None


def _ruling_asked(order: Order, by: Actor) -> Why:
    if order.ruled_unit is not None:
        return "本轮已有裁定,裁定为最终决定"
    if not by.of_unit:
        return None
    if by.unit != order.unit:
        return "由主办单位提请裁定"
    waits = Flag.RETURN_ASKED in order.flags
    return None if order.returns and not waits else "退单未获同意,或退单次数已用完,才能提请裁定"


def _handed_back(order: Order, by: Actor) -> Why:
    return None if order.line and by.unit == order.line[-1] else "只有经转办收到的工单可以退回上一级"


def _return_applied(order: Order, by: Actor) -> Why:
    if by.of_unit and by.unit != order.unit:
        return "转办的工单请退回上一级,由主办单位决定是否申请退单"
    return "裁定为最终决定,不能再退单" if order.ruled_unit in order.holders else None


def _part(order: Order, by: Actor) -> Why:
    return None if by.unit in order.assists else "只有协办单位提交协办意见"


def _reviewed(order: Order, by: Actor) -> Why:
    if by.name == order.answered_by:
        return "审核人不能是答复人"
    waits = order.state is State.ANSWERED and len(order.signoffs) < order.signoffs_needed
    return "请先由单位负责人签发" if waits else None


def _signed_off(order: Order, by: Actor) -> Why:
    if len(order.signoffs) >= order.signoffs_needed:
        return "本单位的答复不需要签发"
    if by.name in order.signoffs:
        return "同一人不能重复签发"
    turn = order.signoff_units[len(order.signoffs)] if order.signoff_units else None
    if turn is None or not by.of_unit or by.unit == turn:
        return None
    return "须由上级单位负责人签发" if by.unit in order.signoff_units[: len(order.signoffs)] else "请先由下级单位负责人签发"


def _passed_up(order: Order, by: Actor) -> Why:
    return _reviewed(order, by) if order.origin == "upstream" else "只有上级交办的工单须上报"


def _reopened(order: Order, by: Actor) -> Why:
    if order.state is State.RECALLED and (by.role is not Role.UPSTREAM or order.unit is None):
        return "收回的工单只有上级能再次交办;没有承办单位的须重新派单"
    late = order.state is State.CLOSED and by.role not in (Role.UPSTREAM, Role.SUPERVISOR, Role.ADMIN)
    return "工单已办结;办结后的重办由督办员或上级发起" if late else None


def _dispatched(order: Order, _by: Actor) -> Why:
    if order.state is State.IN_RULING and not order.ruled_unit:
        return "请先裁定,再派单"
    return NO_HANDLING_TEXT if order.secret and not order.handling_text else None


def _rectified(order: Order, _by: Actor) -> Why:
    return None if order.rating_check == "reasonable" else "没有核实为合理的差评"


def _from_above(order: Order, _by: Actor) -> Why:
    return None if order.origin == "upstream" else "只有上级交办的工单有市级来件和回填"


def _withdrawn(order: Order, by: Actor) -> Why:
    ours = by.role is not Role.UPSTREAM and order.origin == "upstream"
    return "上级交办的工单由上级撤回;来电人要求撤回的,请报上级或申请退回上级" if ours else None


_MORE: dict[Action, Callable[[Order, Actor], Why]] = {
    Action.DISPATCH: _dispatched,
    Action.APPLY_RETURN: _return_applied,
    Action.APPLY_EXTENSION: lambda order, _by: "整改期间不能申请延期" if Flag.RECTIFYING in order.flags else None,
    Action.APPLY_PAUSE: lambda order, _by: "工单已在挂账中" if Flag.PAUSED in order.flags else None,
    Action.RESUME: lambda order, _by: None if Flag.PAUSED in order.flags else "工单没有挂账",
    Action.APPLY_EXCLUSION: _excluded,
    Action.AGREE: _agreed,
    Action.ASK_RULING: _ruling_asked,
    Action.LAPSE: lambda order, _by: None if order.applications else "没有待审批的申请",
    Action.HAND_BACK: _handed_back,
    Action.ANSWER_PART: _part,
    Action.SIGN_OFF: _signed_off,
    Action.TAKE_REVIEW: _reviewed,
    Action.PASS_REVIEW: _reviewed,
    Action.PASS_UP: _passed_up,
    Action.WITHDRAW: _withdrawn,
    Action.APPLY_UPWARD: lambda order, _by: None if order.origin == "upstream" else "只有上级交办的工单可以退回上级",
    Action.REOPEN: _reopened,
    Action.JOIN_INCIDENT: lambda order, _by: "工单已并入事件" if order.incident else None,
    Action.LEAVE_INCIDENT: lambda order, _by: None if order.incident else "工单没有并入事件",
    Action.SPOT_CHECK: lambda order, _by: None if Flag.SPOT_CHECK in order.flags else "没有待抽查的系统派单",
    Action.MERGE: lambda order, _by: "工单已并单" if Flag.MERGED in order.flags else None,
    Action.UNMERGE: lambda order, _by: None if Flag.MERGED in order.flags else "工单没有并单",
    Action.CHECK_RATING: lambda order, _by: None if order.rating_check == "waiting" else "没有待核实的差评",
    Action.RECTIFY: _rectified,
    Action.ACKNOWLEDGE: lambda order, _by: "已有人确认" if order.acknowledged_at else None,
    Action.SUPERVISE: lambda order, _by: "上一次督办尚未回复" if order.supervised_due else None,
    Action.READ_CHANGE: lambda order, _by: None if Flag.CHANGED_ABOVE in order.flags else "没有待处理的来件变更",
    Action.FILL_IN: _from_above,
    Action.NOTE_ABOVE: _from_above,
    Action.REPLY_SUPERVISION: lambda order, _by: None if order.supervised_due else "没有待回复的督办",
}
