"""``hotline rules diff``: what differs between two books, in a clerk's words."""

from __future__ import annotations

from functools import cache
from typing import Annotated

import orjson
import typer

from hotline.cli.common import house, out
from hotline.cli.rules.naming import BOOK_HELP, book_files
from routing_rules.rehearsal.diff_words import DiffWords


def diff(
    old: Annotated[str, typer.Argument(help=BOOK_HELP)],
    new: Annotated[str, typer.Argument(help=BOOK_HELP)],
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """逐行比较两个规则包:新增、删除、修改和移动的行,以及设置."""
    opened = cache(house)
    words = DiffWords(book_files(old, opened), book_files(new, opened))
    if as_json:
        out.file.write(orjson.dumps(words.as_dict()).decode() + "\n")
        return
    tell_diff(words)


def tell_diff(words: DiffWords) -> None:
    """Print a difference, table by table."""
    if words.diff.empty:
        out.print("没有差别")
        return
    for heading, sentences in words.lines():
        out.print(heading, style="bold")
        for sentence in sentences:
            out.print("  " + sentence, soft_wrap=True, markup=False)
