"""Two processes over one database: what one puts in force, the other follows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.services.books import LOOK_EVERY_SECONDS, Books
from hotline.services.drafts import Drafts
from hotline.services.rows import DraftState
from hotline.store import SqlStore
from tests.store.conftest import opened, postgres_too
from tests.unit.office import DAY, LI, NOW, Office


@postgres_too
@pytest.mark.parametrize("ahead", [timedelta(0), DAY], ids=["at once", "tomorrow"])
def test_a_running_process_changes_over_within_five_seconds_of_the_time(sql_store: SqlStore, url: str, ahead: timedelta) -> None:
    seconds = 0.0
    office = Office(sql_store)
    with opened(url) as store:
        other = Books(store, office.clock, lambda: seconds)
        old, draft = other.current().content_hash, office.rehearsed()
        office.drafts.approve(draft.hash, effective_at=NOW + ahead, by=LI)
        office.pass_by(ahead)
        assert other.current().content_hash == old
        seconds = LOOK_EVERY_SECONDS
        assert other.current().content_hash == draft.hash


@postgres_too
def test_a_draft_approved_through_one_process_is_read_whole_through_another(sql_store: SqlStore, url: str) -> None:
    office = Office(sql_store)
    office.order()
    draft = office.rehearsed()
    office.drafts.approve(draft.hash, by=LI)
    with opened(url) as store:
        there = Drafts(store, office.clock, Books(store, office.clock))
        found = there.get(draft.hash)
        assert (found.state, found.rehearsal, found.approved_by) == (DraftState.APPROVED, draft.rehearsal, "李四")
        assert there.files(draft.hash) == office.drafts.files(draft.hash)
