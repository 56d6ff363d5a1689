"""The events of a unit's inner work and of the review, in the timeline's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from hotline.web.console.clocktext import Times
from routing_rules.pack import Pack

Said = Mapping[str, Any]
EVENTS: Final[Mapping[str, str]] = {
    "handed_down": "转办", "handed_back": "退回上一级", "handler_named": "指定经办人", "part_answered": "协办意见",
    "signed_off": "签发", "answer_taken_back": "收回修改", "review_taken": "开始审核", "passed_up": "审核通过并上报",
}  # fmt: skip
DONE: Final[Mapping[str, str]] = {
    "hand-down": "已转办", "hand-back": "已退回上一级", "handler": "已指定经办人", "part": "已提交协办意见", "sign-off": "已签发",
    "take-back": "已收回,可以修改后重新答复", "attachments": "附件已上传",
}  # fmt: skip
CHECK_NAMES: Final[Mapping[str, str]] = {
    "answers": "答复回应了诉求", "contacted": "已联系来电人", "grounds": "有依据、有结果", "tone": "用语得当",
}  # fmt: skip


def _unit(pack: Pack, code: object) -> str:
    return pack.unit_name(str(code)) if code else ""


def _down(said: Said, pack: Pack, _times: Times) -> Iterator[str]:
    yield f"{_unit(pack, said.get('from'))} → {_unit(pack, said.get('to'))}"
    yield f"经办人:{said['person']}" if said.get("person") else ""
    yield str(said.get("note") or said.get("reason") or "")


def _person(said: Said, pack: Pack, _times: Times) -> Iterator[str]:
    yield ":".join(part for part in (_unit(pack, said.get("by_unit")), str(said.get("person", ""))) if part)


def _text(said: Said, pack: Pack, _times: Times) -> Iterator[str]:
    yield ":".join(part for part in (_unit(pack, said.get("by_unit")), str(said.get("text") or said.get("reason") or "")) if part)
    yield files(said)


def _signed_off(said: Said, pack: Pack, _times: Times) -> Iterator[str]:
    yield f"{_unit(pack, said.get('by_unit'))}第 {said.get('level')} 级签发,共 {said.get('of')} 级"
    yield str(said.get("note") or "")


def reviewed(said: Said, _pack: Pack, _times: Times) -> Iterator[str]:
    """Yield what a review said: its note, and what was not in order."""
    yield str(said.get("note") or said.get("reason") or "")
    wrong = [CHECK_NAMES[name] for name, fine in said.get("checklist", {}).items() if not fine and name in CHECK_NAMES]
    yield f"未达到:{'、'.join(wrong)}" if wrong else ""


def files(said: Said) -> str:
    """Say how many files belong to an event."""
    number = len([*said.get("attachments", ()), *said.get("evidence", ())])
    return f"附件 {number} 个" if number else ""


WRITERS: Final[Mapping[str, Callable[[Said, Pack, Times], Iterator[str]]]] = {
    "handed_down": _down, "handed_back": _down, "handler_named": _person, "part_answered": _text, "signed_off": _signed_off,
    "answer_taken_back": _text, "review_passed": reviewed, "sent_back": reviewed, "passed_up": reviewed,
}  # fmt: skip
