"""The orders that one order's matters become. Pure but for the reader: order, call and parts in, registrations out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import orjson

from hotline.domain.call import MAX_FIELD, MAX_TEXT, Call
from hotline.domain.order import Flag, Order
from hotline.domain.reading import Candidate, PlaceFound, Reading
from hotline.domain.text import clean
from hotline.errors import InvalidInput
from hotline.services.ports import Reader
from hotline.services.reading import read_calls
from hotline.services.registering import TITLE, Registration, register
from routing_rules.pack import Pack

FEWEST, MOST = 2, 10
SPLIT: Final = "由一件来电拆分,须人工派单"
URGENCIES: Final = ("normal", "urgent", "danger")
READ: Final = (
    "title", "category", "kind", "emergency", "place", "place_name", "place_unsure", "estate", "words", "unsure", "why_desk",
    "suggestions", "model_version", "model_category", "model_confidence", "rule_row", "rule_unit", "book", "evidence",
)  # fmt: skip
"""What is read anew in the part that keeps the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One matter: its own words; ``category`` a path and ``place`` a code where the dispatcher says them."""

    text: str
    title: str = ""
    category: str | None = None
    place: str | None = None

    @property
    def as_data(self) -> dict[str, Any]:
        """What the event keeps."""
        return {"title": self.title, "text": self.text, "category": self.category, "place": self.place}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A part as an order that has no number yet."""

    registration: Registration
    part: Part

    @property
    def order(self) -> Order:
        """The order."""
        return self.registration.order

    def numbered(self, first: str, number: str, matter: int) -> Registration:
        """Return the order with its number, as the ``matter``-th of the call; only ``first`` bears the platform's number."""
        order = replace(self.order, id=number, matter=matter, matter_text=self.part.text, upstream_no=None)
        data = {"split_from": first, "matter": matter}
        events = tuple(replace(event, order_id=number, data={**event.data, **data}) for event in self.registration.events)
        return Registration(order=order, events=events)


def cleaned(parts: Sequence[Part], pack: Pack) -> list[Part]:
    """Return the parts as they are kept. Raises ``InvalidInput`` for too few or many, for none said, for an unknown class."""
    if not FEWEST <= len(parts) <= MOST:
        raise InvalidInput(f"{FEWEST} to {MOST} parts", message=f"拆分应为 {FEWEST} 至 {MOST} 件")
    wanted = [replace(part, text=clean(part.text).strip(), title=clean(part.title).strip()) for part in parts]
    for at, part in enumerate(wanted, start=1):
        if not part.text or len(part.text) > MAX_TEXT or len(part.title) > MAX_FIELD:
            raise InvalidInput(f"part {at} has no text, or too much", message=f"第 {at} 件的内容为空或过长")
        if part.category is not None and part.category not in pack.categories:
            raise InvalidInput(f"part {at} has no known category", message=f"第 {at} 件的事项不在事项目录中")
        if part.place is not None and part.place not in pack.geography.places:
            raise InvalidInput(f"part {at} has no known place", message=f"第 {at} 件的地点不在地名表中")
    return wanted


def fingerprint(parts: Sequence[Part]) -> str:
    """Return what is the same for the same split, however often it is sent."""
    return hashlib.sha256(orjson.dumps([part.as_data for part in parts])).hexdigest()[:32]


def made_of(pack: Pack, reader: Reader, order: Order, call: Call, parts: Sequence[Part], now: datetime) -> list[Matter]:
    """Return each part as triage would have made it of a call of its own; all of them wait on the desk."""
    said = [replace(call.new, title=one.title, text=one.text, chosen_unit=None, direct_answer="") for one in parts]
    made = []
    for new, read, part in zip(said, read_calls(reader, said), parts, strict=True):
        reading = _as_said(read, part, pack)
        one = register(pack, pack.content_hash, replace(call, new=new), reading, order.id, now, on_desk=SPLIT)
        model: dict[str, Any] = {"model_category": read.first.label, "model_confidence": read.first.confidence}
        kept = replace(one, order=replace(one.order, **model, **_inherited(order, one.order)))
        made.append(Matter(registration=kept, part=part))
    return made


def first_of(order: Order, made: Matter) -> dict[str, Any]:
    """Return the fields of the order that keeps the number: its part's own, and never less urgent than it was."""
    read = {name: getattr(made.order, name) for name in READ}
    if not made.part.title:
        read["title"] = made.part.text.replace("\n", " ")[:TITLE]
    urgency = max(order.urgency, made.order.urgency, key=URGENCIES.index)
    return {
        **read, "matter_text": made.part.text, "urgency": urgency, "emergency": made.order.emergency or order.emergency,
        "vulnerable": made.order.vulnerable, "accused": made.order.accused, "flags": order.flags | made.order.flags,
        "recused": made.order.recused, "accused_units": made.order.accused_units, "handling_text": None,
    }  # fmt: skip


def _as_said(reading: Reading, part: Part, pack: Pack) -> Reading:
    """The class and the place that a person says go before what the model read."""
    if part.category is not None:
        others = tuple(one for one in reading.category if one.label != part.category)
        reading = replace(reading, category=(Candidate(part.category, 1.0), *others), unsure=False, why_unsure="")
    if part.place is not None:
        place = pack.geography.places[part.place]
        reading = replace(reading, place=PlaceFound(pack.geography.path(part.place), place.name))
    return reading


def _inherited(order: Order, made: Order) -> dict[str, Any]:
    """What was said of the whole call and holds for each of its matters: who is accused, and secrecy."""
    flags = made.flags | ({Flag.CONFIDENTIAL} if order.secret and made.kind != "举报" else set())
    accused = made.accused_units | order.accused_units
    return {
        "flags": flags, "accused": order.accused or made.accused, "accused_units": accused,
        "accused_persons": order.accused_persons, "recused": made.recused | order.recused,
    }  # fmt: skip
