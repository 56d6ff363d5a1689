"""Logs of every process: one JSON line each; nothing a person said is ever passed to them."""

from __future__ import annotations

import logging

import structlog
from structlog.stdlib import ProcessorFormatter

QUIET = ("alembic", "asyncio", "faust", "httpx", "jieba", "mode", "uvicorn")
"""Libraries that tell at ``info`` what helps nobody; their warnings pass."""
SILENT = ("aiokafka", "kafka")
"""Libraries that log an error many times a second while a broker is away; relay and worker say it once."""


def set_up_logs(level: str) -> None:
    """Write logs as one JSON line each to standard error; nothing a person said is ever passed to them."""
    before: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.types.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.JSONRenderer(),
    ]
    handler = logging.StreamHandler()
    handler.setFormatter(ProcessorFormatter(foreign_pre_chain=before, processors=last))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in QUIET:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    for loud in SILENT:
        logging.getLogger(loud).setLevel(logging.CRITICAL)
