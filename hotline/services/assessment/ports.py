"""The rooms of the store for assessments; steps, editions and official scores only grow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from hotline.domain.assessment import AssessmentStep
from hotline.services.assessment.rows import Edition, Head, OfficialFile, OfficialScore


class Assessments(Protocol):
    """Months' assessments."""

    def add_step(self, step: AssessmentStep, head: Head) -> None:
        """Append a step and write the head it leads to; raises ``ChangedMeanwhile`` for a number that is taken."""

    def steps(self, month: date) -> list[AssessmentStep]:
        """Return a month's steps, oldest first."""

    def heads(self, first: date, last: date) -> list[Head]:
        """Return the heads of months from ``first`` to ``last``, both included, newest first."""

    def add_edition(self, edition: Edition) -> None:
        """Keep a table; the database lets nobody change it."""

    def edition(self, month: date, number: int) -> Edition | None:
        """Return a table."""


class OfficialScores(Protocol):
    """The city's scores, by file."""

    def add(self, file: OfficialFile, scores: Sequence[OfficialScore]) -> bool:
        """Keep a file's scores; False, and nothing is changed, where the file is known."""

    def files(self, limit: int) -> list[OfficialFile]:
        """Return files, newest first."""

    def of(self, first: date, last: date) -> list[OfficialScore]:
        """Return the scores of months, both included: of each month and unit the one that was brought in last."""


class AssessmentRooms(Protocol):
    """The part of a unit of work that assessments need."""

    @property
    def assessments(self) -> Assessments: ...
    @property
    def official_scores(self) -> OfficialScores: ...
