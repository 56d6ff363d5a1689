"""The corpus written for this project: texts as they reach a district's hotline, with a fixed part kept for testing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from classifiers.examples import Example, file_hash, read_examples
from classifiers.features import occurrences
from classifiers.neighbours import groups
from classifiers.segment import segmenter
from classifiers.text import bounded

_FOLDER = Path(__file__).parent
_TEST_SHARE = 0.2
PACK = "kundulun"
"""The shipped pack whose units and classes the corpus is labelled with."""
HEARD = ("alarms", "alarms_blind", "alarms_held", "callers", "emergency", "places")
"""Lists of spoken sentences with what must be heard in them (``classifiers.corpus.heard``): no head learns from them.

The layer of the alarms learns from ``alarms`` and ``emergency``, never from ``alarms_held`` and ``alarms_blind``.
"""
SHIPPED_ALARMS = _FOLDER / "alarms.npz"
"""The learned layer of the alarms as it ships, learned from this corpus alone (``python -m classifiers.alarm_train``)."""


def files() -> list[Path]:
    """Return the files to learn from, sorted by name."""
    return sorted(path for path in _FOLDER.glob("*.csv") if path.stem not in HEARD)


def hashes() -> dict[str, str]:
    """Return the SHA-256 of each file."""
    return {path.name: file_hash(path) for path in files()}


def _drawn(ident: str) -> bool:
    """Return whether a text is drawn for testing: by its id's hash, so that new texts change no old text's part."""
    return int(hashlib.sha256(ident.encode()).hexdigest()[:8], 16) < _TEST_SHARE * 0x1_0000_0000


@lru_cache(maxsize=1)
def _parts() -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    every = read_examples(files())
    family = groups(occurrences([bounded(one.title, one.text) for one in every], segmenter("rjieba")))
    heads = [every[at].ident for at in family.tolist()]  # a group is named by its first member
    test = [_drawn(head) for head in heads]
    return (
        tuple(one for one, drawn in zip(every, test, strict=True) if not drawn),
        tuple(one for one, drawn in zip(every, test, strict=True) if drawn),
    )


def train_part() -> Sequence[Example]:
    """Return the texts to learn from."""
    return _parts()[0]


def test_part() -> Sequence[Example]:
    """Return the texts kept for testing; near-duplicates of a text are in the same part."""
    return _parts()[1]
