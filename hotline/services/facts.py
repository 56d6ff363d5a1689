"""The facts a decision was made with, as its event keeps them: codes only, no text; and read back to ask again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, Final
from zoneinfo import ZoneInfo

from hotline.domain.facts import Facts
from routing_rules.cases import facts_from
from routing_rules.explain import plain

_USUAL: Final[dict[str, Any]] = {one.name: None if one.default is MISSING else one.default for one in fields(Facts)}


def facts_json(facts: Facts) -> dict[str, Any]:
    """Return the facts that differ from the usual ones, ready for JSON: times as ISO 8601, sets as sorted lists."""
    return {name: plain(value) for name, usual in _USUAL.items() if (value := getattr(facts, name)) != usual}


def facts_from_json(kept: Mapping[str, Any], zone: ZoneInfo) -> Facts:
    """Return the facts that ``facts_json`` wrote. Raises ``UnknownFact`` and ``InvalidInput`` for anything else."""
    return facts_from(kept, zone)


def asked(book: str, facts: Facts) -> dict[str, Any]:
    """Return what an event keeps of a question to the tables: ``{"facts": {…}, "book": content hash}``."""
    return {"facts": facts_json(facts), "book": book}
