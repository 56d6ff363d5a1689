"""A month's assessment 考核: opened for objections, decided, approved, frozen, published; later only a dated restatement.

An assessment is the fold of its steps, which only grow. What may be done by whom stands in one table; nothing here knows figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Literal

from hotline.domain.roles import UNIT_ROLES, Role

OFFICE: Final = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN})
APPROVERS: Final = frozenset({Role.SUPERVISOR, Role.ADMIN})
Scope = Literal["rate", "order"]
SCOPE_NAMES: Final[Mapping[Scope, str]] = {"rate": "仅剔除该项指标", "order": "整件剔除"}


class Stage(StrEnum):
    """Where a month stands; ``preview`` = nothing was opened yet, its figures are live."""

    PREVIEW = "preview"
    OPEN = "open"
    APPROVED = "approved"
    FROZEN = "frozen"
    PUBLISHED = "published"


STAGE_NAMES: Final[Mapping[Stage, str]] = {
    Stage.PREVIEW: "预览", Stage.OPEN: "申诉中", Stage.APPROVED: "已批准", Stage.FROZEN: "已定稿", Stage.PUBLISHED: "已公布",
}  # fmt: skip
FINAL: Final = frozenset({Stage.FROZEN, Stage.PUBLISHED})
SETTLED: Final = FINAL | {Stage.APPROVED}
"""Its table is written: nothing that happens with orders changes it."""


class Act(StrEnum):
    """What is done to a month's assessment; its value is the step's kind."""

    OPEN = "opened"
    OBJECT = "objected"
    AGREE = "agreed"
    UPHOLD = "upheld"
    REFUSE = "refused"
    ADD_POINTS = "points_added"
    GRANT_POINTS = "points_granted"
    REFUSE_POINTS = "points_refused"
    APPROVE = "approved"
    SEND_BACK = "sent_back"
    FREEZE = "frozen"
    PUBLISH = "published"
    RESTATE = "restated"
    GRANT_RESTATEMENT = "restatement_granted"
    REFUSE_RESTATEMENT = "restatement_refused"


ACT_NAMES: Final[Mapping[Act, str]] = {
    Act.OPEN: "开启申诉", Act.OBJECT: "提出申诉", Act.AGREE: "同意申诉(第一人)", Act.UPHOLD: "申诉成立", Act.REFUSE: "申诉不成立",
    Act.ADD_POINTS: "登记加减分", Act.GRANT_POINTS: "批准加减分", Act.REFUSE_POINTS: "不批准加减分", Act.APPROVE: "批准",
    Act.SEND_BACK: "退回修改", Act.FREEZE: "定稿", Act.PUBLISH: "公布", Act.RESTATE: "提出更正",
    Act.GRANT_RESTATEMENT: "批准更正", Act.REFUSE_RESTATEMENT: "不批准更正",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """In which stages an act is lawful, for which roles, and the stage it leads to (None = it stays)."""

    stages: frozenset[Stage]
    roles: frozenset[Role]
    target: Stage | None = None


_PREVIEW, _OPEN, _APPROVED = (frozenset({one}) for one in (Stage.PREVIEW, Stage.OPEN, Stage.APPROVED))
TABLE: Final[Mapping[Act, Rule]] = {
    Act.OPEN: Rule(_PREVIEW, OFFICE, Stage.OPEN),
    Act.OBJECT: Rule(_OPEN, UNIT_ROLES),
    Act.AGREE: Rule(_OPEN, OFFICE),
    Act.UPHOLD: Rule(_OPEN, OFFICE),
    Act.REFUSE: Rule(_OPEN, OFFICE),
    Act.ADD_POINTS: Rule(_OPEN, OFFICE),
    Act.GRANT_POINTS: Rule(_OPEN, APPROVERS),
    Act.REFUSE_POINTS: Rule(_OPEN, APPROVERS),
    Act.APPROVE: Rule(_OPEN, APPROVERS, Stage.APPROVED),
    Act.SEND_BACK: Rule(_APPROVED, APPROVERS, Stage.OPEN),
    Act.FREEZE: Rule(_APPROVED, OFFICE, Stage.FROZEN),
    Act.PUBLISH: Rule(frozenset({Stage.FROZEN}), OFFICE, Stage.PUBLISHED),
    Act.RESTATE: Rule(FINAL, OFFICE),
    Act.GRANT_RESTATEMENT: Rule(FINAL, APPROVERS),
    Act.REFUSE_RESTATEMENT: Rule(FINAL, APPROVERS),
}


class Verdict(StrEnum):
    """What became of an objection, of points, of a restatement."""

    WAITING = "waiting"
    AGREED = "agreed"
    GRANTED = "granted"
    REFUSED = "refused"

    @property
    def over(self) -> bool:
        """Whether nothing more is to be decided."""
        return self in (Verdict.GRANTED, Verdict.REFUSED)


@dataclass(frozen=True, slots=True)
class AssessmentStep:
    """A step, for ever; ``seq`` is the assessment's version after it, ``kind`` the act."""

    month: date
    seq: int
    at: datetime
    actor: str
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """Something that waits for a decision; ``no`` is the step that brought it."""

    no: int
    by: str
    at: datetime
    state: Verdict = Verdict.WAITING
    agreed_by: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection(_Item):
    """A unit's objection 申诉 to one of its orders in one rate; ``evidence`` = hashes of its files, ``proof`` = what else."""

    unit: str
    order_id: str
    rate: str
    reason: str
    evidence: tuple[str, ...] = ()
    proof: str = ""
    scope: Scope = "rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Points(_Item):
    """Points 加减分 for a unit by hand, with the clause or document they rest on."""

    unit: str
    points: float
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restatement(_Item):
    """A correction 更正 of a frozen month: the edition that would take its place, and why."""

    edition: int
    reason: str


