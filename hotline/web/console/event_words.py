"""What an event's data says, as the lines of the timeline; numbers of people in them are masked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from hotline.domain.order import Event
from hotline.domain.text import mask_text
from hotline.web.console import application_words, inside_words, together_words
from hotline.web.console.clocktext import Times
from hotline.web.console.words import (
    CHANNEL_NAMES,
    CHOICE_REASONS,
    CLOCK_NAMES,
    CONTACT_MEANS,
    CONTACT_RESULTS,
    NOTICE_STEPS,
    RATING_CHANNELS,
    RATING_NAMES,
    RETURN_REASONS,
    SOLVED_NAMES,
    TOLD_NAMES,
)
from routing_rules.pack import Pack

Said = Mapping[str, Any]


def lines_of(event: Event, pack: Pack, times: Times) -> Iterator[str]:
    """Yield the lines under an event; nothing when its name says it all."""
    write = _WRITERS.get(event.kind)
    if write is not None:
        yield from (mask_text(line) for line in write(event.data, pack, times) if line)


def _registered(said: Said, pack: Pack, _times: Times) -> Iterator[str]:
    yield f"来源:{CHANNEL_NAMES.get(said.get('channel', ''), '其他')};类型:{said.get('kind', '')};事项:{said.get('category', '')}"
    if said.get("rule"):
        yield f"规则 {said.get('row')}:{pack.unit_name(str(said['rule']))}"
    units = [f"{pack.unit_name(str(code))} {confidence:.0%}" for code, confidence in said.get("units", [])]
    yield f"模型建议:{'、'.join(units)}" if units else ""
    yield f"交派单台:{said['why_desk']}" if said.get("why_desk") else ""


def _dispatched(said: Said, pack: Pack, times: Times) -> Iterator[str]:
    if said.get("lead_stays"):
        yield "主办单位不变,只调整协办单位,时限不重新计算"
        yield "协办:" + ("、".join(pack.unit_name(str(code)) for code in said.get("assists", ())) or "无")
        yield str(said.get("reason", ""))
        return
    choice = str(said.get("choice", ""))
    ranked = f"采用第 {choice[3:]} 个建议" if choice else ""
    how = {"machine": "系统按规则派出", "ruling": "按裁定派出", "other": "选择了建议以外的单位"}.get(choice, ranked)
    why = CHOICE_REASONS.get(str(said.get("reason_code", "")), "")
    yield how + (f"({why})" if why and choice == "other" else "")
    if said.get("assists"):
        yield "协办:" + "、".join(pack.unit_name(str(code)) for code in said["assists"])
    yield _dues(said, times)
    yield str(said.get("reason", ""))


def _dues(said: Said, times: Times) -> str:
    due = {clock: datetime.fromisoformat(at) for clock, at in said.get("due", {}).items()}
    running = sorted((at, clock) for clock, at in due.items() if clock in ("sign", "contact", "answer"))
    return "时限:" + ",".join(f"{CLOCK_NAMES[clock]} {times.absolute(at)}" for at, clock in running) if running else ""


def _contacted(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    means = CONTACT_MEANS.get(str(said.get("means")), str(said.get("means", "")))
    number = f" {said['number']}" if said.get("number") else ""
    yield f"{means}{number}:{CONTACT_RESULTS.get(str(said.get('result')), '')}"
    yield "多次联系未果,按规定计为已联系" if said.get("counts") == "attempts" else ""
    yield str(said.get("note", ""))


def _return_applied(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield f"{RETURN_REASONS.get(str(said.get('reason_code')), '其他')}:{said.get('reason', '')}"


def _answered(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield f"办理情况:{said.get('text', '')}"
    yield f"公开答复:{said['public']}" if said.get("public") else ""
    yield inside_words.files(said)


def _called_back(said: Said, _pack: Pack, times: Times) -> Iterator[str]:
    attempt = said.get("attempt")
    if said.get("sampled") is False:
        yield {"none": "匿名或不需回复,不回访,由人办结"}.get(str(said.get("why")), "未抽中回访,由人办结")
        return
    if not said.get("reached"):
        yield f"第 {attempt} 次回访:未接通" + (",按规则办结" if said.get("final") else "")
    else:
        contacted = {True: "联系过", False: "没有联系"}.get(said.get("responded"), "未答")  # type: ignore[arg-type]
        rating = RATING_NAMES.get(said.get("rating") or 0, "未评价")
        yield f"单位联系:{contacted};是否解决:{SOLVED_NAMES.get(str(said.get('solved')), '未答')};满意度:{rating}"
    yield f"原因:{said['reason']}" if said.get("reason") else ""
    yield "预回访,评价不计入满意率" if said.get("channel") == "pre" else "差评整改后的回访" if said.get("follow_up") else ""
    yield str(said.get("note", ""))
    yield _dues(said, times)


def _reason(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield str(said.get("reason") or said.get("note") or said.get("why") or "")


def _direct(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield f"答复:{said.get('text', '')}"


def _supplemented(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield f"来源:{CHANNEL_NAMES.get(str(said.get('channel')), '其他')}"
    yield from _from_above(said)


def _above(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield from _from_above(said)


def _from_above(said: Said) -> Iterator[str]:
    """What a message of the platform above said, and why it changed nothing or went to the desk."""
    yield f"{said['column']}:{said.get('before') or '空'} → {said.get('after') or '空'}" if said.get("column") else ""
    what, why = str(said.get("name") or ""), str(said.get("why") or "")
    yield f"{what}:{why}" if why else ""
    yield str(said.get("reason") or "")


def _filled_in(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield "、".join(map(str, said.get("what", [])))
    yield str(said.get("note") or "")


def _declined(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield f"办理渠道:{said.get('route', '')}"


def _transferred(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield f"已转接 {said.get('number', '')}"
    yield str(said.get("note") or "")


def _supervised(said: Said, pack: Pack, times: Times) -> Iterator[str]:
    step, clock = NOTICE_STEPS.get(said.get("step", ""), ""), CLOCK_NAMES.get(said.get("clock") or "", "")
    yield ":".join(part for part in (step, str(said.get("why", ""))) if part)
    yield f"{clock}时限 {times.absolute(datetime.fromisoformat(said['due']))}" if clock and said.get("due") else ""
    to = [TOLD_NAMES.get(str(one), pack.unit_name(str(one))) for one in said.get("to", [])]
    yield f"通知:{'、'.join(to)}" if to else ""


def _rated(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    channel = RATING_CHANNELS.get(str(said.get("channel")), "其他渠道")
    yield f"{channel}:{RATING_NAMES.get(said.get('level') or 0, '办结后可见')}"
    yield f"是否解决:{SOLVED_NAMES[str(said['solved'])]}" if said.get("solved") else ""
    yield str(said.get("reason") or "")


def _checked(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    yield "核实为合理" if said.get("reasonable") else "核实为不合理,维持办结"
    yield str(said.get("reason") or "")


def _rectification(said: Said, _pack: Pack, times: Times) -> Iterator[str]:
    due = said.get("due", {}).get("rectification")
    yield f"整改时限 {times.absolute(datetime.fromisoformat(due))}" if due else ""
    yield str(said.get("reason") or "")


def _written(said: Said, pack: Pack, times: Times) -> Iterator[str]:
    yield str(said.get("text", ""))
    yield f"回复时限 {times.absolute(datetime.fromisoformat(said['due']))}" if said.get("due") else ""
    yield f"发给:{'、'.join(pack.unit_name(str(one)) for one in said['to'])}" if said.get("to") else ""


def _accused(said: Said, pack: Pack, _times: Times) -> Iterator[str]:
    units = (pack.unit_name(str(code)) for code in said.get("units", []))
    yield "被反映:" + "、".join([*units, *map(str, said.get("persons", []))])


def _due_changed(said: Said, _pack: Pack, times: Times) -> Iterator[str]:
    yield str(said.get("why", ""))
    for clock, moved in said.get("changed", {}).items():
        old, new = (times.absolute(datetime.fromisoformat(moved[which])) for which in ("old", "new"))
        yield f"{CLOCK_NAMES.get(clock, '承办环节')}:{old}" + (f" → {new}" if new != old else "(不变)")


_WRITERS: Final[Mapping[str, Callable[[Said, Pack, Times], Iterator[str]]]] = {
    "registered": _registered, "dispatched": _dispatched, "contacted": _contacted, "return_applied": _return_applied,
    "return_granted": _reason, "return_refused": _reason, "answered": _answered,
    **inside_words.WRITERS,
    **together_words.WRITERS,
    "callback_attempted": _called_back, "closed": _called_back, "reopened": _called_back, "supplemented": _supplemented,
    "warned": _supervised, "escalated": _supervised, "rated": _rated, "rating_checked": _checked,
    "rectification_begun": _rectification, "supervised": _written, "supervision_replied": _written, "acknowledged": _reason,
    "change_read": _reason, "accused_named": _accused, "reporter_hidden": _written, "answered_directly": _direct,
    "urged": _above, "recalled": _above, "noted_above": _above, "filled_in": _filled_in,
    "not_accepted": _declined, "transferred": _transferred, "due_changed": _due_changed,
    **application_words.WRITERS,
}  # fmt: skip
