"""Errors as problem details (RFC 9457): one table from what happened to a status, one shape for all of them.

A person reads ``title``, in Chinese; ``detail`` is the English sentence of the log. Nothing in them comes from a citizen's
text. A page's error is drawn by the pages themselves, see ``set_page_errors``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from hotline import errors
from hotline.domain import refusals
from hotline.domain.text import mask_text
from hotline.errors import HotlineError
from hotline.web.faults import Fault, faults_of

MEDIA_TYPE: Final = "application/problem+json"

STATUS: dict[type[HotlineError], int] = {
    errors.InvalidInput: 422,
    errors.MessageConflict: 409,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.TooManyAttempts: 429,
    errors.TooManyListeners: 503,
    errors.NotFound: 404,
    errors.NotFromHere: 409,
    errors.RatingStands: 409,
    errors.Recused: 409,
    errors.AllowanceSpent: 409,
    errors.AssessmentRefused: 409,
    errors.ChangedMeanwhile: 409,
    refusals.VersionDiffers: 412,
    refusals.KeyUnreadable: 400,
    refusals.KeyReused: 422,
    refusals.StillRunning: 409,
    errors.RuleError: 503,
    errors.SamePerson: 409,
    errors.DraftHasErrors: 409,
    errors.DraftNotRehearsed: 409,
    errors.LaterBookWaits: 409,
    errors.DraftClosed: 409,
    errors.Busy: 503,
    errors.ModelError: 503,
    errors.ModelRefused: 409,
    errors.StoreUnavailable: 503,
    errors.FiguresNotReady: 503,
    errors.UpstreamUnavailable: 503,
    errors.SchemaMismatch: 503,
    errors.BrokerMissing: 503,
    errors.BrokerUnavailable: 503,
    errors.SettingsInvalid: 500,
    errors.PortTaken: 500,
    errors.RestoreRefused: 500,
}
"""The status of each error; a subclass has its parent's unless it stands here itself."""

_TITLES: dict[int, tuple[str, str]] = {
    400: ("request.unreadable", "请求内容无法读取,请检查格式"),
    404: ("not_found", "没有这个地址"),
    405: ("request.method", "该地址不支持这种请求方式"),
    413: ("request.too_large", "提交的内容过大"),
    415: ("request.media_type", "请以 application/json 提交"),
}
_WAIT_SECONDS: Final = 5  # after a 503: longer than a failover of the embedded parts, shorter than a person's patience


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What went wrong, ready to be shown: ``title`` is Chinese, ``faults`` name the fields, ``id`` is the log's.

    ``more`` are further members of the document, for machines.
    """

    status: int
    code: str
    title: str
    detail: str = ""
    faults: Sequence[Fault] = ()
    id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    def document(self, instance: str) -> dict[str, Any]:
        """Return the problem document; ``instance`` is the path that was asked for."""
        found: dict[str, Any] = {
            "type": f"urn:hotline:problem:{self.code}", "title": self.title, "status": self.status,
            "detail": self.detail or self.title, "code": self.code, "instance": instance,
            **self.more,
        }  # fmt: skip
        if self.faults:
            found["errors"] = [{"field": fault.field, "message": fault.message} for fault in self.faults]
        return {**found, "id": self.id} if self.id else found


PageErrors = Callable[[Request, Problem], Response]


def status_of(error: HotlineError) -> int:
    """Return the status for an error: its own row, or the nearest parent's."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def problem_of(error: HotlineError) -> Problem:
    """Return an error of ours as a problem."""
    status, headers = status_of(error), dict[str, str]()
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="hotline"'
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(_WAIT_SECONDS)
    if isinstance(error, refusals.StillRunning):
        headers["Retry-After"] = "1"
    if isinstance(error, errors.TooManyAttempts):
        headers["Retry-After"] = str(max(1, round(error.retry_after.total_seconds())))
    more = dict[str, Any]()
    if isinstance(error, refusals.VersionDiffers):
        headers["ETag"], more["version"] = f'"{error.current}"', error.current
    # The details name ids; a message id of another system may be a phone number.
    title, detail = mask_text(error.message), mask_text(str(error))
    return Problem(status=status, code=error.code, title=title, detail=detail, headers=headers, more=more)


def unexpected(ident: str) -> Problem:
    """Return the problem for an error that nobody raised on purpose; ``ident`` stands in the log beside what happened."""
    title = f"系统内部错误,请将编号 {ident} 告知管理员"
    return Problem(status=500, code="internal", title=title, detail="unexpected error", id=ident)


def respond(request: Request, problem: Problem) -> Response:
    """Return the response: a problem document for machines, the pages' own for a browser that asked for a page."""
    page: PageErrors | None = getattr(request.app.state, "page_errors", None)
    if page is not None and _wants_page(request):
        return page(request, problem)
    document = problem.document(request.url.path)
    return JSONResponse(document, problem.status, headers=dict(problem.headers), media_type=MEDIA_TYPE)


def set_page_errors(app: FastAPI, page: PageErrors) -> None:
    """Let ``page`` draw the problems of requests that want HTML outside of ``/api/``."""
    app.state.page_errors = page


def add_problems(app: FastAPI) -> None:
    """Turn every error that a route raises into a problem."""
    app.add_exception_handler(HotlineError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def invalid(faults: Sequence[Fault]) -> Problem:
    """Return the problem of a request whose fields are wrong."""
    title = ";".join(fault.sentence for fault in faults[:5]) or errors.InvalidInput.message
    return Problem(status=422, code=errors.InvalidInput.code, title=title, detail="the request has invalid fields", faults=faults)


def http_problem(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """Return the problem of a request that HTTP itself refuses: no such address, another method, too much."""
    code, title = _TITLES.get(status, (f"http.{int(status)}", "请求未能完成"))
    phrase = HTTPStatus(status).phrase.lower()
    return Problem(status=int(status), code=code, title=title, detail=phrase, headers=dict(headers or {}))


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, HotlineError)  # noqa: S101  # registered for it only
    return respond(request, problem_of(error))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for it only
    return respond(request, invalid(faults_of(error.errors())))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for it only
    return respond(request, http_problem(error.status_code, error.headers))


def _wants_page(request: Request) -> bool:
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")
