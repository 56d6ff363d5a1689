"""试一试: a clerk gives facts or a text and sees which rows answer, and why those above did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hotline.domain.call import MAX_TEXT
from hotline.domain.facts import KINDS, Facts
from hotline.domain.roles import Actor, May, may
from hotline.errors import HotlineError, NotAllowed
from hotline.web.api.suggest import measured
from hotline.web.auth import RULES_READERS, WhoIsThere
from hotline.web.console.pages import Typed, times_of
from hotline.web.console.rules.answers import Answer, answers
from hotline.web.console.rules.frame import draw_rules
from hotline.web.console.words import CHANNEL_NAMES, URGENCY_NAMES
from hotline.web.parts import WebParts, parts_of
from hotline.web.problems import status_of
from routing_rules.cases import facts_from
from routing_rules.cells import VULNERABLE
from routing_rules.explain import explain, plain
from routing_rules.names import VALUE_NAMES
from routing_rules.pack import Pack
from routing_rules.wording import list_name

router = APIRouter(prefix="/rules/try", dependencies=[RULES_READERS])
FIELDS: Final = (
    "received_at", "category", "kind", "urgency", "place", "estate", "channel", "origin", "vulnerable", "words", "confidential",
    "reply_needed", "round", "returned_by", "accused", "confidence",
)  # fmt: skip
SETS: Final = ("vulnerable", "words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the form offers; the values are the codes the tables use, the names what a clerk calls them."""

    categories: list[str]
    places: dict[str, str]
    estates: dict[str, str]
    units: dict[str, str]
    words: dict[str, str]
    vulnerable: dict[str, str]
    kinds: tuple[str, ...]
    urgencies: Mapping[str, str]
    channels: Mapping[str, str]


@router.get("")
def empty(request: Request, who: WhoIsThere) -> Response:
    """Show the form."""
    now = times_of(request).now.astimezone(times_of(request).zone)
    return _page(request, who, Typed(received_at=f"{now:%Y-%m-%dT%H:%M}", round="1", reply_needed="yes", urgency="normal"))


@router.post("")
async def ask(request: Request, who: WhoIsThere) -> Response:
    """Read the text into facts when it was given, ask the tables, and show both."""
    form = await request.form()
    typed = Typed({name: "|".join(map(str, form.getlist(name))) for name in form})
    return await run_in_threadpool(_answered, request, who, typed)


def _answered(request: Request, who: WhoIsThere, typed: Typed) -> Response:
    parts = parts_of(request)
    pack = parts.books.current()
    try:
        if typed["action"] == "read":
            typed = _read(parts, typed, who.actor)
        asked = {name: typed[name] for name in FIELDS if typed[name]}
        facts = facts_from({"reply_needed": "no", **asked}, pack.zone)  # a box without its tick sends nothing
    except HotlineError as refused:
        return _page(request, who, typed, problem=refused.message, status=status_of(refused))
    return _page(request, who, typed, found=answers(pack, explain(pack, facts, trace=True), times_of(request)))


def _read(parts: WebParts, typed: Typed, by: Actor) -> Typed:
    """Return the form with the facts that the model and the word lists find in the text."""
    if by.role is None or not may(by.role, May.SUGGEST):
        raise NotAllowed(f"{by.name} may not ask for suggestions")
    found = measured(parts, typed["text"][:MAX_TEXT], by=by)
    return Typed({**_typed(found.proposal.facts, parts.books.current()), "text": typed["text"], "read": "yes"})


def _typed(facts: Facts, pack: Pack) -> dict[str, str]:
    return {name: text for name in FIELDS if (text := _text(getattr(facts, name), pack))}


def _text(value: Any, pack: Pack) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else ""
        case datetime():
            return f"{value.astimezone(pack.zone):%Y-%m-%dT%H:%M}"
        case frozenset():
            return "|".join(sorted(value))
        case float():
            return f"{value:.4f}"
        case _:
            return str(plain(value))


def _page(
    request: Request, who: WhoIsThere, typed: Typed, *, found: list[Answer] | None = None, problem: str = "", status: int = 200
) -> Response:  # fmt: skip
    pack = parts_of(request).books.current()
    return draw_rules(
        request, "rules_try.html", who, title="试一试", tab="/rules/try", status=status, personal=bool(typed["text"]),
        typed=typed, problem=problem, found=found, choices=_choices(pack), chosen={name: typed[name].split("|") for name in SETS},
        may_read=who.actor.role is not None and may(who.actor.role, May.SUGGEST), book=parts_of(request).books.hash[:12],
    )  # fmt: skip


def _choices(pack: Pack) -> Choices:
    return Choices(
        categories=sorted(pack.categories),
        places={pack.geography.path(place.code): place.name for place in pack.places},
        estates={estate.id: estate.name for estate in pack.estates},
        units={unit.code: unit.name for unit in pack.units.values()},
        words={name: list_name(pack, name) for name in sorted(pack.lexicon.words)},
        vulnerable={name: VALUE_NAMES[name] for name in sorted(VULNERABLE)},
        kinds=KINDS,
        urgencies=URGENCY_NAMES,
        channels=CHANNEL_NAMES,
    )
