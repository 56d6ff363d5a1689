"""Switching automatic dispatch on, class by class: what an office writes into ``[auto] classes`` of a book of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from routing_rules.cells import OneOf, Under
from routing_rules.pack import Pack
from routing_rules.pack_settings import FILE

_SECTION = re.compile(r"(?ms)^\[auto\][^\n]*\n(?P<body>.*?)(?=^\[|\Z)")
_CLASSES = re.compile(r"(?ms)^classes\s*=\s*\[.*?\][^\n]*$")


def automatic_classes(pack: Pack) -> tuple[str, ...]:
    """Return the classes named by rows with ``->auto = yes``, sorted, none below another: those that an office may switch on."""
    column = pack.dispatch.table.inputs.index("category") if "category" in pack.dispatch.table.inputs else None
    rows = (row for row in pack.dispatch.table.rows if pack.dispatch.targets[row.id].auto)
    cells = [row.inputs[column] for row in rows if column is not None]
    found = {name for cell in cells if not cell.negated for term in cell.terms for name in _names(term)}
    return tuple(sorted(one for one in found if not any(one.startswith(f"{above}/") for above in found)))


def switched_on(files: Mapping[str, bytes], classes: Iterable[str]) -> dict[str, bytes]:
    """Return a pack's files with exactly these classes switched on; its other settings and its comments stay."""
    text = files[FILE].decode("utf-8-sig")
    said = f"classes = {json.dumps(list(classes), ensure_ascii=False)}"  # a JSON list of printable texts is a TOML array
    found = _SECTION.search(text)
    if found is None:
        text = f"{text.rstrip()}\n\n[auto]\n{said}\n"
    else:
        body = found["body"]
        changed = _CLASSES.sub(lambda _old: said, body, count=1) if _CLASSES.search(body) else f"{said}\n{body}"
        text = text[: found.start("body")] + changed + text[found.end("body") :]
    return {**files, FILE: text.encode()}


def _names(term: object) -> Iterable[str]:
    if isinstance(term, Under):
        return (term.path,)
    return term.values if isinstance(term, OneOf) else ()
