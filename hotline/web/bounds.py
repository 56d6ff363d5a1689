"""How much may be sent: bodies are cut off while they come in, before anything is parsed."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotline.web.problems import http_problem, respond


class Bounded:
    """Middleware: refuses a body of more than ``most`` bytes, or of more than a path's own number in ``paths``.

    FastAPI's own limit answers in plain text and from outside of the sign-in; this one is a problem like any other.
    """

    def __init__(self, app: ASGIApp, most: int, paths: Mapping[str, int]) -> None:
        self._app, self._most, self._paths = app, most, paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a body that stops at its limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        left = self._paths.get(scope["path"], self._most)
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
