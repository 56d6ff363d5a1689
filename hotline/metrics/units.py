"""The metric label ``unit``: departments, streets, towns, companies and the desk; what is below counts under its parent."""

from __future__ import annotations

from routing_rules.units import DESK, Units

LABELLED = frozenset({"department", "desk", "company", "street", "town"})


class UnitLabels:
    """Maps unit codes to label values, at most about 100 of them."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self.names: dict[str, str] = {DESK: "派单台"}
        self.names.update((code, unit.name) for code, unit in units.items() if unit.level in LABELLED)

    def of(self, code: str | None) -> str:
        """Return the label for ``code``; an order without a unit is the desk's, a unit no book knows keeps its code."""
        if code is None:
            return DESK
        if code in self.names:
            return code
        return next((above.code for above in self._units.above(code) if above.code in self.names), code)

    @property
    def all(self) -> tuple[str, ...]:
        """Every label that exists from the start, the desk first."""
        return tuple(self.names)
