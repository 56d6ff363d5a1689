"""Runs the web process: uvicorn with our own access log, and a stop that lets requests end."""

from __future__ import annotations

import errno
import logging
import socket
from typing import Final

import uvicorn
from fastapi import FastAPI

from hotline.errors import PortTaken
from hotline.web.live import Hub

STOP_SECONDS: Final = 10


def server(app: FastAPI, host: str, port: int, *, trusted_proxies: str = "127.0.0.1") -> uvicorn.Server:
    """Return a server ready to ``run()``; ``port`` 0 takes a free one.

    uvicorn's access log is off: it writes the query, and a search may hold a name or a number. ``hotline.web.observe`` logs.
    """
    config = uvicorn.Config(
        app, host=host, port=port, access_log=False, log_config=None, server_header=False, proxy_headers=True,
        forwarded_allow_ips=trusted_proxies, timeout_graceful_shutdown=STOP_SECONDS, h11_max_incomplete_event_size=64 * 1024,
    )  # fmt: skip
    logging.getLogger("uvicorn.access").disabled = True  # whoever gives it a handler later
    return _Server(config)


class _Server(uvicorn.Server):
    """Ends the lines of who listens first: they never end by themselves, and a stop would wait for them."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting, let requests end."""
        live: Hub | None = getattr(getattr(self.config.app, "state", None), "live", None)
        if live is not None:
            live.stop()
        await super().shutdown(sockets)


def run(app: FastAPI, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM; requests that run then have 10 seconds to end. Raises ``PortTaken``."""
    with listening(host, port) as opened:
        server(app, host, port).run(sockets=[opened])


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises ``PortTaken`` (uvicorn's own would end the process with a log line)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as refused:
        if refused.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(host, port) from None
