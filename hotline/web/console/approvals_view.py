"""What waits for a decision, in words: who asks for what and why, the clock, what granting would do, who may decide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hotline.domain.applications import Asks
from hotline.domain.due import UNIT_NAMES
from hotline.domain.holding import held_times
from hotline.domain.indicators import RATE_NAMES
from hotline.domain.order import Order
from hotline.domain.text import mask_text
from hotline.services.inbox import Effect, Waiting
from hotline.services.rows import OrderView
from hotline.web.console.application_words import TO_DECIDE
from hotline.web.console.clocktext import DueText, Times, lasting
from hotline.web.console.rows import Piece, Row, pieces, row_of
from hotline.web.console.words import RETURN_REASONS
from routing_rules.approvals import ASKED_NAMES
from routing_rules.pack import Pack

HOLDERS = {"desk": "派单台", "office": "热线办(审核、回访)", "upstream": "上级平台", "paused": "挂账(不计时)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of the inbox; ``key`` names it in an address, ``stage`` how far two persons have come."""

    key: str
    order_id: str
    asks: str
    name: str
    row: Row
    unit: str
    person: str
    at: str
    due: DueText | None
    stage: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Held:
    """How long somebody held the order."""

    name: str
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The one that is open: what was written, what granting would do, and who decides."""

    item: Item
    pieces: list[Piece]
    reason: str
    code: str
    facts: list[tuple[str, str]]
    late: bool
    effects: list[str]
    before: str
    after: str
    counted_so: str
    holder: str
    held: list[Held]
    decider: str
    two: bool
    agreed_by: str
    upstream: bool
    may_decide: bool
    why_not: str
    version: int


def item(one: Waiting, pack: Pack, times: Times) -> Item:
    """Return a line of the inbox."""
    stage = f"{one.agreed_by} 已同意,待复核" if one.agreed_by else "须两人审批" if one.decider == "two" else ""
    return Item(
        key=f"{one.order.id}-{one.asks}", order_id=one.order.id, asks=one.asks, name=ASKED_NAMES[one.asks],
        row=row_of(one.order, pack, times), unit=pack.unit_name(one.unit) if one.unit else "派单台", person=one.person,
        at=times.absolute(one.at), due=_limit(one, times), stage=stage, mine=one.may_decide,
    )  # fmt: skip


def opened(one: Waiting, effect: Effect, found: OrderView, pack: Pack, times: Times) -> Opened:
    """Return what the decider reads before deciding."""
    order, call = one.order, found.calls[0].new
    return Opened(
        item=item(one, pack, times), pieces=pieces(call.text, order.evidence), reason=mask_text(one.reason), code=_code(one),
        facts=list(_facts(one, pack)), late=one.late, effects=list(_effects(one, effect, pack)),
        before=times.absolute(effect.before), after=times.absolute(effect.after),
        counted_so=effect.why if effect.before != effect.after else "",
        holder=pack.unit_name(order.holder) if order.holder else "派单台", held=_held(found, pack, times),
        decider=TO_DECIDE.get(one.decider, one.decider), two=one.decider == "two", agreed_by=one.agreed_by or "",
        upstream=one.decider == "upstream", may_decide=one.may_decide, why_not=one.why_not, version=order.version,
    )  # fmt: skip


def _limit(one: Waiting, times: Times) -> DueText | None:
    """The decision's own clock: yellow when little of it is left, red when it is over."""
    if one.due_at is None:
        return None
    text, limit = times.moment(one.due_at), max(one.due_at - one.at, timedelta(0))
    soon = one.due_at - min(limit * 0.2, timedelta(hours=24))
    band = "urgent" if text.band != "overdue" and times.now >= soon else text.band
    return DueText(band=band, words=text.words, absolute=text.absolute, due=text.due, urgent_from=soon.isoformat())


def _code(one: Waiting) -> str:
    if one.asks == Asks.RETURN:
        return RETURN_REASONS.get(one.code, "其他")
    return one.code if one.asks == Asks.PAUSE else ""


def amount_words(pack: Pack, order: Order, amount: int) -> str:
    """Return an amount with the unit of the answer's limit: 3个工作日."""
    row = pack.deadlines.limits.get(order.due_rows.get("answer", ""))
    return f"{amount}{UNIT_NAMES[row.limit.unit]}" if row else str(amount)


_HASH: Final = re.compile(r"[0-9a-f]{64}")


def _documents(one: Waiting) -> Iterator[str]:
    """Papers by their number, attachments by how many; an older application may name papers among its evidence."""
    files = [piece for piece in one.evidence if _HASH.fullmatch(piece)]
    yield from (mask_text(piece[:40]) for piece in (*one.documents, *(piece for piece in one.evidence if piece not in files)))
    if files:
        yield f"附件 {len(files)} 个(见工单)"


def _facts(one: Waiting, pack: Pack) -> Iterator[tuple[str, str]]:
    if one.clause:
        yield "依据", mask_text(one.clause)
    if found := [*_documents(one)]:
        yield "佐证材料", "、".join(found)
    if one.amount:
        yield "申请延长", amount_words(pack, one.order, one.amount)
    if one.until:
        yield "挂账至", f"{one.until}(含当日)"
    if one.public:
        yield "对来电人的说明", mask_text(one.public)
    if one.row:
        yield "审批规则", one.row


def _effects(one: Waiting, effect: Effect, pack: Pack) -> Iterator[str]:
    match one.asks:
        case "return":
            yield "工单回到派单台,该单位不再被建议;答复时限不变。"
            named = effect.next_unit and pack.unit_name(effect.next_unit)
            yield f"规则 {effect.next_row} 的下一建议:{named}" if named else "规则没有下一个单位,由派单员选择。"
        case "extension":
            yield f"延长 {amount_words(pack, one.order, effect.amount)}。" if effect.amount else effect.why
            if effect.amount and effect.before == effect.after:
                yield "市级时限不变,延期不起作用。"
        case "pause":
            yield "恢复前停止计时;到期由系统自动恢复,按实际暂停重新计算。"
        case "exclusion":
            yield "该工单不再计入考核:" + ("、".join(_counted(effect)) if effect.counted else "目前还没有计入任何指标") + "。"
        case "upward":
            yield "工单转为上级收回,本级不再办理。"
        case _:
            yield "裁定后立即派出,为最终决定;可写成新的派单规则。"


def _counted(effect: Effect) -> Iterator[str]:
    for rate, _unit, good in effect.counted:
        yield (
            f"{RATE_NAMES[rate]}({'计为达标' if good else '计为未达标'})"
            if rate not in ("return", "reopening")
            else (f"{RATE_NAMES[rate]}({'计入' if good else '未发生'})")
        )


def _held(found: OrderView, pack: Pack, times: Times) -> list[Held]:
    """Who held the order for how long, the longest first."""
    spent: Sequence[tuple[str, timedelta]] = sorted(
        held_times(found.events, _end(found, times)).items(), key=lambda one: one[1], reverse=True
    )
    return [Held(HOLDERS.get(who) or pack.unit_name(who), lasting(time)) for who, time in spent if time >= timedelta(minutes=1)]


def _end(found: OrderView, times: Times) -> datetime | None:
    return times.now if found.order.open else None
