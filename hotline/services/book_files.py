"""What may be a book's files, how a book is named by the beginning of its hash, and what a check says anew."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence

from hotline.errors import InvalidInput, NotFound
from routing_rules.findings import Finding
from routing_rules.sheets import SUFFIXES

LONGEST_NOTE = 2000  # characters
SHORTEST_PREFIX = 4  # hex digits
MOST_FILES = 64
LARGEST_BOOK = 64 * 1024 * 1024  # bytes
_LONGEST_NAME = 100


def files_problem(files: Mapping[str, bytes]) -> str:
    """Return why files cannot be stored as a book, in Chinese; empty when they can. What is in them is the check's matter."""
    if "pack.toml" not in files:
        return "缺少 pack.toml:请给出整个规则包的文件"
    if len(files) > MOST_FILES or sum(map(len, files.values())) > LARGEST_BOOK:
        return f"规则包超过 {MOST_FILES} 个文件或 {LARGEST_BOOK // 1024 // 1024} MB"
    return next((f"文件名“{name[:_LONGEST_NAME]}”无法使用" for name in files if not _plain(name)), "")


def found_by(prefix: str, hashes: Sequence[str]) -> str:
    """Return the only one of ``hashes``. Raises ``NotFound`` for none, ``InvalidInput`` for several or a prefix too short."""
    if len(prefix) < SHORTEST_PREFIX or set(prefix) - set(string.hexdigits.lower()):
        raise NotFound("book", prefix)
    if not hashes:
        raise NotFound("book", prefix)
    if len(hashes) > 1:
        raise InvalidInput(
            f"{len(hashes)} books begin with {prefix}", message=f"有 {len(hashes)} 个规则包以 {prefix} 开头,请多写几位"
        )
    return hashes[0]


def is_new(found: Sequence[Finding], before: Sequence[Finding]) -> tuple[int, ...]:
    """Return the places in ``found`` of what ``before`` does not say; an example or an order beside it makes no difference."""
    known = {(one.check, one.file, one.row, one.sentence) for one in before}
    return tuple(i for i, one in enumerate(found) if (one.check, one.file, one.row, one.sentence) not in known)


def _plain(name: str) -> bool:
    return (
        0 < len(name) <= _LONGEST_NAME
        and name.isprintable()
        and not name.startswith((".", "~"))
        and not set(name) & set("/\\:\0")
        and name.endswith((*SUFFIXES, ".toml"))
    )
