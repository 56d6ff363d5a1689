"""The stylesheet and the script: served under an address that changes with their content, so that a browser may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
FILES = ("console.css", "console.js")


@cache
def version() -> str:
    """Return 12 hex digits over the files' content."""
    return hashlib.sha256(b"".join((FOLDER / name).read_bytes() for name in FILES)).hexdigest()[:12]


class Assets(StaticFiles):
    """Static files that the browser keeps: they hold nothing of a citizen."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, to be kept for a day."""
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer
