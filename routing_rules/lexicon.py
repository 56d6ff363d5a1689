"""A pack's word lists as plain values; ``classifiers.lexicon`` finds them in a text in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Terms by what they mean; a term is matched as it is written, after NFKC and in lower case.

    ``emergency`` maps a term to the number to put the caller through to (``110``, ``119``, ``120``, ``122``). ``words`` are
    named lists a rule may ask for (``Facts.words`` holds the names of the lists found). ``vulnerable`` maps a kind of person
    (``老人``) to terms. ``danger`` and ``urgent`` raise the urgency. ``no_reply`` says that no answer is wanted. ``negations``
    (``没有``) and ``past`` (``上个月``) before a term in the same clause take the emergency away; ``figures`` are whole
    figures of speech (``热死人了``) whose inside is never matched for emergencies, danger or urgency.
    """

    emergency: Mapping[str, str] = field(default_factory=dict)
    danger: tuple[str, ...] = ()
    urgent: tuple[str, ...] = ()
    vulnerable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    confidential: tuple[str, ...] = ()
    no_reply: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    negations: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
