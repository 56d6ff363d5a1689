"""What a unit reads: of a secret order the text without traces, and no rating before the order is closed.

举报 and confidential orders hide who spoke; the handling text is confirmed by a dispatcher before the order goes to a unit. The
citizen's answers are blind for the unit until the order is closed, so that nobody presses for a rating.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from hotline.domain.actions import Action
from hotline.domain.call import Call, Caller
from hotline.domain.lifecycle import Change, apply
from hotline.domain.order import Event, Order
from hotline.domain.roles import Actor
from hotline.domain.text import mask_text
from hotline.errors import InvalidInput
from hotline.services.acting import said
from hotline.services.ports import UnitOfWork
from hotline.services.rows import OrderView
from hotline.services.unit_events import for_unit

NOT_YET: Final = "(办理文本待热线办确认)"
TITLE: Final = 30
HEARD: Final = frozenset({"callback_attempted", "closed", "rated"})
SAID: Final = frozenset({"responded", "solved", "rating", "level", "reason", "note"})
"""What the citizen said in a callback; of a reopening only the rating is kept back: the unit must know what is left to do."""
_TRACES: Final = re.compile(
    r"(我是|我叫|本人(?:叫|是|姓名)?|姓名[::]?|联系人[::]?)\s*[^,,。;;!!\s]{1,20}|"
    r"[\d一二三四五六七八九十]+\s*(?:号楼|栋|单元|室|门)"
)


def seen(found: OrderView, by: Actor) -> OrderView:
    """Return the order as ``by`` may read it: units without who spoke, and without what the citizen said before the end."""
    if not by.of_unit:
        return found
    events = for_unit(found.order, found.events if not found.order.open else blind(found.events))
    calls = [hidden(found.order, found.calls[0])] if found.order.secret and found.calls else found.calls
    return replace(found, order=listed(found.order, by), calls=calls, events=events)


def listed(order: Order, by: Actor) -> Order:
    """Return the order as ``by`` may see it in a list."""
    if not (by.of_unit and order.secret):
        return order
    title = (order.handling_text or NOT_YET).replace("\n", " ")[:TITLE]
    return replace(order, title=title, place_name=order.place_name if order.place else "", evidence=(), words=frozenset())


def hidden(order: Order, call: Call) -> Call:
    """Return a secret order's call as its unit reads it: nothing of the caller, the text a dispatcher confirmed."""
    text = order.handling_text or NOT_YET
    new = replace(
        call.new, text=text, title="", caller=Caller(), address="", extra={}, message_id=call.id, direct_answer="", recorded_by=""
    )
    return replace(call, new=new, code="")


def blind(events: Sequence[Event]) -> list[Event]:
    """Return the events of an open order without what the citizen said since it was last closed."""
    last = max((event.seq for event in events if event.kind == "closed"), default=0)
    return [event if event.seq <= last else replace(event, data=_kept(event)) for event in events]


def _kept(event: Event) -> Mapping[str, Any]:
    if event.kind == "reopened":
        return {name: value for name, value in event.data.items() if name != "rating"}
    if event.kind not in HEARD:
        return event.data
    return {name: value for name, value in event.data.items() if name not in SAID}


def confirmed_text(work: UnitOfWork, order: Order, text: str, at: datetime, by: Actor) -> Change:
    """Confirm what the unit reads of a secret order. Raises ``InvalidInput`` for a text in which the caller still stands."""
    caller = work.calls.get([order.call_id])[order.call_id].new.caller
    if any(len(trace) > 1 and trace in text for trace in (caller.name, caller.phone)):
        raise InvalidInput("the text tells who spoke", message="办理文本中仍有来电人的姓名或电话,请隐去后再确认")
    data = {"text": said(text)}
    return apply(order, Action.HIDE_REPORTER, at=at, by=by, data=data, handling_text=data["text"])


def proposed(order: Order, call: Call) -> str:
    """Return a first version of the handling text for a dispatcher to correct: numbers, names and house numbers left out.

    It is a help, no promise: traces are what only a person sees, therefore a person confirms the text.
    """
    if order.handling_text:
        return order.handling_text
    caller, text = call.new.caller, mask_text(call.new.text or call.new.title)
    for known in filter(None, (caller.name, caller.phone, call.new.address)):
        text = text.replace(known, "某")
    return _TRACES.sub("某", text)
