"""Calls that an outside platform writes to the topic ``hotline.intake`` of a durable Kafka: they enter as every call does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotline.services.intake import Intake
from hotline.services.rows import Receipt
from hotline.services.set_aside import call_of


class OutsideIntake:
    """Hands messages of the topic to the intake."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def handle(self, calls: Sequence[Mapping[str, object]]) -> int:
        """Record messages, the fields of ``NewCall`` as JSON; return how many were new.

        Raises ``InvalidInput`` for one that is none (the guard then sets it aside alone); a conflict is listed by the intake.
        """
        answers = self._intake.record_many([call_of(fields) for fields in calls])
        return sum(1 for answer in answers if isinstance(answer, Receipt) and answer.created)
