"""A draft on its way: what the check found, what changes, what past orders would meet; rehearse, approve, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hotline.domain.persons import same_person
from hotline.domain.roles import Actor, May, may
from hotline.errors import HotlineError, InvalidInput
from hotline.services.rows import Draft, DraftState, DraftStep
from hotline.web.api.fields import start_of
from hotline.web.auth import RULES_READERS, WhoIsThere
from hotline.web.console.clocktext import Times
from hotline.web.console.pages import Typed, times_of
from hotline.web.console.rules.frame import draw_rules
from hotline.web.console.rules.home import STATE_WORDS
from hotline.web.console.rules.rehearsed import Rehearsed, rehearsed
from hotline.web.parts import parts_of
from hotline.web.problems import status_of
from routing_rules.findings import Finding
from routing_rules.names import TABLE_NAMES
from routing_rules.pack import Pack
from routing_rules.rehearsal.diff_words import DiffWords
from routing_rules.wording import fact_words

router = APIRouter(prefix="/rules/drafts/{digest}", dependencies=[RULES_READERS])
Field = Annotated[str, Form()]
DAYS: Final = 30  # tried on when nothing else is asked for (UX.md, page 5)
LEVELS: Final = {"error": "错误", "warning": "警告", "notice": "提示"}
STEPS: Final = {"proposed": "提出", "checked": "检查", "rehearsed": "试算", "approved": "审批通过", "withdrawn": "撤回"}
SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """Something the check found; ``fresh`` = the book in force has it not. ``example`` are facts in words."""

    level: str
    words: str
    table: str
    row: str
    sentence: str
    fresh: bool
    example: list[str]
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the person in front of the page may do with the draft; ``why_not`` says why it cannot be approved by them now."""

    rehearse: bool
    approve: bool
    withdraw: bool
    why_not: str


@router.get("")
def show(request: Request, who: WhoIsThere, digest: str, done: str = "") -> Response:
    """Show a draft."""
    return _page(request, who, digest, done=DONE.get(done, ""))


DONE: Final = {"rehearsed": "已试算,结果见下", "approved": "已审批,到时生效;各进程 5 秒内跟上", "withdrawn": "已撤回"}


@router.post("/rehearse")
def rehearse(request: Request, who: WhoIsThere, digest: str, since: Field = "", effective: Field = "") -> Response:
    """Try the draft on the orders received since a local day, as coming into force at a local time or at once."""
    parts, times = parts_of(request), times_of(request)

    def act() -> object:
        day, at = _day(since, times).date(), _day(effective, times) if effective else None
        return parts.drafts.rehearse(digest, since=start_of(day, times.zone), effective_at=at, by=who.actor)

    return _act(request, who, digest, "rehearsed", Typed(since=since, effective=effective), act)


@router.post("/approve")
def approve(request: Request, who: WhoIsThere, digest: str, effective: Field = "") -> Response:
    """Approve the draft, from a local time on or at once."""
    parts, times = parts_of(request), times_of(request)

    def act() -> object:
        at = _day(effective, times) if effective else None
        return parts.drafts.approve(digest, effective_at=at, by=who.actor)

    return _act(request, who, digest, "approved", Typed(effective=effective), act)


@router.post("/withdraw")
def withdraw(request: Request, who: WhoIsThere, digest: str, reason: Field = "") -> Response:
    """Withdraw the draft."""
    act = lambda: parts_of(request).drafts.withdraw(digest, by=who.actor, reason=reason)  # noqa: E731  # one line, one call
    return _act(request, who, digest, "withdrawn", Typed(reason=reason), act)


def _day(text: str, times: Times) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            f"{text!r} is no time", message=f"“{text}”不是日期或时间,应写成 2026-12-01 或 2026-12-01T00:00"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=times.zone)


def _act(request: Request, who: WhoIsThere, digest: str, done: str, typed: Typed, act: Callable[[], object]) -> Response:
    try:
        act()
    except HotlineError as refused:
        return _page(request, who, digest, typed=typed, problem=refused.message, status=status_of(refused))
    return RedirectResponse(f"/rules/drafts/{digest}?done={done}", 303)


