"""Text as it reaches a person's eyes: nothing of a citizen's words is lost, numbers of people are masked."""

from __future__ import annotations

import re
from typing import Final

# Width forms of a keyboard in Chinese mode: matched as what they stand for, shown as they were written.
_PLAIN = str.maketrans("".join(map(chr, range(0xFF10, 0xFF1A))) + "\uff0d\u2014\uff0b\u3000", "0123456789--+ ")
_MOBILE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?!\d)", re.ASCII)
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}[- ]?\d{7,8})(?!\d)|(?:电话|座机)[::是]?\s?(\d{7,8})(?!\d)", re.ASCII)
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_IDENTITY = re.compile(r"(?<!\d)(\d{6}(?:19|20)\d{9}[\dXx])(?!\d)", re.ASCII)
_SHOWN = ((_IDENTITY, 6, 1), (_MOBILE, 3, 4), (_LANDLINE, 0, 2))
"""What is hidden in a text, and how many of its first and last digits stay."""

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With what a cell begins that a spreadsheet would compute; the last four are the full-width signs."""


def mask_phone(phone: str) -> str:
    """Return a phone number with its middle hidden: ``138****1234``; shorter numbers keep their last two."""
    if not phone:
        return ""
    if len(phone) < 11:
        return "*" * max(len(phone) - 2, 0) + phone[-2:]
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]


def mask_name(name: str) -> str:
    """Return a name of which only the family name shows: ``王**``."""
    return name[:1] + "*" * (len(name) - 1) if name else ""


def mask_text(text: str) -> str:
    """Return a text with the phone and identity numbers in it hidden; its length stays, so that offsets still fit.

    Landlines with their area code or after the word for telephone: seven digits alone may be anything.
    """
    plain, shown = text.translate(_PLAIN), list(text)
    for pattern, first, last in _SHOWN:
        for found in pattern.finditer(plain):
            since, to = found.span(found.lastindex or 0)
            digits = [at for at in range(since, to) if plain[at] not in "- "]
            for at in digits[first : len(digits) - last]:
                shown[at] = "*"
    return "".join(shown)


def clean(text: str) -> str:
    """Return a text without control characters and lone surrogates, which no screen and no PostgreSQL takes.

    Each becomes a blank, so that nothing moves; line ends become ``\\n``.
    """
    return _UNFIT.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def harmless_cell(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: one that begins as such is written as text (OWASP, CSV injection).

    Full-width signs count too: programs for Chinese read them as the plain ones.
    """
    return f"'{cell}" if cell.startswith(FORMULA) else cell
