"""The suggestion while the text is typed."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from hotline.domain.call import MAX_TEXT
from hotline.domain.reading import Evidence, Reading
from hotline.errors import HotlineError, InvalidInput
from hotline.metrics.web import Outcome
from hotline.services.suggest import Suggested
from hotline.web.api.fields import Request
from hotline.web.api.order_views import SuggestionView
from hotline.web.auth import SuggestUser
from hotline.web.parts import UsesParts, WebParts

router = APIRouter(prefix="/api/v1/suggest", tags=["派单建议"])


class SuggestRequest(Request):
    """What has been typed so far; ``place`` is the address as the agent wrote it."""

    text: Annotated[str, Field(max_length=MAX_TEXT)]
    place: Annotated[str, Field(max_length=500)] = ""
    title: Annotated[str, Field(max_length=500)] = ""


class LikelyView(BaseModel):
    """A label with the model's confidence, 0…1."""

    label: str
    confidence: float


class WeighedView(BaseModel):
    """A stretch of the text that spoke for the first category, characters ``start`` to ``end``, exclusive."""

    word: str
    start: int
    end: int
    weight: float


class PlaceView(BaseModel):
    """A place found; ``others`` are other readings of an ambiguous name."""

    path: str
    name: str
    estate: str | None
    others: list[str]


class SuggestView(BaseModel):
    """What is proposed. ``why_desk`` = why a person decides, empty when nobody need; ``route`` = where a refused matter goes."""

    suggestions: list[SuggestionView]
    unsure: bool
    why_desk: str
    goes_out: bool
    category: list[LikelyView]
    kind: str
    urgency: str
    emergency: str | None
    place: PlaceView | None
    evidence: list[WeighedView]
    assists: list[str]
    due: dict[str, datetime]
    route: str | None
    model: str
    book: str

    @classmethod
    def of(cls, found: Suggested, parts: WebParts) -> SuggestView:
        """Show a suggestion."""
        reading, pack = found.reading, parts.books.current()
        return cls(
            suggestions=[SuggestionView.of(one, pack) for one in found.suggestions], unsure=found.unsure,
            why_desk=found.proposal.why_desk, goes_out=found.proposal.goes_out,
            category=[LikelyView(label=one.label, confidence=round(one.confidence, 4)) for one in reading.category],
            kind=reading.kind, urgency=reading.urgency, emergency=reading.emergency, place=_place(reading),
            evidence=[_weighed(one) for one in reading.evidence],
            assists=list(found.proposal.row.assists), due=dict(found.due), route=found.refused.route if found.refused else None,
            model=reading.model, book=parts.books.hash,
        )  # fmt: skip


@router.post("")
def suggest(body: SuggestRequest, parts: UsesParts, who: SuggestUser) -> SuggestView:
    """Suggest units for a text; nothing is recorded."""
    return SuggestView.of(measured(parts, body.text, title=body.title, place=body.place, by=who), parts)


def measured(parts: WebParts, text: str, *, title: str = "", place: str = "", by: SuggestUser) -> Suggested:
    """Return the suggestion for a text and count what came of it; pages call this too."""
    started = time.perf_counter()
    try:
        found = parts.suggest.suggest(text, title=title, place=place, by=by)
    except InvalidInput:
        raise  # an empty text says nothing of the model
    except (HotlineError, RuntimeError, ValueError):
        parts.metrics.suggested("error", time.perf_counter() - started)
        raise
    parts.metrics.suggested(_outcome(found), time.perf_counter() - started, found.reading)
    return found


def _outcome(found: Suggested) -> Outcome:
    if not found.suggestions:
        return "empty"
    return "low_confidence" if found.unsure else "shown"


def _weighed(one: Evidence) -> WeighedView:
    return WeighedView(word=one.word, start=one.start, end=one.end, weight=round(one.weight, 4))


def _place(reading: Reading) -> PlaceView | None:
    place = reading.place
    return PlaceView(path=place.path, name=place.name, estate=place.estate, others=list(place.others)) if place else None
