"""Probes and metrics over HTTP for the processes without a web face: worker and clock.

The server has its own threads: it answers, and answers the truth, while the event loop is stuck.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import orjson
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from hotline.errors import PortTaken
from streams.verdict import Verdict

Probe = Callable[[], Verdict]


class HealthServer:
    """Serves /healthz, /readyz (200 or 503 with JSON reasons) and /metrics until stopped.

    Port 0 takes a free one, see ``port``. Raises `PortTaken`. A probe that raises counts as failed.
    """

    def __init__(self, *, port: int, registry: CollectorRegistry, healthz: Probe, readyz: Probe, host: str = "127.0.0.1") -> None:
        probes = {"/healthz": healthz, "/readyz": readyz}
        try:
            self._server = ThreadingHTTPServer((host, port), partial(_Handler, probes, registry))
        except OSError as refused:
            if refused.errno != errno.EADDRINUSE:
                raise
            raise PortTaken(host, port) from None
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    timeout = 10  # seconds; a silent connection must not hold a thread for ever

    def __init__(self, probes: dict[str, Probe], registry: CollectorRegistry, *rest: object) -> None:
        self._probes, self._registry = probes, registry
        super().__init__(*rest)  # type: ignore[arg-type]  # request, address, server: from the server's own call

    def do_GET(self) -> None:  # the name is http.server's
        """Answer one request."""
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self._send(200, CONTENT_TYPE_LATEST, generate_latest(self._registry))
        elif path in self._probes:
            verdict = _ask(self._probes[path])
            body = orjson.dumps({"ok": verdict.ok, "reasons": list(verdict.reasons)})
            self._send(200 if verdict.ok else 503, "application/json", body)
        else:
            self._send(404, "application/json", b'{"ok":false,"reasons":["no such page"]}')

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is http.server's
        """Say nothing: a probe every few seconds is no news."""

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def _ask(probe: Probe) -> Verdict:
    try:
        return probe()
    except Exception as problem:
        return Verdict((f"the probe failed: {type(problem).__name__}",))
