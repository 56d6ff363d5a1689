"""The JSON API under ``/api/v1`` (issue 2, item 7)."""

from __future__ import annotations

from fastapi import APIRouter

from hotline.web.api import acts, calls, indicators, orders, set_aside, suggest, units


def routers() -> tuple[APIRouter, ...]:
    """Return every router of the API."""
    return (suggest.router, calls.router, orders.router, acts.router, indicators.router, set_aside.router, units.router)
