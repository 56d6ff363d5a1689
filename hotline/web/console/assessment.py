"""考核, a month: its table with what it is made of, objections weighed before they are decided, points, restatements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hotline.domain.assessment import ACT_NAMES, OFFICE, SCOPE_NAMES, STAGE_NAMES, Act, Scope, Stage, Verdict
from hotline.domain.indicators import BOOK_NAMES, RATE_NAMES, RATES, Rate
from hotline.domain.roles import May, may
from hotline.errors import HotlineError, InvalidInput, NotFound
from hotline.services.assessment.months import month_of
from hotline.services.assessment.procedure import Sheet
from hotline.services.expected import Expected, expecting
from hotline.web.auth import RatesUser, SignedIn, WhoIsThere
from hotline.web.console.assessment_view import (
    DECISIONS,
    SHOWN,
    blocks,
    differences,
    effects,
    objection,
    points,
    until_words,
    whole,
)
from hotline.web.console.clocktext import Times
from hotline.web.console.pages import Typed, draw, times_of
from hotline.web.console.units import receiving
from hotline.web.parts import WebParts, parts_of
from hotline.web.problems import status_of

router = APIRouter(prefix="/assessment")
Field = Annotated[str, Form()]
LISTED: Final = 6
"""Months nobody opened yet that are listed beside those somebody did."""


@router.get("")
def latest(request: Request, _: RatesUser) -> Response:
    """Open the last month that is over."""
    parts = parts_of(request)
    today = parts.clock.now().astimezone(parts.books.current().zone).date()
    return RedirectResponse(f"/assessment/{today.replace(day=1) - timedelta(days=1):%Y-%m}", 303)


@router.get("/{month}")
def show(
    request: Request, who: WhoIsThere, _: RatesUser, month: str, done: str = "", objection: str = "", order: str = "",
    rate: str = "", restatement: str = "", preview: str = "",
) -> Response:  # fmt: skip
    """Show a month; an objection or a restatement is opened by its number."""
    said = ACT_NAMES[Act(done)] if done in set(Act) else ""
    opened = {"objection": objection, "order": order, "rate": rate, "restatement": restatement, "preview": preview}
    return _page(request, who, month, opened, done=f"已{said}" if said else "")


@router.post("/{month}/do")
def do(
    request: Request, who: WhoIsThere, _: RatesUser, month: str, act: Field, version: Field = "", no: Field = "",
    reason: Field = "", proof: Field = "", order: Field = "", rate: Field = "", unit: Field = "", value: Field = "",
    scope: Field = "rate", evidence: Annotated[list[str] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Do something to a month, at the version that the page showed."""
    typed = Typed(reason=reason, proof=proof, order=order, rate=rate, unit=unit, value=value, act=act)
    seen = Expected(month, frozenset({int(version)}) if version.isascii() and version.isdecimal() else None)
    parts = parts_of(request)
    try:
        with expecting(seen):
            _acts(parts, who, month_of(month), typed, _number(no), scope, evidence or [])[_act(act)]()
    except HotlineError as refused:
        if isinstance(refused, NotFound) and act != Act.OBJECT:
            raise
        opened = {"objection": no if act in (Act.UPHOLD, Act.REFUSE, Act.AGREE) else "", "order": order, "rate": rate}
        return _page(request, who, month, opened, problem=refused.message, status=status_of(refused), typed=typed)
    return RedirectResponse(f"/assessment/{month}?done={act}", 303)


def _acts(
    parts: WebParts, who: SignedIn, month: date, typed: Typed, no: int, scope: str, evidence: list[str]
) -> dict[Act, Callable[[], object]]:  # fmt: skip
    """What each act of the form does."""
    rooms, by, reason = parts.assessing, who.actor, typed["reason"]
    procedure, objections, manual, restating = rooms.procedure, rooms.objections, rooms.points, rooms.restating
    taken: Scope = "order" if scope == "order" else "rate"
    named: dict[str, Any] = {"reason": reason, "proof": typed["proof"], "evidence": evidence}
    return {
        Act.OPEN: lambda: procedure.open(month, by=by),
        Act.APPROVE: lambda: procedure.approve(month, by=by),
        Act.SEND_BACK: lambda: procedure.send_back(month, reason=reason, by=by),
        Act.FREEZE: lambda: procedure.freeze(month, by=by),
        Act.PUBLISH: lambda: procedure.publish(month, by=by),
        Act.OBJECT: lambda: objections.bring(month, typed["order"].strip(), cast(Rate, typed["rate"]), **named, by=by),
        Act.AGREE: lambda: objections.agree(month, no, taken, note=reason, by=by),
        Act.UPHOLD: lambda: objections.uphold(month, no, taken, note=reason, by=by),
        Act.REFUSE: lambda: objections.refuse(month, no, reason=reason, by=by),
        Act.ADD_POINTS: lambda: manual.add(month, typed["unit"], _points(typed["value"]), basis=reason, by=by),
        Act.GRANT_POINTS: lambda: manual.grant(month, no, by=by),
        Act.REFUSE_POINTS: lambda: manual.refuse(month, no, reason=reason, by=by),
        Act.RESTATE: lambda: restating.propose(month, reason=reason, by=by),
        Act.GRANT_RESTATEMENT: lambda: restating.grant(month, no, by=by),
        Act.REFUSE_RESTATEMENT: lambda: restating.refuse(month, no, reason=reason, by=by),
    }


