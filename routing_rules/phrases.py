"""``phrases``: what people of an office say again and again, offered in the forms of their acts; a pack need not have any."""

from __future__ import annotations

from dataclasses import dataclass

from routing_rules.findings import Findings
from routing_rules.sheets import Sheet

ACTS = ("answer", "public", "contact", "answer_part", "hand_back", "return", "send_back", "pass", "callback", "sign_off")
"""Where a phrase is offered: the answer and its public part, a contact's note, and the reasons and notes of the other acts."""
LONGEST_PHRASE = 2000


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text a person may put into a form and then change: ``act`` says into which, ``title`` is what the list shows."""

    act: str
    title: str
    text: str


def read_phrases(sheet: Sheet | None, findings: Findings) -> tuple[Phrase, ...]:
    """Read the phrases; every fault goes into ``findings``."""
    found: dict[tuple[str, str], Phrase] = {}
    for line, cells in sheet.records() if sheet else ():
        one, where = Phrase(cells["act"], cells["title"], cells["text"]), f"第 {line} 行"
        if one.act not in ACTS:
            findings.error("phrases", where, f"场合“{one.act}”不认识(可用:{'、'.join(ACTS)})", "name")
        elif not one.title or not one.text or len(one.text) > LONGEST_PHRASE:
            findings.error("phrases", where, f"标题和内容不能为空,内容不超过 {LONGEST_PHRASE} 字", "name")
        elif (one.act, one.title) in found:
            findings.error("phrases", where, f"同一场合的标题“{one.title}”重复", "name")
        else:
            found[one.act, one.title] = one
    return tuple(found.values())
