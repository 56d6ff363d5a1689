"""Everything about the platform above that pages, API and commands use, in one hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hotline.services.import_rows import Imports
from hotline.services.upstream_messages import UpstreamMessages
from hotline.services.upstream_replies import Entry, UpstreamReplies
from routing_rules.pack import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """What comes from above, what has to be entered there, its sheets; ``sheet`` writes entries as a workbook (XLSX)."""

    messages: UpstreamMessages
    replies: UpstreamReplies
    imports: Imports
    sheet: Callable[[Sequence[Entry], Pack], bytes]
