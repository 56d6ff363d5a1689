"""Roles as data: who may see and do what (issue 2, item 7)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The part a person or a machine plays; a clerk and a leader belong to a unit, ``upstream`` is the platform above."""

    AGENT = "agent"
    DISPATCHER = "dispatcher"
    REVIEWER = "reviewer"
    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    OPERATIONS = "operations"
    ADMIN = "admin"
    LEADER = "leader"
    UPSTREAM = "upstream"


UNIT_ROLES = frozenset({Role.CLERK, Role.LEADER})
"""Roles that belong to a unit and see its orders alone."""


class May(StrEnum):
    """A thing that may be done outside the order's own transition table."""

    SUGGEST = "suggest"
    RECORD = "record"
    READ_ALL = "read_all"
    READ_OWN = "read_own"
    UNMASK = "unmask"
    RATES = "rates"
    SET_ASIDE = "set_aside"
    METRICS = "metrics"
    RULES = "rules"
    PROPOSE_RULES = "propose_rules"
    APPROVE_RULES = "approve_rules"
    WEBHOOKS = "webhooks"
    SET_WEBHOOKS = "set_webhooks"


ROLE_NAMES: dict[Role, str] = {
    Role.AGENT: "坐席",
    Role.DISPATCHER: "派单员",
    Role.REVIEWER: "审核员",
    Role.CLERK: "承办单位经办人",
    Role.SUPERVISOR: "督办员",
    Role.OPERATIONS: "运行监测",
    Role.ADMIN: "管理员",
    Role.LEADER: "承办单位负责人",
    Role.UPSTREAM: "上级平台",
}

PERMISSIONS: dict[Role, frozenset[May]] = {
    Role.AGENT: frozenset({May.SUGGEST, May.RECORD, May.READ_ALL, May.UNMASK}),
    Role.DISPATCHER: frozenset({May.SUGGEST, May.RECORD, May.READ_ALL, May.UNMASK, May.RATES, May.SET_ASIDE, May.PROPOSE_RULES}),
    Role.REVIEWER: frozenset({May.READ_ALL, May.UNMASK, May.RATES, May.PROPOSE_RULES}),
    Role.CLERK: frozenset({May.READ_OWN, May.UNMASK}),
    Role.SUPERVISOR: frozenset({May.READ_ALL, May.RATES, May.SET_ASIDE, May.PROPOSE_RULES, May.APPROVE_RULES}),
    Role.OPERATIONS: frozenset({May.RATES, May.METRICS, May.SET_ASIDE, May.WEBHOOKS}),
    Role.ADMIN: frozenset(May) - {May.READ_OWN},
    Role.LEADER: frozenset({May.READ_OWN, May.UNMASK}),
    Role.UPSTREAM: frozenset({May.RECORD}),
}


def may(role: Role, what: May) -> bool:
    """Whether ``role`` may do ``what``."""
    return what in PERMISSIONS[role]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a key's or process's name, its role (None = the machine), and the unit a clerk belongs to."""

    name: str
    role: Role | None = None
    unit: str | None = None

    @property
    def machine(self) -> bool:
        """Whether nobody in person acts; the machine alone never closes, declines or merges (DESIGN §2)."""
        return self.role is None

    @property
    def of_unit(self) -> bool:
        """Whether the actor belongs to a unit: sees and handles that unit's orders and no others."""
        return self.role in UNIT_ROLES


TRIAGE = Actor("triage")
CLOCK = Actor("clock")
