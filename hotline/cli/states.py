"""``hotline states``: the order's states and steps as a picture."""

from __future__ import annotations

from typing import Annotated

import typer

from hotline.domain.diagram import mermaid
from hotline.domain.order import State
from hotline.domain.transitions import STATE_NAMES, TABLE
from hotline.web.console.words import EVENT_NAMES


def states(english: Annotated[bool, typer.Option("--english", help="用代码中的名称")] = False) -> None:
    """工单状态与流转图(Mermaid)."""
    typer.echo(picture(english=english))


def picture(*, english: bool) -> str:
    """Return the diagram in Chinese, or in the code's names."""
    if not english:
        return mermaid(STATE_NAMES, EVENT_NAMES, "(上级)")
    return mermaid({state: state.value for state in State}, {row.event: row.event for row in TABLE.values()}, " (above)")
