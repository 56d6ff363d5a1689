"""The command tree."""

from __future__ import annotations

from collections.abc import Callable

import typer

from hotline.cli import bench, data, keys, models, rules, run
from hotline.cli.demo import demo

app = typer.Typer(
    name="hotline", help="12345 热线工单分派引擎", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
app.add_typer(keys.app, name="key")
app.add_typer(rules.app, name="rules")
app.add_typer(bench.app, name="bench")
COMMANDS: dict[str, Callable[..., None]] = {
    "up": run.up, "web": run.web, "worker": run.worker, "clock": run.clock, "broker": run.broker, "topics": run.topics,
    "demo": demo, "migrate": data.migrate, "backup": data.backup, "restore": data.restore, "replay": data.replay,
    "import": data.import_file, "train": models.train, "evaluate": models.evaluate, "classify": models.classify,
}  # fmt: skip
for name, command in COMMANDS.items():
    app.command(name=name)(command)
