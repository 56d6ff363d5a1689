"""Text as the model sees it: folded character by character, so that a place in it is the same place in the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

MODEL_CHARS = 1_000
"""Characters of a text that the model looks at; a citizen's matter is told by then."""
TITLE_CHARS = 200
_PLAINLY = re.compile("(?:[^\u4e00-\u9fff]*[\u4e00-\u9fff]){40}")
"""So many Chinese characters at the beginning settle it without counting scripts."""
_LAST_FOLDED = 0x10000
_BLANK = 0x20

Codes = NDArray[np.uint32]


@lru_cache(maxsize=1)
def _fold_table() -> Codes:
    """Return for each code point of the first plane its folded form: NFKC and lower case where that is one character."""
    table = np.arange(_LAST_FOLDED, dtype=np.uint32)
    for code in range(_LAST_FOLDED):
        char = chr(code)
        folded = unicodedata.normalize("NFKC", char).lower()
        if len(folded) == 1:
            table[code] = ord(folded)
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Co"):
            table[code] = _BLANK
    table.setflags(write=False)
    return table


def codes_of(text: str) -> Codes:
    """Return the folded code points of ``text``, one a character; control characters and lone surrogates become blanks."""
    raw = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    table = _fold_table()
    return np.where(raw < _LAST_FOLDED, table[np.minimum(raw, _LAST_FOLDED - 1)], raw)


def fold(text: str) -> str:
    """Return ``text`` folded (NFKC, lower case, no control characters) with its length kept: offsets fit the original."""
    return codes_of(text).astype("<u4").tobytes().decode("utf-32-le")


def fold_all(texts: Sequence[str]) -> list[str]:
    """Return the texts folded, as ``fold`` does, in one go."""
    together = fold("".join(texts))
    ends = list(accumulate(map(len, texts), initial=0))
    return [together[start:end] for start, end in pairwise(ends)]


def bounded(title: str, text: str) -> str:
    """Return the document of a call as the model reads it: title, line end, text, each cut to what the model looks at."""
    return f"{title[:TITLE_CHARS]}\n{text[:MODEL_CHARS]}\n"


def _share(codes: Codes, low: int, high: int) -> float:
    return float(np.count_nonzero((codes >= low) & (codes <= high))) / max(len(codes), 1)


def why_unreadable(title: str, text: str) -> str:
    """Return why no machine should read this text, as a sentence for the dispatcher; empty when it can be read.

    Readable = at least two Chinese characters, and not mainly Mongolian or Latin script.
    """
    if _PLAINLY.match(f"{title[:32]}{text[:64]}"):
        return ""
    codes = codes_of(f"{title[:TITLE_CHARS]}{text[:MODEL_CHARS]}")
    codes = codes[codes != _BLANK]
    if not len(codes):
        return "内容为空,请人工核实来电诉求"
    chinese = _share(codes, 0x4E00, 0x9FFF) + _share(codes, 0x3400, 0x4DBF)
    if _share(codes, 0x1800, 0x18AF) > max(chinese, 0.2):
        return "内容以蒙古文书写,模型不能识别,请人工阅办"
    latin = _share(codes, ord("a"), ord("z"))
    if chinese * len(codes) >= 2 and chinese >= 0.1 * latin:
        return ""
    if latin > 0.3:
        return "内容不是中文(以拉丁字母书写),模型不能识别,请人工阅办"
    if _share(codes, ord("0"), ord("9")) > 0.5:
        return "内容只有数字,没有可识别的诉求,请人工核实"
    return "内容没有可识别的中文诉求(仅有符号、表情或其他文字),请人工核实"
