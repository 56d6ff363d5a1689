"""回访台: who is to be called, one at a time with script and attempts, three questions, five levels; and 差评核实."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hotline.domain.actions import Action
from hotline.domain.lifecycle import allowed
from hotline.domain.order import Event, Flag
from hotline.domain.ratings import Rating
from hotline.domain.roles import Actor
from hotline.domain.transitions import STATE_NAMES
from hotline.errors import HotlineError, InvalidInput, NotFound
from hotline.services.callback_queue import TABS, Waiting
from hotline.services.closing import Callback
from hotline.services.rows import OrderView
from hotline.web.auth import ReadUser, WhoIsThere, acting
from hotline.web.console.clocktext import Times
from hotline.web.console.desk_view import caller_words
from hotline.web.console.order_acts import heard
from hotline.web.console.pages import Typed, draw, times_of
from hotline.web.console.rows import Piece, Row, pieces, row_of
from hotline.web.console.words import RATING_NAMES, SOLVED_NAMES
from hotline.web.parts import WebParts, parts_of
from hotline.web.problems import status_of
from routing_rules.pack import Pack

router = APIRouter(prefix="/callbacks")
Field = Annotated[str, Form()]
CallUser = Annotated[Actor, Depends(acting(Action.CLOSE))]
CheckUser = Annotated[Actor, Depends(acting(Action.CHECK_RATING))]
OWED_NAMES: Final = {"always": "必访", "sampled": "抽中", "not_sampled": "未抽中", "none": "不需回访"}
UNSOLVED: Final = {
    "not_handled": "没有人来处理", "not_thorough": "处理不彻底", "promised": "承诺了还没做", "no_basis": "诉求缺少依据,已解释",
    "later": "须等待条件(季节、资金、审批)", "other": "其他",
}  # fmt: skip
"""Why a matter is not, or not quite, solved: one code in words, kept as the callback's reason."""


@dataclass(frozen=True, slots=True)
class Try:
    """An attempt to call, in words."""

    at: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """The order open on the callback desk."""

    row: Row
    pieces: list[Piece]
    caller: str
    answer: str
    public: str
    tries: list[Try]
    attempt: int
    allowed: int
    too_soon: bool
    why: str
    pre: bool
    follow_up: bool
    rating: str
    rating_reason: str
    check: str
    can_call: bool
    can_check: bool
    can_rectify: bool
    flags: frozenset[str]


@router.get("")
def callbacks(
    request: Request, who: WhoIsThere, _: ReadUser, tab: str = "call", order: str = "", done: str = ""
) -> Response:  # fmt: skip
    """Show a tab's queue and one order: the one asked for, else the first."""
    return _page(request, who, tab if tab in TABS else "call", wanted=order, done=done)


@router.post("/{order_id}")
def call(
    request: Request, who: WhoIsThere, by: CallUser, order_id: str, reached: Field = "", responded: Field = "",
    solved: Field = "", rating: Field = "", note: Field = "", reason: Field = "", reopen: Field = "",
) -> Response:  # fmt: skip
    """Record a callback and open the next one."""
    typed = Typed(
        reached=reached, responded=responded, solved=solved, rating=rating, note=note, reason=reason, reopen=reopen
    )  # fmt: skip

    def act() -> object:
        return parts_of(request).closing.callback(order_id, _heard(typed), by=by)

    return _act(request, who, "call", order_id, typed, act)


@router.post("/{order_id}/close")
def close(request: Request, who: WhoIsThere, by: CallUser, order_id: str) -> Response:
    """Close without a call."""
    return _act(request, who, "uncalled", order_id, Typed(), lambda: parts_of(request).closing.close_uncalled(order_id, by=by))


@router.post("/{order_id}/check")
def check(
    request: Request, who: WhoIsThere, by: CheckUser, order_id: str, reasonable: Field = "", reason: Field = ""
) -> Response:  # fmt: skip
    """Find a bad rating reasonable, and give the order back to be rectified in the same commit; or not."""

    def act() -> object:
        if reasonable not in ("yes", "no"):
            raise InvalidInput("a decision is needed", message="请选择核实结果")
        fair = reasonable == "yes"
        return parts_of(request).followup.ratings.check(order_id, reasonable=fair, reason=reason, rectify=fair, by=by)

    return _act(request, who, "checks", order_id, Typed(reason=reason), act)


