"""Numbers and street-block names as they are said, in one written form: 少先二十一号街坊, 少先21#, 少先21街坊 -> 少先21街坊."""

from __future__ import annotations

import re

from classifiers.text import fold

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBER = re.compile("[零〇一二两三四五六七八九十百]+")
_BLOCK = re.compile(r"(\d+)\s*(?:(?:号|#)?\s*街坊|#(?!\s*(?:楼|栋|幢|座|单元|门|房|\d)))")


def number_of(words: str) -> int:
    """Return the number that Chinese numerals below a thousand say; a row of digits (二一) reads as digits."""
    if not set(words) & {"十", "百"}:
        return int("".join(str(_DIGITS[char]) for char in words))
    total, digit = 0, 0
    for char in words:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total += (digit or 1) * (100 if char == "百" else 10)
            digit = 0
    return total + digit


def canonical(text: str) -> str:
    """Return ``text`` folded, without blanks, its numbers as digits and its street blocks as 街坊."""
    folded = fold(text).replace(" ", "").replace("\n", ",")
    return _BLOCK.sub(r"\1街坊", _NUMBER.sub(lambda found: str(number_of(found[0])), folded))
