"""Builds the Faust app. A factory: a module-level app would read its settings at import time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import faust
from faust.types import AppT, TopicT

from streams.agents import HoldingStream
from streams.progress import Progress
from streams.topics import EMBEDDED_PARTITIONS, bootstrap_servers

#: The consumer group, and so the name under which offsets are kept: never change it.
GROUP = "hotline-worker"

# Faust's defaults let a first start take 32 s and the successor of a killed worker 110 s; with these 4.6 s and 12.8 s.
_SESSION_SECONDS = 6.0
_REBALANCE_SECONDS = 6.0
_HEARTBEAT_SECONDS = 1.0
# A batch that waits for the database must not look like a hung poll: no limit between two polls but ours (streams/verdict.py).
_MAX_POLL_SECONDS = 86_400.0


def build_app(*, broker_url: str, data_dir: Path, progress: Progress, group: str = GROUP) -> AppT:
    """Return an app without agents that reports to ``progress``; nothing is connected or written yet.

    ``broker_url`` is as in `streams.topics.bootstrap_servers`; Faust's own files go to ``data_dir``/faust.
    """
    app = faust.App(
        group,
        broker=";".join(f"kafka://{server}" for server in bootstrap_servers(broker_url)),
        datadir=data_dir / "faust",
        store="memory://",
        Stream=HoldingStream,
        autodiscover=False,
        web_enabled=False,  # its port 6066 has no door: the health server is ours
        topic_allow_declare=False,  # streams/topics.py creates them
        topic_disable_leader=True,
        topic_partitions=EMBEDDED_PARTITIONS,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=_SESSION_SECONDS,
        broker_rebalance_timeout=_REBALANCE_SECONDS,
        broker_heartbeat_interval=_HEARTBEAT_SECONDS,
        broker_request_timeout=_SESSION_SECONDS * 2,
        broker_max_poll_interval=_MAX_POLL_SECONDS,
        broker_commit_interval=1.0,
        # Waiting for unfinished batches would hold up every rebalance and every stop while the database is away.
        stream_wait_empty=False,
        worker_redirect_stdouts=False,
    )
    _report(app, progress)
    return app


def raw_topic(app: AppT, name: str) -> TopicT:
    """Return the topic ``name`` with bytes as they came: a typed topic stops for good at the first message it cannot decode."""
    return app.topic(name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")


def _report(app: AppT, progress: Progress) -> None:
    async def beat() -> None:
        while not app.should_stop:
            progress.tick()
            await asyncio.sleep(1.0)

    async def assigned(_app: Any, /, *partitions: Any, **_: Any) -> None:
        progress.assigned((tp.topic, tp.partition) for tp in partitions[0])

    async def revoked(_app: Any, /, *_partitions: Any, **_: Any) -> None:
        progress.revoked()

    app.task(beat)
    # Faust keeps only weak references to receivers unless told otherwise, and these live nowhere else.
    app.on_partitions_assigned.connect(assigned, weak=False)
    app.on_partitions_revoked.connect(revoked, weak=False)
