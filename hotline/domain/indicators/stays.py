"""How long an order stayed in each stage, and whose it was then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hotline.domain.order import Event, State
from hotline.domain.transitions import STAGES, TABLE

TARGETS: Final[dict[str, State]] = {
    "registered": State.ON_DESK,
    "answered_directly": State.ANSWERED_DIRECTLY,
    **{row.event: row.target for row in TABLE.values() if row.target is not None},
}
"""The state an event leads to; an event that is not here leaves the state as it is."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay in a stage, over at ``left``; ``unit`` held the order then, empty on the desk."""

    order_id: str
    stage: str
    unit: str
    entered: datetime
    left: datetime


def stays(events: Iterable[Event]) -> Iterator[Stay]:
    """Yield the finished stays of one order, from its events sorted by ``seq``; a new round is a new stay, also in its stage."""
    stage: str | None = None
    since, unit = None, ""
    for event in events:
        target = TARGETS.get(event.kind)
        after = STAGES.get(target) if target is not None else stage
        if after == stage and event.kind != "reopened":
            continue
        if stage is not None and since is not None:
            yield Stay(event.order_id, stage, unit, since, event.at)
        stage, since, unit = after, event.at, event.unit or ""
