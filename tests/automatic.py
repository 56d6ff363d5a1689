"""The shipped pack as an office has it that switched automatic dispatch on: it ships with every class off."""

from __future__ import annotations

from routing_rules.pack import load_pack, pack_files
from routing_rules.switching import automatic_classes, switched_on


def with_automatic(pack: str = "kundulun") -> dict[str, bytes]:
    """Return a shipped pack's files with every class switched on that a row of it lets go out without a person."""
    files = pack_files(pack)
    return switched_on(files, automatic_classes(load_pack(files)))
