"""The one way in: a message becomes a call row and an outbox row in one commit.

Idempotency is per message (DESIGN §2): (source, message id). The same again gets the first answer; the same id with other
content is refused and listed, never merged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from hotline.domain.call import Call, Caller, NewCall
from hotline.domain.text import clean
from hotline.errors import MessageConflict
from hotline.services import ids
from hotline.services.messages import call_row
from hotline.services.ports import Clock, Store
from hotline.services.rows import Receipt, SetAside

BATCH = 500  # calls a transaction at most (DESIGN §3)


class Intake:
    """Records messages."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def record(self, new: NewCall) -> Receipt:
        """Record one message and return its receipt; raises ``MessageConflict``, which is listed by then."""
        answer = self.record_many([new])[0]
        if isinstance(answer, MessageConflict):
            raise answer
        return answer

    def record_many(self, news: Sequence[NewCall]) -> list[Receipt | MessageConflict]:
        """Record messages and return one answer each, in their order; each 500 are one commit."""
        answers: list[Receipt | MessageConflict] = []
        for start in range(0, len(news), BATCH):
            answers += self._batch([_cleaned(new) for new in news[start : start + BATCH]])
        return answers

    def set_aside_row(self, source: str, number: int, row: bytes, reason: str) -> None:
        """Keep a row of a file that could not become a call, with its number and reason."""
        aside = SetAside(
            id=ids.digest_id(source.encode(), row), kind="row", reason=reason, detail=f"{source} 第 {number} 行",
            payload=row, at=self._clock.now(), ref=source,
        )  # fmt: skip
        with self._store.write() as work:
            work.set_asides.add([aside])
            work.commit()

    def _batch(self, news: list[NewCall]) -> list[Receipt | MessageConflict]:
        now = self._clock.now()
        keys = [(new.source, new.message_id) for new in news]
        with self._store.write() as work:
            known = work.calls.by_message(list(dict.fromkeys(keys)))
            fresh: dict[tuple[str, str], Call] = {}
            for key, new in zip(keys, news, strict=True):
                if key not in known and key not in fresh:
                    fresh[key] = Call(id=ids.call_id(now), new=new, code=ids.query_code(), recorded_at=now)
            added = work.calls.add(list(fresh.values()))
            lost = [key for key, call in fresh.items() if call.id not in added]
            known.update(work.calls.by_message(lost) if lost else {})
            work.outbox.add([call_row(call) for call in fresh.values() if call.id in added])
            answers = self._answers(news, known, {key: call for key, call in fresh.items() if call.id in added})
            work.set_asides.add([self._listed(new, a) for new, a in zip(news, answers, strict=True) if isinstance(a, Exception)])
            work.commit()
        return answers

    @staticmethod
    def _answers(
        news: Sequence[NewCall], known: dict[tuple[str, str], Call], fresh: dict[tuple[str, str], Call]
    ) -> list[Receipt | MessageConflict]:
        answers: list[Receipt | MessageConflict] = []
        first = set(fresh)
        for new in news:
            key = (new.source, new.message_id)
            call = known.get(key) or fresh[key]
            if call.new.content_hash != new.content_hash:
                answers.append(MessageConflict(*key))
                continue
            answers.append(Receipt(call_id=call.id, code=call.code, order_id=call.order_id, created=key in first))
            first.discard(key)
        return answers

    def _listed(self, new: NewCall, conflict: Exception) -> SetAside:
        payload = json.dumps(payload_of(new), ensure_ascii=False).encode("utf-8", "replace")
        return SetAside(
            id=ids.digest_id(new.source.encode(), new.message_id.encode(), new.content_hash.encode()), kind="conflict",
            reason="消息编号重复而内容不同", detail=str(conflict), payload=payload, at=self._clock.now(), ref=new.message_id,
        )  # fmt: skip


def payload_of(new: NewCall) -> dict[str, Any]:
    """Return a message as JSON-able values, for keeping."""
    fields = asdict(new)
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in fields.items()}


def _cleaned(new: NewCall) -> NewCall:
    """Return the message with what no database takes made blank, wherever it stands."""
    caller = Caller(name=clean(new.caller.name), phone=clean(new.caller.phone))
    return replace(
        new, text=clean(new.text), title=clean(new.title), address=clean(new.address), caller=caller,
        direct_answer=clean(new.direct_answer), recorded_by=clean(new.recorded_by),
        extra={clean(name): clean(value) for name, value in new.extra.items()}, data=_plain(new.data),
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """Return what a message says with what no database takes made blank, however deep."""
    match value:
        case str():
            return clean(value)
        case Mapping():
            return {clean(str(name)): _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value
