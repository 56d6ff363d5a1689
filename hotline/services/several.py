"""Several matters in one text 一件多诉: such an order never goes out without a person, and the dispatcher may split it.

Only what a writer marks as another matter counts: a numbered list (一是…二是…, 1、…2、…), or words that begin one (另外还反映).
It errs towards a person: what it misses costs a citizen a matter, what it wrongly finds costs a dispatcher a look.
"""

from __future__ import annotations

import re
from typing import Final

_AT = r"(?:^|[\n。;;!!??,,::、\s])"
_PLAIN: Final = (
    ("一是", "二是"), ("其一", "其二"), ("第一[、,,::个]", "第二[、,,::个]"), ("首先", "其次"),
    (r"[一11][、..))](?!\d)", r"[二22][、..))](?!\d)"), ("问题一", "问题二"), ("诉求一", "诉求二"), ("事项一", "事项二"),
)  # fmt: skip
_CLOSED: Final = ((r"[((][一11][))]", r"[((][二22][))]"), ("①", "②"))
_LISTS: Final = tuple(
    (re.compile(before + first), re.compile(before + second))
    for before, marks in ((_AT, _PLAIN), ("", _CLOSED))
    for first, second in marks
)
_ANOTHER: Final = re.compile(
    r"(?:另外|此外|除此之外|同时|顺便|顺带|其次|再者|还有一?个?|另)[,,::]?(?:我)?(?:还|再|也|又)?(?:想|要)?"
    r"(?:反映|反应|投诉|举报|咨询|问一下|问下|请问|建议|求助|有一?个?(?:问题|事情?|诉求)|一件事)"
    r"|(?:还|又|再)(?:想|要)?(?:反映|反应|投诉|举报)(?:一下|一个|一件)?"
    r"|(?:两|二|三|四|五|几|多|2|3|4|5)(?:个|件|项|方面的?)(?:问题|事情?|事项|诉求|建议)"
)


def several_matters(text: str) -> bool:
    """Whether a text seems to speak of more than one matter."""
    return _ANOTHER.search(text) is not None or any(_follow(first, second, text) for first, second in _LISTS)


def _follow(first: re.Pattern[str], second: re.Pattern[str], text: str) -> bool:
    """Whether the second mark stands behind the first; each is looked for once, however long the text."""
    begun = first.search(text)
    return begun is not None and second.search(text, begun.end()) is not None
