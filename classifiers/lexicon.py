"""What the words of a call tell: emergency, urgency, vulnerable people, secrecy, whether a reply is wanted, a pack's lists.

One pass finds every listed term and every word of a frame (``frames``); only where one stands is the text around it read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import ahocorasick_rs as ac

from classifiers import alarms_body, alarms_danger, alarms_police, alarms_rescue, callers, cues, scopes
from classifiers.alarm_model import AlarmModel, Heard
from classifiers.frames import Frame, by_word, company, frame, one_end
from classifiers.text import fold
from hotline.domain.facts import Urgency
from routing_rules.lexicon import Lexicon

LOOKED_AT = 20_000
"""Characters of a text in which words are looked for."""
_NEAR, _FAR = 8, 40
_EMERGENCY, _DANGER, _THREAT, _URGENT, _VULNERABLE, _CONFIDENTIAL, _NO_REPLY, _WORD, _FIGURE, _NEGATION, _PAST = range(11)
_ALARMS = frozenset((_EMERGENCY, _DANGER, _THREAT, _URGENT))
THREAT = "threat"
"""The pack's list of threats and extreme acts; the language's own frames report under this name too."""

Meaning = tuple[int, str, Frame | None]
Found = tuple[int, int, str, Frame | None]


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm by the name of its list (``emergency``, ``danger``, ``threat``), and the words in which it was heard."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What the words of one text tell."""

    emergency: str | None = None
    urgency: Urgency = "normal"
    vulnerable: frozenset[str] = frozenset()
    confidential: bool = False
    reply_needed: bool = True
    words: frozenset[str] = frozenset()
    alarm_at: tuple[int, int] | None = None
    """Where what made the alarm stands in the text of ``call_text``."""
    alarms: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = ()
    """The alarms by name, each with the places of the words in which it was heard."""


def call_text(title: str, text: str) -> str:
    """Return title and text as one, each cut to what is looked at."""
    return f"{title[:LOOKED_AT]}。{text[:LOOKED_AT]}"


class LexiconReader:
    """Finds a pack's words and the language's own cues in one pass. Reading changes nothing: threads may share it."""

    def __init__(self, lexicon: Lexicon, alarms: AlarmModel | None = None) -> None:
        """Take a pack's word lists; the language's own (``cues`` and the tables of frames) come on top of them.

        ``alarms`` hears what no list and no frame has a word for; without it the words alone decide.
        """
        self._alarms = alarms
        meanings: dict[str, dict[Meaning, None]] = {}
        for kind, value, term, company_of in (*_terms(lexicon), *_frames()):
            if folded := fold(term).strip():
                meanings.setdefault(folded, {})[kind, value, company_of] = None
        self._terms = list(meanings)
        self._meanings = [tuple(meanings[term]) for term in self._terms]
        self._automaton = ac.AhoCorasick(self._terms, matchkind=ac.MATCHKIND_STANDARD)

    def read(self, title: str, text: str) -> Said:
        """Return what the words of a call tell; the title counts like a first sentence."""
        return self.read_folded(fold(call_text(title, text)))

    def alarms(self, title: str, text: str) -> tuple[Alarm, ...]:
        """Return the alarms of a call with the words in which they were heard, as written."""
        written = call_text(title, text)
        found = self.read(title, text).alarms
        return tuple(Alarm(name, tuple(dict.fromkeys(written[low:high].strip("。") for low, high in at))) for name, at in found)

    def read_folded(self, folded: str) -> Said:
        """Return what the words of a call tell that went through ``call_text`` and ``text.fold``."""
        return self.read_all([folded])[0]

    def read_all(self, folded: Sequence[str]) -> list[Said]:
        """Return what the words of calls tell, as ``read_folded`` does, in one go."""
        heard = self._alarms.hear(folded) if self._alarms else [None] * len(folded)
        return [self._said(one_end(text), loud) for text, loud in zip(folded, heard, strict=True)]

    def _said(self, text: str, heard: Heard | None) -> Said:
        found: dict[int, list[Found]] = {}
        for which, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            around: tuple[str, str, str] | None = None
            for kind, value, needs in self._meanings[which]:
                if needs is not None:
                    around = around or company(text, start, end)
                    if not needs.fits(*around):
                        continue
                found.setdefault(kind, []).append((start, end, value, needs))
        near = heard is not None and heard.near
        return _Call(text, found, heard, self._alarms).said() if found or near else Said()


