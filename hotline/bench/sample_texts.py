"""The corpus as a city speaks it: each text at the season and the hour it belongs to, from callers who do not exist."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from classifiers.corpus import files as learnable
from hotline.domain.call import Caller

SURNAMES = "张王李赵刘陈杨高郭孙马韩白云苏武贺邢乔段"
RARE = 0.15  # weight of an emergency: 59 of the corpus's texts are one, of a week's calls few
SEASON = 18.0  # days: how far from its own date of the year a text still sounds right
YEAR = 365  # days
COLD_DAY, WEEKEND = 1.8, 0.65  # how many more, how many fewer calls than on a working day


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A text of the corpus with the unit that answers for it; ``style`` is ``phone`` or ``order``."""

    id: str
    style: str
    title: str
    text: str
    unit: str
    kind: str
    urgency: str
    place: str
    said_at: datetime  # naive local, as in the corpus
    day_of_year: int


def corpus() -> list[Sample]:
    """Return the project's own texts, in the order of the files."""
    return [sample for file in learnable() for sample in _read(file.read_text("utf-8"))]


def _read(text: str) -> Iterator[Sample]:
    for row in csv.DictReader(io.StringIO(text)):
        said_at = datetime.fromisoformat(row["received_at"])
        yield Sample(
            id=row["id"], style=row["style"], title=row["title"], text=row["text"], unit=row["unit"], kind=row["kind"],
            urgency=row["urgency"], place=row["place"], said_at=said_at, day_of_year=said_at.timetuple().tm_yday,
        )  # fmt: skip


def days_of(first: date, last: date, amount: int, chance: random.Random) -> list[date]:
    """Return ``amount`` days from ``first`` to ``last``, in order: fewer at weekends, more when it turns cold."""
    days = [first + timedelta(days=shift) for shift in range((last - first).days + 1)]
    cold = {day for day in chance.sample(days, max(1, len(days) // 6)) if heating(day)}
    weights = [(WEEKEND if day.weekday() >= 5 else 1.0) * (COLD_DAY if day in cold else 1.0) for day in days]
    return sorted(chance.choices(days, weights, k=amount))


def heating(day: date) -> bool:
    """Whether the city is heated on ``day``: 15 October to 15 April (DOMAIN.md)."""
    return (day.month, day.day) >= (10, 15) or (day.month, day.day) <= (4, 15)


def pick(samples: Sequence[Sample], day: date, chance: random.Random) -> Sample:
    """Return a text that fits the season of ``day``."""
    today = day.timetuple().tm_yday
    apart = (abs(one.day_of_year - today) for one in samples)
    weights = [
        (RARE if one.urgency == "danger" else 1.0) / (1 + (min(days, YEAR - days) / SEASON) ** 4)
        for one, days in zip(samples, apart, strict=True)
    ]
    return chance.choices(samples, weights)[0]


def moment_on(day: date, sample: Sample, zone: ZoneInfo, chance: random.Random) -> datetime:
    """Return when on ``day`` the text is said: at its own hour, give or take."""
    said = datetime.combine(day, time(sample.said_at.hour, sample.said_at.minute), zone)
    return said + timedelta(minutes=chance.randint(-25, 25), seconds=chance.randrange(60))


def caller(chance: random.Random) -> Caller:
    """Return a caller who does not exist: 1380000xxxx is written as an example everywhere. Some give no name, some call again."""
    if chance.random() < 0.05:
        return Caller()
    name = chance.choice(SURNAMES) + chance.choice(("先生", "女士"))
    return Caller(name=name, phone=f"1380000{chance.randrange(3000):04d}")
