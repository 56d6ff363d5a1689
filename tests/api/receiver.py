"""A real HTTP server on 127.0.0.1 that receives webhooks: it answers as told and remembers what came."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Received:
    """A request: its headers by lower-case name, its body, its path."""

    headers: dict[str, str]
    body: bytes
    path: str


@dataclass
class Receiver:
    """``answer`` returns the status for a request; the answer has ``headers`` and a body of ``body`` again and again."""

    answer: Callable[[Received], int] = lambda _request: 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    endless: bool = False
    hold: threading.Event | None = None
    got: list[Received] = field(default_factory=list)

    def __enter__(self) -> Self:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", "0"))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Received(headers, self.rfile.read(length), self.path)
                receiver.got.append(request)
                if receiver.hold is not None:
                    receiver.hold.wait(30)
                self.send_response(receiver.answer(request))
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                if receiver.endless:
                    self.send_header("Connection", "close")
                    self.end_headers()
                    self._pour()
                    return
                self.send_header("Content-Length", str(len(receiver.body)))
                self.end_headers()
                self.wfile.write(receiver.body)

            def _pour(self) -> None:
                end = time.monotonic() + 30
                try:
                    while time.monotonic() < end:
                        self.wfile.write(b"x" * 65536)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_args: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.hold is not None:
            self.hold.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"
