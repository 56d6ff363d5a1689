"""Probes and metrics: alive, ready, and the figures for Prometheus."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from hotline.domain.roles import May, may
from hotline.errors import HotlineError, NotAllowed
from hotline.web.auth import identify
from hotline.web.parts import UsesParts, WebParts, parts_of

router = APIRouter(tags=["运行"])
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


class Alive(BaseModel):
    """The loop turns."""

    status: str = "ok"


class Ready(BaseModel):
    """Whether the process can serve, and for each thing it needs ``ok`` or what is wrong."""

    status: str
    checks: dict[str, str]


@router.get("/healthz")
async def healthz() -> Alive:
    """Say that the process is alive."""
    return Alive()


@router.get("/readyz", responses={503: {"model": Ready}})
def readyz(parts: UsesParts, response: Response) -> Ready:
    """Say whether database, model and rule book are there; a broker that is down keeps nobody from recording calls."""
    checks = {"database": _trouble(parts.store_ready), "model": parts.model_problem(), "rules": _rules(parts)}
    ready = not any(checks.values())
    response.status_code = 200 if ready else 503
    return Ready(status="ok" if ready else "unavailable", checks={name: trouble or "ok" for name, trouble in checks.items()})


async def may_scrape(request: Request) -> None:
    """Let Prometheus on this machine in without a key, others with one that may read metrics. Raises ``NotAllowed``.

    A proxy on this machine says for whom it asks: then the address is not Prometheus's.
    """
    direct = not any(name in request.headers for name in _FORWARDED)
    if parts_of(request).metrics_open and direct and _loopback(request.client.host if request.client else ""):
        return
    actor = (await identify(request)).actor
    if actor.role is None or not may(actor.role, May.METRICS):
        raise NotAllowed(f"{actor.name} may not read metrics")


@router.get("/metrics", dependencies=[Depends(may_scrape)], include_in_schema=False)
def metrics(parts: Annotated[WebParts, Depends(parts_of)]) -> Response:
    """Give the figures in Prometheus's text format."""
    return Response(generate_latest(parts.registry), media_type=CONTENT_TYPE_LATEST)


def _rules(parts: WebParts) -> str | None:
    return _trouble(parts.books.current) or parts.books.problem


def _trouble(check: Callable[[], object]) -> str | None:
    try:
        check()
    except HotlineError as error:
        return error.message
    return None


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