def _page(
    request: Request, who: WhoIsThere, digest: str, *, typed: Typed | None = None, status: int = 200, **more: str
) -> Response:
    parts, times = parts_of(request), times_of(request)
    draft = parts.drafts.get(digest)
    lines, planned = _findings(parts.books.current(), draft), _planned(draft, times)
    against = parts.drafts.replaced(planned) if draft.open else draft.base
    base = parts.drafts.files(against) if against else {}
    return draw_rules(
        request, "rules_draft.html", who, title=f"草案 {draft.hash[:12]}", tab="/rules", status=status, draft=draft,
        against=against, state=STATE_WORDS[draft.state], typed=typed or _typed(planned, times), findings=lines[:SHOWN],
        more=len(lines) - SHOWN, changes=list(DiffWords(base, parts.drafts.files(digest)).lines()), rehearsal=_rehearsed(draft),
        rights=_rights(draft, who.actor, times.now), steps=[_step(one, times) for one in parts.drafts.steps(digest)],
        effective=times.full(draft.effective_at), **more,
    )  # fmt: skip


def _planned(draft: Draft, times: Times) -> datetime | None:
    """Return the time for which it was tried last, if that is yet to come."""
    said = (draft.rehearsal or {}).get("effective_at")
    at = datetime.fromisoformat(said) if said else None
    return at if at is not None and at > times.now else None


def _typed(planned: datetime | None, times: Times) -> Typed:
    """Return what stands in the fields before anybody types: the last month, and the time it was tried for."""
    since = times.now.astimezone(times.zone).date() - timedelta(days=DAYS)
    effective = planned.astimezone(times.zone).strftime("%Y-%m-%dT%H:%M") if planned else ""
    return Typed(since=since.isoformat(), effective=effective)


def _rehearsed(draft: Draft) -> Rehearsed | None:
    return rehearsed(draft.rehearsal) if draft.rehearsal is not None else None


def _findings(pack: Pack, draft: Draft) -> list[FindingLine]:
    """Return errors first, then what is new, then the rest; notices that the book in force has too are left out."""
    fresh = set(draft.fresh)
    found = [_finding(pack, one, at in fresh) for at, one in enumerate(draft.findings) if one.level != "notice" or at in fresh]
    return sorted(found, key=lambda one: (list(LEVELS).index(one.level), not one.fresh))


def _finding(pack: Pack, one: Finding, fresh: bool) -> FindingLine:
    return FindingLine(
        level=one.level, words=LEVELS[one.level], table=TABLE_NAMES.get(one.file.rpartition(".")[0] or one.file, one.file),
        row=one.row, sentence=one.sentence, fresh=fresh, order=one.order,
        example=list(fact_words(pack, one.example or {})),
    )  # fmt: skip


def _rights(draft: Draft, by: Actor, now: datetime) -> Rights:
    def can(*wanted: May) -> bool:
        return by.role is not None and any(may(by.role, one) for one in wanted)

    why = ""
    if draft.errors:
        why = f"检查有 {draft.errors} 处错误,改好后重新提出"
    elif same_person(by.name, draft.proposed_by):
        why = "提出人不能审批自己的草案,请由另一人审批"
    approver = draft.open and can(May.APPROVE_RULES)
    coming = draft.state is DraftState.APPROVED and draft.effective_at is not None and draft.effective_at > now
    return Rights(
        rehearse=draft.open and not draft.errors and can(May.PROPOSE_RULES, May.APPROVE_RULES), approve=approver and not why,
        withdraw=can(May.APPROVE_RULES if draft.state is DraftState.APPROVED else May.PROPOSE_RULES)
        and (draft.open or coming), why_not=why if approver else "",
    )  # fmt: skip


def _step(one: DraftStep, times: Times) -> dict[str, Any]:
    return {"when": times.absolute(one.at), "who": one.actor, "what": STEPS.get(one.step, one.step)}
