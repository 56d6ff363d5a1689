"""The committed dashboards as tests see them, and what an expression is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser as promql
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
BOARDS = sorted((DEPLOY / "grafana" / "dashboards").rglob("*.json"))
RULES = sorted((DEPLOY / "prometheus" / "rules").glob("*.yml"))
SUBSTITUTES = {"$__rate_interval": "5m", "$unit": ".+", "$datasource": "hotline-prometheus"}
PROVISIONED = DEPLOY / "grafana/provisioning/datasources/hotline.yml"
RANGE_FUNCTIONS = ("rate", "increase", "irate")


def board(path: Path) -> dict[str, Any]:
    """Return a dashboard's JSON."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


def filled(expr: str) -> str:
    """Return an expression with Grafana's variables replaced by what they mean when all units are chosen."""
    for variable, value in SUBSTITUTES.items():
        expr = expr.replace(variable, value)
    return expr


def queries() -> list[tuple[str, str]]:
    """Return (board › panel › refId, expression) of every query of every dashboard."""
    return [
        (f"{path.stem} › {panel['title']} › {target['refId']}", filled(target["expr"]))
        for path in BOARDS
        for panel in board(path)["panels"]
        for target in panel["targets"]
        if "expr" in target
    ]


def sheets() -> list[tuple[str, str]]:
    """Return (board › panel, SQL) of every query of the schema ``report``."""
    return [
        (f"{path.stem} › {panel['title']}", target["rawSql"])
        for path in BOARDS
        for panel in board(path)["panels"]
        for target in panel["targets"]
        if "rawSql" in target
    ]


def sources() -> dict[str, dict[str, Any]]:
    """Return the provisioned data sources by their uid."""
    return {one["uid"]: one for one in yaml.safe_load(PROVISIONED.read_text("utf-8"))["datasources"]}


def rules() -> list[dict[str, Any]]:
    """Return every rule of every rule file."""
    return [rule for path in RULES for group in yaml.safe_load(path.read_text("utf-8"))["groups"] for rule in group["rules"]]


def selectors(expr: str) -> Iterator[tuple[Any, str | None]]:
    """Yield (selector, the function directly around its range or None) of an expression; raises when it is no PromQL."""
    found: list[tuple[Any, str | None]] = []
    around: list[str] = []
    ranges: list[str | None] = []

    def enter(node: Any) -> bool:
        if isinstance(node, promql.Call):
            around.append(node.func.name)
        if isinstance(node, promql.MatrixSelector):
            ranges.append(around[-1] if around else None)  # its selector is walked next
        if isinstance(node, promql.VectorSelector):
            found.append((node, ranges.pop() if ranges else None))
        return True

    def leave(node: Any) -> bool:
        if isinstance(node, promql.Call):
            around.pop()
        return True

    promql.walk(promql.parse(expr), enter, leave)
    yield from found


def names(expr: str) -> set[str]:
    """Return the metric names in an expression."""
    return {selector.name for selector, _ in selectors(expr)}
