"""Drafts of rule books, their steps, and the files of every book ever kept, in every store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hotline.errors import DraftChanged
from hotline.services.ports import Store
from hotline.services.rows import Book, Draft, DraftState, DraftStep
from routing_rules.findings import Finding
from tests.store.examples import HOUR, NOON

FOUND = (
    Finding("warning", "dispatch.csv", "D-0102", "该行尚未确认", "confirmed"),
    Finding(
        "error",
        "dispatch.csv",
        "D-0103",
        "没有人用得到",
        "unreachable",
        ("D-1", "D-2"),
        {"kind": "投诉", "words": ["threat"]},
        "K1",
    ),
)
FULL: dict[str, Any] = {
    "note": "按裁定", "order_id": "KDL2026112300001", "errors": 1, "warnings": 1, "findings": FOUND, "fresh": (1,),
    "rehearsal": {"orders": 3, "moves": [["A", "B", 2]]}, "approved_by": "李四", "approved_at": NOON + HOUR,
    "effective_at": NOON + 2 * HOUR, "withdrawn_by": "王五", "withdrawn_at": NOON + HOUR / 2,
}  # fmt: skip


def a_draft(digest: str = "ab12", **fields: Any) -> Draft:
    plain = {"base": "ff00", "state": DraftState.CHECKED, "proposed_by": "张三", "proposed_at": NOON}
    return Draft(**{"hash": digest, **plain, **fields})


def a_book(digest: str, effective_at: object = NOON) -> Book:
    files = {"pack.toml": digest.encode(), "表.csv": b"\xef\xbb\xbf\x00"}
    return Book(hash=digest, files=files, effective_at=effective_at, published_at=NOON, published_by="李四", proposed_by="张三")  # type: ignore[arg-type]


@pytest.mark.parametrize("fields", [{}, FULL], ids=["plain", "full"])
def test_a_draft_is_read_as_it_was_stored(store: Store, fields: dict[str, Any]) -> None:
    with store.write() as work:
        work.drafts.add(a_draft(**fields))
        assert (work.drafts.get("ab12"), work.drafts.get("ab13")) == (a_draft(**fields), None)


def test_there_is_one_draft_of_a_hash(store: Store) -> None:
    with store.write() as work:
        work.drafts.add(a_draft())
        with pytest.raises(DraftChanged):
            work.drafts.add(a_draft(note="again"))


def test_who_wrote_a_draft_from_an_older_version_is_refused(store: Store) -> None:
    later = a_draft(version=2, state=DraftState.REHEARSED, rehearsal={"orders": 0})
    with store.write() as work:
        work.drafts.add(a_draft())
        work.drafts.save(later)
        assert work.drafts.get("ab12") == later
        for stale in (later, replace(later, version=4), a_draft("none", version=2)):
            with pytest.raises(DraftChanged):
                work.drafts.save(stale)


def test_drafts_are_listed_from_the_last_proposed_without_their_documents(store: Store) -> None:
    old, new = a_draft("aa"), a_draft("bb", proposed_at=NOON + HOUR, **FULL)
    with store.write() as work:
        work.drafts.add(old)
        work.drafts.add(new)
        assert work.drafts.listing() == [replace(new, findings=(), fresh=(), rehearsal=None), old]


def test_the_steps_of_a_draft_stay_in_their_order(store: Store) -> None:
    steps = [
        DraftStep(hash="aa", at=NOON + HOUR, actor="张三", step="proposed"),
        DraftStep(hash="aa", at=NOON, actor="张三", step="checked", data={"errors": 0, "warnings": 2}),
    ]
    with store.write() as work:
        for step in [*steps, DraftStep(hash="bb", at=NOON, actor="张三", step="proposed")]:
            work.drafts.add_step(step)
        assert work.drafts.steps("aa") == steps


def test_a_draft_that_is_not_committed_leaves_nothing(store: Store) -> None:
    with store.write() as work:
        work.drafts.add(a_draft())
        work.drafts.add_step(DraftStep(hash="ab12", at=NOON, actor="张三", step="proposed"))
        work.books.keep("ab12", {"pack.toml": b"x"})
    with store.read() as reading:
        assert (reading.drafts.listing(), reading.drafts.steps("ab12"), reading.books.hashes()) == ([], [], [])


def test_files_are_kept_once_and_never_change(store: Store) -> None:
    files = {"a.csv": b"\xef\xbb\xbf1", "pack.toml": b"2"}
    with store.write() as work:
        work.books.keep("ab", files)
        work.books.keep("ab", {"a.csv": b"other"})
        work.books.add(a_book("cd"))
        assert (work.books.files("ab"), work.books.files("cd"), work.books.files("ee")) == (files, dict(a_book("cd").files), {})


def test_books_and_drafts_are_found_by_the_beginning_of_their_hash(store: Store) -> None:
    with store.write() as work:
        for digest in ("abc1", "abd2", "c%"):
            work.books.keep(digest, {"pack.toml": b"x", "a.csv": b"y"})
        assert work.books.hashes("ab") == ["abc1", "abd2"]
        assert (work.books.hashes("abc"), work.books.hashes("%"), work.books.hashes("")) == (["abc1"], [], ["abc1", "abd2", "c%"])


def test_a_publication_can_be_withdrawn_before_its_time_and_never_after(store: Store) -> None:
    with store.write() as work:
        for book in (a_book("old"), a_book("new", NOON + 2 * HOUR), a_book("old", NOON + 3 * HOUR)):
            work.books.add(book)
        assert (work.books.withdraw("new", NOON + HOUR), work.books.withdraw("new", NOON + HOUR)) == (1, 0)
        assert work.books.withdraw("old", NOON + HOUR) == 1
        assert [work.books.hash_in_force(NOON + hours * HOUR) for hours in (0, 2, 3)] == ["old", "old", "old"]
        assert work.books.in_force(NOON + 3 * HOUR) == a_book("old")
        assert [(book.hash, book.withdrawn_at) for book in work.books.listing()] == [
            ("old", NOON + HOUR), ("new", NOON + HOUR), ("old", None),
        ]  # fmt: skip
