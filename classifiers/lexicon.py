"""What single words tell: emergency, urgency, vulnerable people, secrecy, whether a reply is wanted, and a pack's word lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import ahocorasick_rs as ac

from classifiers import cues
from classifiers.text import fold
from hotline.domain.facts import Urgency
from routing_rules.lexicon import Lexicon

LOOKED_AT = 20_000
"""Characters of a text in which words are looked for."""
_CLAUSE_END = re.compile(r"[,.!?;:。]")
_SENTENCE_END = re.compile(r"[.!?。]")
_NEAR, _FAR, _AFTER = 8, 40, 2
_EMERGENCY, _DANGER, _URGENT, _VULNERABLE, _CONFIDENTIAL, _NO_REPLY, _WORD, _FIGURE, _NEGATION, _PAST, _NOW, _NOUN = range(12)

Hit = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Said:
    """What the words of one text tell."""

    emergency: str | None = None
    urgency: Urgency = "normal"
    vulnerable: frozenset[str] = frozenset()
    confidential: bool = False
    reply_needed: bool = True
    words: frozenset[str] = frozenset()


def call_text(title: str, text: str) -> str:
    """Return title and text as one, each cut to what is looked at."""
    return f"{title[:LOOKED_AT]}。{text[:LOOKED_AT]}"


class LexiconReader:
    """Finds a pack's words and the language's own cues in one pass. Reading changes nothing: threads may share it."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Take a pack's word lists; the language's own (``cues``) come on top of them."""
        meanings: dict[str, set[tuple[int, str]]] = {}
        for kind, value, terms in _terms(lexicon):
            for term in terms:
                if folded := fold(term).strip():
                    meanings.setdefault(folded, set()).add((kind, value))
        self._terms = list(meanings)
        self._meanings = [sorted(meanings[term]) for term in self._terms]
        self._automaton = ac.AhoCorasick(self._terms, matchkind=ac.MATCHKIND_STANDARD)

    def read(self, title: str, text: str) -> Said:
        """Return what the words of a call tell; the title counts like a first sentence."""
        return self.read_folded(fold(call_text(title, text)))

    def read_folded(self, folded: str) -> Said:
        """Return what the words of a call tell that went through ``call_text`` and ``text.fold``."""
        found: dict[int, list[tuple[int, int, str]]] = {}
        for which, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            for kind, value in self._meanings[which]:
                found.setdefault(kind, []).append((start, end, value))
        if not found:
            return Said()
        return self._said(folded, found)

    def _said(self, text: str, found: Mapping[int, Sequence[tuple[int, int, str]]]) -> Said:
        figures = [(start, end) for start, end, _ in found.get(_FIGURE, ())]

        def literal(kind: int) -> list[tuple[int, int, str]]:
            return [hit for hit in found.get(kind, ()) if not any(low <= hit[0] and hit[1] <= high for low, high in figures)]

        real = _Situation(text, found)
        emergencies = [hit for hit in literal(_EMERGENCY) if real.happens_now(*hit[:2])]
        emergency = min(emergencies)[2] if emergencies else None
        urgency: Urgency = "normal"
        if emergency or any(real.is_affirmed(*hit[:2]) for hit in literal(_DANGER)):
            urgency = "danger"
        elif any(real.is_affirmed(*hit[:2]) for hit in literal(_URGENT)):
            urgency = "urgent"
        return Said(
            emergency, urgency, frozenset(value for _, _, value in found.get(_VULNERABLE, ())), bool(found.get(_CONFIDENTIAL)),
            not found.get(_NO_REPLY), frozenset(value for _, _, value in literal(_WORD)),
        )  # fmt: skip


class _Situation:
    """Whether what a term names is happening, by the cues around it."""

    def __init__(self, text: str, found: Mapping[int, Sequence[tuple[int, int, str]]]) -> None:
        self._text = text
        self._negations = [(start, end) for start, end, _ in found.get(_NEGATION, ())]
        self._past = [(start, end) for start, end, _ in found.get(_PAST, ())]
        self._now = [(start, end) for start, end, _ in found.get(_NOW, ())]
        self._nouns = [start for start, _, _ in found.get(_NOUN, ())]

    def is_affirmed(self, start: int, end: int) -> bool:
        """Return whether no negation, worry or condition stands before the term, and no noun of risk behind it."""
        if any(end <= noun <= end + _AFTER for noun in self._nouns):
            return False
        near = self._before(self._negations, start, _NEAR)
        return not any(not _CLAUSE_END.search(self._text, cue_end, start) for _, cue_end in near)

    def happens_now(self, start: int, end: int) -> bool:
        """Return whether the term is affirmed and not told as a memory; a word like 现在 after the memory brings it back."""
        if not self.is_affirmed(start, end):
            return False
        if self._text[start:end] in cues.LASTING:
            return True
        far = [cue for cue in self._before(self._past, start, _FAR) if not _SENTENCE_END.search(self._text, cue[1], start)]
        if not far:
            return True
        latest = max(cue_end for _, cue_end in far)
        stop = _SENTENCE_END.search(self._text, end)
        return any(latest <= now_start <= (stop.start() if stop else len(self._text)) for now_start, _ in self._now)

    @staticmethod
    def _before(hits: Sequence[Hit], start: int, reach: int) -> list[Hit]:
        return [hit for hit in hits if start - reach <= hit[1] <= start]


def _terms(lexicon: Lexicon) -> Iterator[tuple[int, str, Sequence[str]]]:
    """Yield (kind, value, terms) of the pack and of the language."""
    for term, number in lexicon.emergency.items():
        yield _EMERGENCY, number, (term,)
    for number, terms in cues.EMERGENCY.items():
        yield _EMERGENCY, number, tuple(term for term in terms if term not in lexicon.emergency)
    for kind, terms in lexicon.vulnerable.items():
        yield _VULNERABLE, kind, terms
    for name, terms in lexicon.words.items():
        yield _WORD, name, terms
    yield _DANGER, "", (*lexicon.danger, *cues.DANGER)
    yield _URGENT, "", (*lexicon.urgent, *cues.URGENT)
    yield _CONFIDENTIAL, "", (*lexicon.confidential, *cues.CONFIDENTIAL)
    yield _NO_REPLY, "", (*lexicon.no_reply, *cues.NO_REPLY)
    yield _FIGURE, "", (*lexicon.figures, *cues.FIGURES)
    yield _NEGATION, "", (*lexicon.negations, *cues.NEGATIONS)
    yield _PAST, "", (*lexicon.past, *cues.PAST)
    yield _NOW, "", cues.NOW
    yield _NOUN, "", cues.NOUN_AFTER
