"""CSV and its relatives: encoding found out, quoted line ends kept, a broken record set apart without losing the next."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

from hotline.errors import UnreadableFile
from hotline.upstream.cells import Record

DELIMITERS = (",", "\t", ";", "|")
MAX_BYTES = 256 * 1024 * 1024
MAX_CELL = 2_000_000  # characters: ten times the longest text a call may have; more means a quote was never closed
_DAMAGED = 1000  # one character that cannot be read in so many is a damaged file, more is another encoding
_CHUNK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Delimited:
    """A text file of records; ``encoding`` is UTF-8, GB18030 or, with its mark, UTF-16."""

    def __init__(self, path: Path) -> None:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableFile(f"{path.name} is too large", message=f"{path.name}:超过 {MAX_BYTES >> 20} MB,请拆分")
        self._path = path
        self.encoding = encoding_of(path)

    def records(self, delimiter: str) -> Iterator[Record]:
        """Yield the records; one that breaks the rules of quoting comes with its problem and its text."""
        csv.field_size_limit(MAX_CELL)
        with self._path.open(encoding=self.encoding, errors="replace", newline="") as file:
            taken: list[str] = []
            reader = csv.reader(_noting(file, taken), delimiter=delimiter, strict=True)
            number = 0
            while True:
                number += 1
                taken.clear()
                try:
                    yield Record(number, tuple(next(reader)))
                except StopIteration:
                    return
                except csv.Error as wrong:
                    yield Record(number, (), problem=f"引号不配对或字段过长({wrong})", raw="".join(taken))


def encoding_of(path: Path) -> str:
    """Return the file's encoding: by its mark, else UTF-8, else GB18030; raises ``UnreadableFile`` when it is neither.

    A file that a truncating system cut within a character is still the encoding it is but for a few characters.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if start.count(0) * 20 > len(start):  # a stray NUL in a text is one of the things people paste
        raise UnreadableFile(f"{path.name} is no text", message=f"{path.name}:不是表格文件(xlsx、xls、csv)")
    bad, encoding = min(((_unreadable(path, name), name) for name in ("utf-8", "gb18030")), key=itemgetter(0))
    if bad * _DAMAGED > max(path.stat().st_size, 10 * _DAMAGED):
        raise UnreadableFile(f"{path.name} is neither UTF-8 nor GB18030", message=f"{path.name}:编码不是 UTF-8 或 GB18030")
    return encoding


def _unreadable(path: Path, encoding: str) -> int:
    """Count the characters that are none in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    bad = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            bad += decoder.decode(chunk).count("\N{REPLACEMENT CHARACTER}")
    return bad + decoder.decode(b"", final=True).count("\N{REPLACEMENT CHARACTER}")


def _noting(lines: Iterator[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line
