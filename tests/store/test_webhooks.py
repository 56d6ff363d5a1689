"""Endpoints of webhooks and their deliveries, in every store."""

from __future__ import annotations

from dataclasses import replace

from hotline.services.api_rows import Backlog, Delivery, Endpoint
from hotline.services.ports import Store
from tests.store.examples import HOUR, NOON

HOOK = Endpoint(
    id="h1", url="http://10.0.0.1/hook", secret="whsec_AAAA", unit="CGJ", kinds=("signed",), note="", enabled=True, position=3,
    created_at=NOON, created_by="admin",
)  # fmt: skip
LAST = 2**62


def row(ident: str, seq: int = 1, **fields: object) -> Delivery:
    new = Delivery(
        id=ident, endpoint_id="h1", order_id="KDL1", seq=seq, kind="signed", body=b'{"a":1}', created_at=NOON, next_at=NOON
    )
    return replace(new, **fields)  # type: ignore[arg-type]


def keep(store: Store, *rows: Delivery) -> None:
    with store.write() as work:
        work.webhooks.add(HOOK)
        work.webhooks.add(replace(HOOK, id="h2", unit=None, kinds=(), created_at=NOON + HOUR))
        work.webhooks.queue(rows)
        work.webhooks.queue([])
        work.commit()


def ids(rows: list[Delivery]) -> list[str]:
    return [one.id for one in rows]


def test_an_endpoint_is_kept_as_it_is_and_its_position_moves_on_its_own(store: Store) -> None:
    keep(store)
    failing = replace(
        HOOK, failures=2, failing_since=NOON, retry_at=NOON + HOUR, last_ok_at=NOON, off_at=NOON, off_why="x", position=99
    )
    with store.write() as work:
        work.webhooks.save(failing)
        assert work.webhooks.get("h1") == replace(failing, position=3)
        assert [one.id for one in work.webhooks.listing()] == ["h1", "h2"]
        assert work.webhooks.get("h9") is None


def test_of_two_who_move_an_endpoint_on_one_is_first(store: Store) -> None:
    keep(store)
    with store.write() as work:
        assert work.webhooks.follow(["h1", "h2"], 3, 8) == ["h1", "h2"]
        assert work.webhooks.follow(["h1", "h2"], 3, 9) == []
        assert [one.position for one in work.webhooks.listing()] == [8, 8]


def test_a_delivery_is_queued_once_for_an_event_of_an_order(store: Store) -> None:
    keep(store, row("a"), row("b", 2))
    with store.write() as work:
        work.webhooks.queue([row("c", 2), row("d", 3), row("e", 2, endpoint_id="h2")])
        assert ids(work.webhooks.page("h1", "", LAST, 10)) == ["d", "b", "a"]
        assert ids(work.webhooks.page("h2", "", LAST, 10)) == ["e"]
        kept = work.webhooks.delivery("a")
        assert kept == row("a", number=kept.number if kept else 0)


def test_what_is_lent_is_lent_to_one_until_its_time_is_over(store: Store) -> None:
    keep(store, row("a"), row("b", 2), row("later", 3, next_at=NOON + HOUR))
    with store.write() as work:
        assert work.webhooks.due(NOON) == {"h1"}
        lent = work.webhooks.claim("h1", 1, holder="one", now=NOON, until=NOON + HOUR)
        assert (ids(lent), lent[0].holder, lent[0].until) == (["a"], "one", NOON + HOUR)
        assert ids(work.webhooks.claim("h1", 9, holder="two", now=NOON, until=NOON + HOUR)) == ["b"]
        assert (work.webhooks.due(NOON), work.webhooks.claim("h1", 9, holder="x", now=NOON, until=NOON + HOUR)) == (set(), [])
        again = work.webhooks.claim("h1", 9, holder="three", now=NOON + HOUR, until=NOON + 2 * HOUR)
        assert ids(again) == ["a", "b", "later"]
        work.webhooks.settle([replace(lent[0], delivered_at=NOON, next_at=None, holder="", until=None)], "one")
        assert ids(work.webhooks.page("h1", "delivered", LAST, 9)) == []
        work.webhooks.settle([replace(again[0], delivered_at=NOON, next_at=None, holder="", until=None)], "three")
        assert ids(work.webhooks.page("h1", "delivered", LAST, 9)) == ["a"]


def test_the_oldest_due_goes_first(store: Store) -> None:
    keep(store, row("a", next_at=NOON), row("b", 2, next_at=NOON - HOUR))
    with store.write() as work:
        assert ids(work.webhooks.claim("h1", 1, holder="one", now=NOON, until=NOON + HOUR)) == ["b"]


def test_what_was_not_delivered_is_counted_listed_revived_and_never_purged(store: Store) -> None:
    keep(
        store, row("w"), row("w2", 2, created_at=NOON - HOUR),
        row("g", 3, next_at=None, gave_up_at=NOON, attempts=9, first_at=NOON),
        row("d", 4, next_at=None, delivered_at=NOON),
    )  # fmt: skip
    with store.write() as work:
        assert work.webhooks.backlogs() == {"h1": Backlog(waiting=2, gave_up=1, oldest=NOON - HOUR)}
        pages = {state: ids(work.webhooks.page("h1", state, LAST, 9)) for state in ("waiting", "gave_up", "delivered")}
        assert pages == {"waiting": ["w2", "w"], "gave_up": ["g"], "delivered": ["d"]}
        assert (work.webhooks.purge(NOON), work.webhooks.purge(NOON + 999 * HOUR)) == (0, 1)
        assert work.webhooks.revive("h1", NOON + HOUR) == 3
        revived = work.webhooks.delivery("g")
        assert revived is not None
        assert (revived.next_at, revived.attempts, revived.first_at, revived.gave_up_at) == (NOON + HOUR, 0, None, None)
        assert work.webhooks.backlogs()["h1"].waiting == 3


def test_pages_go_on_below_a_number(store: Store) -> None:
    keep(store, *(row(f"r{seq}", seq) for seq in range(1, 6)))
    with store.read() as work:
        first = work.webhooks.page("h1", "", LAST, 2)
        assert ids(first) == ["r5", "r4"]
        assert ids(work.webhooks.page("h1", "", first[-1].number, 9)) == ["r3", "r2", "r1"]


def test_a_delivery_is_written_whoever_holds_it(store: Store) -> None:
    keep(store, row("a", next_at=None, delivered_at=NOON))
    with store.write() as work:
        one = work.webhooks.delivery("a")
        assert one is not None
        work.webhooks.save_delivery(replace(one, delivered_at=None, next_at=NOON))
        assert work.webhooks.due(NOON) == {"h1"}
