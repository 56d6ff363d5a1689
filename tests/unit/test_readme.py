"""The README is held to the code: settings, commands, metrics and error codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.cli.commands import COMMANDS
from hotline.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text("utf-8")
BEGIN, END = "<!-- settings:begin -->", "<!-- settings:end -->"


def settings_table() -> str:
    rows = ["| setting | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        rows.append(f"| `HOTLINE_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def test_the_settings_table_is_the_settings() -> None:
    assert README.split(BEGIN)[1].split(END)[0].strip() == settings_table()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_stands_in_both_readmes(command: str) -> None:
    assert command in README
    assert command in CHINESE
