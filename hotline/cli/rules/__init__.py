"""``hotline rules``: the rule tables, checked, asked, rehearsed and put in force."""

from __future__ import annotations

import typer

from hotline.cli.rules import books, checking, explaining

app = typer.Typer(help="规则表", no_args_is_help=True)
for command in (checking.check, explaining.explain, books.publish):
    app.command()(command)