def _heard(typed: Typed) -> Callback:
    if typed["solved"] in ("partly", "no") and typed["reason"] not in UNSOLVED:
        raise InvalidInput("a reason is needed", message="未解决或部分解决的,请选择原因")
    return heard(typed, UNSOLVED.get(typed["reason"], ""))


def _act(
    request: Request, who: WhoIsThere, tab: str, order_id: str, typed: Typed, act: Callable[[], object]
) -> Response:  # fmt: skip
    try:
        act()
    except NotFound:
        raise
    except HotlineError as refused:
        return _page(request, who, tab, wanted=order_id, problem=refused.message, typed=typed, status=status_of(refused))
    return RedirectResponse(f"/callbacks?tab={tab}&done={order_id}", 303)


def _page(
    request: Request, who: WhoIsThere, tab: str, *, wanted: str = "", done: str = "", problem: str = "",
    typed: Typed | None = None, status: int = 200,
) -> Response:  # fmt: skip
    parts, times, by = parts_of(request), times_of(request), who.actor
    pack, queue = parts.books.current(), parts.followup.callbacks
    waiting = queue.waiting(tab, by=by)
    at_hand = {one.order.id: one for one in waiting}
    if not wanted:
        wanted = next((ident for ident in at_hand if ident != done), next(iter(at_hand), ""))
    found = parts.queries.order(wanted, by=by) if wanted else None
    opened = _opened(pack, found, at_hand.get(wanted), parts.followup.ratings.of(wanted, by=by), times, by) if found else None
    return draw(
        request, "callbacks.html", who, title="回访台", status=status, personal=True, tab=tab, order=opened,
        rows=[(row_of(one.order, pack, times), OWED_NAMES[one.why], one.too_soon) for one in waiting],
        counts=queue.counts(by=by), solved_names=SOLVED_NAMES, rating_names=RATING_NAMES, unsolved=UNSOLVED,
        done=_done(parts, done, by), problem=problem, typed=typed or Typed(), updated=times.clock(),
    )  # fmt: skip


def _opened(
    pack: Pack, found: OrderView, waits: Waiting | None, ratings: Sequence[Rating], times: Times, by: Actor
) -> Called:  # fmt: skip
    order, can = found.order, allowed(found.order, by)
    answer = _last(found.events, "answered")
    bad = next((one for one in reversed(ratings) if one.bad and one.round == order.round), None)
    return Called(
        row=row_of(order, pack, times), pieces=pieces(found.calls[0].new.text, ()), caller=caller_words(found),
        answer=str(answer.get("text", "")), public=str(answer.get("public", "")), tries=list(_tries(found.events, times)),
        attempt=order.callback_attempts + 1, allowed=pack.settings.callback_attempts,
        too_soon=bool(waits and waits.too_soon), why=OWED_NAMES[waits.why] if waits else "",
        pre=order.origin == "upstream", follow_up=Flag.RECTIFYING in order.flags,
        rating=RATING_NAMES[bad.level] if bad else "", rating_reason=bad.reason if bad else "",
        check=str(_last(found.events, "rating_checked").get("reason", "")), can_call=Action.CLOSE in can,
        can_check=Action.CHECK_RATING in can, can_rectify=Action.RECTIFY in can, flags=frozenset(map(str, order.flags)),
    )  # fmt: skip


def _last(events: Sequence[Event], kind: str) -> dict[str, object]:
    return dict(next((event.data for event in reversed(events) if event.kind == kind), {}))


def _tries(events: Sequence[Event], times: Times) -> list[Try]:
    """Return the attempts to reach the citizen, and the unit's own."""
    found = []
    for event in events:
        if event.kind == "callback_attempted":
            said = "未接通" if not event.data.get("reached") else "预回访接通"
            found.append(Try(times.absolute(event.at), said + ("" if event.data.get("counted", True) else "(同一半天,不另计)")))
    return found


def _done(parts: WebParts, order_id: str, by: Actor) -> str:
    """Say what became of the order that was just dealt with."""
    if not order_id:
        return ""
    try:
        order = parts.queries.order(order_id, by=by).order
    except NotFound:
        return ""
    return f"{order.id} {STATE_NAMES[order.state]}" + (f"(第 {order.round} 次办理)" if order.round > 1 and order.open else "")