Item = Objection | Points | Restatement


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A month's assessment. ``month`` is its first day, ``until`` the end of the time for objections, ``version`` counts steps.

    ``edition`` numbers the table that was approved, 0 before; ``marks`` say who did which act last, and when.
    """

    month: date
    stage: Stage = Stage.PREVIEW
    version: int = 0
    until: datetime | None = None
    edition: int = 0
    marks: Mapping[Act, tuple[str, datetime]] = field(default_factory=dict)
    objections: Mapping[int, Objection] = field(default_factory=dict)
    points: Mapping[int, Points] = field(default_factory=dict)
    restatements: Mapping[int, Restatement] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The month as it is written, ``2026-10``."""
        return f"{self.month:%Y-%m}"

    @property
    def in_force(self) -> int:
        """The edition that counts: the approved one, or that of the last restatement granted; 0 before approval."""
        granted = [one.edition for one in self.restatements.values() if one.state is Verdict.GRANTED]
        return granted[-1] if granted else self.edition

    @property
    def excluded(self) -> tuple[Objection, ...]:
        """The objections upheld: their orders do not count for their units here."""
        return tuple(one for one in self.objections.values() if one.state is Verdict.GRANTED)

    @property
    def undecided(self) -> int:
        """How many objections and points wait."""
        return sum(not one.state.over for one in (*self.objections.values(), *self.points.values()))

    @property
    def deciders(self) -> frozenset[str]:
        """Who decided on an objection or on points, or was the first of two to agree."""
        items = (*self.objections.values(), *self.points.values())
        return frozenset(name for one in items for name in (one.agreed_by, one.decided_by) if name)

    def points_of(self, unit: str) -> float:
        """The points granted to a unit."""
        return round(sum(one.points for one in self.points.values() if one.unit == unit and one.state is Verdict.GRANTED), 2)


def folded(month: date, steps: Iterable[AssessmentStep]) -> Assessment:
    """Return the assessment that its steps, in order, have made."""
    found = Assessment(month=month)
    for step in steps:
        found = after(found, step)
    return found


def after(before: Assessment, step: AssessmentStep) -> Assessment:
    """Return the assessment after one more step; whether it was lawful was said by ``refusal``."""
    act, said = Act(step.kind), step.data
    kept = replace(
        before, version=step.seq, stage=TABLE[act].target or before.stage, marks={**before.marks, act: (step.actor, step.at)}
    )
    made: dict[str, Any] = {"no": step.seq, "by": step.actor, "at": step.at}
    match act:
        case Act.OPEN | Act.SEND_BACK if "until" in said:
            return replace(kept, until=datetime.fromisoformat(said["until"]))
        case Act.APPROVE:
            return replace(kept, edition=int(said["edition"]))
        case Act.OBJECT:
            fields = {**said, "evidence": tuple(said.get("evidence", ()))}
            return replace(kept, objections={**kept.objections, step.seq: Objection(**made, **fields)})
        case Act.ADD_POINTS:
            return replace(kept, points={**kept.points, step.seq: Points(**made, **said)})
        case Act.RESTATE:
            told = {name: said[name] for name in ("edition", "reason")}
            return replace(kept, restatements={**kept.restatements, step.seq: Restatement(**made, **told)})
        case _ if "no" in said:
            return _decided(kept, act, step)
        case _:
            return kept


_VERDICTS: Final[Mapping[Act, Verdict]] = {
    Act.AGREE: Verdict.AGREED, Act.UPHOLD: Verdict.GRANTED, Act.GRANT_POINTS: Verdict.GRANTED,
    Act.GRANT_RESTATEMENT: Verdict.GRANTED, Act.REFUSE: Verdict.REFUSED, Act.REFUSE_POINTS: Verdict.REFUSED,
    Act.REFUSE_RESTATEMENT: Verdict.REFUSED,
}  # fmt: skip
DECIDES: Final[Mapping[Act, str]] = {
    Act.AGREE: "objections", Act.UPHOLD: "objections", Act.REFUSE: "objections", Act.GRANT_POINTS: "points",
    Act.REFUSE_POINTS: "points", Act.GRANT_RESTATEMENT: "restatements", Act.REFUSE_RESTATEMENT: "restatements",
}  # fmt: skip
"""What a decision decides on."""


def _decided(before: Assessment, act: Act, step: AssessmentStep) -> Assessment:
    room, no = DECIDES[act], int(step.data["no"])
    items: Mapping[int, Any] = getattr(before, room)
    done: dict[str, Any] = {"state": _VERDICTS[act], "note": step.data.get("note", "")}
    done |= {"agreed_by": step.actor} if act is Act.AGREE else {"decided_by": step.actor, "decided_at": step.at}
    if "scope" in step.data:
        done["scope"] = step.data["scope"]
    changed: dict[str, Any] = {room: {**items, no: replace(items[no], **done)}}
    return replace(before, **changed)


def objection_of(step: AssessmentStep) -> int | None:
    """Return the number of the objection that a step brought or decided on; None for any other step."""
    act = Act(step.kind)
    if act is Act.OBJECT:
        return step.seq
    return int(step.data["no"]) if DECIDES.get(act) == "objections" else None


def item_of(one: Assessment, act: Act, no: int) -> Item | None:
    """Return what a decision would decide on; None where there is none of that number."""
    items: Mapping[int, Item] = getattr(one, DECIDES[act])
    return items.get(no)
