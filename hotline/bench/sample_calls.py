"""The messages of the sample city: how a text of the corpus reaches the hotline, by which channel, under which number."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hotline.bench import sample_phrases as say
from hotline.bench.sample_texts import Sample, caller, corpus, days_of, moment_on, pick
from hotline.domain.call import NewCall
from hotline.services.intake import Intake
from routing_rules.pack import Pack

DAYS = 30
UPSTREAM_SHARE = 0.6  # of the texts in the style of an order: the city's platform wrote them
SUPPLEMENT_SHARE = 0.12  # of those: a further message follows under the same number
DIRECT_SHARE = 0.35  # of the consultations by phone: answered on the spot
CHOSEN_SHARE = 0.06  # of the rest: the agent chose the unit while the caller spoke
CHANNELS = ("phone", "phone", "phone", "phone", "web", "app", "letter")
AGENTS = ("坐席 06", "坐席 11", "坐席 15")
BAD_ROWS = (
    ("派发时间:时间“2026-13-45”无法识别", "来电人反映小区路灯不亮"),
    ("诉求内容为空,请填写市民反映的内容", ""),
    ("市级编号“2.02611E+16”被 Excel 存成了数字,末几位已失真;请按文本格式重新导出", "来电人反映楼道堆放杂物"),
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message with the text it was made of; ``follows`` = it comes under the number of an order that is there."""

    call: NewCall
    sample: Sample
    follows: bool = False


def month(pack: Pack, end: datetime, orders: int, chance: random.Random) -> list[Message]:
    """Return the messages of the 30 days up to ``end``: ``orders`` first ones, and what follows under their numbers."""
    last = end.astimezone(pack.zone).date()
    rest = corpus()
    made: list[Message] = []
    for number, day in enumerate(days_of(last - timedelta(days=DAYS - 1), last, orders, chance), start=1):
        sample = pick(rest, day, chance)
        rest = [one for one in rest if one is not sample] or corpus()
        at = moment_on(day, sample, pack.zone, chance)
        if at >= end:  # today's calls have come in by now
            at = end - timedelta(minutes=chance.uniform(3, 300))
        made.append(Message(_numbered(message(sample, f"city-{number:05d}", at, chance), number, pack, chance), sample))
    return made + list(_following(made, end, chance))


def message(sample: Sample, ident: str, at: datetime, chance: random.Random) -> NewCall:
    """Return the call in which somebody says the text at ``at``."""
    new = NewCall(
        source="sample-city", message_id=ident, received_at=at.astimezone(UTC), text=sample.text, title=sample.title,
        channel=chance.choice(CHANNELS), caller=caller(chance), address=sample.place, recorded_by=chance.choice(AGENTS),
    )  # fmt: skip
    luck = chance.random()
    if new.channel == "phone" and sample.kind == "咨询" and luck < DIRECT_SHARE:
        return replace(new, direct_answer=chance.choice(say.DIRECT_ANSWERS))
    return replace(new, chosen_unit=sample.unit) if new.channel == "phone" and luck < CHOSEN_SHARE else new


def unacceptable(intake: Intake, known: NewCall, number: int) -> None:
    """Offer what cannot be taken: a bad row of a file, and a message id that is known with other content; both are listed."""
    why, text = BAD_ROWS[number % len(BAD_ROWS)]
    intake.set_aside_row("upstream:excel", 17 + 9 * number, text.encode(), why)
    intake.record_many([replace(known, text=f"{known.text}(重复报送,内容有改动)")])


def _numbered(new: NewCall, number: int, pack: Pack, chance: random.Random) -> NewCall:
    """Give a text in the style of an order the city's number and due time, as most of them have."""
    if not new.title or chance.random() >= UPSTREAM_SHARE:
        return new
    day = new.received_at.astimezone(pack.zone).date()
    counted, _ = pack.calendar.take(day + timedelta(days=1), chance.choice((3, 5, 5, 7)))
    return replace(
        new, source="upstream:city", channel="upstream", upstream_no=f"BT{day:%Y%m%d}{number:05d}", chosen_unit=None,
        direct_answer="", recorded_by="", upstream_due=pack.calendar.closing(counted[-1]).astimezone(UTC),
    )  # fmt: skip


def _following(made: Sequence[Message], end: datetime, chance: random.Random) -> Iterator[Message]:
    for first in made:
        at = first.call.received_at + timedelta(hours=chance.uniform(20, 90))
        if first.call.upstream_no and at < end and chance.random() < SUPPLEMENT_SHARE:
            ident, text = f"{first.call.message_id}-2", chance.choice(say.URGES)
            yield Message(replace(first.call, message_id=ident, received_at=at, text=text), first.sample, follows=True)
