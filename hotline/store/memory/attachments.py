"""Attached files in memory."""

from __future__ import annotations

from hotline.domain.attachments import OrderFile
from hotline.store.memory.state import State


class MemoryAttachments:
    """``file_ports.Attachments`` in memory."""

    def __init__(self, state: State) -> None:
        self._files, self._contents = state.attachments, state.contents

    def put(self, file: OrderFile, content: bytes) -> bool:
        """Keep a file under its order; False when that order has this content already."""
        self._contents.setdefault(file.hash, content)
        key = (file.order_id, file.hash)
        if key in self._files:
            return False
        self._files[key] = file
        return True

    def of_order(self, order_id: str) -> list[OrderFile]:
        """Return an order's files, oldest first."""
        return [file for file in self._files.values() if file.order_id == order_id]

    def get(self, order_id: str, digest: str) -> OrderFile | None:
        """Return one of an order's files by its content hash."""
        return self._files.get((order_id, digest))

    def content(self, digest: str) -> bytes | None:
        """Return a content by its hash."""
        return self._contents.get(digest)
