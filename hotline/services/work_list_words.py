"""Words of the work list: what an order is found by, masked before anything is kept of it, and how a question is read.

What is masked is not in what is searched, so nobody finds an order by a number or a name that nobody is shown.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from hotline.domain.call import Call
from hotline.domain.order import Flag, Order, State
from hotline.domain.text import mask_name, mask_text

HIDDEN_KIND: Final = "举报"
"""The kind whose reporter is hidden like a confidential order's: units read a version of the text without traces."""
MOST_TERMS: Final = 5

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
    "韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫阎段雷龙史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖樊兰殷施洪翟安颜倪牛温芦季俞章鲁葛毕"
)
_PERSON: Final = rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}"
_INTRODUCED: Final = re.compile(
    rf"(?:我叫|名叫|姓名(?:是|为)?|联系人|当事人|投诉人|来电人|反映人|举报人|户主)[::\s]?({_PERSON})(?=[\W\d_]|$|电话|手机|女|男|身份)"
)
_BEFORE_NUMBER: Final = re.compile(rf"({_PERSON})(?=[\s,,::((]{{0,2}}(?:电话|手机|联系方式|身份证|\d{{3}}\*))")
_SPACES: Final = re.compile(r"\s+")


def searchable(call: Call, order_id: str) -> str:
    """Return what an order is found by in one call: its numbers, title and text, masked, in plain small letters."""
    new = call.new
    numbers = f"{order_id} {mask_text(new.upstream_no or '')}"
    return plain("\n".join((numbers, masked(new.title, new.caller.name), masked(new.text, new.caller.name))))


def masked(text: str, name: str) -> str:
    """Return a text with numbers of people hidden, and names: the caller's, and who is introduced by name."""
    hidden = mask_text(text)
    if len(name.strip()) > 1:
        hidden = hidden.replace(name.strip(), mask_name(name.strip()))
    for pattern in (_INTRODUCED, _BEFORE_NUMBER):
        hidden = pattern.sub(lambda found: found[0].replace(found[1], mask_name(found[1])), hidden)
    return hidden


def plain(text: str) -> str:
    """Return a text as it is compared: one width, small letters, single blanks; masked once more, for digits that were none."""
    return _SPACES.sub(" ", mask_text(unicodedata.normalize("NFKC", text).casefold()).replace("\0", " ")).strip()


def terms(question: str) -> list[str]:
    """Return the words of a question: an order is found when one of its calls has them all."""
    said = unicodedata.normalize("NFKC", question).casefold().replace("*", " ").replace("\0", " ")
    return list(dict.fromkeys(said.split()))[:MOST_TERMS]


def number_of(question: str) -> str:
    """Return the question as the number it may be."""
    return question.replace("\0", "").strip()


def done_again(order: Order) -> bool:
    """Whether a unit's list shows the order under 退回·重办: a later round, sent back by the review, or to be given back."""
    sent_back = order.state is State.SIGNED and bool(order.due.get("review"))
    return order.round > 1 or sent_back or Flag.RETURN_ASKED in order.flags


def found_by(said: str, question: str) -> bool:
    """Whether a call's ``searchable`` text has every word of a question."""
    words = terms(question)
    return bool(words) and all(word in said for word in words)
