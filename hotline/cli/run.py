"""``hotline up`` and the single processes. What a process needs is imported when it starts: the broker should not wait."""

# ruff: noqa: PLC0415

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from hotline.cli.common import err, house, out, settings
from hotline.cli.supervisor import Supervisor
from hotline.settings import Settings

Port = Annotated[int | None, typer.Option(min=1, max=65535, help="端口,缺省 12345")]


def up(port: Port = None) -> None:
    """启动全部进程(内置消息服务、时钟、分派、网页),Ctrl-C 全部停止."""
    chosen = settings(web_port=port)
    see_ports(chosen)
    from hotline.bootstrap import environment

    prepare(chosen)
    with Supervisor(environment(chosen), told=err.print) as children:
        start_all(children, chosen)
        out.print(f"网页与接口:http://{chosen.web_host}:{chosen.web_port}  按 Ctrl-C 停止")
        children.run()


def web(port: Port = None) -> None:
    """只启动网页与接口."""
    from hotline.processes import run_web

    run_web(house(web_port=port))


def worker() -> None:
    """只启动分派进程."""
    from hotline.processes import run_worker_process

    raise typer.Exit(run_worker_process(house()))


def clock() -> None:
    """只启动时钟进程(转发、督办、指标)."""
    from hotline.processes import run_clock

    run_clock(house())


def broker() -> None:
    """只启动内置消息服务(仅监听 127.0.0.1)."""
    from streams.broker import EmbeddedBroker, run_broker

    chosen = settings()

    def ready(started: EmbeddedBroker) -> None:
        out.print(f"内置消息服务已启动:{started.url}")

    port, folder = chosen.broker_port, chosen.data_dir
    raise typer.Exit(run_broker(port=port, data_dir=folder, binary=chosen.broker_bin, ready=ready))


def topics() -> None:
    """在消息服务上创建缺少的主题."""
    from streams.topics import ensure_topics

    chosen = settings()
    made = asyncio.run(ensure_topics(chosen.broker, durable=not chosen.embedded))
    out.print(f"新建主题:{'、'.join(made) or '无'}")


def prepare(chosen: Settings, *, automatic: bool = False) -> Settings:
    """Make a first start possible: schema, rule book, model.

    ``automatic`` = a made-up city whose office has switched automatic dispatch on; packs ship with every class off.
    """
    from hotline.bootstrap import open_house
    from hotline.cli.models import ensure_model
    from hotline.store.migrations import migrate

    chosen.data_dir.mkdir(parents=True, exist_ok=True)
    migrate(chosen.database)
    ensure_model(chosen)
    opened = open_house(chosen)
    if automatic:
        from hotline.cli.automatic import switch_on

        switch_on(opened)
    opened.books.current()
    return chosen


def see_ports(chosen: Settings) -> None:
    """See that nothing else listens where our processes will: a child that cannot start would be started for ever.

    Raises ``PortTaken``, and ``BrokerMissing`` when the broker is ours.
    """
    from hotline.web.serve import listening
    from streams.broker import EmbeddedBroker

    for port in filter(None, (chosen.web_port, chosen.worker_port, chosen.clock_port)):
        listening(chosen.web_host, port).close()
    if chosen.embedded:
        EmbeddedBroker(port=chosen.broker_port, data_dir=chosen.data_dir, binary=chosen.broker_bin).claim()


def start_all(children: Supervisor, chosen: Settings) -> None:
    """Start the processes of one machine, the broker first when it is ours."""
    if chosen.embedded:
        children.start("broker", "broker")
    for name in ("clock", "worker", "web"):
        children.start(name, name)
