"""Orders as the pages' lists show them: masked, in words, ready for a template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hotline.domain.call import Call
from hotline.domain.order import Flag, Order, State
from hotline.domain.text import mask_text
from hotline.domain.transitions import STATE_NAMES
from hotline.web.console.clocktext import DueText, Times
from hotline.web.console.words import CHANNEL_NAMES, URGENCY_NAMES
from routing_rules.pack import Pack

SUMMARY = 60  # characters of a text in a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One order in a list."""

    id: str
    title: str
    kind: str
    channel: str
    place: str
    state: str
    unit: str
    due: DueText
    received: str
    received_at: str
    waited: str
    urgency: str
    urgency_words: str
    emergency: str
    returning: bool
    round: int
    upstream_no: str
    upstream: DueText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCall:
    """A caller's earlier call."""

    received: str
    summary: str
    order_id: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; ``marked`` = it decided."""

    text: str
    marked: bool


def row_of(order: Order, pack: Pack, times: Times) -> Row:
    """Return an order as a row."""
    upstream = order.due.get("upstream")
    return Row(
        id=order.id, title=mask_text(order.title), kind=order.kind, channel=CHANNEL_NAMES.get(order.channel, order.channel),
        place=mask_text(order.place_name), state=STATE_NAMES[order.state], unit=pack.unit_name(order.unit) if order.unit else "",
        due=times.of_order(order), received=times.absolute(order.received_at), received_at=order.received_at.isoformat(),
        waited=times.since(order.received_at), urgency=order.urgency,
        urgency_words=URGENCY_NAMES.get(order.urgency, order.urgency),
        emergency=order.emergency or "", returning=Flag.RETURN_ASKED in order.flags, round=order.round,
        upstream_no=order.upstream_no or "", upstream=times.moment(upstream) if upstream else None,
    )  # fmt: skip


def titled(order: Order, text: str) -> bool:
    """Whether the order has a title of its own, not just the beginning of its text."""
    return not text.strip().replace("\n", " ").startswith(order.title)


def earlier(calls: Iterable[Call], times: Times) -> list[EarlierCall]:
    """Return a caller's earlier calls as rows."""
    return [
        EarlierCall(
            received=times.absolute(call.new.received_at), order_id=call.order_id or "",
            summary=mask_text(call.new.title or call.new.text).replace("\n", " ")[:SUMMARY],
        )
        for call in calls
    ]  # fmt: skip


def pieces(text: str, evidence: Sequence[tuple[int, int, str]], *, clear: bool = False) -> list[Piece]:
    """Return ``text``, masked unless ``clear``, cut where the deciding words stand; offsets that do not fit are left out.

    A stretch counts only when its word really stands there: an order's evidence belongs to its first call's text alone.
    """
    shown, found, at = text if clear else mask_text(text), list[Piece](), 0
    for start, end, word in sorted(evidence):
        if start < at or end > len(text) or text[start:end] != word:
            continue
        found += [Piece(shown[at:start], False), Piece(shown[start:end], True)]
        at = end
    found.append(Piece(shown[at:], False))
    return [piece for piece in found if piece.text]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """A row of the work list: who signed, whether the unit may sign it now, and whether it only assists."""

    plain: Row
    signer: str
    signable: bool
    assisting: bool


def list_row(order: Order, pack: Pack, times: Times, *, signer: str, unit: str | None) -> ListRow:
    """Return an order as a row of the work list of ``unit`` (None = the office's)."""
    leads = unit is not None and unit in order.holders
    return ListRow(
        plain=row_of(order, pack, times), signer=signer, signable=leads and order.state is State.DISPATCHED,
        assisting=unit is not None and unit in order.assists,
    )  # fmt: skip
