"""Words of a text: jieba, or rjieba, the port in Rust that is fifteen times faster and cuts the same words."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal

import rjieba

SegmenterName = Literal["jieba", "rjieba"]
Segmenter = Callable[[str], list[str]]
AGREEMENT = 0.999
"""Share of Chinese words that the two must cut alike; below it jieba, the reference, is used."""


def _cache_dir() -> Path:
    """Return a folder only this user writes to; jieba's own cache has a fixed name in the common temporary folder."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hotline" / "jieba"
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="hotline-jieba-"))
    return base


@lru_cache(maxsize=1)
def _jieba() -> Segmenter:
    import jieba  # noqa: PLC0415  # its dictionary is loaded only where it is used

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(_cache_dir())
    tokenizer.initialize()
    cut: Segmenter = tokenizer.lcut
    return cut


def segmenter(name: SegmenterName) -> Segmenter:
    """Return the function that cuts a text into words; the words joined are the text again."""
    return _jieba() if name == "jieba" else rjieba.cut


def _chinese_words(words: Iterable[str]) -> set[tuple[int, str]]:
    """Return the words with a Chinese character and where they start; numbers with dots are cut differently, and harmlessly."""
    found, at = set(), 0
    for word in words:
        if any("\u3400" <= char <= "\u9fff" for char in word):
            found.add((at, word))
        at += len(word)
    return found


def agreement(texts: Iterable[str]) -> float:
    """Return the share of Chinese words, 0…1, that jieba and rjieba cut alike in ``texts`` (union of both as the base)."""
    reference, same, every = _jieba(), 0, 0
    for text in texts:
        ours, theirs = _chinese_words(rjieba.cut(text)), _chinese_words(reference(text))
        same, every = same + len(ours & theirs), every + len(ours | theirs)
    return same / every if every else 1.0


def choose(texts: Iterable[str]) -> tuple[SegmenterName, float]:
    """Return which segmenter to train with, and how far the two agree on ``texts``."""
    share = agreement(texts)
    return ("rjieba" if share >= AGREEMENT else "jieba"), share
