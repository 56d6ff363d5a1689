"""Applications: what a unit asks for and somebody else decides. Until it is granted, holder and due time stay (DESIGN §2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from hotline.domain.actions import Action

Decider = Literal["dispatcher", "supervisor", "two", "upstream"]
"""Who decides: our dispatcher, our supervisor, two persons of the office, or the platform above."""


class Asks(StrEnum):
    """What is applied for: give back 退单, extension 延期, pause 挂账, exclusion 剔除, return upward 退回上级."""

    RETURN = "return"
    EXTENSION = "extension"
    PAUSE = "pause"
    EXCLUSION = "exclusion"
    UPWARD = "upward"


ASKS_NAMES: dict[Asks, str] = {
    Asks.RETURN: "退单", Asks.EXTENSION: "延期", Asks.PAUSE: "挂账", Asks.EXCLUSION: "剔除", Asks.UPWARD: "退回上级",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application that waits for its decision.

    ``unit`` and ``person`` asked at ``at`` for ``reason``, citing ``clause``; ``code`` names the reason among those the tables
    know, ``evidence`` are content hashes of the order's attachments, ``documents`` numbers of papers that lie elsewhere.
    ``amount`` is how many of the limit's own units an extension asks for, ``until`` the last local date of a pause, ``public``
    what the citizen is told of it. ``due_at`` is the limit of the decision and ``unanswered`` what follows when it runs out,
    both as ``row`` of the approvals table said then; ``agreed_by`` is who of two persons agreed already.
    """

    asks: Asks
    at: datetime
    unit: str | None
    person: str
    decider: Decider
    reason: str
    clause: str = ""
    evidence: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    amount: int | None = None
    until: str | None = None
    due_at: datetime | None = None
    agreed_by: str | None = None
    code: str = ""
    public: str = ""
    unanswered: str = "remind"
    row: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """The three actions of an application's life."""

    apply: Action
    grant: Action
    refuse: Action


STEPS: dict[Asks, Steps] = {
    asks: Steps(Action(f"apply_{asks}"), Action(f"grant_{asks}"), Action(f"refuse_{asks}")) for asks in Asks
}
APPLIED: dict[Action, Asks] = {steps.apply: asks for asks, steps in STEPS.items()}
DECIDED: dict[Action, Asks] = {action: asks for asks, steps in STEPS.items() for action in (steps.grant, steps.refuse)}
