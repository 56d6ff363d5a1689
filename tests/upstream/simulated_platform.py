"""A city's platform as a real HTTP server: it can be down, late, answer twice, send out of order, or sign wrongly."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import orjson

from hotline.upstream.http import SIGNATURE, TIMESTAMP, signature

KEY = "a-key-that-both-sides-know"


@dataclass
class SimulatedPlatform:
    """Its state: ``messages`` in the order they are sent, ``entries`` by key, and what is wrong with it just now.

    ``refusals`` answers come with 503 first, ``late`` answers are given after the client has gone, ``lost`` entries are kept but
    the answer to them fails, ``key`` is what it signs with.
    """

    messages: list[dict[str, Any]] = field(default_factory=list)
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    entered: list[str] = field(default_factory=list)
    refusals: int = 0
    late: int = 0
    lost: int = 0
    key: str = KEY
    age: int = 0
    requests: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def __enter__(self) -> Self:
        """Listen on a free port."""
        handler = type("Handler", (_Handler,), {"simulated": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/api"

    def say(self, ident: str, number: str, about: str = "", *, at: str = "2026-11-23T10:00:00+08:00", **fields: Any) -> None:
        """Send a message down."""
        self.messages.append({"id": ident, "number": number, "about": about, "sent_at": at, **fields})

    def trouble(self, name: str) -> bool:
        """Whether one of a counted trouble is left; it is one less then."""
        with self.lock:
            left = int(getattr(self, name))
            setattr(self, name, max(left - 1, 0))
            return left > 0


class _Handler(BaseHTTPRequestHandler):
    simulated: SimulatedPlatform  # set by the server that listens

    def do_GET(self) -> None:
        """Messages after a cursor."""
        asked = parse_qs(urlsplit(self.path).query)
        start, limit = int(asked.get("after", ["0"])[0] or 0), int(asked["limit"][0])
        part = self.simulated.messages[start : start + limit]
        more = start + len(part) < len(self.simulated.messages)
        self._answer(b"", {"messages": part, "cursor": str(start + len(part)), "more": more})

    def do_POST(self) -> None:
        """Entries: the same key again is the same entry."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        entries = orjson.loads(body)["entries"]
        if self._signed(body):
            for one in entries:
                self.simulated.entries.setdefault(one["key"], one)
                self.simulated.entered.append(one["key"])
        if self.simulated.trouble("lost"):
            self.send_error(502)
            return
        self._answer(body, {"entered": [one["key"] for one in entries]})

    def _signed(self, body: bytes) -> bool:
        stamp = self.headers.get(TIMESTAMP, "")
        return self.headers.get(SIGNATURE) == signature(KEY.encode(), self.command, self.path, stamp, body)

    def _answer(self, body: bytes, said: dict[str, Any]) -> None:
        self.simulated.requests.append(f"{self.command} {self.path}")
        if self.simulated.trouble("refusals"):
            self.send_error(503)
            return
        if self.simulated.trouble("late"):
            time.sleep(1.5)  # longer than the client waits: its answer comes to nobody
        if not self._signed(body):
            self.send_error(401)
            return
        content, stamp = orjson.dumps(said), str(int(time.time()) - self.simulated.age)
        self.send_response(200)
        self.send_header(TIMESTAMP, stamp)
        self.send_header(SIGNATURE, signature(self.simulated.key.encode(), self.command, self.path, stamp, content))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""
