"""The two files stay under the browser floor, Chrome 86 (UX.md, "House rules"), and ask nobody else for anything."""

from __future__ import annotations

import re

import pytest

from hotline.web.console.assets import FOLDER

FORBIDDEN = {
    "console.css": (
        r":has\(", r":is\(", r":where\(", r"@layer", r"aspect-ratio", r"\binset\s*:", r"@container", r"container-type",
        r"\bsvh\b",
        r"color-mix", r"@import", r"https?://", r"^\s*&", r"@font-face", r"letter-spacing", r"text-wrap",
    ),
    "console.js": (
        r"\.at\(", r"structuredClone", r"https?://", r"localStorage", r"sessionStorage", r"Object\.hasOwn", r"\.findLast",
        r"\?\?=", r"\|\|=", r"&&=", r"\.replaceChildren", r"crypto\.randomUUID", r"AbortSignal\.timeout", r"static\s*\{",
        r"#\w+\s*=\s*\w+;", r"\.toSorted", r"Promise\.any", r"\bimport\s*\(", r"eval\(",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_pages_files_use_nothing_newer_than_chrome_86(name: str) -> None:
    text = (FOLDER / name).read_text()

    found = [word for word in FORBIDDEN[name] if re.search(word, text, re.MULTILINE)]

    assert found == []


def test_there_is_one_stylesheet_and_one_script() -> None:
    assert sorted(file.name for file in FOLDER.iterdir()) == ["console.css", "console.js"]
