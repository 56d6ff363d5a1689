"""The adapter ``upstream/http``: a client of a city platform's machine interface.

Reads ``GET {url}/messages?after=CURSOR&limit=N``, answered by ``{"messages": [...], "cursor": "…", "more": false}``; enters by
``POST {url}/entries`` with ``{"entries": [...]}``, answered by ``{"entered": ["key"]}``. A message is ``id, number, about,
sent_at, title, text, address, caller {name, phone}, due, data`` (``services.upstream_acts``); an entry has our ``key``, which
names it for ever: entered twice it is one. Both sides sign: ``X-Timestamp`` (seconds) and ``X-Signature`` = HMAC-SHA256 in hex,
with the shared key, over method, path with query, timestamp and the body's sha256, a line each (an answer's method and path are
the request's). No key is ever logged.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import httpx
import orjson

from hotline.domain.call import Caller, NewCall
from hotline.errors import InvalidInput, UpstreamUnavailable
from hotline.services.upstream_replies import Entry
from hotline.upstream.port import Incoming, Unread

SOURCE: Final = "upstream:http"
AT_ONCE: Final = 100
LARGEST_ANSWER: Final = 16 * 1024 * 1024  # bytes
FRESH_SECONDS: Final = 300
ATTEMPTS: Final = 3
WAIT_SECONDS: Final = 0.5
TIMEOUT_SECONDS: Final = 10.0
TIMESTAMP, SIGNATURE = "X-Timestamp", "X-Signature"


class HttpPlatform:
    """``upstream.port.Platform`` over HTTP. Tries a request thrice, each wait twice the last, then ``UpstreamUnavailable``."""

    def __init__(
        self, url: str, key: str, *, timeout: float = TIMEOUT_SECONDS, wait: float = WAIT_SECONDS,
        now: Callable[[], float] = time.time, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._base, self._key, self._wait = url.rstrip("/"), key.encode(), wait
        self._now, self._sleep = now, sleep
        self._client = httpx.Client(timeout=timeout, follow_redirects=False)

    def incoming(self, cursor: str) -> Incoming:
        """Return what came since ``cursor``; what is no message is handed on unread."""
        answer = self._ask("GET", "/messages", params={"after": cursor, "limit": str(AT_ONCE)})
        rows, following = answer.get("messages"), answer.get("cursor")
        if not isinstance(rows, list) or not isinstance(following, str):
            raise UpstreamUnavailable("the answer has no messages or no cursor")
        messages: list[NewCall] = []
        unread: list[Unread] = []
        for row in rows:
            try:
                messages.append(message_of(row))
            except InvalidInput as wrong:
                ident = str(row.get("id", "")) if isinstance(row, Mapping) else ""
                unread.append(Unread(f"消息 {ident[:80]}", wrong.message, orjson.dumps(row)))
        return Incoming(messages, unread, following, more=bool(answer.get("more")) and following != cursor)

    def enter(self, entries: Sequence[Entry]) -> frozenset[str]:
        """Enter answers and applications above; return the keys of those that stand there now."""
        if not entries:
            return frozenset()
        body = orjson.dumps({"entries": [entry_json(one) for one in entries]})
        answer = self._ask("POST", "/entries", body=body)
        entered = answer.get("entered")
        if not isinstance(entered, list):
            raise UpstreamUnavailable("the answer does not say what was entered")
        return frozenset(str(one) for one in entered) & {one.key for one in entries}

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def _ask(self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: bytes = b"") -> Mapping[str, Any]:
        request = self._client.build_request(method, f"{self._base}{path}", params=params, content=body)
        failed = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                self._sleep(self._wait * 2 ** (attempt - 1))
            stamp = str(int(self._now()))
            request.headers[TIMESTAMP] = stamp
            request.headers[SIGNATURE] = signature(self._key, method, request.url.raw_path.decode(), stamp, body)
            request.headers["Content-Type"] = "application/json"
            try:
                answer = self._client.send(request)
            except httpx.HTTPError as problem:
                failed = type(problem).__name__
                continue
            if answer.status_code < 500 and answer.status_code != 429:
                return self._read(answer, method, request.url.raw_path.decode())
            failed = f"HTTP {answer.status_code}"
        raise UpstreamUnavailable(f"no answer after {ATTEMPTS} attempts: {failed}")

    def _read(self, answer: httpx.Response, method: str, path: str) -> Mapping[str, Any]:
        if answer.status_code != httpx.codes.OK or len(answer.content) > LARGEST_ANSWER:
            raise UpstreamUnavailable(f"HTTP {answer.status_code}, {len(answer.content)} bytes")
        stamp = answer.headers.get(TIMESTAMP, "")
        expected = signature(self._key, method, path, stamp, answer.content)
        if not hmac.compare_digest(expected, answer.headers.get(SIGNATURE, "")):
            raise UpstreamUnavailable("the answer's signature is wrong")
        if not stamp.isdecimal() or abs(self._now() - int(stamp)) > FRESH_SECONDS:
            raise UpstreamUnavailable("the answer is too old")
        try:
            read = orjson.loads(answer.content)
        except orjson.JSONDecodeError:
            raise UpstreamUnavailable("the answer is no JSON") from None
        if not isinstance(read, Mapping):
            raise UpstreamUnavailable("the answer is no object")
        return read


def signature(key: bytes, method: str, path: str, stamp: str, body: bytes) -> str:
    """Return the HMAC-SHA256 over what a request or its answer says, hex."""
    said = "\n".join((method, path, stamp, hashlib.sha256(body).hexdigest()))
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def message_of(row: object) -> NewCall:
    """Return a message; raises ``InvalidInput`` for what is none."""
    if not isinstance(row, Mapping):
        raise InvalidInput("no object", message="不是消息")
    caller, data = row.get("caller") or {}, row.get("data") or {}
    if not isinstance(caller, Mapping) or not isinstance(data, Mapping):
        raise InvalidInput("caller and data are objects", message="caller 或 data 格式不对")
    return NewCall(
        source=SOURCE, message_id=_text(row, "id"), received_at=_moment(row, "sent_at", needed=True), text=_text(row, "text"),
        title=_text(row, "title"), address=_text(row, "address"), channel="upstream",
        caller=Caller(name=_text(caller, "name"), phone=_text(caller, "phone")), upstream_no=_text(row, "number") or None,
        upstream_due=_moment(row, "due") if row.get("due") else None, about=_text(row, "about"), data=dict(data),
    )  # fmt: skip


def entry_json(one: Entry) -> dict[str, Any]:
    """Return an entry as it is sent; ``key`` is our message id."""
    said = {
        "key": one.key, "number": one.upstream_no, "kind": one.kind, "unit": one.unit, "at": one.at.isoformat(), "text": one.text,
        "public": one.public, "clause": one.clause, "amount": one.amount, "until": one.until,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value not in (None, "")}


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name) or ""
    if not isinstance(value, str):
        raise InvalidInput(f"{name} is no text", message=f"{name} 不是文字")
    return value


def _moment(row: Mapping[str, Any], name: str, *, needed: bool = False) -> datetime:
    try:
        found = datetime.fromisoformat(_text(row, name))
    except ValueError:
        raise InvalidInput(f"{name} is no time", message=f"{name} 不是时间" if row.get(name) or needed else name) from None
    if found.tzinfo is None:
        raise InvalidInput(f"{name} has no offset", message=f"{name} 没有时区")
    return found
