"""The rule tables asked: which rows answer facts and why, when a limit runs out, what the check finds."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from hotline.errors import HotlineError
from hotline.web.api.fields import OrderId, Request
from hotline.web.auth import RULES_READERS, RulesReader
from hotline.web.parts import UsesParts
from routing_rules.asked import due_asked, explain_asked
from routing_rules.findings import Finding

router = APIRouter(prefix="/api/v1/rules", tags=["规则"], dependencies=[RULES_READERS])

MOST_ITEMS = 1000
LONGEST_SECONDS = 5.0
Items = Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_ITEMS)]


class ExplainRequest(Request):
    """Facts to ask the tables with, each object with an ``id`` of yours; ``trace`` also tells the rows that nearly fitted."""

    items: Items
    trace: bool = False


class DueRequest(Request):
    """Limits to compute, each an object as a line of ``hotline due``: ``id``, ``at``, ``unit``, ``amount`` and the rest."""

    items: Items


class AnswersView(BaseModel):
    """One answer an item, in order; an item that cannot be answered has ``error`` in Chinese."""

    items: list[dict[str, Any]]


class FindingView(BaseModel):
    """Something the check found; ``example`` are facts that ``explain`` reads, ``order`` the past order they come from."""

    level: str
    file: str
    row: str
    check: str
    sentence: str
    others: list[str]
    example: dict[str, Any] | None
    order: str

    @classmethod
    def of(cls, one: Finding) -> FindingView:
        """Show a finding."""
        return cls(
            level=one.level, file=one.file, row=one.row, check=one.check, sentence=one.sentence, others=list(one.others),
            example=dict(one.example) if one.example is not None else None, order=one.order,
        )  # fmt: skip


@router.post("/explain")
def explain(body: ExplainRequest, parts: UsesParts) -> AnswersView:
    """Tell which rows of the book in force answer, and why; nothing is recorded."""
    return _answered(body.items, partial(explain_asked, parts.books.current(), trace=body.trace))


@router.get("/orders/{order_id}/explain")
def explain_order(parts: UsesParts, who: RulesReader, order_id: OrderId) -> dict[str, Any]:
    """Explain each decision of an order with the book of its day, and where today's book would answer otherwise."""
    return parts.explaining.order(order_id, by=who)


@router.post("/due")
def due(body: DueRequest, parts: UsesParts) -> AnswersView:
    """Tell when limits run out on the working calendar of the book in force, and which days or hours counted."""
    return _answered(body.items, partial(due_asked, parts.books.current().calendar))


@router.get("/check")
def findings(parts: UsesParts) -> list[FindingView]:
    """Check the book in force."""
    return [FindingView.of(one) for one in parts.drafts.in_force_findings()]


def _answered(items: list[dict[str, Any]], answer: Callable[[dict[str, Any]], dict[str, Any]]) -> AnswersView:
    """Answer items for as long as a request may take; the others say that they were too many."""
    until = time.monotonic() + LONGEST_SECONDS
    return AnswersView(items=[_answer(one, answer) if time.monotonic() < until else _unanswered(one) for one in items])


def _unanswered(item: dict[str, Any]) -> dict[str, Any]:
    return {"id": item.get("id"), "error": "本次请求计算量过大,这一项未计算,请分批提交"}


def _answer(item: dict[str, Any], answer: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"id": item.get("id"), **answer(item)}
    except HotlineError as refused:
        return {"id": item.get("id"), "error": refused.message}
