"""The one transition table: who may do what to an order, from where, and what it becomes (DESIGN §2).

Nothing else names states and roles of a step. An action that is not in the table for the order's state is refused with the
sentence that stands in its row; what depends on more than the state stands in ``conditions``.
"""

from __future__ import annotations

from dataclasses import dataclass

from hotline.domain.actions import Action
from hotline.domain.order import ENDS, State
from hotline.domain.roles import UNIT_ROLES, Role

S, R = State, Role


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of the table. ``target`` None = the state stays; ``machine`` = a process may do it without a person.

    ``stays`` are sources that keep their state although the others change: our own call to the citizen of an order that lies
    with the platform above (预回访) does not take it from there, nor does the platform's call take an answer out of our review.
    ``above`` are further sources for the platform above alone: it may call and end what we have not reviewed yet, we may not.
    """

    action: Action
    sources: frozenset[State]
    target: State | None
    event: str
    roles: frozenset[Role]
    why_not: str
    machine: bool = False
    stays: frozenset[State] = frozenset()
    above: frozenset[State] = frozenset()

    def sources_for(self, role: Role | None) -> frozenset[State]:
        """Return the states from which whoever has ``role`` may do it."""
        return self.sources | self.above if role is Role.UPSTREAM else self.sources


def _row(
    action: Action,
    sources: frozenset[State],
    target: State | None,
    event: str,
    roles: frozenset[Role],
    why_not: str,
    *,
    machine: bool = False,
    stays: frozenset[State] = frozenset(),
    above: frozenset[State] = frozenset(),
) -> Transition:
    return Transition(action, sources, target, event, roles | {Role.ADMIN}, why_not, machine, stays, above)


OPEN = frozenset(State) - ENDS
EVER = frozenset(State)
DESK = frozenset({S.REGISTERED, S.ON_DESK})
HELD = frozenset({S.DISPATCHED, S.SIGNED})
REVIEWED = frozenset({S.ANSWERED, S.SIGNED_OFF, S.IN_REVIEW})
ANSWERED = REVIEWED | {S.IN_CALLBACK}
ABOVE = frozenset({S.PASSED_UP})
CALLED = ABOVE | {S.IN_CALLBACK}
UNIT = UNIT_ROLES
LEADER = frozenset({R.LEADER})
DISPATCHER = frozenset({R.DISPATCHER})
OFFICE = frozenset({R.DISPATCHER, R.SUPERVISOR})
REVIEW = frozenset({R.REVIEWER})
CHECKERS = frozenset({R.REVIEWER, R.SUPERVISOR})
CALLERS = frozenset({R.AGENT, R.REVIEWER, R.DISPATCHER})
UPSTREAM = frozenset({R.UPSTREAM})
DECIDERS = OFFICE | UPSTREAM
NOBODY: frozenset[Role] = frozenset()
NOT_HELD = "只有待签收或办理中的工单可以"
NOT_ANSWERED = "只有已答复的工单可以"
ENDED = "工单已办结"
NOT_SAMPLED = "没有待抽查的系统派单"

TABLE: dict[Action, Transition] = {
    row.action: row
    for row in (
        # the desk
        _row(Action.DISPATCH, DESK | {S.DISPATCHED, S.IN_RULING}, S.DISPATCHED, "dispatched", DISPATCHER,
             "只有待派单或待签收的工单可以派单", machine=True),
        _row(Action.DECLINE, DESK, S.NOT_ACCEPTED, "not_accepted", DISPATCHER, "只有待派单的工单可以不予受理"),
        _row(Action.TRANSFER, DESK, S.TRANSFERRED, "transferred", DISPATCHER, "只有待派单的工单可以转接紧急热线"),
        _row(Action.ANSWER_DIRECTLY, DESK, S.ANSWERED_DIRECTLY, "answered_directly", DISPATCHER | {R.AGENT},
             "只有待派单的工单可以直接答复办结"),
        _row(Action.WITHDRAW, OPEN, S.WITHDRAWN, "withdrawn", CALLERS | UPSTREAM, ENDED),
        _row(Action.ACKNOWLEDGE, OPEN, None, "acknowledged", OFFICE | UNIT | {R.AGENT}, ENDED),
        _row(Action.ASK_ABOVE, DESK, None, "asked_above", DISPATCHER, "只有待派单的工单可以请上级补充"),
        _row(Action.SPLIT, DESK, None, "split", DISPATCHER, "只有待派单的工单可以拆分"),
        _row(Action.MERGE, OPEN, None, "merged", DISPATCHER, ENDED),
        _row(Action.UNMERGE, OPEN, None, "unmerged", DISPATCHER, ENDED),
        _row(Action.JOIN_INCIDENT, OPEN, None, "joined_incident", DISPATCHER, ENDED),
        _row(Action.LEAVE_INCIDENT, OPEN, None, "left_incident", DISPATCHER, ENDED),
        _row(Action.SPOT_CHECK, EVER, None, "spot_checked", OFFICE, NOT_SAMPLED),
        _row(Action.HIDE_REPORTER, OPEN, None, "reporter_hidden", DISPATCHER, ENDED),
        _row(Action.NAME_ACCUSED, OPEN, None, "accused_named", OFFICE | {R.AGENT}, ENDED, machine=True),
        # the unit
        _row(Action.SIGN, frozenset({S.DISPATCHED}), S.SIGNED, "signed", UNIT, "只有待签收的工单可以签收"),
        _row(Action.HAND_DOWN, HELD, None, "handed_down", UNIT, NOT_HELD + "转办"),
        _row(Action.HAND_BACK, HELD, None, "handed_back", UNIT, NOT_HELD + "退回上一级"),
        _row(Action.NAME_HANDLER, HELD, None, "handler_named", UNIT, NOT_HELD + "指定经办人"),
        _row(Action.CONTACT, HELD, None, "contacted", UNIT, "只有办理中的工单可以登记联系情况"),
        _row(Action.ANSWER_PART, HELD, None, "part_answered", UNIT, NOT_HELD + "提交协办意见"),
        _row(Action.ANSWER, frozenset({S.SIGNED}), S.ANSWERED, "answered", UNIT, "请先签收,再提交答复"),
        _row(Action.SIGN_OFF, frozenset({S.ANSWERED}), S.SIGNED_OFF, "signed_off", LEADER, NOT_ANSWERED + "签发"),
        _row(Action.TAKE_BACK_ANSWER, frozenset({S.ANSWERED}), S.SIGNED, "answer_taken_back", UNIT, NOT_ANSWERED + "收回修改"),
        # applications: until granted, holder and due time stay
        _row(Action.APPLY_RETURN, HELD, None, "return_applied", UNIT, NOT_HELD + "申请退单"),
        _row(Action.GRANT_RETURN, HELD, S.ON_DESK, "return_granted", DECIDERS, "没有待审批的退单申请", machine=True),
        _row(Action.REFUSE_RETURN, HELD, None, "return_refused", DECIDERS, "没有待审批的退单申请", machine=True),
        _row(Action.APPLY_EXTENSION, HELD, None, "extension_applied", UNIT, NOT_HELD + "申请延期"),
        _row(Action.GRANT_EXTENSION, HELD, None, "extension_granted", DECIDERS, "没有待审批的延期申请", machine=True),
        _row(Action.REFUSE_EXTENSION, HELD, None, "extension_refused", DECIDERS, "没有待审批的延期申请", machine=True),
        _row(Action.APPLY_PAUSE, HELD, None, "pause_applied", UNIT, NOT_HELD + "申请挂账"),
        _row(Action.GRANT_PAUSE, HELD, None, "pause_granted", DECIDERS, "没有待审批的挂账申请"),
        _row(Action.REFUSE_PAUSE, HELD, None, "pause_refused", DECIDERS, "没有待审批的挂账申请", machine=True),
        _row(Action.APPLY_EXCLUSION, EVER - DESK, None, "exclusion_applied", UNIT | OFFICE, "派单后才能申请剔除"),
        _row(Action.GRANT_EXCLUSION, EVER, None, "exclusion_granted", DECIDERS, "没有待审批的剔除申请"),
        _row(Action.REFUSE_EXCLUSION, EVER, None, "exclusion_refused", DECIDERS, "没有待审批的剔除申请", machine=True),
        _row(Action.APPLY_UPWARD, DESK | HELD, None, "upward_applied", OFFICE, "只有待派单或办理中的工单可以退回上级"),
        _row(Action.GRANT_UPWARD, DESK | HELD, S.RECALLED, "upward_granted", DISPATCHER | UPSTREAM, "没有待上级决定的退回申请"),
        _row(Action.REFUSE_UPWARD, DESK | HELD, None, "upward_refused", DISPATCHER | UPSTREAM, "没有待上级决定的退回申请"),
        _row(Action.AGREE, EVER, None, "agreed", OFFICE, "没有待审批的申请"),
        _row(Action.LAPSE, EVER, None, "application_lapsed", NOBODY, "没有待审批的申请", machine=True),
        _row(Action.RESUME, OPEN, None, "resumed", UNIT | OFFICE | UPSTREAM, ENDED, machine=True),
        _row(Action.ASK_RULING, HELD | {S.ON_DESK}, S.IN_RULING, "ruling_asked", OFFICE | UNIT,
             "只有派单争议中的工单可以提请裁定", machine=True),
        _row(Action.RULE, frozenset({S.IN_RULING}), None, "ruled", OFFICE, "工单不在裁定中"),
        # the office
        _row(Action.TAKE_REVIEW, REVIEWED - {S.IN_REVIEW}, S.IN_REVIEW, "review_taken", REVIEW, NOT_ANSWERED + "审核"),
        _row(Action.PASS_REVIEW, REVIEWED, S.IN_CALLBACK, "review_passed", REVIEW, NOT_ANSWERED + "审核"),
        _row(Action.SEND_BACK, REVIEWED | ABOVE, S.SIGNED, "sent_back", REVIEW | UPSTREAM, NOT_ANSWERED + "退回补正"),
        _row(Action.PASS_UP, ANSWERED, S.PASSED_UP, "passed_up", REVIEW | DISPATCHER, NOT_ANSWERED + "上报"),
        # the citizen's word
        _row(Action.ATTEMPT_CALLBACK, CALLED, S.IN_CALLBACK, "callback_attempted", CALLERS | UPSTREAM,
             "答复审核通过后才能回访", stays=ABOVE | REVIEWED | {S.CLOSED}, above=REVIEWED | {S.CLOSED}),
        _row(Action.CLOSE, CALLED, S.CLOSED, "closed", CALLERS | UPSTREAM, "答复审核通过后才能回访办结", above=REVIEWED),
        _row(Action.REOPEN, CALLED | {S.CLOSED, S.RECALLED}, S.DISPATCHED, "reopened",
             CALLERS | UPSTREAM | {R.SUPERVISOR}, "答复审核通过后才能发回重办", above=REVIEWED),
        _row(Action.RATE, ANSWERED | ABOVE | {S.CLOSED}, None, "rated", CALLERS | UPSTREAM, "单位答复后才能评价"),
        _row(Action.CHECK_RATING, ANSWERED | ABOVE | {S.CLOSED}, None, "rating_checked", CHECKERS, "没有待核实的差评"),
        _row(Action.RECTIFY, ANSWERED | ABOVE | {S.CLOSED}, S.SIGNED, "rectification_begun", CHECKERS | UPSTREAM,
             "没有核实为合理的差评"),
        # written supervision 督办: a person's act, which the unit answers
        _row(Action.SUPERVISE, HELD | REVIEWED, None, "supervised", frozenset({R.SUPERVISOR}), NOT_HELD + "督办"),
        _row(Action.REPLY_SUPERVISION, OPEN, None, "supervision_replied", UNIT, ENDED),
        # from above, and from the clock
        _row(Action.SUPPLEMENT, EVER, None, "supplemented", CALLERS | UPSTREAM, "来件变更由系统登记", machine=True),
        _row(Action.NOTE_ABOVE, EVER, None, "noted_above", UPSTREAM, "来件由系统登记", machine=True),
        _row(Action.READ_CHANGE, EVER, None, "change_read", DISPATCHER, "没有待处理的来件变更"),
        _row(Action.FILL_IN, EVER, None, "filled_in", OFFICE | REVIEW, "没有待回填的内容", machine=True),
        _row(Action.URGE, OPEN, None, "urged", CALLERS | UPSTREAM | {R.SUPERVISOR}, ENDED, machine=True),
        _row(Action.RECALL, OPEN, S.RECALLED, "recalled", DISPATCHER | UPSTREAM, ENDED),
        _row(Action.WARN, OPEN, None, "warned", frozenset({R.SUPERVISOR}), ENDED, machine=True),
        _row(Action.ESCALATE, OPEN, None, "escalated", frozenset({R.SUPERVISOR}), ENDED, machine=True),
        _row(Action.CHANGE_DUE, OPEN, None, "due_changed", UPSTREAM, ENDED, machine=True),
    )
}  # fmt: skip

STAGES: dict[State, str] = {
    S.REGISTERED: "desk", S.ON_DESK: "desk", S.IN_RULING: "desk", S.DISPATCHED: "sign", S.SIGNED: "handling",
    S.ANSWERED: "review", S.SIGNED_OFF: "review", S.IN_REVIEW: "review", S.PASSED_UP: "review", S.IN_CALLBACK: "callback",
}  # fmt: skip
"""Grouping of states into the metric label ``stage`` and the board's columns; ended orders have none."""

STATE_NAMES: dict[State, str] = {
    S.REGISTERED: "已登记", S.ON_DESK: "待派单", S.DISPATCHED: "待签收", S.SIGNED: "办理中", S.ANSWERED: "已答复",
    S.SIGNED_OFF: "已签发", S.IN_REVIEW: "审核中", S.PASSED_UP: "已上报", S.IN_CALLBACK: "待回访", S.CLOSED: "已办结",
    S.ANSWERED_DIRECTLY: "直接办结", S.NOT_ACCEPTED: "不予受理", S.TRANSFERRED: "已转接", S.WITHDRAWN: "已撤回",
    S.RECALLED: "上级收回", S.IN_RULING: "裁定中",
}  # fmt: skip
