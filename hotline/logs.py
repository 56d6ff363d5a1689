"""Logs of every process: one JSON line each; nothing a person said is ever passed to them."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.types import EventDict

QUIET = ("alembic", "asyncio", "faust", "httpx", "jieba", "mode", "uvicorn")
"""Libraries that tell at ``info`` what helps nobody; their warnings pass."""
SILENT = ("aiokafka", "kafka")
"""Libraries that log an error many times a second while a broker is away; relay and worker say it once."""


def _place(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Replace an exception by its kind and the line that raised it: its words may be a person's."""
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__name__
        event["at"] = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return event


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
