"""What is said in several ways: a rare word that is looked for, and what must stand close before or behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

REACH = 20
"""Characters before and behind a word in which its company is looked for; a sentence's end stops it."""
_CLAUSE_END = re.compile(r"[,;:]")
END = "。"
PERSON = (
    r"(?:人|孩子|小孩|娃|婴儿|老太|老汉|老头|老爷子|大爷|大妈|大娘|大姐|大哥|大叔|阿姨|"
    r"爸|妈|父亲|母亲|爷爷|奶奶|姥|老伴|媳妇|"
    r"老婆|老公|爱人|对象|儿子|女儿|闺女|姑娘|小伙|后生|学生|工友|师傅|司机|乘客|女的|"
    r"男的|女子|男子|女孩|男孩|同事|同学|老师|"
    r"公公|婆婆|弟|妹|哥|姐|邻居|乞丐|流浪汉|醉汉|羊倌|孕妇|我|他|她)"
)
"""Somebody, as people speak of one another."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A word with its company; ``before`` ends at the word, ``behind`` begins at its end, ``unless`` spoils both."""

    words: tuple[str, ...]
    before: re.Pattern[str] | None = None
    behind: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    both: bool = False

    def fits(self, before: str, word: str, behind: str) -> bool:
        """Return whether the company stands before or behind the word; either will do, unless ``both`` must."""
        if self.before is not None or self.behind is not None:
            ahead = self.before is not None and self.before.search(before) is not None
            after = self.behind is not None and self.behind.match(behind) is not None
            if not (ahead and after if self.both else ahead or after):
                return False
        return self.unless is None or not self._spoilt(before, word, behind)

    def _spoilt(self, before: str, word: str, behind: str) -> bool:
        """Return whether what spoils the frame stands in the word's own clause."""
        assert self.unless is not None  # noqa: S101  # asked only where something spoils
        ahead, after = _CLAUSE_END.split(before)[-1], _CLAUSE_END.split(behind, maxsplit=1)[0]
        return bool(self.unless.search(ahead + word + after) or self.unless.search(f"{ahead}\0{after}"))


def frame(words: str, *, before: str = "", behind: str = "", unless: str = "", both: bool = False) -> Frame:
    """Return a frame; ``{who}`` in a pattern stands for ``PERSON``, a zero character in ``unless`` for whichever word it is."""
    return Frame(
        tuple(words.split()),
        re.compile(f"(?:{_filled(before)})$") if before else None,
        re.compile(_filled(behind)) if behind else None,
        re.compile(_filled(unless)) if unless else None,
        both,
    )


def _filled(pattern: str) -> str:
    return pattern.replace("{who}", PERSON)


def one_end(folded: str) -> str:
    """Return a folded text in which every sentence ends alike, with ``END``; its length stays."""
    return folded.replace(".", END).replace("!", END).replace("?", END)


def company(text: str, start: int, end: int) -> tuple[str, str, str]:
    """Return the text before a word, the word, and the text behind it, within ``REACH`` and its sentence (see ``one_end``)."""
    begin = max(text.rfind(END, 0, start) + 1, start - REACH, 0)
    stop = text.find(END, end, end + REACH)
    return text[begin:start], text[start:end], text[end : stop if stop >= 0 else end + REACH]


def by_word(frames: Iterable[Frame]) -> Iterator[tuple[str, Frame]]:
    """Yield every word with its frame."""
    for one in frames:
        for word in one.words:
            yield word, one
