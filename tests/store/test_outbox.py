"""The outbox and what was set aside, in every store."""

from __future__ import annotations

from dataclasses import replace

from hotline.services.ports import Store
from tests.store.examples import HOUR, NOON, a_call, a_row, an_order, set_aside

CALLS = "hotline.calls"


def refs(store: Store, limit: int = 100) -> list[str]:
    with store.read() as work:
        return [row.ref for row in work.outbox.unsent(limit)]


def test_rows_wait_oldest_first_until_they_are_marked(store: Store) -> None:
    with store.write() as work:
        work.outbox.add([a_row("a"), a_row("b"), a_row("c")])
        work.outbox.add([])
        work.commit()
    assert refs(store) == ["a", "b", "c"]
    assert refs(store, 2) == ["a", "b"]
    with store.write() as work:
        first = work.outbox.unsent(1)[0]
        assert replace(first, id=0) == a_row("a")
        work.outbox.mark_sent([first.id], NOON)
        work.outbox.mark_sent([], NOON + HOUR)
        assert (work.outbox.waiting(), work.outbox.last_sent_at()) == (2, NOON)
        work.commit()
    assert refs(store) == ["b", "c"]


def test_nothing_was_ever_sent(store: Store) -> None:
    with store.read() as work:
        assert (work.outbox.waiting(), work.outbox.last_sent_at(), work.outbox.unsent(5)) == (0, None, [])


def sent(store: Store) -> None:
    """Calls a (has an order), b (set aside), c and d (neither), all sent at noon, and an order's message."""
    with store.write() as work:
        work.calls.add([a_call(ident) for ident in "abcd"])
        work.orders.add([an_order("K1", "a")])
        work.calls.link({"a": "K1"})
        work.set_asides.add([set_aside("s", kind="call", ref="b")])
        work.outbox.add([*(a_row(ident) for ident in "abcd"), a_row("K1", "hotline.orders"), a_row("c", "hotline.orders")])
        work.outbox.mark_sent([row.id for row in work.outbox.unsent(10)], NOON)
        work.commit()


def test_calls_without_an_order_are_sent_again(store: Store) -> None:
    sent(store)
    with store.write() as work:
        assert work.outbox.reopen_untriaged(CALLS, 10, NOON) == 0
        assert work.outbox.reopen_untriaged(CALLS, 1, NOON + HOUR) == 1
        assert work.outbox.reopen_untriaged(CALLS, 10, NOON + HOUR) == 1
        assert work.outbox.reopen_untriaged(CALLS, 10, NOON + HOUR) == 0
        work.commit()
    assert refs(store) == ["c", "d"]


def test_old_rows_are_purged_but_not_those_of_calls_without_an_order(store: Store) -> None:
    sent(store)
    with store.write() as work:
        work.outbox.add([a_row("new")])
        assert work.outbox.purge(NOON) == 0
        assert work.outbox.purge(NOON + HOUR) == 3
        assert work.outbox.reopen_untriaged(CALLS, 10, NOON + HOUR) == 2
        assert work.outbox.waiting() == 3


def test_what_is_set_aside_is_kept_whole_once(store: Store) -> None:
    row = set_aside("s1", kind="conflict", reason="消息编号重复", detail="x", ref="m-1", payload=bytes(range(256)))
    with store.write() as work:
        work.set_asides.add([row, set_aside("s2", at=NOON + HOUR)])
        work.set_asides.add([replace(row, reason="later"), set_aside("s0")])
        work.commit()
    with store.read() as work:
        assert work.set_asides.get("s1") == row
        assert work.set_asides.get("s9") is None
        assert [one.id for one in work.set_asides.page(10)] == ["s2", "s1", "s0"]
        assert [one.id for one in work.set_asides.page(1)] == ["s2"]
        assert (work.set_asides.count(), work.set_asides.page(10, retried=True)) == (3, [])


def test_what_was_retried_waits_no_more(store: Store) -> None:
    with store.write() as work:
        work.set_asides.add([set_aside("s1"), set_aside("s2")])
        work.set_asides.mark_retried("s1", NOON + HOUR)
        assert [one.id for one in work.set_asides.page(10)] == ["s2"]
        assert work.set_asides.page(10, retried=True) == [set_aside("s1", retried_at=NOON + HOUR)]
        assert work.set_asides.count() == 1


def test_what_fails_again_after_a_retry_waits_again(store: Store) -> None:
    with store.write() as work:
        work.set_asides.add([set_aside("s1")])
        work.set_asides.mark_retried("s1", NOON)
        work.set_asides.add([set_aside("s1", reason="仍然失败", at=NOON + HOUR)])
        assert work.set_asides.page(10) == [set_aside("s1", reason="仍然失败", at=NOON + HOUR)]


def test_a_reason_with_characters_no_database_takes_is_kept_without_them(store: Store) -> None:
    with store.write() as work:
        work.set_asides.add([set_aside("s1", reason="a\0b", detail="\ud800", ref="r\0")])
        kept = work.set_asides.get("s1")
        assert kept is not None
        assert (kept.reason, kept.detail, kept.ref) == ("a\ufffdb", "?", "r\ufffd")
