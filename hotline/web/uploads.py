"""A book as somebody sends it: the tables they changed, laid over the last approved book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from fastapi import UploadFile

from hotline.errors import InvalidInput
from hotline.web.parts import WebParts
from routing_rules.names import TABLE_NAMES
from routing_rules.pack_settings import FILE

LARGEST_UPLOAD = 16 * 1024 * 1024
"""Bytes of one request with tables."""
UPLOADS = ("/api/v1/rules/drafts", "/rules/drafts", "/import")
"""Where they are sent to."""
MOST_FILES = 64


async def received(files: Sequence[UploadFile]) -> dict[str, bytes]:
    """Return the files that were sent, by their bare names. Raises ``InvalidInput`` when there are none, or two of one name."""
    found: dict[str, bytes] = {}
    for file in files[: MOST_FILES + 1]:
        name = PurePosixPath((file.filename or "").replace("\\", "/")).name
        if not name:
            continue
        if name != FILE and PurePosixPath(name).stem not in TABLE_NAMES:
            raise InvalidInput(f"{name[:80]!r} is no table", message=f"没有名为“{name[:80]}”的表,文件名须与下载时相同")
        if name in found:
            raise InvalidInput(f"two files named {name}", message=f"有两个文件都叫“{name}”")
        found[name] = await file.read()
    if not found:
        raise InvalidInput("no file was sent", message="请选择要修改的表(CSV 或 XLSX)")
    return found


def laid_over_book(parts: WebParts, sent: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of the last approved book with those that were sent in their place; an XLSX takes a CSV's place."""
    replaced = {PurePosixPath(name).stem for name in sent}
    base = parts.drafts.files(parts.drafts.replaced())
    return {**{name: data for name, data in base.items() if PurePosixPath(name).stem not in replaced}, **sent}
