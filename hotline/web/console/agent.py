"""坐席工作台, the agents' desk: the suggestion appears while the text is typed; saving never waits for the model."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from hotline.domain.call import MAX_TEXT, Call, Caller, NewCall
from hotline.domain.roles import Actor
from hotline.domain.transitions import STATE_NAMES
from hotline.errors import HotlineError, InvalidInput, NotFound
from hotline.services.rows import OrderFilter
from hotline.services.suggest import Suggested
from hotline.web.api.suggest import measured
from hotline.web.auth import AgentUser, SuggestUser, WhoIsThere
from hotline.web.console.clocktext import Times
from hotline.web.console.pages import Typed, draw, draw_part, times_of
from hotline.web.console.rows import EarlierCall, Row, earlier, row_of
from hotline.web.console.units import SuggestionText, UnitChoice, receiving, suggested, with_assists
from hotline.web.console.words import CHOICE_REASONS
from hotline.web.parts import WebParts, parts_of
from hotline.web.problems import status_of

router = APIRouter(prefix="/agent")
SOURCE: Final = "desk"
SHOWN: Final = 5  # Alt+1…5
WORDS: Final = 8  # deciding words shown


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedText:
    """The suggestion as the panel shows it."""

    suggestions: list[SuggestionText]
    unsure: bool
    emergency: str
    refused: str
    category: str
    place: str
    words: list[str]
    same_place: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptText:
    """What was recorded, to be read to the caller; ``order_id`` is empty until triage made the order."""

    call_id: str
    code: str
    order_id: str
    state: str


@router.get("")
def agent(request: Request, who: WhoIsThere, by: AgentUser, receipt: str = "") -> Response:
    """Show an empty form, and the receipt of the call just recorded."""
    return _page(request, who, Typed(), receipt=_receipt(parts_of(request), receipt, by) if receipt else None)


@router.post("")
def record(
    request: Request, who: WhoIsThere, by: AgentUser, message_id: Annotated[str, Form()],
    text: Annotated[str, Form()] = "", phone: Annotated[str, Form()] = "", name: Annotated[str, Form()] = "",
    address: Annotated[str, Form()] = "", unit: Annotated[str, Form()] = "", other: Annotated[str, Form()] = "",
    reason_code: Annotated[str, Form()] = "", direct_answer: Annotated[str, Form()] = "",
    action: Annotated[str, Form()] = "dispatch",
) -> Response:  # fmt: skip
    """Record the call: answered on the spot, for the chosen unit, or left to the desk; then show its receipt.

    The form carries its own message id, so that sending it twice records it once.
    """
    typed = Typed(
        text=text, phone=phone, name=name, address=address, unit=unit, other=other, reason_code=reason_code,
        direct_answer=direct_answer,
    )  # fmt: skip
    parts = parts_of(request)
    try:
        receipt = parts.intake.record(_call(parts, typed, message_id, direct=action == "direct", by=by))
    except HotlineError as refused:
        return _page(request, who, typed, message_id=message_id, problem=refused.message, status=status_of(refused))
    return RedirectResponse(f"/agent?receipt={receipt.call_id}", 303)


@router.post("/suggest")
def suggest(
    request: Request, by: SuggestUser, text: Annotated[str, Form()] = "", place: Annotated[str, Form()] = ""
) -> Response:  # fmt: skip
    """Return the panel of suggestions for what was typed so far; nothing is recorded."""
    parts = parts_of(request)
    found = measured(parts, text[:MAX_TEXT], place=place[:200], by=by)
    shown = _suggested(parts, found, times_of(request), by)
    return draw_part("agent_suggestions.html", suggested=shown, typed=Typed())


@router.post("/history")
def history(request: Request, who: WhoIsThere, by: AgentUser, phone: Annotated[str, Form()] = "") -> Response:
    """Return the caller's calls of the last 30 days: a piece for the script, else the whole page with what was typed."""
    found = _history(parts_of(request), phone, times_of(request), by) if phone.strip() else None
    if request.headers.get("x-fragment"):
        return draw_part("agent_history.html", history=found)
    form: Any = getattr(request, "_form", None) or {}  # parsed before this route ran
    typed = Typed({key: value for key, value in form.items() if isinstance(value, str)})
    return _page(request, who, typed, history=found, message_id=typed["message_id"])


