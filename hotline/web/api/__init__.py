"""The JSON API under ``/api/v1`` (issue 2, item 7)."""

from __future__ import annotations

from fastapi import APIRouter

from hotline.web.api import (
    acts,
    applications,
    assessment,
    attachments,
    bulletins,
    calls,
    drafts,
    followup,
    incidents,
    indicators,
    live,
    matters,
    orders,
    reviewing,
    rules,
    saved_views,
    set_aside,
    sight,
    suggest,
    unit_work,
    units,
    upstream,
    webhooks,
    work_list,
)


def routers() -> tuple[APIRouter, ...]:
    """Return every router of the API."""
    asked = (suggest, calls, work_list, orders, acts, live, saved_views, indicators, assessment, set_aside, units, rules, drafts)
    inner = (sight, bulletins, incidents, applications, webhooks, unit_work, reviewing, attachments, upstream)
    return (*(module.router for module in (matters, *asked, *inner)), *followup.routers)
