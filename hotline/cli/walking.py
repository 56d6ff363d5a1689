"""``hotline walk``: an order's whole story, as a clerk would tell it to a colleague."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from hotline.cli.common import house, out
from hotline.domain.roles import Actor, Role
from hotline.services.queries import Queries
from hotline.services.ratings import Ratings
from hotline.simulation.story import Known, told
from hotline.web.console.clocktext import Times

ASKER = Actor("命令行", Role.ADMIN)


def walk(
    order: Annotated[str, typer.Option("--order", help="工单编号")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """讲述一件工单的全过程:来电、判断、每一步由谁在何时办理、用时和时限,直到回访;来电人信息隐去."""
    home = house()
    now, pack = home.clock.now(), home.books.current()
    parts = home.store, home.clock, home.books
    found = Queries(*parts).order(order, by=ASKER)
    ratings = Ratings(*parts).of(order, by=ASKER)
    story = told(Known(found, ratings, now), pack, Times(pack.zone, now, pack.settings.bands))
    if as_json:
        typer.echo(json.dumps(story.as_dict, ensure_ascii=False))
        return
    for heading, lines in story.parts:
        out.print(f"【{heading}】", markup=False, soft_wrap=True)
        for line in lines:
            out.print(f"  {line}", markup=False, soft_wrap=True)
