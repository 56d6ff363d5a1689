"""Assessments 考核 over HTTP: months, objections, points, restatements, the year, the city's score."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, File, Path, Query, Response, UploadFile
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from hotline.domain.assessment import Assessment, Scope
from hotline.domain.indicators import Rate
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput
from hotline.services.assessment.months import month_of
from hotline.services.assessment.official import OfficialPlan, importer
from hotline.services.assessment.rows import Head
from hotline.web.api.assessment_views import EffectView, HeadView, MovedView, SheetView
from hotline.web.api.assessment_year_views import BesideView, FileView, PlanView, YearView
from hotline.web.api.fields import Code, Hashes, Line, Request, Said
from hotline.web.auth import RatesUser
from hotline.web.parts import UsesParts, WebParts
from hotline.web.preconditions import etag

router = APIRouter(prefix="/api/v1/assessments", tags=["考核"])
MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
Month = Annotated[str, Path(description="月份,如 2026-10", pattern=MONTH)]
Number = Annotated[int, Path(ge=1, le=1_000_000, description="序号")]
First = Annotated[str, Query(alias="from", pattern=MONTH, description="第一个月,如 2026-01")]
Last = Annotated[str, Query(alias="to", pattern=MONTH, description="最后一个月,如 2026-12")]


class ReasonRequest(Request):
    """Why."""

    reason: Said


class ObjectionRequest(Request):
    """An order of one's own unit and the rate it is objected to; ``evidence`` = files of the order, ``proof`` = what else."""

    order_id: Code
    rate: Rate
    reason: Said
    proof: Line = ""
    evidence: Hashes


class VerdictRequest(Request):
    """Whether the order is taken out of the rate alone, or wholly."""

    scope: Scope = "rate"
    note: Line = ""


class PointsRequest(Request):
    """Points for a unit, with what they rest on."""

    unit: Code
    points: Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]
    basis: Said


class MonthsView(BaseModel):
    """Months, newest first."""

    months: list[HeadView]


class BesidesView(BaseModel):
    """The city's scores beside ours."""

    scores: list[BesideView]
    files: list[FileView]


@router.get("")
def list_months(parts: UsesParts, who: RatesUser) -> MonthsView:
    """List the last two years' months."""
    return MonthsView(months=[HeadView.of(head) for head in parts.assessing.procedure.months(by=who)])


@router.get("/official")
def official_scores(parts: UsesParts, who: RatesUser, first: First, last: Last) -> BesidesView:
    """Show the city's scores of months beside ours."""
    found = parts.assessing.official.beside(month_of(first), month_of(last), by=who)
    files = [] if who.of_unit else parts.assessing.official.files(by=who)
    return BesidesView(scores=[BesideView.of(one) for one in found], files=[FileView.of(one) for one in files])


@router.post("/official/look")
async def look_at_scores(parts: UsesParts, who: RatesUser, file: Annotated[UploadFile, File()]) -> PlanView:
    """Tell what bringing a file of the city in would do; nothing is changed."""
    importer(who)
    name, content = await received(file)
    return await run_in_threadpool(lambda: PlanView.of(looked(parts, name, content, who)))


@router.post("/official")
async def bring_scores(parts: UsesParts, who: RatesUser, file: Annotated[UploadFile, File()]) -> FileView:
    """Bring a file of the city in."""
    importer(who)
    name, content = await received(file)

    def bring() -> FileView:
        kept = parts.above.imports.keep(name, content)
        return FileView.of(parts.assessing.official.bring(parts.above.imports.kept(kept.digest, name), name, by=who))

    return await run_in_threadpool(bring)


@router.get("/year/{year}")
def year_sheet(year: Annotated[int, Path(ge=2000, le=2099)], parts: UsesParts, who: RatesUser) -> YearView:
    """Show a year's frozen months by unit."""
    return YearView.of(parts.assessing.years.sheet(year, by=who))


@router.get("/{month}")
def show_month(month: Month, parts: UsesParts, who: RatesUser, response: Response) -> SheetView:
    """Show a month; its ``ETag`` is what an act on it may be held to."""
    found = parts.assessing.procedure.sheet(month_of(month), by=who)
    response.headers["ETag"] = etag(found.assessment.version)
    return SheetView.of(found)


@router.post("/{month}/open")
def open_month(month: Month, parts: UsesParts, who: RatesUser) -> HeadView:
    """Open a month for objections."""
    return _head(parts.assessing.procedure.open(month_of(month), by=who))


@router.post("/{month}/approve")
def approve_month(month: Month, parts: UsesParts, who: RatesUser) -> HeadView:
    """Approve a month; its table is written."""
    return _head(parts.assessing.procedure.approve(month_of(month), by=who))


@router.post("/{month}/send-back")
def send_month_back(month: Month, body: ReasonRequest, parts: UsesParts, who: RatesUser) -> HeadView:
    """Open an approved month again."""
    return _head(parts.assessing.procedure.send_back(month_of(month), reason=body.reason, by=who))


@router.post("/{month}/freeze")
def freeze_month(month: Month, parts: UsesParts, who: RatesUser) -> HeadView:
    """Freeze the approved table."""
    return _head(parts.assessing.procedure.freeze(month_of(month), by=who))


