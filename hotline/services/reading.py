"""Reading calls as triage and suggestions both do: the words for what it is about, the address before the words for where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hotline.domain.call import NewCall
from hotline.domain.reading import Reading
from hotline.services.ports import Reader


def read_calls(reader: Reader, news: Sequence[NewCall]) -> list[Reading]:
    """Return one reading a message, in order; an address that names a place goes before a place in the text."""
    addressed = [at for at, new in enumerate(news) if new.address.strip()]
    texts = [(new.title, new.text) for new in news] + [("", news[at].address) for at in addressed]
    found = reader.read(texts)
    readings, where = found[: len(news)], found[len(news) :]
    for at, there in zip(addressed, where, strict=True):
        if there.place is not None:
            readings[at] = replace(readings[at], place=there.place)
    return readings
