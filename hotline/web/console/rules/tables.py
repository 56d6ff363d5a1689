"""A table of the book in force, to be searched: which row is in force, what it says, who confirmed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hotline.errors import NotFound
from hotline.web.auth import RULES_READERS, WhoIsThere
from hotline.web.console.pages import times_of
from hotline.web.console.rules.frame import draw_rules
from hotline.web.parts import parts_of
from routing_rules.approvals import ASKED_NAMES
from routing_rules.names import FACT_NAMES, OUTPUT_NAMES, TABLE_NAMES
from routing_rules.pack import Pack
from routing_rules.table import DecisionTable, Row
from routing_rules.wording import cell_words, output_words

router = APIRouter(prefix="/rules/tables", dependencies=[RULES_READERS])
PAGE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RowText:
    """A row in words; ``validity`` is empty when it holds without end."""

    id: str
    conditions: str
    outcome: str
    validity: str
    in_force: bool
    source: str
    confirmed: bool

    def speaks_of(self, words: list[str]) -> bool:
        """Whether each of the words stands somewhere in the row."""
        text = f"{self.id} {self.conditions} {self.outcome} {self.source}".casefold()
        return all(word in text for word in words)


@router.get("/{name}")
def table(
    request: Request, who: WhoIsThere, name: str, q: Annotated[str, Query(max_length=200)] = "",
    day: Annotated[str, Query(max_length=10)] = "", page: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> Response:  # fmt: skip
    """Show the rows that speak of ``q``, in the order they are tried; with ``day`` only those in force then."""
    pack, times = parts_of(request).books.current(), times_of(request)
    today = times.now.astimezone(times.zone).date()
    on = _date(day)
    found = [row for row in rows_of(pack, _table(pack, name), on or today) if row.speaks_of(q.casefold().split())]
    found = [row for row in found if row.in_force] if on else found
    return draw_rules(
        request, "rules_table.html", who, title=TABLE_NAMES[name], tab=f"/rules/tables/{name}", name=name, q=q,
        day=on.isoformat() if on else "", total=len(found), rows=found[(page - 1) * PAGE : page * PAGE], page=page,
        pages=(len(found) + PAGE - 1) // PAGE, bad_day=bool(day) and on is None, today=today.isoformat(),
        book=parts_of(request).books.hash[:12],
    )  # fmt: skip


def rows_of(pack: Pack, of: DecisionTable, day: date) -> Iterator[RowText]:
    """Yield a table's rows in words."""
    for row in of.rows:
        yield RowText(
            id=row.id, conditions=_conditions(pack, of, row), outcome=_outcome(pack, row), validity=_validity(row),
            in_force=row.valid_from <= day <= row.valid_to, source=row.source, confirmed=row.confirmed,
        )  # fmt: skip


def _table(pack: Pack, name: str) -> DecisionTable:
    known = {
        "dispatch": pack.dispatch.table, "deadlines": pack.deadlines.whole, "supervision": pack.supervision.whole,
        "approvals": pack.approvals.whole,
    }  # fmt: skip
    if name not in known:
        raise NotFound("table", name)
    return known[name]


def _conditions(pack: Pack, of: DecisionTable, row: Row) -> str:
    parts = [
        f"{FACT_NAMES.get(fact, fact)} {cell_words(pack, fact, cell.text)}"
        for fact, cell in zip(of.inputs, row.inputs, strict=True)
        if not cell.any
    ]
    asked = pack.approvals.rows.get(row.id) if of is pack.approvals.whole else None
    return ";".join([ASKED_NAMES[asked.asks], *parts] if asked else parts) or "任何情形"


def _outcome(pack: Pack, row: Row) -> str:
    return ";".join(
        f"{OUTPUT_NAMES.get(name, name)} {output_words(pack, name, text)}" for name, text in row.outputs.items() if text
    )


def _validity(row: Row) -> str:
    since = "" if row.valid_from == date.min else f"{row.valid_from} 起"
    until = "" if row.valid_to == date.max else f"至 {row.valid_to}"
    return f"{since}{until}"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
