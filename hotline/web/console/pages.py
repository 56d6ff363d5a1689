"""Drawing a page: the templates, and what every page carries (who, navigation, form token, server time, watermark)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from hotline.domain.bands import BandLimits
from hotline.domain.roles import ROLE_NAMES, Actor, Role, may
from hotline.errors import HotlineError
from hotline.web.auth import SignedIn
from hotline.web.console import assets
from hotline.web.console.clocktext import Times
from hotline.web.console.words import NAV, NOTICES, START_PAGES
from hotline.web.parts import parts_of
from routing_rules.pack import Pack

PRODUCT: Final = "12345 热线"
UNDER: Final = {"/sight": "/board"}
"""Pages without a place of their own in the bar: they stand among the tabs of another."""
_PLAIN_ZONE: Final = ZoneInfo("Asia/Shanghai")  # for the pages shown before a rule book is in force

_templates = Environment(
    loader=PackageLoader("hotline.web.console"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


class Typed(dict[str, str]):
    """What a person typed into a form that was refused: shown again; a field that was not sent is empty."""

    def __missing__(self, _name: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class NavItem:
    """A page in the bar."""

    href: str
    name: str
    current: bool
    count: int = 0


def draw(
    request: Request, template: str, who: SignedIn | None, *, title: str, status: int = 200, personal: bool = False,
    **context: Any,
) -> HTMLResponse:  # fmt: skip
    """Return a page; ``personal`` puts the watermark on it (UX.md, "States")."""
    pack, times = _pack(request), times_of(request)
    product = f"{pack.settings.title} {PRODUCT}" if pack else PRODUCT
    actor = who.actor if who else None
    common = {
        "title": title, "product": product, "who": actor, "csrf": who.csrf if who else "", "nav": list(_nav(request, actor)),
        "role_name": ROLE_NAMES[actor.role] if actor and actor.role else "", "unit_name": _unit_name(pack, actor),
        "assets": assets.version(), "now_iso": times.now.isoformat(), "now_full": times.full(times.now),
        "trident": "Trident/" in request.headers.get("user-agent", ""), "problem": "", "done": "", "typed": Typed(),
        "watermark": _watermark(pack, actor, times) if personal else "",
    }  # fmt: skip
    page = _templates.get_template(template).render({**common, **context})
    return HTMLResponse(page, status)


def draw_part(template: str, **context: Any) -> HTMLResponse:
    """Return a piece of a page, for the script to put in."""
    return HTMLResponse(_templates.get_template(template).render(context))


def times_of(request: Request) -> Times:
    """Return the present moment in the pack's zone."""
    pack, now = _pack(request), parts_of(request).clock.now()
    return Times(pack.zone, now, pack.settings.bands) if pack else Times(_PLAIN_ZONE, now, BandLimits())


def start_page(actor: Actor) -> str:
    """Return where a role begins."""
    return START_PAGES[actor.role or Role.OPERATIONS]


def moment(text: str, fallback: datetime) -> datetime:
    """Return an aware ISO moment that a page sent back, or ``fallback``."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return fallback
    return found if found.tzinfo else fallback


def _pack(request: Request) -> Pack | None:
    try:
        return parts_of(request).books.current()
    except HotlineError:
        return None  # the page that says so must still be drawn


def _nav(request: Request, actor: Actor | None) -> Iterator[NavItem]:
    for href, name, permissions, roles in NAV:
        role = actor.role if actor else None
        if role is not None and (role in roles or any(may(role, one) for one in permissions)):
            path = next((UNDER[one] for one in UNDER if request.url.path.startswith(one)), request.url.path)
            here = path == href or path.startswith(f"{href}/")
            yield NavItem(href, name, here, _unread(request, actor) if href == NOTICES else 0)


def _unread(request: Request, actor: Actor | None) -> int:
    """How many notices wait to be read; none where that cannot be told: the page that says so must still be drawn."""
    try:
        return parts_of(request).followup.notices.unread(by=actor) if actor else 0
    except HotlineError:
        return 0


def _unit_name(pack: Pack | None, actor: Actor | None) -> str:
    if actor is None or actor.unit is None:
        return ""
    return pack.unit_name(actor.unit) if pack else actor.unit


def _watermark(pack: Pack | None, actor: Actor | None, times: Times) -> str:
    if actor is None:
        return ""
    return " ".join(part for part in (actor.name, _unit_name(pack, actor), times.absolute(times.now)) if part)
