"""Everything about assessments, in one hand."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.services.assessment.objections import Objections
from hotline.services.assessment.official import Official, ReadScores
from hotline.services.assessment.points import ManualPoints
from hotline.services.assessment.procedure import Procedure
from hotline.services.assessment.restating import Restating
from hotline.services.assessment.year import Years
from hotline.services.books import Books
from hotline.services.ports import Clock, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessing:
    """The services behind the assessment's pages and API."""

    procedure: Procedure
    objections: Objections
    points: ManualPoints
    restating: Restating
    years: Years
    official: Official


def assessing(store: Store, clock: Clock, books: Books, read: ReadScores) -> Assessing:
    """Return the services over one store; ``read`` reads the city's file."""
    return Assessing(
        procedure=Procedure(store, clock, books), objections=Objections(store, clock, books),
        points=ManualPoints(store, clock, books), restating=Restating(store, clock, books), years=Years(store, clock, books),
        official=Official(store, clock, books, read),
    )  # fmt: skip
