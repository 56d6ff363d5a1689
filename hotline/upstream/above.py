"""The ties of one deployment to the platform above, put together."""

from __future__ import annotations

from pathlib import Path

from hotline.services.above import Above
from hotline.services.books import Books
from hotline.services.intake import Intake
from hotline.services.ports import Clock, Store
from hotline.services.upstream_messages import UpstreamMessages
from hotline.services.upstream_replies import UpstreamReplies
from hotline.upstream.importing import SheetImports
from hotline.upstream.reply_sheet import write_sheet


def above(store: Store, clock: Clock, books: Books, folder: Path) -> Above:
    """Return them; ``folder`` keeps sheets between the look and the import."""
    return Above(
        messages=UpstreamMessages(store, clock, books), replies=UpstreamReplies(store, clock, books),
        imports=SheetImports(store, clock, books, Intake(store, clock), folder), sheet=write_sheet,
    )  # fmt: skip
