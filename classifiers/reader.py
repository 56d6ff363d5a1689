"""Everything that is read in a call: the model's labels, the words' meaning, the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from classifiers.accused import AccusedFinder
from classifiers.alarm_model import shipped
from classifiers.kinds import kind_by_words
from classifiers.lexicon import THREAT, Alarm, LexiconReader, Said, call_text
from classifiers.model import Classifier
from classifiers.places import PlaceFinder, Places
from classifiers.text import fold_all
from hotline.domain.reading import Candidate, PlaceFound, Reading
from routing_rules.lexicon import Lexicon
from routing_rules.pack import Pack

_SHOWN = 5


class TextReader:
    """A model with a pack's words and places. Reading changes nothing in it: threads may share it."""

    def __init__(
        self, model: Classifier, lexicon: Lexicon, places: PlaceFinder, *, accept_error: float = 0.05,
        street_units: Mapping[str, str] | None = None, accused: AccusedFinder | None = None, evidence: bool = True,
    ) -> None:  # fmt: skip
        """Take the model, a pack's word lists and places.

        ``accept_error`` is the share of wrong answers, 0…1, accepted among those not called unsure. ``street_units`` gives the
        unit of each street (by place code): where the street is known, no other street's unit can be right. ``accused`` finds
        the unit whose conduct is complained of.
        """
        self._model, self._lexicon, self._places = model, LexiconReader(lexicon, model.alarms or shipped()), places
        self._accused = accused or AccusedFinder(())
        self._accept_error, self._evidence = accept_error, evidence
        self._street_units = dict(street_units or {})
        self._streets = frozenset(self._street_units.values())

    def read(self, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return one reading a (title, text), in the same order; the answer does not depend on the batch."""
        readings = self._model.read(texts, accept_error=self._accept_error, evidence=self._evidence)
        folded = fold_all([call_text(title, text) for title, text in texts])
        places = self._places.look_all(folded)
        said = self._lexicon.read_all(folded)
        return [
            self._complete(*one, plain, where, reading, told)
            for one, plain, where, reading, told in zip(texts, folded, places, readings, said, strict=True)
        ]

    def alarms(self, title: str, text: str, reading: Reading) -> tuple[Alarm, ...]:
        """Return the alarms of the call's ``reading`` with the words in which they were heard."""
        marked = {
            "emergency": reading.emergency is not None,
            "danger": reading.urgency == "danger",
            THREAT: THREAT in reading.words,
        }
        if not any(marked.values()):
            return ()
        return tuple(one for one in self._lexicon.alarms(title, text) if marked[one.name])

    def _complete(self, title: str, text: str, folded: str, where: Places, reading: Reading, said: Said) -> Reading:
        place = where.found
        kind = reading.kind if reading.kind_confidence else kind_by_words(title, text)
        # Who praises the night's repairs speaks of what was urgent: nothing is.
        urgency = "normal" if kind == "表扬" and said.emergency is None else said.urgency
        return replace(
            reading,
            unit=self._units(reading.unit, place), kind=kind, urgency=urgency, emergency=said.emergency, place=place,
            unknown_estates=where.unknown, words=said.words, vulnerable=said.vulnerable,
            confidential=said.confidential, reply_needed=said.reply_needed, accused=self._accused.find(folded),
        )  # fmt: skip

    def _units(self, units: tuple[Candidate, ...], place: PlaceFound | None) -> tuple[Candidate, ...]:
        """Return the candidates with the street units' share given to the unit of the street that the text names."""
        parts = place.path.split("/") if place and not place.others else []
        here = next((self._street_units[code] for code in reversed(parts) if code in self._street_units), None)
        streets = self._streets
        share = sum(one.confidence for one in units if one.label in streets)
        if here is None or not share:
            return units
        kept = [one for one in units if one.label not in streets]
        return tuple(sorted([*kept, Candidate(here, round(share, 6))], key=lambda one: (-one.confidence, one.label))[:_SHOWN])


def text_reader(model: Classifier, pack: Pack, *, accept_error: float = 0.05, evidence: bool = True) -> TextReader:
    """Return the reader of ``model`` with the words and places of ``pack``."""
    places = PlaceFinder(pack.places, pack.estates)
    streets = {code: unit for code, unit in pack.geography.street_units.items() if pack.geography.places[code].level == "street"}
    accused = AccusedFinder(pack.units.values())
    return TextReader(
        model, pack.lexicon, places, accept_error=accept_error, street_units=streets, accused=accused, evidence=evidence
    )
