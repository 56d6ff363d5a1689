"""JSON lines in, JSON lines out: the library side of ``hotline classify``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from math import isfinite
from typing import Any, Protocol

from classifiers.lexicon import Alarm
from classifiers.text import why_unreadable
from hotline.domain.reading import Reading
from hotline.errors import UnreadableMessage

BATCH = 500
Decide = Callable[[str, str, Reading], bool]
"""Whether a call (title, text) read like this goes out without a person."""
UNREADABLE = "无法识别,请人工判断"
ALARM_NAMES = {"emergency": "紧急", "danger": "危及生命", "threat": "扬言"}
"""What the lists of alarms are called."""


class Reads(Protocol):
    """Reads (title, text) pairs."""

    def read(self, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return one reading a text, in the same order."""

    def alarms(self, title: str, text: str, reading: Reading) -> tuple[Alarm, ...]:
        """Return the alarms of a reading with the words in which they were heard."""


@dataclass(frozen=True, slots=True)
class _Line:
    ident: Any
    title: str = ""
    text: str = ""
    fault: UnreadableMessage | None = None


def classify_lines(lines: Iterable[str | bytes], reader: Reads, decide: Decide, *, batch: int = BATCH) -> Iterator[str]:
    """Yield one line of JSON for each line ``{"id", "title", "text"}``, in order; blank lines are skipped.

    A line that cannot be read gives ``{"id", "error", "detail"}`` and the run goes on.
    """
    yield from map(dump, answers(lines, reader, decide, batch=batch))


def answers(
    lines: Iterable[str | bytes], reader: Reads, decide: Decide, *, batch: int = BATCH
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Yield what ``classify_lines`` writes, line by line."""
    wanted = (line for line in lines if line.strip())
    while chunk := [_parse(line) for line in islice(wanted, batch)]:
        good = [one for one in chunk if one.fault is None]
        readings = iter(reader.read([(one.title, one.text) for one in good]))
        for one in chunk:
            yield _fault(one) if one.fault else _answer(one, next(readings), reader, decide)


def _parse(line: str | bytes) -> _Line:
    try:
        sent = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        return _Line(None, fault=UnreadableMessage(f"not a line of JSON: {error}"))
    if not isinstance(sent, dict):
        return _Line(None, fault=UnreadableMessage("a line must be a JSON object"))
    ident, title, text = sent.get("id"), sent.get("title") or "", sent.get("text") or ""
    if isinstance(ident, dict | list) or (isinstance(ident, float) and not isfinite(ident)):
        return _Line(None, fault=UnreadableMessage("id must be a text or a number"))
    if not isinstance(title, str) or not isinstance(text, str):
        return _Line(ident, fault=UnreadableMessage("title and text must be texts"))
    if "title" not in sent and "text" not in sent:
        return _Line(ident, fault=UnreadableMessage("neither title nor text is there"))
    return _Line(ident, title, text)


def _no_number(name: str) -> float:
    """Refuse NaN and Infinity, which Python reads and writes and JSON does not know."""
    raise ValueError(f"{name} is no number of JSON")


def _fault(line: _Line) -> dict[str, Any]:
    return {"id": line.ident, "error": UnreadableMessage.code, "detail": str(line.fault)}


def _answer(line: _Line, reading: Reading, reader: Reads, decide: Decide) -> dict[str, Any]:
    unread = why_unreadable(line.title, line.text)
    shown = {
        "category": [asdict(one) for one in reading.category],
        "unit": [asdict(one) for one in reading.unit],
        "evidence": [asdict(one) for one in reading.evidence],
    }
    return {
        "id": line.ident,
        **({name: [] for name in shown} if unread else shown),
        "kind": reading.kind,
        "urgency": reading.urgency,
        "emergency": reading.emergency,
        "alarms": [_alarm(one) for one in reader.alarms(line.title, line.text, reading)],
        "place": asdict(reading.place) if reading.place else None,
        "unsure": reading.unsure,
        "why_unsure": f"{UNREADABLE}:{unread}" if unread else reading.why_unsure,
        "goes_out": not unread and decide(line.title, line.text, reading),
    }


def _alarm(alarm: Alarm) -> dict[str, Any]:
    return {"list": alarm.name, "name": ALARM_NAMES[alarm.name], "words": list(alarm.words)}


def dump(value: Mapping[str, Any]) -> str:
    """Return a value as a line of JSON."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
