"""Who is whom: names of persons are written by hand, and two steps of a procedure need two persons."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize

from hotline.domain.roles import Role

_UNSIGNED: Final = re.compile(f"({'|'.join(Role)})-[0-9a-f]{{6}}")


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, whatever the case, width and blanks they were written with."""
    return _folded(one) == _folded(other)


def unsigned(role: Role, digest: str) -> str:
    """Return the name of a key that was made for a role and for nobody in particular; ``digest`` is the key's, in hex."""
    return f"{role}-{digest[:6]}"


def signed(name: str) -> bool:
    """Whether a name can be a person's: one and the same person may hold any number of keys that bear none."""
    plain = _folded(name)
    return bool(plain) and not _UNSIGNED.fullmatch(plain)


def _folded(name: str) -> str:
    return "".join(char for char in normalize("NFKC", name).casefold() if char.isprintable() and not char.isspace())
