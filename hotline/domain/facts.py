"""What a rule may ask about a call: the facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Urgency = Literal["normal", "urgent", "danger"]
Kind = Literal["咨询", "求助", "投诉", "举报", "建议", "表扬"]
KINDS: tuple[Kind, ...] = ("咨询", "求助", "投诉", "举报", "建议", "表扬")
Origin = Literal["own", "upstream"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The inputs of every rule table; a field that is None is a missing fact and matches only an empty cell.

    ``category`` and ``place`` are paths joined by ``/`` (``城乡建设/住房保障与房地产/物业服务``,
    ``150203/150203001/150203001012``). ``confidence`` is the model's own, 0…1, never rewritten by a rule. Sets match a cell
    when one member does.
    """

    received_at: datetime
    category: str | None = None
    kind: str | None = None
    urgency: Urgency = "normal"
    place: str | None = None
    estate: str | None = None
    channel: str | None = None
    origin: Origin = "own"
    caller_kind: str | None = None
    confidential: bool = False
    vulnerable: frozenset[str] = frozenset()
    reply_needed: bool = True
    round: int = 1
    returned_by: frozenset[str] = frozenset()
    accused: str | None = None
    upstream_due: datetime | None = None
    confidence: float | None = None
    words: frozenset[str] = frozenset()