def _act(written: str) -> Act:
    if written not in set(Act):
        raise InvalidInput("no such act", message="没有这项操作")
    return Act(written)


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 9 else 0


def _points(written: str) -> float:
    try:
        return float(written)
    except ValueError:
        raise InvalidInput("no number", message="加减分应为数字,如 2 或 -1.5") from None


def _page(
    request: Request, who: SignedIn, month: str, opened: dict[str, str], *, done: str = "", problem: str = "", status: int = 200,
    typed: Typed | None = None,
) -> Response:  # fmt: skip
    parts, times, by = parts_of(request), times_of(request), who.actor
    sheet = parts.assessing.procedure.sheet(month_of(month), by=by)
    one, pack = sheet.assessment, parts.books.current()
    reads = by.of_unit or (by.role is not None and may(by.role, May.READ_ALL))
    can, cannot = whole(sheet)
    return draw(
        request, "assessment.html", who, title=f"{one.id} 考核", status=status, personal=True, tab="month", sheet=sheet, one=one,
        stage=STAGE_NAMES[one.stage], months=_months(parts, who, one.month), blocks=blocks(sheet, times, links=reads), can=can,
        cannot=cannot if by.role in OFFICE else [], until=until_words(sheet, times), drawn=times.absolute(sheet.drawn_at),
        book=BOOK_NAMES[sheet.basis.book], shown=[RATE_NAMES[rate] for rate in SHOWN], office=by.role in OFFICE,
        definitions=[(RATE_NAMES[cast(Rate, rate)], words) for rate, words in sheet.basis.definitions.items()],
        weights=[(RATE_NAMES[rate], f"{weight:.0%}") for rate, weight in sheet.basis.weights.items()],
        marks=[(ACT_NAMES[Act(step.kind)], step.actor, times.absolute(step.at)) for step in reversed(sheet.steps)],
        objections=[objection(item, times, pack.unit_name(item.unit)) for item in sheet.objections],
        points=[(item, pack.unit_name(item.unit), points(item.points), DECISIONS[item.state]) for item in sheet.points],
        restatements=[(item, times.absolute(item.at), DECISIONS[item.state]) for item in sheet.restatements],
        opened=_opened(parts, times, who, sheet, opened), objecting=_objecting(parts, who, sheet, opened), units=receiving(pack),
        two=pack.settings.assessment.two_persons, difference=_difference(parts, who, sheet, opened), rates=_rates(),
        problem=problem, done=done, typed=typed or Typed(), Act=Act, lawful=sheet.lawful, scopes=SCOPE_NAMES,
    )  # fmt: skip


def _rates() -> dict[str, str]:
    return {rate: RATE_NAMES[rate] for rate in RATES}


def _months(parts: WebParts, who: SignedIn, shown: date) -> list[tuple[str, str, bool]]:
    """The months to choose from, newest first: those somebody opened, and the last ones."""
    heads = parts.assessing.procedure.months(by=who.actor)
    kept = [head for at, head in enumerate(heads) if at < LISTED or head.stage is not Stage.PREVIEW or head.month == shown]
    return [(f"{head.month:%Y-%m}", STAGE_NAMES[head.stage], head.month == shown) for head in kept]


def _opened(parts: WebParts, times: Times, who: SignedIn, sheet: Sheet, opened: dict[str, str]) -> dict[str, Any] | None:
    """The objection to be decided: the one asked for, else the first that waits; with what deciding it would do."""
    if who.actor.role not in OFFICE or sheet.assessment.stage is not Stage.OPEN:
        return None
    wanted = _number(opened.get("objection", ""))
    found = [item for item in sheet.objections if item.no == wanted] or [item for item in sheet.objections if not item.state.over]
    if not found:
        return None
    item, pack = found[0], parts.books.current()
    rooms, by = parts.assessing.objections, who.actor
    found_of = rooms.effects(sheet.assessment.month, item.no, by=by)
    if item.state is Verdict.AGREED:  # the second person is asked about what the first agreed to
        found_of = {item.scope: found_of[item.scope]}
    weighed = effects(found_of, cast(Rate, item.rate))
    acts = (Act.AGREE, Act.UPHOLD, Act.REFUSE)
    why = {act: rooms.refusal(sheet.assessment, act, by, item.no) for act in acts}
    return {**objection(item, times, pack.unit_name(item.unit)), "effects": weighed, "why": why}


def _objecting(parts: WebParts, who: SignedIn, sheet: Sheet, opened: dict[str, str]) -> dict[str, Any] | None:
    """What a unit's person needs to object: the order's files, once it is named."""
    if not who.actor.of_unit or sheet.lawful[Act.OBJECT]:
        return None
    order, files, why = opened.get("order", "").strip(), [], ""
    if order:
        try:
            files = parts.inside.files.of_order(order, by=who.actor)
        except HotlineError as refused:
            why = refused.message
    return {"order": order, "rate": opened.get("rate", ""), "files": files, "why": why}


def _difference(parts: WebParts, who: SignedIn, sheet: Sheet, opened: dict[str, str]) -> list[Any] | None:
    """By unit, what the restatement that was asked for changes, or one that would be proposed now."""
    month, restating = sheet.assessment.month, parts.assessing.restating
    if no := _number(opened.get("restatement", "")):
        return differences(restating.difference(month, no, by=who.actor))
    if opened.get("preview") and not sheet.lawful[Act.RESTATE]:
        return differences(restating.preview(month, by=who.actor))
    return None
