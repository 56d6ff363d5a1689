"""``Idempotency-Key`` on every POST of the API: sent twice, done once (draft-ietf-httpapi-idempotency-key-header).

The header is optional. Under it the same request gets the first answer again, with ``Idempotent-Replayed: true``; another body is
422, a first request that still runs 409, a key that cannot be read 400. How effect and answer are kept together, and for how
long, is told by ``hotline.services.repeats``. What only asks is not kept: nothing would be doubled, and each look at a caller in
clear is one more entry in the record of who looked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotline.domain.refusals import KeyUnreadable
from hotline.errors import HotlineError
from hotline.services.api_rows import Headers as Pairs
from hotline.services.api_rows import Repeat
from hotline.services.ids import fingerprint
from hotline.services.one_commit import joined
from hotline.services.repeats import Repeats
from hotline.web.auth import API, identify
from hotline.web.problems import http_problem, problem_of, respond

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
ONLY_ASKS: Final = re.compile(r"/api/v1/(suggest|rules/(explain|due)|orders/[^/]+/caller)")
_KEY: Final = re.compile(r'"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255})')
_BOUNDARY: Final = re.compile(rb'boundary="?([^";,]{1,200})"?', re.IGNORECASE)


def read_key(header: str) -> str:
    """Return the key: a quoted string (RFC 8941, 3.3.3), as the draft has it, or the bare token that most clients send."""
    found = _KEY.fullmatch(header.strip())
    if found is None:
        raise KeyUnreadable(f"{HEADER} must be 1 to 255 visible ASCII characters")
    return found[1] or found[2]


class Once:
    """Middleware: lets a POST under a key take effect once; the innermost one, behind the sign-in and the bound on bodies."""

    def __init__(self, app: ASGIApp, repeats: Repeats) -> None:
        self._app, self._repeats = app, repeats

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer again, refuse, or pass the request on and keep its answer."""
        keys = Headers(scope=scope).getlist(HEADER) if _covered(scope) else []
        if not keys:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            answer = await self._answer(request, read_key(",".join(keys)))
        except HotlineError as refused:
            answer = respond(request, problem_of(refused))
        except HTTPException as refused:
            answer = respond(request, http_problem(refused.status_code, refused.headers))
        except ClientDisconnect:
            return
        await answer(scope, receive, send)

    async def _answer(self, request: Request, key: str) -> Response:
        key_id, body = await _key_id(request), await request.body()
        sent = _sent(request, body)
        mine = await run_in_threadpool(
            lambda: self._repeats.begin(key_id=key_id, path=request.url.path, key=key, sent=sent)
        )  # fmt: skip
        if mine.status is not None:
            return _again(mine)
        return await self._first(request, mine, body)

    async def _first(self, request: Request, mine: Repeat, body: bytes) -> Response:
        one, given = self._repeats.one_commit(), _Given(body)
        try:
            with joined(one):
                await self._app(request.scope, given.receive, given.send)
            await run_in_threadpool(
                lambda: self._repeats.settle(mine, one, status=given.status, headers=given.headers, body=given.body)
            )
        except BaseException:
            one.abandon()  # at once and here: a cancelled task may not wait for a thread
            await run_in_threadpool(self._repeats.drop, mine, one)
            raise
        return _response(given.status, given.headers, given.body)


@dataclass(slots=True)
class _Given:
    """The application's two ends: the body that was read already, and the answer before it is sent."""

    sent: bytes
    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    async def receive(self) -> Message:
        return {"type": "http.request", "body": self.sent, "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


def _covered(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(API):
        return False
    return ONLY_ASKS.fullmatch(scope["path"]) is None


async def _key_id(request: Request) -> str:
    """Return the id of the API key that asks, the same for the key itself and for a session that began with it."""
    who = await identify(request)
    if who.session is not None:
        return who.session.key_id
    return fingerprint(request.headers["authorization"].partition(" ")[2].strip())[:12]


def _sent(request: Request, body: bytes) -> bytes:
    """Return what makes two requests the same: query and body, without the boundary that each form of files makes up anew."""
    if found := _BOUNDARY.search(request.headers.get("content-type", "").encode()):
        body = body.replace(found[1], b"")
    return request.url.query.encode() + b"\n" + body


def _again(kept: Repeat) -> Response:
    return _response(kept.status or 500, [*kept.headers, (REPLAYED, "true")], kept.body)


def _response(status: int, headers: Pairs, body: bytes) -> Response:
    response = Response(body, status)
    response.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return response
