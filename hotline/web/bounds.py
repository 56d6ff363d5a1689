"""How much may be sent: bodies are cut off while they come in, before anything is parsed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotline.web.problems import http_problem, respond


class Bounded:
    """Middleware: refuses a body of more than ``most`` bytes, or of more than a path's own number in ``paths`` or ``alike``.

    FastAPI's own limit answers in plain text and from outside of the sign-in; this one is a problem like any other.
    """

    def __init__(
        self, app: ASGIApp, most: int, paths: Mapping[str, int], alike: Mapping[re.Pattern[str], int] | None = None
    ) -> None:  # fmt: skip
        self._app, self._most, self._paths, self._alike = app, most, paths, alike or {}

    def _bound(self, path: str) -> int:
        usual = max((most for pattern, most in self._alike.items() if pattern.fullmatch(path)), default=self._most)
        return self._paths.get(path, usual)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a body that stops at its limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        left = self._bound(scope["path"])
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared) > left:
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if declared.isdecimal() else HTTPStatus.BAD_REQUEST
            await respond(Request(scope), http_problem(status))(scope, receive, send)
            return

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self._app(scope, counted, send)
