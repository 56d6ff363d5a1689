"""The suggestion while a caller still speaks: what the model reads, what the tables say; nothing is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hotline.domain.call import NewCall
from hotline.domain.order import Suggestion
from hotline.domain.reading import Reading
from hotline.domain.roles import Actor, May, may
from hotline.errors import NotAllowed
from hotline.services.books import Books
from hotline.services.clocks import Clocks
from hotline.services.decide import LEAST, Proposal, propose
from hotline.services.ports import Clock, Reader
from hotline.services.reading import read_calls
from routing_rules.decide import not_accepted
from routing_rules.wordlists import NotAccepted

FEW = 3  # suggestions shown when the model is unsure: below the search of duties, not above it (UX.md)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """What is proposed for a text; ``suggestions`` go from the most likely on, none of them under 5 %.

    ``due`` holds the clocks that would start at receipt; ``refused`` the matter outside the hotline that the text speaks of.
    ``unsure`` is the model's own word; ``proposal.why_desk`` says why a person decides, empty when nobody need.
    """

    reading: Reading
    proposal: Proposal
    suggestions: tuple[Suggestion, ...]
    due: Mapping[str, datetime]
    refused: NotAccepted | None
    names: Mapping[str, str]

    @property
    def unsure(self) -> bool:
        """Whether the model is unsure of the category, or could not read the text."""
        return self.reading.unsure


class Suggest:
    """Proposes a unit for a text."""

    def __init__(self, clock: Clock, books: Books, reader: Reader) -> None:
        self._clock, self._books, self._reader = clock, books, reader

    def suggest(self, text: str, *, title: str = "", place: str = "", by: Actor) -> Suggested:
        """Return the proposal for a text; ``place`` is the address as the agent wrote it and goes before one in the text.

        Raises ``InvalidInput`` for an empty text, and ``NotAllowed``.
        """
        if by.role is None or not may(by.role, May.SUGGEST):
            raise NotAllowed(f"{by.name} may not ask for suggestions")
        now, pack = self._clock.now(), self._books.current()
        new = NewCall(source="suggest", message_id="suggest", received_at=now, text=text, title=title, address=place)
        (reading,) = read_calls(self._reader, [new])
        proposal = propose(pack, new, reading)
        shown = [one for one in proposal.suggestions if one.confidence >= LEAST]
        shown = shown[:FEW] if reading.unsure else shown
        return Suggested(
            reading=reading, proposal=proposal, suggestions=tuple(shown),
            due=Clocks(pack).started(proposal.facts, {"received": now}, None).due,
            refused=not_accepted(pack, f"{title}\n{text}"),
            names={one.unit: pack.unit_name(one.unit) for one in shown},
        )  # fmt: skip
