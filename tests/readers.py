"""A reader small enough to see through: words stand for categories. It keeps the port's contract, so that services and web
can be tested without training a model."""

from __future__ import annotations

from collections.abc import Sequence

from hotline.domain.reading import Candidate, Evidence, PlaceFound, Reading
from routing_rules.pack import Pack

WORDS = {
    "暖气": "城乡建设/城市建设和市政管理/冬季采暖",
    "停水": "城乡建设/城市建设和市政管理/自来水供应",
    "垃圾": "城乡建设/城市建设和市政管理/环境卫生",
    "物业": "城乡建设/城市建设和市政管理/小区管理",
}
OTHERS = tuple(WORDS.values())
SURE, UNSURE = 0.92, 0.2


class WordReader:
    """Reads the first known word: its category at 0.92, others behind; a text without one is unsure."""

    version = "words-1"

    def __init__(self, pack: Pack) -> None:
        self._places = {place.name: pack.geography.path(place.code) for place in pack.places}
        self._estates = {estate.name: estate for estate in pack.estates}
        self._path = pack.geography.path

    def read(self, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return one reading a text."""
        return [self._one(f"{title}\n{text}" if title else text, offset=len(title) + 1 if title else 0) for title, text in texts]

    def _one(self, text: str, offset: int) -> Reading:
        word = next((word for word in WORDS if word in text), None)
        start = text.find(word) - offset if word else -1
        first = WORDS[word] if word else OTHERS[0]
        sure = SURE if word else UNSURE
        rest = [Candidate(other, (1 - sure) / 4) for other in OTHERS if other != first]
        return Reading(
            category=(Candidate(first, sure), *rest),
            kind="投诉",
            emergency="119" if "着火" in text else None,
            place=self._place(text),
            evidence=(Evidence(word, start, start + len(word), 1.0),) if word and start >= 0 else (),
            unsure=word is None,
            why_unsure="" if word else "没有读懂诉求",
            model=self.version,
        )

    def _place(self, text: str) -> PlaceFound | None:
        for name, estate in self._estates.items():
            if name in text and estate.community:
                return PlaceFound(self._path(estate.community), name, estate=estate.id)
        return next((PlaceFound(path, name) for name, path in self._places.items() if name in text), None)