class _Call:
    """The hits of one call, weighed by what stands around them and by what the learned layer heard."""

    def __init__(
        self, text: str, found: Mapping[int, Sequence[Found]], heard: Heard | None, alarms: AlarmModel | None
    ) -> None:  # fmt: skip
        self._text, self._found, self._heard, self._alarms = text, found, heard, alarms
        self._near = heard is not None and heard.near
        self._figures = [hit[:2] for hit in found.get(_FIGURE, ())]

    def said(self) -> Said:
        """Return what is told, the urgency being that of the gravest thing that is happening."""
        words = {value for _, _, value, _ in self._literal(_WORD)} if _WORD in self._found else set()
        if _ALARMS.isdisjoint(self._found) and not self._near:
            return self._plain(None, "normal", words, None)
        threats = [hit for hit in self._literal(_THREAT) if scopes.is_meant(self._text, hit[0], hit[1])]
        numbers = [hit for hit in sorted(self._literal(_EMERGENCY), key=_place) if self._happens(hit)][:1]
        numbers += [hit for hit in threats if hit[2] != THREAT and hit[2]][: 1 - len(numbers)]
        dangers = [] if numbers else [hit for hit in self._literal(_DANGER) if self._happens(hit)][:1]
        called, endangered, threatened = self._settled((bool(numbers), bool(numbers or dangers), bool(threats)))
        emergency = self._number(numbers) if called else None
        alarmed = endangered or emergency is not None
        at = self._place([*numbers, *dangers, *threats]) if alarmed or threatened else None
        told = {"emergency": numbers if emergency else None, "danger": [*numbers, *dangers] if alarmed else None}
        plain = self._plain(emergency, "danger" if alarmed else self._urgency(), words | {THREAT} if threatened else words, at)
        return replace(plain, alarms=self._places(told | {"threat": threats if threatened else None})) if at else plain

    def _places(self, told: Mapping[str, Sequence[Found] | None]) -> tuple[tuple[str, tuple[tuple[int, int], ...]], ...]:
        """Return for each alarm where its words stand; the learned layer tells a stretch."""
        heard = ((self._heard.start, self._heard.end),) if self._heard else ()
        return tuple((name, tuple(hit[:2] for hit in hits) or heard) for name, hits in told.items() if hits is not None)

    def _place(self, hits: Sequence[Found]) -> tuple[int, int] | None:
        """Return where the words stand that made the alarm, or the stretch in which the learned layer heard it."""
        if hits:
            return hits[0][:2]
        return (self._heard.start, self._heard.end) if self._heard else None

    def _settled(self, ruled: tuple[bool, bool, bool]) -> tuple[bool, ...]:
        """Return which alarms there are, given what the rules say of emergency, danger and threat."""
        if self._alarms is None or not (self._near or any(ruled)):
            return ruled
        return self._alarms.settled(self._heard, ruled, self._text)

    def _number(self, numbers: Sequence[Found]) -> str | None:
        """Return the number to put the caller through to: the rules' where they heard it, else the learned layer's."""
        if numbers or self._heard is None or self._alarms is None:
            return numbers[0][2] if numbers else None
        if not self._heard.number and (closely := self._alarms.closely(self._text)):
            return closely.number
        return self._heard.number

    def _plain(self, emergency: str | None, urgency: Urgency, words: set[str], at: tuple[int, int] | None) -> Said:
        """Return what is told, with what stands in the text whatever happens."""
        vulnerable = frozenset(value for _, _, value, _ in self._found.get(_VULNERABLE, ()))
        secret, silent = bool(self._found.get(_CONFIDENTIAL)), bool(self._found.get(_NO_REPLY))
        return Said(emergency, urgency, vulnerable, secret, not silent, frozenset(words), at)

    def _urgency(self) -> Urgency:
        return "urgent" if any(scopes.is_due(self._text, *hit[:2]) for hit in self._literal(_URGENT)) else "normal"

    def _literal(self, kind: int) -> Iterator[Found]:
        """Yield the hits of a kind that stand in no figure of speech."""
        for hit in self._found.get(kind, ()):
            if not any(low <= hit[0] and hit[1] <= high for low, high in self._figures):
                yield hit

    def _happens(self, hit: Found) -> bool:
        start, end = hit[:2]
        lasting = self._text[start:end] in cues.LASTING
        return not self._cued(start, lasting=lasting) and scopes.happens(self._text, start, end, lasting=lasting)

    def _cued(self, start: int, *, lasting: bool) -> bool:
        """Return whether one of the pack's own cues before a term in its clause (its sentence, for the past) spoils it."""
        for kind, reach, stops in ((_NEGATION, _NEAR, ",.!?;:。"), (_PAST, 0 if lasting else _FAR, ".!?。")):
            for _, end, _, _ in self._found.get(kind, ()):
                if 0 <= start - end <= reach - 1 and not any(mark in self._text[end:start] for mark in stops):
                    return not (kind == _PAST and scopes.is_again(self._text, end, start))
        return False


