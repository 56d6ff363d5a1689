"""The transition table as a picture (Mermaid), for the README; a test keeps the picture and the table the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hotline.domain.order import ENDS, State
from hotline.domain.transitions import OPEN, TABLE, Transition


def mermaid(states: Mapping[State, str], events: Mapping[str, str], above: str) -> str:
    """Return a state diagram: a box a state, an arrow a step that changes the state; ``events`` names the arrows.

    Steps that leave the state as it is have no arrow, and ``above`` follows what only the platform above does from there. A step
    open to every open order starts at the box around them.
    """
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> open", f"    state open {{\n{_boxes(states, OPEN)}"]
    lines += [*_arrows(OPEN, events, above), "    }", _boxes(states, ENDS).replace("        ", "    ")]
    lines += [f"    open --> {row.target} : {events[row.event]}" for row in _moving() if row.sources == OPEN]
    lines += [f"    {line.strip()}" for line in _arrows(ENDS, events, above)]
    return "\n".join([*lines, "```"])


def _moving() -> Iterator[Transition]:
    return (row for row in TABLE.values() if row.target is not None)


def _boxes(states: Mapping[State, str], some: frozenset[State]) -> str:
    return "\n".join(f"        {state} : {states[state]}" for state in State if state in some)


def _arrows(some: frozenset[State], events: Mapping[str, str], above: str) -> list[str]:
    """Return the arrows that begin or end in ``some`` states; those between open and ended orders belong to the ended ones."""
    found: dict[tuple[State, State], list[str]] = {}
    for row in _moving():
        for source in sorted((row.sources | row.above) - row.stays if row.sources != OPEN else ()):
            assert row.target is not None  # noqa: S101  # by _moving
            outside = source in ENDS or row.target in ENDS
            if source is not row.target and outside == (some is ENDS):
                found.setdefault((source, row.target), []).append(events[row.event] + (above if source in row.above else ""))
    return [f"        {source} --> {target} : {' · '.join(names)}" for (source, target), names in found.items()]
