"""Assessments and official scores, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import orjson

from hotline.domain.assessment import AssessmentStep
from hotline.errors import ChangedMeanwhile
from hotline.services.assessment.rows import Edition, Head, OfficialFile, OfficialScore
from hotline.store.memory.state import State
from hotline.store.texts import as_json


class MemoryAssessments:
    """``assessment.ports.Assessments`` in memory."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add_step(self, step: AssessmentStep, head: Head) -> None:
        """Append a step and write the head it leads to; raises ``ChangedMeanwhile`` for a number that is taken."""
        key = (step.month, step.seq)
        if key in self._state.assessment_steps:
            raise ChangedMeanwhile(f"assessment {step.month:%Y-%m} has a step {step.seq}")
        self._state.assessment_steps[key] = replace(step, data=orjson.loads(as_json(step.data)))
        self._state.assessments[step.month] = head

    def steps(self, month: date) -> list[AssessmentStep]:
        """Return a month's steps, oldest first."""
        found = (step for step in self._state.assessment_steps.values() if step.month == month)
        return sorted(found, key=lambda step: step.seq)

    def heads(self, first: date, last: date) -> list[Head]:
        """Return the heads of months from ``first`` to ``last``, both included, newest first."""
        found = (head for head in self._state.assessments.values() if first <= head.month <= last)
        return sorted(found, key=lambda head: head.month, reverse=True)

    def add_edition(self, edition: Edition) -> None:
        """Keep a table."""
        self._state.assessment_editions[edition.month, edition.number] = edition

    def edition(self, month: date, number: int) -> Edition | None:
        """Return a table."""
        return self._state.assessment_editions.get((month, number))


class MemoryOfficialScores:
    """``assessment.ports.OfficialScores`` in memory."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, file: OfficialFile, scores: Sequence[OfficialScore]) -> bool:
        """Keep a file's scores; False, and nothing is changed, where the file is known."""
        if file.hash in self._state.official_files:
            return False
        self._state.official_files[file.hash] = (file, tuple(scores))
        return True

    def files(self, limit: int) -> list[OfficialFile]:
        """Return files, newest first."""
        files = (file for file, _ in self._state.official_files.values())
        return sorted(files, key=lambda file: (-file.at.timestamp(), file.hash))[:limit]

    def of(self, first: date, last: date) -> list[OfficialScore]:
        """Return the scores of months, both included: of each month and unit the one that was brought in last."""
        found: dict[tuple[date, str], OfficialScore] = {}
        for file in reversed(self.files(len(self._state.official_files))):
            scores = self._state.official_files[file.hash][1]
            found.update({(one.month, one.unit): one for one in scores if first <= one.month <= last})
        return [found[key] for key in sorted(found)]
