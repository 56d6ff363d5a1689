"""What every page about the rules carries: its tabs."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Request
from starlette.responses import HTMLResponse

from hotline.web.auth import SignedIn
from hotline.web.console.pages import draw

TABS: Final = (
    ("/rules", "版本与草案"),
    ("/rules/try", "试一试"),
    ("/rules/tables/dispatch", "派单规则"),
    ("/rules/tables/deadlines", "时限规则"),
    ("/rules/tables/supervision", "督办规则"),
    ("/rules/tables/approvals", "审批规则"),
    ("/rules/calendar", "工作日历"),
)


def draw_rules(request: Request, template: str, who: SignedIn, *, title: str, tab: str, **context: Any) -> HTMLResponse:
    """Return a page about the rules; ``tab`` is the address of the tab it stands under."""
    return draw(request, template, who, title=title, rule_tabs=TABS, rule_tab=tab, **context)
