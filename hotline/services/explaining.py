"""Any past decision of an order explained with the book of its day, and what today's book would answer (DESIGN §3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from hotline.domain.facts import Facts
from hotline.domain.order import Event, Leg
from hotline.domain.roles import Actor, May, may
from hotline.errors import HotlineError, NotAllowed, NotFound
from hotline.services.books import Books
from hotline.services.clocks import UPSTREAM, count, how_counted
from hotline.services.facts import facts_from_json
from hotline.services.otherwise import otherwise
from hotline.services.queries import Queries
from routing_rules.explain import explain
from routing_rules.pack import Pack

ROUTED: Final = frozenset({"registered", "dispatched", "return_granted"})
"""Events whose question was who leads."""
DECIDED: Final = ROUTED | {"reopened", "answered", "return_applied", "due_changed"}
NO_BOOK: Final = "当日的规则包不在数据库中,无法按当日规则复算;以下为当时记录的结果"
BAD_BOOK: Final = "当日的规则包已不能由本版程序读取,无法复算;以下为当时记录的结果"
NO_FACTS: Final = "作出决定时尚未保存条件,无法复算;以下为当时记录的结果"
OTHER_ROW: Final = "按当日规则包复算,命中的规则与当时记录的不同(程序版本可能不同)"


@dataclass(slots=True)
class _Past:
    """What is known up to an event: when clocks started, and what was said of each clock's due time."""

    starts: dict[str, datetime]
    round: int = 1
    said: dict[str, dict[str, Any]] = field(default_factory=dict)

    def move(self, event: Event) -> None:
        """Take in when an event's clocks start."""
        at = event.at
        match event.kind:
            case "dispatched":
                self.starts = {"first_dispatch": at, **self.starts, "leg_dispatch": at}
            case "reopened":
                upstream = {"upstream_dispatch": at} if "upstream_dispatch" in self.starts else {}
                self.round += 1
                self.starts = {"received": at, "first_dispatch": at, "leg_dispatch": at, **upstream}
            case "answered":
                self.starts |= {"answered": at, "signed_off": at}
            case "return_applied":
                self.starts["applied"] = at
            case _:
                pass


class Explaining:
    """Explains orders by the books of their days."""

    def __init__(self, queries: Queries, books: Books) -> None:
        self._queries, self._books = queries, books

    def order(self, order_id: str, *, by: Actor) -> dict[str, Any]:
        """Return ``{"order", "decisions": […]}``, ready for JSON, times in the zone of the book in force.

        A decision has ``seq, at, kind, actor, unit, choice, row, rule, book, book_in_database, book_in_force, facts, dispatch``
        (as ``routing_rules.explain`` says it), ``due`` (a clock each: ``due, row, why, since`` = the event that gave it),
        ``legs``, ``notes`` and ``today`` (None, or how today's book would answer otherwise). Raises ``NotFound``, ``NotAllowed``.
        """
        if by.role is not None and not may(by.role, May.READ_ALL):
            raise NotAllowed(f"{by.name} may not see how orders are decided")
        found, today = self._queries.order(order_id, by=by), self._books.current()
        order = found.order
        past = _Past({"received": order.received_at})
        if order.origin == "upstream":
            past.starts["upstream_dispatch"] = order.received_at
        told = []
        for event in found.events:
            past.move(event)
            if event.kind in DECIDED:
                told.append(self._decision(event, past, found.legs, today))
        return {"order": order.id, "decisions": told}

    def _decision(self, event: Event, past: _Past, legs: Sequence[Leg], today: Pack) -> dict[str, Any]:
        said, notes = event.data, list[str]()
        digest = str(said.get("book", ""))
        pack = self._book(digest, notes) if digest else None
        facts = _facts(said, (pack or today).zone, notes)
        told: dict[str, Any] = {
            "seq": event.seq, "at": _local(event.at, today), "kind": event.kind, "actor": event.actor, "unit": said.get("unit"),
            "choice": said.get("choice"), "row": said.get("row"), "rule": said.get("rule"), "book": digest,
            "book_in_database": pack is not None, "book_in_force": digest == today.content_hash, "facts": said.get("facts"),
            "dispatch": None, "due": list(_dues(event, past, pack, today)), "legs": list(_legs(event, past.round, legs, today)),
            "notes": notes, "today": None,
        }  # fmt: skip
        if pack is not None and facts is not None:
            self._replay(told, pack, today, facts)
        return told

    def _replay(self, told: dict[str, Any], pack: Pack, today: Pack, facts: Facts) -> None:
        """Ask the book of the day again, and today's book where it is another one."""
        routed = told["kind"] in ROUTED
        if routed:
            told["dispatch"] = explain(pack, facts)["dispatch"]
            if told["kind"] != "dispatched" and told["row"] not in (None, told["dispatch"]["rule_id"]):
                told["notes"].append(OTHER_ROW)
        if not told["book_in_force"]:
            told["today"] = otherwise(pack, today, facts, routed=routed)

    def _book(self, digest: str, notes: list[str]) -> Pack | None:
        try:
            return self._books.pack(digest)
        except NotFound:
            notes.append(NO_BOOK)
        except HotlineError:
            notes.append(BAD_BOOK)
        return None


