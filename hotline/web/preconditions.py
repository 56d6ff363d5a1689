"""``ETag`` and ``If-Match`` (RFC 9110, 8.8.3 and 13.1.1): nobody overwrites what he has not seen.

An order's entity tag is its version, which counts its events; a month's assessment has one too. The header is read here for
every act and checked by the services where they read what they change (``hotline.services.expected``): between check and write
there is nothing.
"""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotline.errors import InvalidInput
from hotline.services.expected import Expected, expecting
from hotline.web.problems import problem_of, respond

_ACT: Final = re.compile(r"/api/v1/(?:orders|assessments)/([^/]+)(?:/|$)")
_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_MOST_DIGITS: Final = 9


def etag(version: int) -> str:
    """Return the entity tag of an order's version."""
    return f'"{version}"'


def versions(header: str) -> frozenset[int] | None:
    """Return the versions that ``If-Match`` accepts, None for ``*``; raises ``InvalidInput`` when it cannot be read.

    The comparison is strong (RFC 9110, 8.8.3.2): a weak tag, and one that is none of ours, fits no order.
    """
    if header.strip() == "*":
        return None
    tags = [_TAG.fullmatch(part.strip()) for part in header.split(",") if part.strip()]
    if not tags or None in tags:
        told = 'If-Match 应为查询工单时返回的 ETag,带双引号,例如 "3",或 *'
        raise InvalidInput('If-Match must be a list of quoted entity tags, as "3", or *', message=told)
    read = [(tag[1], tag[2]) for tag in tags if tag]
    return frozenset(
        int(one) for weak, one in read if not weak and one.isascii() and one.isdecimal() and len(one) <= _MOST_DIGITS
    )


class IfMatch:
    """Middleware: holds acts on an order or an assessment to the version in ``If-Match``; answers name the version they made."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its condition."""
        found = _ACT.match(scope["path"]) if scope["type"] == "http" and scope["method"] in _UNSAFE else None
        if found is None:
            await self._app(scope, receive, send)
            return
        header = ",".join(Headers(scope=scope).getlist("if-match"))
        try:
            expected = Expected(found[1], versions(header) if header else None)
        except InvalidInput as unreadable:
            await respond(Request(scope), problem_of(unreadable))(scope, receive, send)
            return

        async def tagged(message: Message) -> None:
            if message["type"] == "http.response.start" and expected.written is not None and message["status"] < 300:
                MutableHeaders(scope=message)["ETag"] = etag(expected.written)
            await send(message)

        with expecting(expected):
            await self._app(scope, receive, tagged)
