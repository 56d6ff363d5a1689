"""When a dispatch row fires: not for a unit that has returned the order, as ``routing_rules.decide.dispatch`` has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from hotline.domain.facts import Facts
from routing_rules.decide import lead_of, resolve
from routing_rules.dispatching import Target
from routing_rules.pack import Pack
from routing_rules.verify.slots import Paths, Texts
from routing_rules.verify.space import ANYTHING, Box, Space

_WHEN = datetime(2024, 1, 1, tzinfo=UTC)  # no lead depends on the time
_Leads = Iterable[tuple[Box, str | None]]


class Firing:
    """For a target: the parts of the space in which it has one lead each, less those in which that lead has returned it."""

    def __init__(self, pack: Pack, space: Space) -> None:
        self._pack, self.space = pack, space
        self._made: dict[str, tuple[Box, ...]] = {}

    def boxes(self, lead: str) -> tuple[Box, ...]:
        """Return where a row with this ``->lead`` fires."""
        if lead not in self._made:
            found = []
            for where, unit in self._leads(lead):
                members = self.space.mask_of("returned_by", [unit] if unit else [])
                found.append(Box(where.masks, none={"returned_by": members}) if members else where)
            self._made[lead] = tuple(found)
        return self._made[lead]

    def _leads(self, lead: str) -> _Leads:
        if lead == "@parent" or not lead.startswith("@"):
            yield from self._by_accused(lead)
            return
        for where, unit in self._resolved(lead):
            for accused, last in self._by_accused(unit) if unit else ((ANYTHING, None),):
                yield Box({**where.masks, **accused.masks}), last

    def _by_accused(self, lead: str) -> _Leads:
        return self._grouped("accused", ANYTHING, lambda accused: lead_of(self._pack, _facts(accused=accused), Target(lead))[0])

    def _resolved(self, token: str) -> _Leads:
        """By the place where it says a street, or else by the estate; a company by the estate, or else by the place."""
        first, second = ("estate", "place") if token.startswith("@estate.") else ("place", "estate")
        for one in self._slot(first).values:
            own = Box({first: self._slot(first).at(one)})
            if one is not None and (first == "estate" or "/" in one):
                yield own, resolve(self._pack, _facts(**{first: one}), token)
            else:
                yield from self._grouped(second, own, self._resolver(token, first, one, second))

    def _resolver(self, token: str, first: str, one: str | None, second: str) -> Callable[[str | None], str | None]:
        return lambda two: resolve(self._pack, _facts(**{first: one, second: two}), token)

    def _grouped(self, slot: str, within: Box, answer: Callable[[str | None], str | None]) -> _Leads:
        masks: dict[str | None, int] = defaultdict(int)
        for value in self._slot(slot).values:
            masks[answer(value)] |= self._slot(slot).at(value)
        return [(Box({**within.masks, slot: mask}), found) for found, mask in masks.items()]

    def _slot(self, name: str) -> Texts | Paths:
        slot = self.space.slots[name]
        assert isinstance(slot, Texts | Paths)  # noqa: S101  # only asked for places, estates and units
        return slot


def _facts(**known: str | None) -> Facts:
    return Facts(received_at=_WHEN, **known)  # type: ignore[arg-type]  # texts all
