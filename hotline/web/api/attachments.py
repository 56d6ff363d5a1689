"""Files of an order: sent as a form, listed, and given out for saving, never for showing in the page's own name."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, File, Path, UploadFile
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hotline.domain.attachments import MEDIA, OrderFile
from hotline.web.api.fields import OrderId, known_shape
from hotline.web.auth import ReadUser
from hotline.web.parts import UsesParts, WebParts

router = APIRouter(prefix="/api/v1/orders/{order_id}/attachments", tags=["附件"])

UPLOAD_PATH: Final = re.compile(r"(/api/v1)?/orders/[^/]+/attachments")
LARGEST_UPLOAD: Final = 64 * 1024 * 1024
"""Bytes of one request with files; what one file may have is the pack's setting."""
Digest = Annotated[str, Path(description="附件内容的 sha256", max_length=64), known_shape("attachment")]


class FileView(BaseModel):
    """A file under an order; ``hash`` is what acts name it by."""

    hash: str
    name: str
    kind: str
    size: int
    by: str
    unit: str | None
    at: datetime

    @classmethod
    def of(cls, file: OrderFile) -> FileView:
        """Show a file."""
        return cls(hash=file.hash, name=file.name, kind=file.kind, size=file.size, by=file.by, unit=file.unit, at=file.at)


@router.post("")
async def attach(
    order_id: OrderId, files: Annotated[list[UploadFile], File()], parts: UsesParts, who: ReadUser
) -> list[FileView]:
    """Attach files: images (written anew, without their EXIF), PDF, DOCX, XLSX."""
    sent = await received(files, parts)
    kept = await run_in_threadpool(lambda: parts.inside.files.add(order_id, sent, by=who))
    return [FileView.of(file) for file in kept]


@router.get("")
def list_attachments(order_id: OrderId, parts: UsesParts, who: ReadUser) -> list[FileView]:
    """List an order's files, oldest first."""
    return [FileView.of(file) for file in parts.inside.files.of_order(order_id, by=who)]


@router.get("/{digest}", response_class=Response, responses={200: {"content": {media: {} for media in MEDIA.values()}}})
def read_attachment(order_id: OrderId, digest: Digest, parts: UsesParts, who: ReadUser) -> Response:
    """Return a file for saving."""
    return download(*parts.inside.files.read(order_id, digest, by=who))


async def received(files: list[UploadFile], parts: WebParts) -> list[tuple[str, bytes]]:
    """Return what a form sent; no file is read beyond what the pack lets one have, by more than the byte that tells."""
    most = parts.books.current().settings.attachments.largest + 1
    return [(file.filename or "", await file.read(most)) for file in files if file.filename]


def download(file: OrderFile, content: bytes) -> Response:
    """Return a file as something to save: no browser shows it, guesses its kind or runs it as a page of ours."""
    headers = {
        "Content-Disposition": f"attachment; filename=\"{file.hash[:12]}.{file.kind}\"; filename*=UTF-8''{quote(file.name)}",
        "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }  # fmt: skip
    return Response(content, media_type=MEDIA[file.kind], headers=headers)
