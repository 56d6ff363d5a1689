"""The room of the store for files that people attach to orders."""

from __future__ import annotations

from typing import Protocol

from hotline.domain.attachments import OrderFile


class Attachments(Protocol):
    """Files: which order has which, and each content once, by its hash."""

    def put(self, file: OrderFile, content: bytes) -> bool:
        """Keep a file under its order; False when that order has this content already (its first name stays)."""

    def of_order(self, order_id: str) -> list[OrderFile]:
        """Return an order's files, oldest first."""

    def get(self, order_id: str, digest: str) -> OrderFile | None:
        """Return one of an order's files by its content hash."""

    def content(self, digest: str) -> bytes | None:
        """Return a content by its hash."""
