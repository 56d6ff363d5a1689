"""The house itself: every module stands in a layer, none is too large, nothing of this kind of machine leaks in."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("hotline", "classifiers", "routing_rules", "streams")
FILES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
LARGEST_MODULE, LARGEST_BODY = 300, 25


def layers() -> set[str]:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    return {name.strip() for layer in contract["layers"] for name in layer.split("|")}


def module_name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def bodies(file: Path) -> list[tuple[int, str]]:
    """Lines of each function's body without its docstring."""
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            found.append((lines, f"{file.name}:{node.name}"))
    return found


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_every_module_stands_in_a_layer(file: Path) -> None:
    name = module_name(file)
    homes = {home for home in (*layers(), "hotline.settings") if name == home or name.startswith(home + ".")}
    assert homes or name == "hotline", f"{name} is in no layer of pyproject.toml"


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_no_module_is_longer_than_the_budget(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= LARGEST_MODULE


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_no_function_body_is_longer_than_the_budget(file: Path) -> None:
    assert [body for body in bodies(file) if body[0] > LARGEST_BODY] == []
