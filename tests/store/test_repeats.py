"""Requests under an Idempotency-Key and places to go back to, in every store."""

from __future__ import annotations

from dataclasses import replace

from hotline.services.api_rows import Repeat
from hotline.services.ports import Store
from tests.store.examples import HOUR, NOON

FIRST = Repeat(id="a" * 64, print="b" * 64, holder="one", claimed_at=NOON, until=NOON + HOUR)
DAY = 24 * HOUR


def claimed(store: Store, row: Repeat) -> bool:
    with store.write() as work:
        done = work.repeats.claim(row, row.claimed_at - DAY)
        work.commit()
    return done


def test_what_was_claimed_is_another_ones_until_its_lease_is_over(store: Store) -> None:
    second = replace(FIRST, holder="two", claimed_at=NOON + HOUR, until=NOON + 2 * HOUR)
    assert claimed(store, FIRST)
    assert not claimed(store, replace(second, claimed_at=NOON + HOUR / 2))
    assert claimed(store, second)
    with store.read() as work:
        assert (work.repeats.get(FIRST.id), work.repeats.get("c" * 64)) == (second, None)


def test_an_answer_is_kept_as_it_was_and_never_claimed_again_within_a_day(store: Store) -> None:
    claimed(store, FIRST)
    headers = (("content-type", "application/json"), ("etag", '"3"'))
    with store.write() as work:
        assert work.repeats.answer(FIRST.id, "one", 202, headers, b"\x00\xff{}")
        assert not work.repeats.answer(FIRST.id, "one", 200, (), b"")
        work.commit()
    with store.read() as work:
        assert work.repeats.get(FIRST.id) == replace(FIRST, status=202, headers=headers, body=b"\x00\xff{}")
    assert not claimed(store, replace(FIRST, claimed_at=NOON + 23 * HOUR, holder="two"))
    assert claimed(store, replace(FIRST, claimed_at=NOON + 24 * HOUR, holder="two"))


def test_only_its_holder_answers_or_releases_a_request(store: Store) -> None:
    claimed(store, FIRST)
    with store.write() as work:
        work.repeats.release(FIRST.id, "two")
        assert not work.repeats.answer(FIRST.id, "two", 200, (), b"")
        assert work.repeats.get(FIRST.id) == FIRST
        work.repeats.release(FIRST.id, "one")
        assert work.repeats.get(FIRST.id) is None


def test_old_requests_are_purged(store: Store) -> None:
    claimed(store, FIRST)
    with store.write() as work:
        assert (work.repeats.purge(NOON), work.repeats.purge(NOON + HOUR), work.repeats.purge(NOON + HOUR)) == (0, 1, 0)


def test_what_is_undone_leaves_what_was_done_before_and_after(store: Store) -> None:
    with store.write() as work:
        work.marks.set_mark("before", "1")
        place = work.savepoint()
        work.marks.set_mark("inside", "1")
        place.undo()
        assert work.marks.mark("inside") is None
        kept = work.savepoint()
        work.marks.set_mark("after", "1")
        kept.keep()
        work.commit()
    with store.read() as work:
        assert [work.marks.mark(name) for name in ("before", "inside", "after")] == ["1", None, "1"]