def _place(hit: Found) -> int:
    return hit[0]


def _terms(lexicon: Lexicon) -> Iterator[tuple[int, str, str, Frame | None]]:
    """Yield (kind, value, term, what spoils it) for the terms of the pack and of the language."""
    for term, number in lexicon.emergency.items():
        yield _EMERGENCY, number, term, None
    for kind, lists in ((_VULNERABLE, lexicon.vulnerable), (_WORD, lexicon.words)):
        yield from ((_THREAT if name == THREAT else kind, name, term, None) for name, terms in lists.items() for term in terms)
    plain = {
        _DANGER: lexicon.danger, _URGENT: lexicon.urgent, _CONFIDENTIAL: lexicon.confidential, _NO_REPLY: lexicon.no_reply,
        _FIGURE: (*lexicon.figures, *cues.FIGURES), _NEGATION: lexicon.negations, _PAST: lexicon.past,
    }  # fmt: skip
    spoilt = {_URGENT: callers.NO_HURRY, _CONFIDENTIAL: callers.NOT_SECRET, _NO_REPLY: callers.STILL_ASKED}
    for which, terms in plain.items():
        guard = frame("", unless=spoilt[which]) if which in spoilt else None
        yield from ((which, "", term, guard) for term in terms)


def _frames() -> Iterator[tuple[int, str, str, Frame]]:
    """Yield (kind, value, word, frame) for the language's frames."""
    tables = (
        (_EMERGENCY, "119", alarms_rescue.EVERY), (_EMERGENCY, "120", alarms_body.EVERY),
        (_EMERGENCY, "110", (*alarms_police.VIOLENCE, *alarms_police.SUICIDE)), (_EMERGENCY, "122", alarms_police.CRASH),
        (_DANGER,
""
, alarms_danger.DANGER), (_THREAT,
"110"
, alarms_danger.THREAT_LIFE), (_THREAT,
""
, alarms_danger.THREAT_ACTS),
        (_URGENT, "", callers.URGENT), (_CONFIDENTIAL, "", callers.SECRET), (_NO_REPLY, "", callers.NO_REPLY),
        *((_VULNERABLE, kind, frames) for kind, frames in callers.VULNERABLE.items()),
    )  # fmt: skip
    for kind, value, frames in tables:
        yield from ((kind, value, word, one) for word, one in by_word(frames))
