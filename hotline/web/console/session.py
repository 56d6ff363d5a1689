"""Signing in with a key, and out; works without JavaScript."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hotline.errors import HotlineError, NotSignedIn
from hotline.web.auth import WhoIsThere, identify, sign_in, sign_out
from hotline.web.console.pages import draw, start_page
from hotline.web.parts import parts_of
from hotline.web.problems import problem_of

router = APIRouter()


@router.get("/")
async def home(request: Request) -> Response:
    """Send everybody to the page their role begins with."""
    who = await identify(request)
    return RedirectResponse(start_page(who.actor), 303)


@router.get("/login")
async def login_page(request: Request, next: str = "") -> Response:  # noqa: A002  # the address's word
    """Show the sign-in page, or go on when signed in already."""
    try:
        who = await identify(request)
    except HotlineError:
        return draw(request, "login.html", None, title="登录", next=_own(next))
    return RedirectResponse(_own(next) or start_page(who.actor), 303)


@router.post("/login")
async def login(request: Request, key: Annotated[str, Form()] = "", next: Annotated[str, Form()] = "") -> Response:  # noqa: A002
    """Begin a session and go to the page that was wanted, or to the role's first."""
    answer = RedirectResponse(_own(next) or "/", 303)
    try:
        session = await sign_in(request, answer, key)
    except HotlineError as refused:
        problem = problem_of(refused)
        words = "密钥不正确或已停用,请核对后重新输入" if isinstance(refused, NotSignedIn) else refused.message
        shown = draw(request, "login.html", None, title="登录", status=problem.status, next=_own(next), problem=words)
        shown.headers.update(problem.headers)
        return shown
    del session  # its form token reaches the pages by the cookie
    return answer


@router.post("/logout")
async def logout(request: Request, who: WhoIsThere) -> Response:  # noqa: ARG001  # its form token was checked
    """End the session."""
    answer = RedirectResponse("/login", 303)
    await sign_out(request, answer)
    return answer


@router.get("/session")
def alive(request: Request, who: WhoIsThere) -> Response:  # noqa: ARG001  # only whether there is one
    """Tell a page that lost the server that it is back; 204."""
    parts_of(request).store_ready()
    return Response(status_code=204)


def _own(path: str) -> str:
    """Return a path of ours, or nothing: a sign-in page must not send anybody elsewhere."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path else ""
