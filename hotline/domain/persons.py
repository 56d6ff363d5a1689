"""Who is whom: names of persons are written by hand, and two steps of a procedure need two persons."""

from __future__ import annotations

from unicodedata import normalize


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, whatever the case, width and blanks they were written with."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return "".join(char for char in normalize("NFKC", name).casefold() if char.isprintable() and not char.isspace())
