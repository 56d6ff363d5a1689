"""Which texts are learned from and which are kept to judge by: near-duplicates always stand on one side."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from classifiers import corpus
from classifiers.duties import STYLE as DUTY
from classifiers.duties import duty_examples
from classifiers.examples import Example, file_hash, read_examples
from classifiers.features import occurrences
from classifiers.neighbours import groups
from classifiers.segment import segmenter
from classifiers.text import bounded
from classifiers.train import KEPT_APART
from hotline.services.corrections import Decision
from routing_rules.pack import load_pack

FROZEN_SHARE = 0.1
"""Share of a base without a test part of its own that is frozen."""
MONTH_SHARE = 0.5
"""Share of the newest month's decisions that is kept to judge by; next month they are learned from."""


@dataclass(frozen=True, slots=True)
class Base:
    """What was labelled before anybody corrected anything. ``drawn`` = it has no test part of its own: a share is drawn."""

    texts: tuple[Example, ...]
    frozen: tuple[Example, ...]
    sources: Mapping[str, str]
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Sides:
    """Texts to learn from (``corrections`` among them, aside), the frozen ones, and the newest month's decisions kept apart."""

    base: tuple[Example, ...]
    corrections: tuple[tuple[Decision, Example], ...]
    frozen: tuple[Example, ...]
    month: tuple[tuple[Decision, Example], ...]


def base_of(files: Sequence[Path]) -> Base:
    """Return the labelled texts of files, or the corpus that ships with this project. Raises ``UnreadableFile``."""
    if not files:
        pack, texts = load_pack(corpus.PACK), corpus.train_part()
        duties = duty_examples(pack, frozenset(one.category for one in texts))
        sources = {**corpus.hashes(), "pack": pack.content_hash}
        return Base((*texts, *duties), tuple(corpus.test_part()), sources)
    every = read_examples(files)
    apart = tuple(one for one in every if one.split in KEPT_APART)
    rest = tuple(one for one in every if one.split not in KEPT_APART)
    return Base(rest, apart, {path.name: file_hash(path) for path in files}, drawn=not apart)


def sides(base: Base, decided: Sequence[Decision], month: datetime) -> Sides:
    """Deal texts and decisions to their sides; a text's side depends on the contents of its near-duplicates alone.

    Decisions at or after ``month`` are the newest month's. A correction of a text that is in the base takes its place.
    """
    rows = [*base.texts, *base.frozen, *(example_of(one) for one in decided)]
    family = groups(occurrences([bounded(one.title, one.text) for one in rows], segmenter("rjieba"))).tolist()
    known, ends = len(base.texts), len(base.texts) + len(base.frozen)
    frozen = set(family[known:ends]) | (_drawn(rows[:known], family[:known], FROZEN_SHARE) if base.drawn else set())
    newest = [at for at, one in enumerate(decided, start=ends) if one.at >= month]
    kept = _drawn([rows[at] for at in newest], [family[at] for at in newest], MONTH_SHARE) - frozen
    learned = [at for at in range(len(rows)) if family[at] not in frozen | kept]
    corrections = [(decided[at - ends], rows[at]) for at in learned if at >= ends and decided[at - ends].corrects]
    old, merged = _merged([rows[at] for at in learned if at < known], corrections)
    judged = tuple(one for at, one in enumerate(rows[:ends]) if family[at] in frozen and one.style != DUTY)
    return Sides(old, merged, judged, tuple((decided[at - ends], rows[at]) for at in newest if family[at] in kept))


def example_of(one: Decision) -> Example:
    """Return a decision as a text to learn from, aside: it was chosen because a model was wrong, it cannot calibrate one."""
    return Example(
        one.order, one.title, one.text, category=one.category, unit=one.unit, kind=one.kind, weight=one.weight, aside=True
    )


def content_hash(rows: Sequence[Example]) -> str:
    """Return the SHA-256 over texts and labels, whatever their order."""
    return hashlib.sha256("\x1e".join(sorted(_content(one) for one in rows)).encode()).hexdigest()


def _content(one: Example) -> str:
    return f"{one.title}\x1f{one.text}\x1f{one.category}\x1f{one.unit}\x1f{one.kind}\x1f{one.weight}"


def _drawn(rows: Sequence[Example], family: Sequence[int], share: float) -> set[int]:
    """Return the families that are drawn: by the lowest hash of their texts, so that the order of rows does not matter."""
    lowest: dict[int, str] = {}
    for one, group in zip(rows, family, strict=True):
        digest = hashlib.sha256(f"{one.title}\x1f{one.text}".encode()).hexdigest()
        lowest[group] = min(lowest.get(group, digest), digest)
    return {group for group, digest in lowest.items() if int(digest[:8], 16) < share * 0x1_0000_0000}


def _merged(
    base: Sequence[Example], corrections: Sequence[tuple[Decision, Example]]
) -> tuple[tuple[Example, ...], tuple[tuple[Decision, Example], ...]]:
    """Return base and corrections where a corrected text stands once: with people's labels, the base's where they said none."""
    before: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for one in base:
        before[one.title, one.text].append(one)
    merged = []
    for decision, row in corrections:
        old = before.pop((row.title, row.text), [])
        merged.append((decision, _with_labels(row, old[0]) if old else row))
    return tuple(one for one in base if (one.title, one.text) in before), tuple(merged)


def _with_labels(row: Example, old: Example) -> Example:
    return replace(row, category=row.category or old.category, unit=row.unit or old.unit, kind=row.kind or old.kind)
