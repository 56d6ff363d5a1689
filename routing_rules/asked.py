"""Questions to a pack as JSON objects: what the command line reads line by line and the API takes as items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotline.errors import InvalidInput
from routing_rules.cases import facts_from
from routing_rules.explain import explain
from routing_rules.pack import Pack


def explain_asked(pack: Pack, asked: Mapping[str, Any], *, trace: bool = False) -> dict[str, Any]:
    """Return which rows answer an object's facts, flat (``{"id", fact: value…}``) or under ``facts``; see ``explain``.

    Raises ``UnknownFact`` naming a fact that does not exist, and ``InvalidInput`` naming one that cannot be read.
    """
    return explain(pack, facts_from(_facts(asked), pack.zone), trace=trace)


def _facts(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of an object, flat or under ``facts``; the two forms do not mix."""
    if "facts" not in asked:
        return {name: value for name, value in asked.items() if name != "id"}
    if more := asked.keys() - {"id", "facts"}:
        raise InvalidInput(f"{sorted(more)} beside facts", message=f"已有 facts,不应另有“{'、'.join(sorted(more))}”")
    if not isinstance(asked["facts"], dict):
        raise InvalidInput("facts is no object", message="facts 应是一个 JSON 对象")
    return asked["facts"]
