"""What an assessment refuses."""

from __future__ import annotations

from hotline.errors.base import HotlineError


class AssessmentRefused(HotlineError):
    """An act on a month's assessment that its stage, its time or its two persons do not allow; ``message`` says which."""

    code = "assessment.refused"

    def __init__(self, month: str, act: str, why: str) -> None:
        super().__init__(f"assessment {month} may not be {act}", message=why)
        self.month, self.act = month, act