@router.get("/receipt/{call_id}")
def receipt(request: Request, by: AgentUser, call_id: str) -> Response:
    """Tell whether triage has made the order yet."""
    found = _receipt(parts_of(request), call_id, by)
    return JSONResponse({"order_id": found.order_id if found else "", "state": found.state if found else ""})


def _call(parts: WebParts, typed: Typed, message_id: str, *, direct: bool, by: Actor) -> NewCall:
    answer, chosen = typed["direct_answer"].strip(), typed["other"] or typed["unit"]
    if direct and not answer:
        raise InvalidInput("a direct answer needs a text", message="直接答复办结须填写直接答复内容")
    if chosen and not direct:
        parts.books.current().receiving_unit(chosen)
    if typed["other"] and not direct and typed["reason_code"] not in CHOICE_REASONS:
        raise InvalidInput("another unit needs a reason code", message="选择建议以外的单位,请选择未采用建议的原因")
    return NewCall(
        source=SOURCE, message_id=message_id, received_at=parts.clock.now(), text=typed["text"], channel="phone",
        caller=Caller(name=typed["name"].strip(), phone=typed["phone"].strip()), address=typed["address"].strip(),
        chosen_unit=None if direct else chosen or None, direct_answer=answer if direct else "", recorded_by=by.name,
        extra={"reason_code": typed["reason_code"]} if typed["other"] else {},
    )  # fmt: skip


def _page(
    request: Request, who: WhoIsThere, typed: Typed, *, receipt: ReceiptText | None = None, problem: str = "", status: int = 200,
    message_id: str = "", history: list[EarlierCall] | None = None,
) -> Response:  # fmt: skip
    pack = parts_of(request).books.current()
    places = [place.name for place in pack.places if place.level != "district"] + [estate.name for estate in pack.estates]
    return draw(
        request, "agent.html", who, title="坐席工作台", status=status, personal=True, typed=typed, receipt=receipt,
        problem=problem, message_id=message_id or uuid.uuid4().hex, history=history, units=receiving(pack), places=places,
        choice_reasons=CHOICE_REASONS, suggested=None, suggest_status="输入 6 个字以上后显示建议",
    )  # fmt: skip


def _suggested(parts: WebParts, found: Suggested, times: Times, by: Actor) -> SuggestedText:
    pack, row, reading = parts.books.current(), found.proposal.row, found.reading
    assists = [UnitChoice(code, pack.unit_name(code)) for code in row.assists]
    place = reading.place
    near = OrderFilter(place=place.path if place else None, open_only=True)
    same = parts.queries.orders(near, limit=3, by=by).orders if place else ()
    return SuggestedText(
        suggestions=with_assists(suggested(pack, found.suggestions, most=SHOWN, unsure=found.unsure), row.lead, assists),
        unsure=found.unsure,
        emergency=reading.emergency or "", refused=f"{found.refused.matter}。{found.refused.route}" if found.refused else "",
        category=reading.first.label, place=place.name if place else "",
        words=list(dict.fromkeys(one.word for one in reading.evidence))[:WORDS],
        same_place=[row_of(one, pack, times) for one in same],
    )  # fmt: skip


def _history(parts: WebParts, phone: str, times: Times, by: Actor) -> list[EarlierCall]:
    """Return the earlier calls of who is calling now: a call that is not recorded yet."""
    new = NewCall(source=SOURCE, message_id="-", received_at=times.now, text="-", caller=Caller(phone=phone.strip()))
    now = Call(id="", new=new, code="", recorded_at=times.now)
    return earlier(parts.queries.earlier_calls(now, by=by), times)


def _receipt(parts: WebParts, call_id: str, by: Actor) -> ReceiptText | None:
    try:
        call = parts.queries.call(call_id, by=by)
    except NotFound:
        return None
    order = parts.queries.order(call.order_id, by=by).order if call.order_id else None
    unit = parts.books.current().unit_name(order.unit) if order and order.unit else ""
    state = " · ".join(part for part in (STATE_NAMES[order.state] if order else "", unit) if part)
    return ReceiptText(call_id=call.id, code=call.code, order_id=order.id if order else "", state=state)
