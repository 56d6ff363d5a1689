"""考核, the year's sheet and the city's scores beside ours."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Final

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from hotline.domain.assessment import OFFICE, STAGE_NAMES
from hotline.domain.indicators import NOTHING, RATE_NAMES, Rate
from hotline.domain.ranking import SORT_NAMES
from hotline.errors import HotlineError, InvalidInput
from hotline.services.assessment.official import OfficialPlan, importer
from hotline.web.auth import RatesUser, SignedIn, WhoIsThere
from hotline.web.console.assessment_view import fraction, percent, points, score
from hotline.web.console.pages import draw, times_of
from hotline.web.parts import parts_of
from hotline.web.problems import status_of

router = APIRouter()
SHOWN: Final[tuple[Rate, ...]] = ("response", "resolution", "satisfaction")
FIRST, LAST = 2000, 2099


@router.get("/assessment/year")
def year(request: Request, who: WhoIsThere, by: RatesUser, year: str = "") -> Response:
    """Show a year's frozen months by unit."""
    parts, times = parts_of(request), times_of(request)
    wanted = _year(year) or times.now.astimezone(times.zone).year
    sheet = parts.assessing.years.sheet(wanted, by=by)
    rows = [
        {
            "sort": SORT_NAMES[line.sort], "name": line.name, "rank": line.rank or "—",
            "months": [_month(line.months.get(head.month)) for head in sheet.months],
            "rates": [(percent(ratio), fraction(ratio)) for rate in SHOWN for ratio in [line.rates.get(rate, NOTHING)]],
            "points": points(line.points), "mean": score(line.mean), "official": score(line.official_mean),
        }
        for line in sheet.lines
    ]  # fmt: skip
    heads = [(f"{head.month:%m} 月", f"{head.month:%Y-%m}", head.in_force != head.edition) for head in sheet.months]
    return draw(
        request, "assessment_year.html", who, title=f"{wanted} 年年终考核", tab="year", year=wanted, heads=heads, rows=rows,
        shown=[RATE_NAMES[rate] for rate in SHOWN], floor=sheet.floor, office=by.role in OFFICE, updated=times.clock(),
    )  # fmt: skip


def _month(one: object) -> dict[str, object]:
    return {
        "score": score(getattr(one, "score", None)), "restated": getattr(one, "restated", False),
        "first": score(getattr(one, "first", None)),
    }  # fmt: skip


def _year(written: str) -> int | None:
    number = int(written) if written.isascii() and written.isdecimal() and len(written) == len("2026") else 0
    return number if FIRST <= number <= LAST else None


@router.get("/assessment/official")
def official(request: Request, who: WhoIsThere, _: RatesUser, year: str = "", done: str = "") -> Response:
    """Show the city's scores beside ours."""
    return _page(request, who, year, done="已导入" if done else "")


@router.post("/assessment/official")
async def look(
    request: Request, who: WhoIsThere, _: RatesUser, file: Annotated[UploadFile | None, File()] = None
) -> Response:  # fmt: skip
    """Keep a file for a day and show what bringing it in would do."""
    content = await file.read() if file is not None else b""
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name[:200] if file is not None else ""
    return await run_in_threadpool(_looked, request, who, name, content)


@router.post("/assessment/official/bring")
def bring(
    request: Request, who: WhoIsThere, by: RatesUser, digest: Annotated[str, Form()], name: Annotated[str, Form()] = ""
) -> Response:  # fmt: skip
    """Bring in the file that was looked at."""
    parts = parts_of(request)
    try:
        parts.assessing.official.bring(parts.above.imports.kept(digest, name), name, by=by)
    except HotlineError as refused:
        return _page(request, who, "", problem=refused.message, status=status_of(refused))
    return RedirectResponse("/assessment/official?done=yes", 303)


def _looked(request: Request, who: SignedIn, name: str, content: bytes) -> Response:
    parts = parts_of(request)
    try:
        importer(who.actor)
        if not content:
            raise InvalidInput("no file", message="请选择市级得分表(.xlsx 或 .csv)")
        kept = parts.above.imports.keep(name, content)
        plan = parts.assessing.official.look(parts.above.imports.kept(kept.digest, name), name, by=who.actor)
    except HotlineError as refused:
        return _page(request, who, "", problem=refused.message, status=status_of(refused))
    return _page(request, who, "", plan=plan)


def _page(
    request: Request, who: SignedIn, year: str, *, plan: OfficialPlan | None = None, done: str = "", problem: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    parts, times, by = parts_of(request), times_of(request), who.actor
    wanted = _year(year) or times.now.astimezone(times.zone).year
    rooms, office = parts.assessing.official, by.role in OFFICE
    found = plan.scores if plan else rooms.beside(date(wanted, 1, 1), date(wanted, 12, 1), by=by)
    rows = [
        {
            "month": f"{one.month:%Y-%m}", "name": one.name, "official": score(one.official), "ours": score(one.ours),
            "difference": "—" if one.difference is None else f"{one.difference:+.2f}",
            "before": "" if one.before is None else score(one.before),
            "rates": "、".join(f"{RATE_NAMES[rate]} {share:.1%}" for rate, share in one.rates.items() if rate in RATE_NAMES),
        }
        for one in found
    ]  # fmt: skip
    files = [(one, times.absolute(one.at)) for one in rooms.files(by=by)] if office else []
    return draw(
        request, "assessment_official.html", who, title="市级得分", status=status, tab="official", year=wanted, rows=rows,
        plan=plan, files=files, office=office, done=done, problem=problem, updated=times.clock(), stages=STAGE_NAMES,
    )  # fmt: skip
