"""What the tests of the shipped packs share: facts, the limit of a clock and when it runs out."""

from __future__ import annotations

from datetime import datetime

from hotline.domain.due import DueDate, due_at, extended
from hotline.domain.facts import KINDS, Facts
from routing_rules.decide import deadlines, dispatch
from routing_rules.pack import Pack
from routing_rules.verify.check import check
from tests.unit.working_time import at

RECEIVED = "2026-03-02T10:00"
PROPERTY = "城乡建设/住房保障与房地产/物业服务"
UTILITIES = tuple(f"城乡建设/城市建设和市政管理/{one}" for one in ("自来水供应", "燃气供应", "电力供应", "冬季采暖"))


def facts(received: str = RECEIVED, **known: object) -> Facts:
    return Facts(**{"received_at": at(received), "kind": "投诉", **known})  # type: ignore[arg-type]


def limit(pack: Pack, clock: str = "answer", received: str = RECEIVED, **known: object) -> str:
    """A clock's limit in words: ``5个工作日``."""
    return str(deadlines(pack, facts(received, **known))[clock].limit)  # type: ignore[index]


def due(pack: Pack, received: str, clock: str = "answer", **known: object) -> DueDate:
    """When the clock runs out that starts with the receipt."""
    row = deadlines(pack, facts(received, **known))[clock]  # type: ignore[index]
    return due_at(at(received), row.limit, pack.calendar)


def at_most(pack: Pack, received: str, **known: object) -> datetime:
    """When the answer is due with every extension the row allows."""
    row = deadlines(pack, facts(received, **known))["answer"]
    return extended(due(pack, received, **known), row.extensions * row.extension_amount, pack.calendar).due


def lead(pack: Pack, received: str = RECEIVED, **known: object) -> str | None:
    return dispatch(pack, facts(received, **known)).lead


def faults(pack: Pack) -> list[str]:
    """The errors of the pack's own check."""
    return [str(finding) for finding in check(pack) if finding.level == "error"]


def unanswered(pack: Pack) -> list[str]:
    """The classes of the third level that only the fallback answers, whatever kind of message."""
    asked = [(one, kind) for one in sorted(pack.categories) if one.count("/") == 2 for kind in KINDS]
    return [one for one, kind in asked if dispatch(pack, facts(category=one, kind=kind)).fallback]


def without_source(pack: Pack) -> list[str]:
    """The rows of the three decision tables that say nothing of where they come from."""
    tables = (pack.dispatch.table, pack.deadlines.whole, pack.supervision.whole)
    return [row.id for table in tables for row in table.rows if not row.source]
