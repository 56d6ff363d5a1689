"""The command tree. A command's module is imported when the command is called: `hotline broker` needs no scikit-learn."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import typer

COMMANDS: Final = {
    "up": "run", "web": "run", "worker": "run", "clock": "run", "broker": "run", "topics": "run", "demo": "demo",
    "migrate": "data", "backup": "data", "restore": "data", "import": "data", "replay": "data", "export": "exporting",
    "train": "models", "evaluate": "models", "classify": "models", "retrain": "retraining", "model": "versions",
    "key": "keys", "pack": "pack", "rules": "rules", "due": "due", "states": "states", "indicators": "indicators",
    "simulate": "simulating", "walk": "walking", "bulletin": "bulletin", "bench": "bench",
}  # fmt: skip
"""Command -> its module in this package. A module with an ``app`` of its own is a group of commands."""


def build(wanted: str | None = None) -> typer.Typer:
    """Return the command tree: whole (for help), or with the one command that is wanted."""
    app = typer.Typer(
        name="hotline", help="12345 热线工单分派引擎", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )
    app.callback()(_root)  # one command alone would otherwise lose its name
    for name in [wanted] if wanted in COMMANDS else COMMANDS:
        module = import_module(f"hotline.cli.{COMMANDS[name]}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name=name)(getattr(module, name.replace("import", "import_file")))
    return app


def _root() -> None:
    """12345 热线工单分派引擎."""
