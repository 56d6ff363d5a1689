"""The outermost middleware: counts and times every request, logs it without anything personal, and catches what nobody caught."""

from __future__ import annotations

import logging
import secrets
import time
import traceback
from typing import Final

from fastapi import FastAPI, Request
from fastapi.routing import iter_route_contexts
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotline.metrics.web import UNMATCHED, WebMetrics
from hotline.web.problems import respond, unexpected

log = logging.getLogger(__name__)

LIVE: Final = "text/event-stream"

_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}
"""Put on every answer that does not say otherwise: callers' words must not stay in a shared computer's cache."""


class Observe:
    """Observes requests; the route's template stands for the path, which may hold an order's number."""

    def __init__(self, app: ASGIApp, metrics: WebMetrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send, self._metrics)
        try:
            await self._app(scope, receive, answer.send)
        except Exception as error:
            ident = _logged(error)
            if answer.status:  # the answer has begun: all that is left is to break it off
                raise
            request = Request(scope, receive)
            await respond(request, unexpected(ident))(scope, receive, answer.send)
        finally:
            answer.ended()


class _Answer:
    """The answer to one request: its headers are completed on the way out, and it is noted once."""

    def __init__(self, scope: Scope, send: Send, metrics: WebMetrics) -> None:
        self._scope, self._send, self._metrics = scope, send, metrics
        self._started, self._noted = time.perf_counter(), False
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            _complete(headers)
            if headers.get("content-type", "").startswith(LIVE):  # its end says how long somebody looked
                self._note()
        await self._send(message)

    def ended(self) -> None:
        if not self._noted:
            self._note()

    def _note(self) -> None:
        self._noted, status, seconds = True, self.status or 499, time.perf_counter() - self._started
        route = getattr(self._scope.get("route"), "path", UNMATCHED)
        self._metrics.request(route, status, seconds)
        log.info("%s %s %d %.0f ms", self._scope["method"], route, status, seconds * 1000)


def expect_routes(app: FastAPI, metrics: WebMetrics) -> None:
    """Let the metrics know every route, so that their counters exist at 0 from the start (OPS.md)."""
    metrics.expect(sorted({context.path for context in iter_route_contexts(app.routes) if context.path}))


def _logged(error: Exception) -> str:
    """Log where an unexpected error came from under a new id; its message may hold a citizen's words and is left out."""
    ident = secrets.token_hex(6)
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    where = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    log.error("unexpected %s %s at %s", ident, type(error).__name__, where)
    return ident


def _complete(headers: MutableHeaders) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
