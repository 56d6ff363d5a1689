"""What the machine read in a text: labels with confidence, and the words that decided."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.domain.facts import Urgency


@dataclass(frozen=True, slots=True)
class Candidate:
    """A label and the model's calibrated confidence in it, 0…1."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of the text, ``text[start:end]`` (characters), that spoke for the first label with ``weight`` > 0."""

    word: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A place named in a text: path of codes (district/street/community), its name, and the estate where one was named.

    ``others`` holds the paths of other readings when the name is ambiguous; then nothing may be dispatched on it alone.
    """

    path: str
    name: str
    estate: str | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one text. Lists go from the most to the least likely; ``category`` has at least three entries.

    ``unsure`` = the first category's confidence is under the model's threshold or the text cannot be read; ``why_unsure`` is
    the sentence a dispatcher reads. ``unknown_estates`` are names like an estate's that the pack does not know. ``known`` is the
    share of the text's features, 0…1, that training met: a language that moves away from the model shows there first.
    """

    category: tuple[Candidate, ...]
    unit: tuple[Candidate, ...] = ()
    kind: str = "求助"
    kind_confidence: float = 0.0
    urgency: Urgency = "normal"
    emergency: str | None = None
    place: PlaceFound | None = None
    unknown_estates: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    vulnerable: frozenset[str] = frozenset()
    confidential: bool = False
    reply_needed: bool = True
    accused: str | None = None
    evidence: tuple[Evidence, ...] = ()
    unsure: bool = True
    why_unsure: str = ""
    model: str = ""
    known: float = 1.0

    @property
    def first(self) -> Candidate:
        """The most likely category."""
        return self.category[0]
