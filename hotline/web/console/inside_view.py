"""The parts of an order's page that tell of the unit's inner work: the line, contact records, files, phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from hotline.domain.attachments import OrderFile
from hotline.domain.contacts import no_duty
from hotline.domain.order import Event, Order
from hotline.domain.roles import Actor
from hotline.domain.text import mask_text
from hotline.services.answering import attempts, files_of
from hotline.services.rows import OrderView
from hotline.web.console.clocktext import Times
from hotline.web.console.pages import times_of
from hotline.web.console.units import UnitChoice
from hotline.web.console.words import CONTACT_MEANS, CONTACT_RESULTS
from hotline.web.parts import parts_of
from routing_rules.pack import Pack
from routing_rules.phrases import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactText:
    """One attempt to contact the citizen."""

    at: str
    by: str
    number: str
    means: str
    result: str
    counts: str
    note: str
    files: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """One file; ``fresh`` = no act names it yet."""

    hash: str
    name: str
    size: str
    by: str
    at: str
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InsideText:
    """What happens inside the unit, ready for its part of the page."""

    line: str
    holder: str
    handler: str
    targets: list[UnitChoice]
    contacts: list[ContactText]
    contacted: str
    no_duty: str
    files: list[FileText]
    may_attach: bool
    kinds: str
    most: int
    signoffs: str
    phrases: dict[str, list[Phrase]]


def inside_text(request: Request, found: OrderView, by: Actor) -> InsideText:
    """Return the inner work of an order's unit, as ``by`` sees it."""
    parts, order, times = parts_of(request), found.order, times_of(request)
    pack = parts.books.current()
    files, limits = parts.inside.files.of_order(order.id, by=by), pack.settings.attachments
    own = by.of_unit and by.unit in (*order.holders, *order.assists)
    return InsideText(
        line=" → ".join(pack.unit_name(code) for code in order.holders) if order.line else "",
        holder=pack.unit_name(order.holder) if order.holder else "", handler=order.handler,
        targets=[UnitChoice(unit.code, unit.name) for unit in parts.inside.work.targets(order, by)] if own else [],
        contacts=_contacts(found.events, times), contacted=_rule(pack), no_duty=no_duty(order),
        files=file_texts(files, found.events, times), may_attach=own or not by.of_unit, kinds="、".join(limits.kinds),
        most=limits.most, signoffs=_signoffs(pack, order), phrases=phrases_of(pack),
    )  # fmt: skip


def phrases_of(pack: Pack) -> dict[str, list[Phrase]]:
    """Return the pack's phrases by act."""
    found: dict[str, list[Phrase]] = {}
    for one in pack.phrases:
        found.setdefault(one.act, []).append(one)
    return found


def file_texts(files: Sequence[OrderFile], events: Sequence[Event], times: Times) -> list[FileText]:
    """Return an order's files as a page lists them."""
    named = {digest for event in events for digest in files_of(event.data)}
    return [
        FileText(
            hash=one.hash, name=one.name, size=f"{max(one.size / 1024, 1):,.0f} KB", by=one.by, at=times.absolute(one.at),
            fresh=one.hash not in named,
        )
        for one in files
    ]  # fmt: skip


def _contacts(events: Sequence[Event], times: Times) -> list[ContactText]:
    counted = {"reached": "计为已联系", "attempts": "多次联系未果,计为已联系"}
    return [
        ContactText(
            at=times.absolute(one.at), by=one.actor, number=str(one.data.get("number", "")),
            means=CONTACT_MEANS.get(str(one.data.get("means")), str(one.data.get("means", ""))),
            result=CONTACT_RESULTS.get(str(one.data.get("result")), ""), counts=counted.get(str(one.data.get("counts")), ""),
            note=mask_text(str(one.data.get("note", ""))), files=f"附件 {len(more)} 个" if (more := files_of(one.data)) else "",
        )
        for one in attempts(events)
    ]  # fmt: skip


def _rule(pack: Pack) -> str:
    needed = pack.settings.contact_attempts
    return "联系上一次即可" + (f",或在 {needed} 个不同的半天联系未果" if needed else "")


def _signoffs(pack: Pack, order: Order) -> str:
    if not order.signoffs_needed:
        return ""
    done = len(order.signoffs)
    turn = order.signoff_units[done] if done < len(order.signoff_units) else ""
    return f"已签发 {done} 级,共 {order.signoffs_needed} 级" + (f";待{pack.unit_name(turn)}负责人签发" if turn else "")
