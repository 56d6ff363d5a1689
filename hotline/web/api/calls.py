"""Recording calls: one or up to a thousand, each (source, message id) once for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Response
from pydantic import Field, ValidationError, WithJsonSchema

from hotline.domain.call import MAX_TEXT, Caller, NewCall
from hotline.domain.roles import Actor
from hotline.domain.text import clean
from hotline.errors import HotlineError, InvalidInput, MessageConflict
from hotline.services.rows import Receipt
from hotline.web.api.fields import AHEAD, CallId, Code, Identifier, Line, Moment, Request, Said, aware
from hotline.web.api.views import BatchView, CallView, ReceiptView, RowView
from hotline.web.auth import AgentUser, ReadUser
from hotline.web.faults import faults_of
from hotline.web.parts import UsesParts, WebParts
from hotline.web.problems import Problem, invalid, problem_of

router = APIRouter(prefix="/api/v1/calls", tags=["来电"])

MOST_ROWS = 1000
LARGEST_BATCH = 16 * 1024 * 1024  # bytes
BATCH_PATH = "/api/v1/calls/batch"
Channel = Literal["phone", "web", "app", "letter", "upstream", "excel", "replay"]


class CallerRequest(Request):
    """Who spoke; empty for an anonymous caller."""

    name: Line = ""
    phone: Annotated[Line, Field(max_length=50)] = ""


class CallRequest(Request):
    """A message as it came in; (``source``, ``message_id``) names it for ever."""

    source: Identifier
    message_id: Identifier
    text: Annotated[str, Field(max_length=MAX_TEXT)]
    received_at: Moment | None = None
    title: Annotated[str, Field(max_length=500)] = ""
    channel: Channel | None = None
    caller: CallerRequest | None = None
    address: Annotated[str, Field(max_length=500)] = ""
    upstream_no: Identifier | None = None
    upstream_due: Moment | None = None
    chosen_unit: Code | None = None
    direct_answer: Said = ""

    def call(self, parts: WebParts, by: Actor) -> NewCall:
        """Return the message for intake. Raises ``InvalidInput`` and ``UnknownUnit``."""
        pack, now = parts.books.current(), parts.clock.now()
        if self.chosen_unit is not None:
            pack.receiving_unit(self.chosen_unit)
        received: datetime = now
        if self.received_at is not None:
            received = aware(self.received_at, pack.zone, name="received_at", latest=now + AHEAD)
        due = aware(self.upstream_due, pack.zone, name="upstream_due") if self.upstream_due else None
        caller = self.caller or CallerRequest()
        return NewCall(
            source=self.source, message_id=self.message_id, received_at=received, text=self.text, title=self.title,
            channel=self.channel or ("upstream" if self.upstream_no else "phone"),
            caller=Caller(name=caller.name, phone=caller.phone), address=self.address, upstream_no=self.upstream_no,
            upstream_due=due, chosen_unit=self.chosen_unit, direct_answer=clean(self.direct_answer), recorded_by=by.name,
        )  # fmt: skip


Row = Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/CallRequest"})]


class BatchRequest(Request):
    """Up to 1,000 messages; each row is checked on its own."""

    calls: Annotated[list[Row], Field(max_length=MOST_ROWS)]


@router.post("", status_code=202, responses={200: {"model": ReceiptView, "description": "同一消息此前已登记"}})
def record_call(body: CallRequest, parts: UsesParts, who: AgentUser, response: Response) -> ReceiptView:
    """Record a call: 202 for a new one, 200 for the same message again, 409 for its id with other content."""
    receipt = parts.intake.record(body.call(parts, who))
    response.status_code = 202 if receipt.created else 200
    return ReceiptView.of(receipt)


@router.post(BATCH_PATH.removeprefix(router.prefix))
def record_calls(
    body: Annotated[BatchRequest | Annotated[list[Row], Field(max_length=MOST_ROWS)], Body()], parts: UsesParts, who: AgentUser
) -> BatchView:
    """Record up to 1,000 calls; one result a row, in order: what is wrong with a row, while the others are taken."""
    rows = body.calls if isinstance(body, BatchRequest) else body
    read = [_read(row, parts, who) for row in rows]
    good = [new for new in read if isinstance(new, NewCall)]
    answers = iter(parts.intake.record_many(good))
    results = [_result(number, next(answers) if isinstance(one, NewCall) else one) for number, one in enumerate(read, 1)]
    return BatchView(results=results)


@router.get("/{call_id}")
def show_call(call_id: CallId, parts: UsesParts, who: ReadUser) -> CallView:
    """Show a recorded call; its caller masked."""
    return CallView.of(parts.queries.call(call_id, by=who), who)


def _read(row: object, parts: WebParts, by: Actor) -> NewCall | Problem:
    try:
        return CallRequest.model_validate(row).call(parts, by)
    except ValidationError as wrong:
        return invalid(faults_of([dict(one) for one in wrong.errors(include_url=False, include_input=False)]))
    except InvalidInput as wrong:
        return problem_of(wrong)


def _result(number: int, answer: Receipt | MessageConflict | Problem) -> RowView:
    if isinstance(answer, Receipt):
        status: int = 202 if answer.created else 200
        return RowView(row=number, status=status, call_id=answer.call_id, order_id=answer.order_id, code=answer.code)
    problem = problem_of(answer) if isinstance(answer, HotlineError) else answer
    return RowView(row=number, status=problem.status, problem=problem.document(f"{BATCH_PATH}#{number}"))
