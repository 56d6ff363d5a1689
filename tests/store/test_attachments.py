"""Files of orders, in every store."""

from __future__ import annotations

from dataclasses import replace

from hotline.domain.attachments import OrderFile
from hotline.services.ports import Store
from tests.store.examples import HOUR, NOON, keep_order

PHOTO = OrderFile(
    order_id="KDL1", hash="ab" * 32, name="现场.jpg", kind="jpeg", size=3, by="李办", unit="CGJ", at=NOON
)  # fmt: skip
BYTES = b"\xff\xd8\xff"


def kept(store: Store, file: OrderFile, content: bytes = BYTES) -> bool:
    with store.write() as work:
        fresh = work.attachments.put(file, content)
        work.commit()
    return fresh


def test_a_file_is_read_as_it_was_kept(store: Store) -> None:
    keep_order(store)
    assert kept(store, PHOTO)
    with store.read() as work:
        assert (work.attachments.get("KDL1", PHOTO.hash), work.attachments.content(PHOTO.hash)) == (PHOTO, BYTES)


def test_the_same_content_again_changes_nothing(store: Store) -> None:
    keep_order(store)
    kept(store, PHOTO)
    assert not kept(store, replace(PHOTO, name="另一个名字.jpg", at=NOON + HOUR))
    with store.read() as work:
        assert work.attachments.of_order("KDL1") == [PHOTO]


def test_one_content_lies_under_two_orders(store: Store) -> None:
    keep_order(store)
    keep_order(store, "KDL2")
    kept(store, PHOTO)
    assert kept(store, replace(PHOTO, order_id="KDL2"))
    with store.read() as work:
        assert [len(work.attachments.of_order(order)) for order in ("KDL1", "KDL2")] == [1, 1]


def test_files_come_oldest_first(store: Store) -> None:
    keep_order(store)
    later = replace(PHOTO, hash="00" * 32, name="后来.pdf", kind="pdf", unit=None)
    kept(store, PHOTO)
    kept(store, later, b"%PDF-")
    with store.read() as work:
        assert work.attachments.of_order("KDL1") == [PHOTO, later]


def test_what_is_not_there_is_none(store: Store) -> None:
    with store.read() as work:
        found = (work.attachments.get("KDL1", PHOTO.hash), work.attachments.content(PHOTO.hash), work.attachments.of_order("K"))
    assert found == (None, None, [])


def test_nothing_is_kept_without_a_commit(store: Store) -> None:
    keep_order(store)
    with store.write() as work:
        work.attachments.put(PHOTO, BYTES)
    with store.read() as work:
        assert work.attachments.content(PHOTO.hash) is None
