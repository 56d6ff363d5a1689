"""What the web process is made of, handed to it by the composition root, and how a route gets at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, cast

from fastapi import Depends, Request
from prometheus_client import CollectorRegistry

from hotline.metrics.web import WebMetrics
from hotline.services.above import Above
from hotline.services.access import Access
from hotline.services.assessment.wired import Assessing
from hotline.services.books import Books
from hotline.services.closing import Closing
from hotline.services.drafts import Drafts
from hotline.services.explaining import Explaining
from hotline.services.figures.bulletins import Bulletins
from hotline.services.figures.lists import FigureLists
from hotline.services.figures.reading import Figures
from hotline.services.figures.seeing import Seeing
from hotline.services.followup import Followup
from hotline.services.handling import Handling
from hotline.services.inside import Inside
from hotline.services.intake import Intake
from hotline.services.live import Live
from hotline.services.ports import Clock
from hotline.services.queries import Queries
from hotline.services.repeats import Repeats
from hotline.services.saved_views import SavedViews
from hotline.services.set_aside import SetAsideList
from hotline.services.suggest import Suggest
from hotline.services.together import Together
from hotline.services.webhooks import Webhooks
from hotline.services.work_list import WorkList


@dataclass(frozen=True, slots=True, kw_only=True)
class WebParts:
    """The services behind the pages and the API, and the few settings they need.

    ``store_ready`` returns when the database answers and raises a ``HotlineError`` otherwise; ``model_problem`` returns why
    the classifier cannot be used, or None. ``metrics_open`` = loopback clients may read ``/metrics`` without a key.
    """

    intake: Intake
    above: Above
    handling: Handling
    inside: Inside
    closing: Closing
    followup: Followup
    queries: Queries
    figures: Figures
    bulletins: Bulletins
    assessing: Assessing
    figure_lists: FigureLists
    seeing: Seeing
    access: Access
    books: Books
    drafts: Drafts
    explaining: Explaining
    suggest: Suggest
    set_aside: SetAsideList
    repeats: Repeats
    work_list: WorkList
    saved_views: SavedViews
    live: Live
    webhooks: Webhooks
    together: Together
    clock: Clock
    registry: CollectorRegistry
    metrics: WebMetrics
    store_ready: Callable[[], None]
    model_problem: Callable[[], str | None] = lambda: None
    session: timedelta = timedelta(hours=12)
    secure_cookies: bool = False
    metrics_open: bool = True


def parts_of(request: Request) -> WebParts:
    """Return the parts of the application that serves the request."""
    return cast(WebParts, request.app.state.parts)


UsesParts = Annotated[WebParts, Depends(parts_of)]
