"""Files that belong to an order: what an office takes, and what is kept of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FileKind = Literal["jpeg", "png", "pdf", "docx", "xlsx"]
MEDIA: dict[FileKind, str] = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SUFFIXES: dict[FileKind, tuple[str, ...]] = {
    "jpeg": (".jpg", ".jpeg"), "png": (".png",), "pdf": (".pdf",), "docx": (".docx",), "xlsx": (".xlsx",),
}  # fmt: skip
IMAGES: frozenset[FileKind] = frozenset({"jpeg", "png"})
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What an office takes: bytes of one file, how many an act, and of which kinds."""

    largest: int = 10 * MEGABYTE
    most: int = 5
    kinds: tuple[FileKind, ...] = ("jpeg", "png", "pdf", "docx", "xlsx")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFile:
    """A file under an order; its content lies once under ``hash`` (sha256, hexadecimal), whoever sends it again.

    ``name`` is what the sender called it, ``size`` its bytes as they are kept: an image is written anew, without what its camera
    put into it.
    """

    order_id: str
    hash: str
    name: str
    kind: FileKind
    size: int
    by: str
    unit: str | None
    at: datetime
