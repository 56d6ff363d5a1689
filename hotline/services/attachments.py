"""Files that people attach to an order: checked, kept once by their content, read by whoever sees the order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from hotline.domain.attachments import FileLimits, OrderFile
from hotline.domain.order import Order
from hotline.domain.roles import Actor, May, may
from hotline.errors import InvalidInput, NotAllowed, NotFound
from hotline.services import change
from hotline.services.books import Books
from hotline.services.file_kinds import checked
from hotline.services.ports import Clock, Store, UnitOfWork

MOST_OF_ORDER = 100


class Attachments:
    """Takes and gives out the files of orders; an act then names them by their content hashes."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def add(self, order_id: str, files: Sequence[tuple[str, bytes]], *, by: Actor) -> list[OrderFile]:
        """Attach files given as (name, content); return them as they are kept, in order, the same content once.

        Raises ``InvalidInput`` or ``UnreadableFile`` for one that the pack's limits or its own bytes forbid: then none is kept.
        """
        limits = self._books.current().settings.attachments
        if not 0 < len(files) <= limits.most:
            raise InvalidInput("too many files, or none", message=f"请选择 1 至 {limits.most} 个文件")
        with self._store.read() as work:  # whose order it is comes before the work of looking into files
            _may_add(change.visible(work, order_id, by), by)
        ready = [checked(name, content, limits) for name, content in files]
        now, done = self._clock.now(), dict[str, OrderFile]()
        with self._store.write() as work:
            _may_add(change.visible(work, order_id, by), by)
            for name, kind, kept in ready:
                digest = hashlib.sha256(kept).hexdigest()
                fresh = OrderFile(
                    order_id=order_id, hash=digest, name=name, kind=kind, size=len(kept), by=by.name, unit=by.unit, at=now
                )
                work.attachments.put(fresh, kept)
                done[digest] = work.attachments.get(order_id, digest) or fresh
            if len(work.attachments.of_order(order_id)) > MOST_OF_ORDER:
                raise InvalidInput("the order has too many files", message=f"一件工单最多 {MOST_OF_ORDER} 个附件")
            work.commit()
        return list(done.values())

    def of_order(self, order_id: str, *, by: Actor) -> list[OrderFile]:
        """Return the files of an order that ``by`` may see, oldest first."""
        with self._store.read() as work:
            order = change.visible(work, order_id, by)
            return [file for file in work.attachments.of_order(order_id) if _shown(order, file, by)]

    def read(self, order_id: str, digest: str, *, by: Actor) -> tuple[OrderFile, bytes]:
        """Return a file of an order and its content. Raises ``NotFound`` also for one that ``by`` may not see."""
        with self._store.read() as work:
            order = change.visible(work, order_id, by)
            file = work.attachments.get(order_id, digest)
            content = work.attachments.content(digest)
            if file is None or content is None or not _shown(order, file, by):
                raise NotFound("attachment", digest[:16])
        return file, content


def belonging(work: UnitOfWork, order: Order, hashes: Sequence[str], limits: FileLimits) -> list[str]:
    """Return the files an act names, each once. Raises ``InvalidInput`` for too many, or for one that is not the order's."""
    named = list(dict.fromkeys(hashes))
    if len(named) > limits.most:
        raise InvalidInput("too many attachments", message=f"每次最多 {limits.most} 个附件")
    if any(work.attachments.get(order.id, digest) is None for digest in named):
        raise InvalidInput("an attachment is not the order's", message="所选附件不属于该工单,请重新上传")
    return named


def _may_add(order: Order, by: Actor) -> None:
    if by.of_unit and by.unit not in (*order.holders, *order.assists):
        raise NotAllowed(f"{by.name} no longer holds order {order.id}", message="工单已不在本单位,不能上传附件")
    if not by.of_unit and (by.role is None or not may(by.role, May.READ_ALL)):
        raise NotAllowed(f"{by.name} may not attach files")


def _shown(order: Order, file: OrderFile, by: Actor) -> bool:
    """A unit sees of a secret order the units' files alone: what the reporter sent may show who he is."""
    return not (by.of_unit and order.secret and file.unit is None)