@router.post("/{month}/publish")
def publish_month(month: Month, parts: UsesParts, who: RatesUser) -> HeadView:
    """Publish a frozen month to the units."""
    return _head(parts.assessing.procedure.publish(month_of(month), by=who))


# -- objections ---------------------------------------------------------------------------------------------------------
@router.post("/{month}/objections")
def object_to(month: Month, body: ObjectionRequest, parts: UsesParts, who: RatesUser) -> HeadView:
    """Object to an order of one's own unit in a rate."""
    done = parts.assessing.objections.bring(
        month_of(month), body.order_id, body.rate, reason=body.reason, proof=body.proof, evidence=body.evidence, by=who
    )
    return _head(done)


@router.get("/{month}/objections/{no}/effect")
def objection_effect(month: Month, no: Number, parts: UsesParts, who: RatesUser, scope: Scope = "rate") -> EffectView:
    """Tell what upholding an objection would do."""
    return EffectView.of(parts.assessing.objections.effect(month_of(month), no, scope, by=who))


@router.post("/{month}/objections/{no}/agree")
def agree_to_objection(month: Month, no: Number, body: VerdictRequest, parts: UsesParts, who: RatesUser) -> HeadView:
    """Agree to an objection as the first of two."""
    return _head(parts.assessing.objections.agree(month_of(month), no, body.scope, note=body.note, by=who))


@router.post("/{month}/objections/{no}/uphold")
def uphold_objection(month: Month, no: Number, body: VerdictRequest, parts: UsesParts, who: RatesUser) -> HeadView:
    """Uphold an objection."""
    return _head(parts.assessing.objections.uphold(month_of(month), no, body.scope, note=body.note, by=who))


@router.post("/{month}/objections/{no}/refuse")
def refuse_objection(month: Month, no: Number, body: ReasonRequest, parts: UsesParts, who: RatesUser) -> HeadView:
    """Refuse an objection."""
    return _head(parts.assessing.objections.refuse(month_of(month), no, reason=body.reason, by=who))


# -- points -------------------------------------------------------------------------------------------------------------
@router.post("/{month}/points")
def add_points(month: Month, body: PointsRequest, parts: UsesParts, who: RatesUser) -> HeadView:
    """Enter points for a unit."""
    return _head(parts.assessing.points.add(month_of(month), body.unit, body.points, basis=body.basis, by=who))


@router.post("/{month}/points/{no}/grant")
def grant_points(month: Month, no: Number, parts: UsesParts, who: RatesUser) -> HeadView:
    """Approve points that another person entered."""
    return _head(parts.assessing.points.grant(month_of(month), no, by=who))


@router.post("/{month}/points/{no}/refuse")
def refuse_points(month: Month, no: Number, body: ReasonRequest, parts: UsesParts, who: RatesUser) -> HeadView:
    """Refuse points."""
    return _head(parts.assessing.points.refuse(month_of(month), no, reason=body.reason, by=who))


# -- restatements -------------------------------------------------------------------------------------------------------
@router.get("/{month}/restatement")
def preview_restatement(month: Month, parts: UsesParts, who: RatesUser) -> list[MovedView]:
    """Tell by unit what a frozen month would be if it were counted now."""
    return [MovedView.of(one) for one in parts.assessing.restating.preview(month_of(month), by=who)]


@router.post("/{month}/restatements")
def propose_restatement(month: Month, body: ReasonRequest, parts: UsesParts, who: RatesUser) -> HeadView:
    """Propose to put the table as it is now in the place of the frozen one."""
    return _head(parts.assessing.restating.propose(month_of(month), reason=body.reason, by=who))


@router.get("/{month}/restatements/{no}")
def restatement_difference(month: Month, no: Number, parts: UsesParts, who: RatesUser) -> list[MovedView]:
    """Show by unit what a restatement changes."""
    return [MovedView.of(one) for one in parts.assessing.restating.difference(month_of(month), no, by=who)]


@router.post("/{month}/restatements/{no}/grant")
def grant_restatement(month: Month, no: Number, parts: UsesParts, who: RatesUser) -> HeadView:
    """Approve a restatement that another person proposed."""
    return _head(parts.assessing.restating.grant(month_of(month), no, by=who))


@router.post("/{month}/restatements/{no}/refuse")
def refuse_restatement(month: Month, no: Number, body: ReasonRequest, parts: UsesParts, who: RatesUser) -> HeadView:
    """Refuse a restatement."""
    return _head(parts.assessing.restating.refuse(month_of(month), no, reason=body.reason, by=who))


async def received(file: UploadFile) -> tuple[str, bytes]:
    """Return a file's bare name and its content. Raises ``InvalidInput`` when it is empty."""
    content = await file.read()
    if not content:
        raise InvalidInput("no file", message="请选择市级得分表(.xlsx 或 .csv)")
    return PurePosixPath((file.filename or "").replace("\\", "/")).name[:200], content


def looked(parts: WebParts, name: str, content: bytes, by: Actor) -> OfficialPlan:
    """Keep a file for a day and return what bringing it in would do."""
    kept = parts.above.imports.keep(name, content)
    return parts.assessing.official.look(parts.above.imports.kept(kept.digest, name), name, by=by)


def _head(done: Assessment) -> HeadView:
    return HeadView.of(Head.of(done))
