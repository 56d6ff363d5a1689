"""The pages: Chinese, keyboard first, one CSS file and one JavaScript file, no request to any other host (UX.md)."""

from __future__ import annotations

from fastapi import FastAPI

from hotline.web.console import (
    agent,
    approvals,
    assessment,
    assessment_year,
    board,
    bulletins,
    callbacks,
    desk,
    desk_acts,
    differences,
    failures,
    figure_list,
    hooks,
    incidents,
    inside_acts,
    notices,
    order_acts,
    order_applications,
    order_followup,
    order_list,
    order_page,
    review,
    runbooks,
    session,
    sight,
    upstream,
)
from hotline.web.console.assets import Assets
from hotline.web.console.rules import calendar, decided, draft, home, tables, trying
from hotline.web.parts import WebParts
from hotline.web.problems import set_page_errors

PAGES = (
    session, desk, desk_acts, incidents, agent, approvals, order_applications, callbacks, notices, review, figure_list,
    order_list, order_page, order_acts, inside_acts, order_followup, assessment_year, assessment, board, differences, sight,
    bulletins, hooks, upstream, runbooks,
)  # fmt: skip
RULES_PAGES = (home, draft, trying, tables, calendar, decided)


def add_console(app: FastAPI, parts: WebParts) -> None:  # noqa: ARG001  # routes find the parts on the application
    """Add the pages and their files to the web application; errors of a browser's requests become pages too."""
    app.mount("/static", Assets(), name="static")
    for module in (*PAGES, *RULES_PAGES):
        app.include_router(module.router, include_in_schema=False)
    set_page_errors(app, failures.page)
