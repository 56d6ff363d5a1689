"""Points by hand 加减分: entered with what they rest on, approved by another person."""

from __future__ import annotations

from datetime import date
from typing import Final

from hotline.domain.assessment import Act, Assessment
from hotline.domain.ranking import DIGITS
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput
from hotline.services.assessment.steps import Steps, written

MOST: Final = 100.0


class ManualPoints(Steps):
    """Enters points and decides on them."""

    def add(self, month: date, unit: str, points: float, *, basis: str, by: Actor) -> Assessment:
        """Enter points, negative ones too, with two decimals. Raises ``InvalidInput`` and ``UnknownUnit``."""
        self._books.current().known_unit(unit)
        if not -MOST <= points <= MOST or round(points, DIGITS) == 0:
            raise InvalidInput("points out of range", message=f"加减分应在 -{MOST:g} 至 {MOST:g} 之间,且不为 0")
        data = {"unit": unit, "points": round(points, DIGITS), "basis": written(basis, "加减分依据")}
        return self._do(month, Act.ADD_POINTS, by, data)

    def grant(self, month: date, no: int, *, by: Actor) -> Assessment:
        """Approve points that another person entered."""
        return self._do(month, Act.GRANT_POINTS, by, {}, no=no)

    def refuse(self, month: date, no: int, *, reason: str, by: Actor) -> Assessment:
        """Refuse them, with a reason."""
        return self._do(month, Act.REFUSE_POINTS, by, {"note": written(reason, "不批准的理由")}, no=no)
