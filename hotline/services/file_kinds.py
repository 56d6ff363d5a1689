"""What a file really is, by its own bytes; images are written anew, so that nothing rides along in them."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from hotline.domain.attachments import IMAGES, SUFFIXES, FileKind, FileLimits
from hotline.domain.text import clean
from hotline.errors import InvalidInput, UnreadableFile
from hotline.services.turns import Turn

MOST_PIXELS = 25_000_000  # 100 MB at most when they lie open; a few kilobytes of one colour can hold any number
MOST_REDUCED = 60_000_000  # a phone's camera has 50 million: such a JPEG is opened at half its size or less
REDUCED_SIDE = 2500  # and not below this; a progressive one lies open whole whatever is asked of it, and is refused
LONGEST_NAME = 120
JPEG_QUALITY = 90
_TURN: Final = Turn()
_MAGIC: tuple[tuple[bytes, FileKind], ...] = ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"%PDF-", "pdf"))
_PARTS: tuple[tuple[str, FileKind], ...] = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"))
_CARRIES = ("vbaProject.bin", "activeX", "embeddings/")
"""Parts of an office file that act by themselves, or hide another file."""


def checked(name: str, content: bytes, limits: FileLimits) -> tuple[str, FileKind, bytes]:
    """Return a file's name without its folders, its real kind, and what is kept of it.

    Raises ``InvalidInput`` for one that is too large, empty or of another kind, and ``UnreadableFile`` for a broken one.
    """
    shown = _named(name)
    if not content:
        raise InvalidInput("an empty file", message=f"文件“{shown}”是空的")
    if len(content) > limits.largest:
        raise InvalidInput("the file is too large", message=f"文件“{shown}”超过 {limits.largest / 1024 / 1024:g} MB")
    kind = kind_of(content)
    if kind is None or kind not in limits.kinds:
        raise InvalidInput("no kind that is taken", message=f"文件“{shown}”的类型不在可上传范围内({'、'.join(limits.kinds)})")
    if PurePosixPath(shown).suffix.lower() not in SUFFIXES[kind]:
        raise InvalidInput(f"{kind} under another suffix", message=f"文件“{shown}”的内容与扩展名不符,实际为 {kind}")
    return shown, kind, _rewritten(shown, kind, content) if kind in IMAGES else content


def kind_of(content: bytes) -> FileKind | None:
    """Return what a file is by its bytes, None for anything we do not take; an office file with macros is none."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    return _office(content) if content.startswith(b"PK\x03\x04") else None


def _office(content: bytes) -> FileKind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return None
    if "[Content_Types].xml" not in names or any(part in name for name in names for part in _CARRIES):
        return None
    return next((kind for part, kind in _PARTS if part in names), None)


def _rewritten(name: str, kind: FileKind, content: bytes) -> bytes:
    """Decode an image and write it anew, upright: its place, its camera and whatever else rode along are gone.

    One at a time in a process. Raises ``Busy``, ``InvalidInput``, ``UnreadableFile``.
    """
    try:
        with _TURN.taken(), Image.open(io.BytesIO(content), formats=[kind.upper()]) as opened:
            if kind == "jpeg" and MOST_PIXELS < opened.width * opened.height <= MOST_REDUCED and "progressive" not in opened.info:
                opened.draft(None, (REDUCED_SIDE, REDUCED_SIDE))
            if opened.width * opened.height > MOST_PIXELS:
                raise InvalidInput("the image has too many pixels", message=f"图片“{name}”尺寸过大,请缩小后再上传")
            ImageOps.exif_transpose(opened, in_place=True)
            return _written(opened, kind)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as broken:
        raise UnreadableFile(f"no readable image: {type(broken).__name__}", message=f"图片“{name}”无法读取") from broken


def _written(image: Image.Image, kind: FileKind) -> bytes:
    """The pixels alone, in a mode that the kind can hold; a copy is made only of what must change its mode."""
    known = ("L", "RGB") if kind == "jpeg" else ("1", "L", "LA", "RGB", "RGBA")
    bare_palette = kind == "png" and image.mode == "P" and "transparency" not in image.info
    plain = image if image.mode in known or bare_palette else image.convert("RGB" if kind == "jpeg" else "RGBA")
    plain.info.clear()
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=JPEG_QUALITY) if kind == "jpeg" else plain.save(written, "PNG", optimize=False)
    return written.getvalue()


def _named(name: str) -> str:
    """The last part of the name a browser sent, printable and short."""
    last = PurePosixPath(clean(name).replace("\\", "/")).name.replace("\n", " ").strip()
    shown = "".join(char for char in last if char.isprintable())
    stem, suffix = PurePosixPath(shown).stem, PurePosixPath(shown).suffix
    if not stem or stem.startswith("."):
        raise InvalidInput("a file without a name", message="文件没有名称")
    return stem[: LONGEST_NAME - len(suffix)] + suffix[:10]
