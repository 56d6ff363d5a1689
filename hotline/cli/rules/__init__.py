"""``hotline rules``: the rule tables, checked, asked, rehearsed and put in force."""

from __future__ import annotations

import typer

from hotline.cli.rules import books, checking, comparing, explaining, rehearsing, rulings

app = typer.Typer(help="规则表", no_args_is_help=True)
for command in (
    checking.check, checking.cases, explaining.explain, comparing.diff, rehearsing.rehearse, rulings.propose_row,
    books.propose, books.approve, books.publish, books.withdraw,
):  # fmt: skip
    app.command()(command)
app.command("list")(books.list_books)
