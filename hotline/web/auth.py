"""Sign-in: an API key in the ``Authorization`` header, or a browser's session with a form token (CSRF); roles as dependencies.

Who may do what stands in ``hotline.domain.roles`` and ``hotline.domain.lifecycle``; nothing here repeats it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any, Final, cast

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from hotline.domain.actions import Action
from hotline.domain.roles import Actor, May, may
from hotline.domain.transitions import TABLE
from hotline.errors import HotlineError, NotAllowed, NotSignedIn, StaleForm
from hotline.services.rows import Session
from hotline.web.doorkeeper import Doorkeeper
from hotline.web.problems import problem_of, respond

COOKIE: Final = "hotline_session"
CSRF_HEADER: Final = "X-CSRF-Token"
CSRF_FIELD: Final = "csrf_token"
API: Final = "/api/"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is asking; ``session`` is None for a key in the header, which needs no form token."""

    actor: Actor
    session: Session | None = None

    @property
    def csrf(self) -> str:
        """The token that this browser's forms carry."""
        return self.session.csrf if self.session else ""


def doorkeeper(request: Request) -> Doorkeeper:
    """Return the application's doorkeeper."""
    return cast(Doorkeeper, request.app.state.doorkeeper)


def address_of(request: Request) -> str:
    """Return the address that asks; behind a trusted proxy uvicorn has put the real one there."""
    return request.client.host if request.client else "unknown"


async def identify(request: Request) -> SignedIn:
    """Return who is asking, once a request. Raises ``NotSignedIn``."""
    known: SignedIn | None = getattr(request.state, "signed_in", None)
    if known is None:
        known = await _look_up(request)
        request.state.signed_in = known
    return known


async def _look_up(request: Request) -> SignedIn:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    keeper, address = doorkeeper(request), address_of(request)
    if scheme:
        if scheme.lower() != "bearer":
            raise NotSignedIn(f"Authorization must be Bearer, not {scheme[:20]}")
        return SignedIn(await run_in_threadpool(keeper.by_key, secret.strip(), address))
    if cookie := request.cookies.get(COOKIE):
        return SignedIn(*await run_in_threadpool(keeper.by_cookie, cookie, address))
    raise NotSignedIn("neither a key nor a session")


async def checked(request: Request) -> SignedIn:
    """Return who is asking, after the form token of an unsafe request was checked. Raises ``StaleForm``."""
    who = await identify(request)
    if who.session is None or request.method in _SAFE_METHODS:
        return who
    given = request.headers.get(CSRF_HEADER) or await _form_token(request)
    if not secrets.compare_digest(given.encode(), who.session.csrf.encode()):
        raise StaleForm("the request carries no valid form token")
    return who


async def _form_token(request: Request) -> str:
    if not request.headers.get("content-type", "").startswith(_FORMS):
        return ""
    return str((await request.form()).get(CSRF_FIELD, ""))


WhoIsThere = Annotated[SignedIn, Depends(checked)]
"""Who asks, with the session: for pages."""


async def _anybody(who: WhoIsThere) -> Actor:
    return who.actor


def permitted(*wanted: May) -> Callable[[SignedIn], Coroutine[Any, Any, Actor]]:
    """Return a dependency that lets in whoever may do one of ``wanted``. It raises ``NotAllowed``."""

    async def check(who: WhoIsThere) -> Actor:
        role = who.actor.role
        if role is None or not any(may(role, one) for one in wanted):
            raise NotAllowed(f"{who.actor.name} may not {' or '.join(wanted)}")
        return who.actor

    return check


def acting(action: Action) -> Callable[[SignedIn], Coroutine[Any, Any, Actor]]:
    """Return a dependency that lets in whose role may ever do ``action``; the order's state is checked by its service."""

    async def check(who: WhoIsThere) -> Actor:
        if who.actor.role not in TABLE[action].roles:
            raise NotAllowed(f"{who.actor.name} may not {action}")
        return who.actor

    return check


AnyUser = Annotated[Actor, Depends(_anybody)]
SuggestUser = Annotated[Actor, Depends(permitted(May.SUGGEST))]
AgentUser = Annotated[Actor, Depends(permitted(May.RECORD))]
ReadUser = Annotated[Actor, Depends(permitted(May.READ_ALL, May.READ_OWN))]
UnmaskUser = Annotated[Actor, Depends(permitted(May.UNMASK))]
RatesUser = Annotated[Actor, Depends(permitted(May.RATES, May.READ_OWN))]
OfficeRatesUser = Annotated[Actor, Depends(permitted(May.RATES))]
RULES_READERS = Depends(permitted(May.READ_ALL, May.RULES))
RulesReader = Annotated[Actor, RULES_READERS]
SetAsideUser = Annotated[Actor, Depends(permitted(May.SET_ASIDE))]
DispatchUser = Annotated[Actor, Depends(acting(Action.DISPATCH))]
UnitUser = Annotated[Actor, Depends(acting(Action.SIGN))]
OfficeUser = Annotated[Actor, Depends(acting(Action.GRANT_RETURN))]
LeaderUser = Annotated[Actor, Depends(acting(Action.SIGN_OFF))]
ReviewUser = Annotated[Actor, Depends(acting(Action.PASS_REVIEW))]
CallbackUser = Annotated[Actor, Depends(acting(Action.CLOSE))]


# -- a browser's session -------------------------------------------------------------------------------------------------
async def sign_in(request: Request, response: Response, secret: str) -> Session:
    """Begin a session with a key and put its cookie on ``response``. Raises ``NotSignedIn`` and ``TooManyAttempts``."""
    cookie, session = await run_in_threadpool(doorkeeper(request).sign_in, secret.strip(), address_of(request))
    parts = request.app.state.parts
    response.set_cookie(
        COOKIE, cookie, max_age=int(parts.session.total_seconds()), httponly=True, samesite="lax",
        secure=parts.secure_cookies, path="/",
    )  # fmt: skip
    return session


async def sign_out(request: Request, response: Response) -> None:
    """End the browser's session, if it has one."""
    if cookie := request.cookies.get(COOKIE):
        await run_in_threadpool(doorkeeper(request).sign_out, cookie)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=request.app.state.parts.secure_cookies)


class KeyFirst:
    """Middleware: nothing under ``/api/`` is read, not even a body, before it is known who sends it: no key, no data."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 for a stranger, otherwise go on."""
        if scope["type"] == "http" and scope["path"].startswith(API):
            request = Request(scope, receive)
            try:
                await identify(request)
            except HotlineError as refused:
                await respond(request, problem_of(refused))(scope, receive, send)
                return
        await self._app(scope, receive, send)
