"""Numbers and street-block names as they are said, in one written form: 少先二十一号街坊, 少先21#, 少先21街坊 -> 少先21街坊."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from classifiers.text import fold

_WRITTEN = "零〇一二两三四五六七八九壹貳贰園號樓區鎮縣東龍華麗國陽頭廣場鋼鐵團結黃"
_MEANT = "001223456789122园号楼区镇县东龙华丽国阳头广场钢铁团结黄"
_DIGITS = tuple(zip(_WRITTEN, _MEANT, strict=True))
_BORDER = "\x1e"
"""Stands between texts: no folded text holds it."""
_TENS = (("廿", "2十"), ("卅", "3十"))
_IN_NUMBERS = frozenset("0123456789十百")
_NUMBER = re.compile(r"[0-9十百]+")
_BLOCK = re.compile(r"(\d+)(?:(?:号|#)?街坊|#(?![楼栋幢座单门房\d]))")


def number_of(said: str) -> int:
    """Return the number that digits with 十 and 百 between them say: ``2十1`` is 21, ``十`` is 10, ``1百08`` is 108."""
    total, digit = 0, 0
    for char in said:
        if char in "十百":
            total += (digit or 1) * (100 if char == "百" else 10)
            digit = 0
        else:
            digit = digit * 10 + int(char)
    return total + digit


def canonical(text: str, *, folded: bool = False) -> str:
    """Return ``text`` folded, without blanks, its numbers as digits and its street blocks as 街坊."""
    return canonical_all([text if folded else fold(text)])[0]


def canonical_all(folded: Sequence[str]) -> list[str]:
    """Return folded texts in canonical form, as ``canonical`` does, in one go."""
    if not folded:
        return []
    together = _BORDER.join(folded).replace(" ", "").replace("\n", ",")
    codes = np.frombuffer(together.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    table = _table()
    mapped = np.where(codes < len(table), table[np.minimum(codes, len(table) - 1)], codes)
    plain = mapped.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    return [_numbered(one) for one in plain.split(_BORDER)]


def _first(plain: str, since: int) -> int:
    """Return where the first 十 or 百 stands; -1 without one. Faster than a pattern, and most texts have a few at most."""
    ten, hundred = plain.find("十", since), plain.find("百", since)
    return max(ten, hundred) if ten < 0 or hundred < 0 else min(ten, hundred)


def _begin(plain: str, at: int) -> int:
    """Return where the number begins in which ``at`` stands."""
    while at > 0 and plain[at - 1] in _IN_NUMBERS:
        at -= 1
    return at


def _numbered(plain: str) -> str:
    """Return a text with its numbers as digits and its blocks as 街坊; most texts have neither, and are not searched for them."""
    for said, meant in _TENS:
        if said in plain:
            plain = plain.replace(said, meant)
    at = _first(plain, 0)
    while at >= 0:
        found = _NUMBER.match(plain, _begin(plain, at))
        assert found is not None  # noqa: S101  # a number stands there
        number = str(number_of(found[0]))
        plain = plain[: found.start()] + number + plain[found.end() :]
        at = _first(plain, found.start() + len(number))
    return _BLOCK.sub(r"\1街坊", plain) if "#" in plain or "街坊" in plain else plain


@lru_cache(maxsize=1)
def _table() -> NDArray[np.uint32]:
    """Return for each code point of the first plane what stands for it."""
    table = np.arange(1 << 16, dtype=np.uint32)
    for said, meant in _DIGITS:
        table[ord(said)] = ord(meant)
    return table
