"""The web application: API, probes and metrics, and the pages when they are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import FastAPI

from hotline.web import health, openapi
from hotline.web.api import attachments, calls, routers
from hotline.web.auth import KeyFirst
from hotline.web.bounds import Bounded
from hotline.web.doorkeeper import Doorkeeper
from hotline.web.idempotency import Once
from hotline.web.live import Hub
from hotline.web.observe import Observe, expect_routes
from hotline.web.parts import WebParts
from hotline.web.preconditions import IfMatch
from hotline.web.problems import add_problems
from hotline.web.uploads import LARGEST_UPLOAD, UPLOADS

LARGEST_BODY: Final = 4 * 1024 * 1024
"""Bytes: 200,000 characters, each written as ``\\uXXXX``, and the other fields."""
LARGER: Final = {calls.BATCH_PATH: calls.LARGEST_BATCH, **dict.fromkeys(UPLOADS, LARGEST_UPLOAD)}
"""Paths that may be sent more."""
ALIKE: Final = {attachments.UPLOAD_PATH: attachments.LARGEST_UPLOAD}
"""And those with an order's number in them."""


def create_app(parts: WebParts, *, pages: Callable[[FastAPI, WebParts], None] | None = None) -> FastAPI:
    """Return the application over ``parts``; ``pages`` adds the pages' routes.

    FastAPI's own documentation pages load scripts from elsewhere and stay off: the network is closed.
    """
    app = FastAPI(
        title="12345 热线工单接口", version="1", docs_url=None, redoc_url=None, openapi_url="/openapi.json",
        redirect_slashes=False,
    )  # fmt: skip
    app.state.parts = parts
    app.state.doorkeeper = Doorkeeper(parts.access)
    app.state.live = Hub(parts.live)
    app.add_middleware(IfMatch)
    app.add_middleware(Once, repeats=parts.repeats)
    app.add_middleware(Bounded, most=LARGEST_BODY, paths=LARGER, alike=ALIKE)
    app.add_middleware(KeyFirst)
    app.add_middleware(Observe, metrics=parts.metrics)
    add_problems(app)
    for router in (*routers(), health.router):
        app.include_router(router)
    if pages is not None:
        pages(app, parts)
    openapi.describe(app)
    expect_routes(app, parts.metrics)
    return app
