"""Text as it reaches a person's eyes: nothing of a citizen's words is lost, numbers of people are masked."""

from __future__ import annotations

import re

_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)(\d{4})(\d{4})(?!\d)")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_IDENTITY = re.compile(r"(?<!\d)(\d{6})(?:19|20)\d{9}([\dXx])(?!\d)")


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
    """Return a text with the mobile and identity numbers in it hidden; its length stays, so that offsets still fit."""
    text = _IDENTITY.sub(lambda found: found[1] + "*" * (len(found[0]) - 7) + found[2], text)
    return _PHONE.sub(r"\1****\3", text)


def clean(text: str) -> str:
    """Return a text without control characters and lone surrogates, which no screen and no PostgreSQL takes.

    Each becomes a blank, so that nothing moves; line ends become ``\\n``.
    """
    return _UNFIT.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
