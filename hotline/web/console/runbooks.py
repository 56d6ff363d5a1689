"""What to do when an alert fires: the pages that the alerts' ``runbook_url`` names. Anybody on the network may read them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from markdown_it import MarkdownIt
from starlette.responses import HTMLResponse

from hotline.errors import NotFound
from hotline.web.console.pages import draw

FOLDER: Final = Path(__file__).parents[1] / "runbooks"
PAGES: Final = frozenset(page.stem for page in FOLDER.glob("*.md"))

router = APIRouter(prefix="/runbooks")


@router.get("/{alert}")
def runbook(alert: str, request: Request) -> HTMLResponse:
    """Show the page of an alert."""
    if alert not in PAGES:
        raise NotFound("runbook", alert)
    written = (FOLDER / f"{alert}.md").read_text("utf-8")
    return draw(request, "runbook.html", None, title=alert, written=MarkdownIt("commonmark", {"html": False}).render(written))
