"""What each fact can be: closed vocabularies, the pack's registries, and what may be missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from hotline.domain.facts import KINDS
from routing_rules.cells import FACTS
from routing_rules.pack import Pack

OPEN = frozenset({"channel", "caller_kind"})
"""Facts with values that no table of the pack lists: there is always another value."""
NEVER_MISSING = frozenset({"received_at", "urgency", "origin", "confidential", "reply_needed", "round"})
_ORDERED = {"kind": ("投诉", *(kind for kind in KINDS if kind != "投诉")), "urgency": ("normal", "urgent", "danger")}
_DEFAULTS = {"origin": "own", "confidential": "no", "reply_needed": "yes", "channel": "phone"}


def text_values(pack: Pack, fact: str) -> tuple[str, ...]:
    """Return the values of a text, path or set in the order in which examples prefer them."""
    registries: dict[str, Iterable[str]] = {
        "category": pack.categories,
        "place": (pack.geography.path(code) for code in pack.geography.places),
        "estate": pack.geography.estates,
        "accused": pack.units,
        "returned_by": pack.units,
        "words": pack.lexicon.words,
        "channel": ("phone",),
    }
    if fact in _ORDERED:
        return _ORDERED[fact]
    known = sorted(FACTS[fact].values or registries.get(fact, ()))
    return tuple(sorted(known, key=lambda value: value != _DEFAULTS.get(fact)))


def other(fact: str, taken: Collection[str]) -> str:
    """Return a value of an open vocabulary that is none of ``taken``."""
    name = {"channel": "其他渠道", "caller_kind": "其他来电人"}[fact]
    while name in taken:
        name += "2"
    return name


def leaves(paths: Collection[str]) -> frozenset[str]:
    """Return the paths with nothing below them."""
    above = {path[:cut] for path in paths for cut, sign in enumerate(path) if sign == "/"}
    return frozenset(paths) - above
