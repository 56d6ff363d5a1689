"""What an import of the city's sheet would do, told before it is done; the page and the command show the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from hotline.domain.roles import Actor

Progress = Callable[[int, int], None]
"""Told (rows done, rows in all)."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A column of a row that is not what it was, and the kind of message it makes (Chinese)."""

    column: str
    before: str
    after: str
    says: str


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row under a known number; ``order_id`` is empty while triage has not made the order."""

    row: int
    number: str
    order_id: str
    changes: Sequence[FieldChange]


@dataclass(frozen=True, slots=True)
class Vanished:
    """An order that was in the sheet before, is open here, and is not in this one."""

    number: str
    order_id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """The summary of a sheet. ``new`` + ``unchanged`` + ``quiet`` + changed + conflicts + set aside = ``rows``.

    ``quiet`` rows differ only in columns that are no news. ``conflicts`` and ``set_aside`` hold (row number, why in Chinese);
    conflicts are not applied. ``as_of`` is when the sheet was exported, ``last`` when the one before it was.
    """

    file: str
    rows: int
    as_of: datetime
    new: int
    unchanged: int
    quiet: int
    changed: Sequence[ChangedRow]
    vanished: Sequence[Vanished]
    conflicts: Sequence[tuple[int, str]]
    set_aside: Sequence[tuple[int, str]]
    unknown_headings: Sequence[str] = ()
    missing_headings: Sequence[str] = ()
    last: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return JSON-able values; (row, why) becomes ``{"row", "why"}``."""
        plain = asdict(self) | {"as_of": self.as_of.isoformat(), "last": self.last.isoformat() if self.last else None}
        for name in ("conflicts", "set_aside"):
            plain[name] = [{"row": row, "why": why} for row, why in getattr(self, name)]
        return plain


@dataclass(frozen=True, slots=True)
class Kept:
    """A sheet that somebody sent and has not applied yet, under the sha256 of its content, 64 hex digits."""

    digest: str
    name: str


class Imports(Protocol):
    """Looks at sheets and brings them in. All raise ``UnreadableFile`` for what is no such table."""

    def keep(self, name: str, content: bytes) -> Kept:
        """Keep a sheet for a day, so that what was looked at is what is applied."""

    def kept(self, digest: str, name: str) -> Path:
        """Return a kept sheet; raises ``NotFound``."""

    def look(self, path: Path, *, as_of: datetime | None = None, name: str = "") -> ImportPlan:
        """Return what bringing it in would do; nothing is changed."""

    def bring(
        self, path: Path, *, as_of: datetime | None = None, name: str = "", by: Actor, told: Progress = ...
    ) -> Mapping[str, Any]:
        """Bring it in; returns the report as JSON-able values."""
