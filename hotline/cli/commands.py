"""The command tree."""

from __future__ import annotations

import typer

from hotline.cli import bench, data, keys, models, rules, run
from hotline.cli.demo import demo

app = typer.Typer(
    name="hotline", help="12345 热线工单分派引擎", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
app.add_typer(keys.app, name="key")
app.add_typer(rules.app, name="rules")
app.add_typer(bench.app, name="bench")
for command in (run.up, run.web, run.worker, run.clock, run.broker, run.topics, demo):
    app.command()(command)
for command in (data.migrate, data.backup, data.restore, data.replay):
    app.command()(command)
app.command(name="import")(data.import_file)
for command in (models.train, models.evaluate, models.classify):
    app.command()(command)
