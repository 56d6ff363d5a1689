"""The picture of the states in both READMEs is drawn from the transition table."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.cli.states import picture

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("file", "command", "english"), [
    ("README.md", "hotline states --english", True), ("README.zh-CN.md", "hotline states", False),
])  # fmt: skip
def test_the_picture_is_the_table(file: str, command: str, *, english: bool) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    drawn = text.split(f"<!-- states: {command} -->\n")[1].split("\n<!-- end of states -->")[0]
    assert drawn == picture(english=english)
