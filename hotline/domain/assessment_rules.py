"""Why something may not be done to a month's assessment: one sentence in Chinese, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Final

from hotline.domain.assessment import ACT_NAMES, SCOPE_NAMES, STAGE_NAMES, TABLE, Act, Assessment, Item, Objection, Scope, Verdict
from hotline.domain.persons import same_person, signed
from hotline.domain.roles import Actor

OTHER_ROLE = "当前角色无权进行此操作"
UNSIGNED = "请使用署名的密钥"
SIGNED: Final = frozenset(
    {
        Act.OPEN, Act.AGREE, Act.UPHOLD, Act.REFUSE, Act.ADD_POINTS, Act.GRANT_POINTS, Act.REFUSE_POINTS, Act.APPROVE,
        Act.RESTATE, Act.GRANT_RESTATEMENT,
    }
)  # fmt: skip
"""What is done under a person's name: somebody else has to do what follows, or somebody else did what went before."""


def refusal(
    one: Assessment, act: Act, by: Actor, *, now: datetime, over: bool = True, item: Item | None = None, two: bool = False,
    scope: Scope | None = None,
) -> str:  # fmt: skip
    """Return why ``by`` may not do it now, empty when he may.

    ``over`` = the month itself is over; ``item`` is what a decision decides on; ``two`` = two persons uphold an objection,
    with ``scope`` (None = not chosen yet).
    """
    rule = TABLE[act]
    if by.role not in rule.roles:
        return OTHER_ROLE
    if one.stage not in rule.stages:
        return f"{one.id} 考核{STAGE_NAMES[one.stage]},不能{ACT_NAMES[act]}"
    whole = _reasons(one, act, by, now, over)
    return next(chain(whole, _decision(act, item, by, two, scope) if item is not None else ()), "")


def _reasons(one: Assessment, act: Act, by: Actor, now: datetime, over: bool) -> Iterator[str]:
    if act in SIGNED and not signed(by.name):
        yield UNSIGNED
    match act:
        case Act.OPEN if not over:
            yield "当月尚未结束,月末后才能开启申诉"
        case Act.OBJECT if one.until is None or now >= one.until:
            yield "申诉期已过,不能再提出申诉"
        case Act.APPROVE:
            yield from _approval(one, by, now)
        case Act.RESTATE if any(not other.state.over for other in one.restatements.values()):
            yield "已有一次更正待批准,请先处理"
        case _:
            pass


def _approval(one: Assessment, by: Actor, now: datetime) -> Iterator[str]:
    if one.until is not None and now < one.until:
        yield "申诉期未满,期满后才能批准"
    if one.undecided:
        yield f"还有 {one.undecided} 项申诉或加减分未决定,请先决定"
    if Act.OPEN in one.marks and same_person(one.marks[Act.OPEN][0], by.name):
        yield "开启申诉的人不能批准,请由另一人批准"
    if any(same_person(name, by.name) for name in one.deciders):
        yield "决定过本月申诉或加减分的人不能批准,请由另一人批准"


def _decision(act: Act, item: Item, by: Actor, two: bool, scope: Scope | None) -> Iterator[str]:
    if item.state.over:
        yield "该项已有决定,请刷新后查看"
    elif act is Act.AGREE and (not two or item.state is Verdict.AGREED):
        yield "已有一人同意,请由另一人决定" if two else "本区只须一人决定,请直接认定"
    elif act is Act.UPHOLD and two and item.state is not Verdict.AGREED:
        yield "申诉成立须两人同意,请先由一人同意"
    elif act is Act.UPHOLD and two and same_person(item.agreed_by, by.name):
        yield "须由另一人认定,第一人不能再次同意"
    elif act is Act.UPHOLD and isinstance(item, Objection) and _otherwise(item, scope):
        yield f"第一人同意的是“{SCOPE_NAMES[item.scope]}”,第二人只能按同一范围认定"
    elif act in (Act.GRANT_POINTS, Act.GRANT_RESTATEMENT) and same_person(item.by, by.name):
        yield "提出人不能批准自己提出的事项,请由另一人批准"


def _otherwise(item: Objection, scope: Scope | None) -> bool:
    """Whether the first of two agreed to something else."""
    return item.state is Verdict.AGREED and scope is not None and scope != item.scope
