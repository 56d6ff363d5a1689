"""What could not be processed 异常件: kept, listed, tried again. Every retry is recorded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.domain.call import Caller, NewCall
from hotline.domain.roles import Actor, May, may
from hotline.errors import InvalidInput, MessageConflict, NotAllowed, NotFound
from hotline.services import ids
from hotline.services.intake import Intake
from hotline.services.messages import CALLS
from hotline.services.ports import Clock, Store, UnitOfWork
from hotline.services.rows import OutboxRow, Receipt, SetAside, Viewed

LARGEST_LIST = 200
LONGEST_CALL_ID = 32  # characters; anybody may write to a topic
_KEYS = ("source_key", "order_id", "message_id")  # of our own topics' messages: the field that is the partition's key
_TIMES = ("received_at", "upstream_due")


@dataclass(frozen=True, slots=True)
class Retried:
    """What a retry did: a message was put on its topic again, or intake took it (``receipt``)."""

    id: str
    receipt: Receipt | None = None


class SetAsideList:
    """Keeps what could not be processed, and tries it again when a person says so."""

    def __init__(self, store: Store, clock: Clock, intake: Intake) -> None:
        self._store, self._clock, self._intake = store, clock, intake

    def keep(self, raw: bytes, topic: str, reason: str) -> None:
        """Keep a message of a topic with its reason; the same message again is the same entry until it was retried."""
        call = str(_object(raw).get("call_id", "")) if topic == CALLS else ""
        call = call if len(call) <= LONGEST_CALL_ID else ""  # no id of ours: the topic alone is named
        with self._store.write() as work:
            row = SetAside(
                id=_free_id(work, topic.encode(), raw), kind="call" if call else "topic", reason=reason, detail=topic,
                payload=raw, at=self._clock.now(), ref=call or topic,
            )  # fmt: skip
            work.set_asides.add([row])
            work.commit()

    def page(self, *, limit: int = 50, retried: bool = False, by: Actor) -> list[SetAside]:
        """List entries, newest first. Raises ``NotAllowed``."""
        _may(by)
        if not 1 <= limit <= LARGEST_LIST:
            raise InvalidInput(f"limit must be 1 to {LARGEST_LIST}", message=f"每页条数应为 1 至 {LARGEST_LIST}")
        with self._store.read() as work:
            return work.set_asides.page(limit, retried=retried)

    def count(self) -> int:
        """How many wait."""
        with self._store.read() as work:
            return work.set_asides.count()

    def retry(self, ident: str, *, by: Actor) -> Retried:
        """Try an entry again: a message goes back to its topic, a message or row that intake refused goes to intake again.

        A conflict is recorded under a new message id, because a person has now said that it is another message; a row that is
        still wrong stays listed and raises ``InvalidInput``. Trying one twice does nothing more. Raises ``NotFound``.
        """
        _may(by)
        with self._store.write() as work:
            aside = work.set_asides.get(ident)
            if aside is None:
                raise NotFound("set-aside", ident)
            now = self._clock.now()
            work.access.viewed(Viewed(at=now, actor=by.name, what="set_aside.retried", ref=ident))
            if aside.kind in ("topic", "call") and aside.retried_at is None:
                work.outbox.add([_message(aside)])
                work.set_asides.mark_retried(ident, now)
            work.commit()
        return Retried(ident, None if aside.kind in ("topic", "call") else self._take_again(aside))

    def _take_again(self, aside: SetAside) -> Receipt:
        new = call_of(_object(aside.payload), other_id=aside.id if aside.kind == "conflict" else "")
        try:
            receipt = self._intake.record(new)
        except MessageConflict as again:
            raise InvalidInput(str(again), message=again.message) from None
        if aside.retried_at is None:
            with self._store.write() as work:
                work.set_asides.mark_retried(aside.id, self._clock.now())
                work.commit()
        return receipt


def call_of(fields: Mapping[str, Any], *, other_id: str = "") -> NewCall:
    """Return the message that ``intake.payload_of`` wrote; ``other_id`` makes it another message of the same source.

    Raises ``InvalidInput`` when it is no message.
    """
    try:
        times = {name: datetime.fromisoformat(fields[name]) for name in _TIMES if fields.get(name)}
        kept = {name: value for name, value in fields.items() if name not in (*_TIMES, "caller")}
        caller = Caller(**fields.get("caller", {}))
        if not all(isinstance(value, str | None) for value in (*_flat(kept), caller.name, caller.phone)):
            raise TypeError("a field is no text")
        new = {**kept, **times, "caller": caller}
        if other_id:
            new["message_id"] = f"{new['message_id']}~{other_id[:8]}"
        return NewCall(**new)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InvalidInput("not a message", message="该条内容不是完整的来电,无法直接重试;请更正后重新提交或导入") from None


def _flat(fields: Mapping[str, Any]) -> list[object]:
    return [value for name, value in fields.items() if name not in ("extra", "data")]


def _message(aside: SetAside) -> OutboxRow:
    topic = CALLS if aside.kind == "call" else aside.ref
    fields = _object(aside.payload)
    key = next((str(fields[name]) for name in _KEYS if name in fields), aside.id)
    return OutboxRow(topic, key.encode("utf-8", "replace"), aside.payload, aside.ref)


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _free_id(work: UnitOfWork, topic: bytes, raw: bytes) -> str:
    """Return the id of a message's entry: the same until it was retried, then another, so that a second failure is seen."""
    ident = ids.digest_id(topic, raw)
    while (known := work.set_asides.get(ident)) is not None and known.retried_at is not None:
        ident = ids.digest_id(topic, raw, known.id.encode())
    return ident


def _may(by: Actor) -> None:
    if by.role is None or not may(by.role, May.SET_ASIDE):
        raise NotAllowed(f"{by.name} may not see what was set aside")
