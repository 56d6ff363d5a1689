"""What every database can keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from hotline.errors import InvalidInput


def storable(text: str) -> str:
    """Return a text without what some database refuses: for what must be kept, whatever it is."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def as_json(value: Any) -> str:
    """Return a JSON document; raises ``InvalidInput`` for what cannot be one."""
    try:
        return orjson.dumps(value, default=_plain).decode()
    except TypeError:
        raise InvalidInput("a value the database cannot keep", message="内容含有无法保存的字符") from None


def _plain(value: Any) -> Any:
    """A list for a set, a dict for any mapping, for bytes hexadecimal digits as PostgreSQL writes them."""
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    raise TypeError(f"{type(value).__name__} cannot be stored")