def _facts(said: Mapping[str, Any], zone: ZoneInfo, notes: list[str]) -> Facts | None:
    if "facts" not in said:
        notes.append(NO_FACTS) if "changed" not in said else None
        return None
    try:
        return facts_from_json(said["facts"], zone)
    except HotlineError as wrong:
        notes.append(wrong.message)
        return None


def _dues(event: Event, past: _Past, pack: Pack | None, today: Pack) -> Iterator[dict[str, Any]]:
    """Yield each due time that stands after the event, with the row and how it was counted when it was given."""
    for clock, text in event.data.get("due", {}).items():
        known = past.said.get(clock)
        if known is None or known["due"] != text or event.kind == "reopened":
            known = {"due": text, "since": event.seq, **_counted(event, clock, text, past.starts, pack)}
            past.said[clock] = known
        yield {"clock": clock, **known, "due": _local(datetime.fromisoformat(text), today)}


def _counted(event: Event, clock: str, text: str, starts: Mapping[str, datetime], pack: Pack | None) -> dict[str, Any]:
    row = str(event.data.get("rows", {}).get(clock, ""))
    plain: dict[str, Any] = {"row": row, "limit": "", "why": "", "source": ""}
    if clock == UPSTREAM:
        return {**plain, "why": "上级平台给定"}
    if clock in event.data.get("changed", {}):
        return {**plain, "why": event.data["changed"][clock]["why"]}
    limit = pack.deadlines.limits.get(row) if pack is not None else None
    if pack is None or limit is None:
        return plain
    known = {**plain, "limit": str(limit.limit), "source": limit.source}
    if (start := starts.get(limit.starts)) is None:
        return known
    ceiling = event.data["due"].get(UPSTREAM) if clock == "answer" else None
    found = count(how_counted(start, limit), pack, datetime.fromisoformat(ceiling) if ceiling else None)
    return {**known, "why": found.why} if found.due == datetime.fromisoformat(text) else known


def _legs(event: Event, number: int, legs: Sequence[Leg], today: Pack) -> Iterator[dict[str, Any]]:
    """Yield the legs that began with the event; a leg moved since has its present due time."""
    for leg in legs:
        if event.kind in ("dispatched", "reopened") and (leg.round, leg.assigned_at) == (number, event.at):
            due = _local(leg.due_at, today) if leg.due_at else None
            yield {"unit": leg.unit, "role": leg.role, "round": leg.round, "due": due}


def _local(at: datetime, pack: Pack) -> str:
    return at.astimezone(pack.zone).isoformat()
