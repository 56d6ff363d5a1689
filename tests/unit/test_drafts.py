"""A book's way into force: two people, a check, a rehearsal, a time; every step on record and nothing thrown away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.domain.roles import Actor, Role
from hotline.errors import (
    DraftClosed,
    DraftHasErrors,
    DraftNotRehearsed,
    InvalidInput,
    LaterBookWaits,
    NotAllowed,
    NotFound,
    RuleError,
    SamePerson,
)
from hotline.services.books import LOOK_EVERY_SECONDS, Books
from hotline.services.rows import Book, DraftState
from hotline.store import MemoryStore
from routing_rules.pack import content_hash
from tests.unit.office import DAY, DISPATCH, LI, NOW, TO_DEPARTMENT, ZHANG, Office
from tests.unit.packs import files

BROKEN = DISPATCH.replace("D-6,民政/*,,,,@street", "D-6,民政/*,,,,GONE")
NEW_ROW = "D-5b,2026-12-02,民政/低保,,,,ZJJ,,no,,,新三定,,yes"
LATER = "\n".join(
    (f"{NEW_ROW}\n" if line.startswith("D-6") else "")
    + line.replace("id,", "id,valid_from,", 1).replace(",", ",,", line[0] == "D")
    for line in DISPATCH.splitlines()
)
"""The dispatch table with a row that begins on 2 December."""
WANG = Actor("王五", Role.ADMIN)


@pytest.fixture
def office() -> Office:
    return Office(MemoryStore())


# -- proposed ----------------------------------------------------------------------------------------------------------
def test_a_proposed_book_is_checked_and_changes_nothing_that_is_in_force(office: Office) -> None:
    before = office.books.current().content_hash
    draft = office.proposed()
    assert (draft.state, draft.proposed_by, draft.base, draft.errors) == (DraftState.CHECKED, "张三", before, 0)
    assert office.drafts.get(draft.hash) == draft
    office.books.refresh()
    assert office.books.current().content_hash == before


def test_a_draft_with_errors_is_kept_with_its_findings(office: Office) -> None:
    draft = office.proposed(BROKEN)
    assert (draft.state, draft.errors) == (DraftState.DRAFT, 1)
    assert [finding.row for finding in draft.findings if finding.level == "error"] == ["D-6"]


def test_a_draft_tells_what_the_book_in_force_has_not(office: Office) -> None:
    draft = office.proposed(BROKEN)
    assert ["GONE" in finding.sentence for finding in draft.new_findings] == [True]


def test_files_that_cannot_even_be_read_can_be_proposed_to_see_why(office: Office) -> None:
    draft = office.drafts.propose({"pack.toml": b"?", "dispatch.csv": b"\xff"}, by=ZHANG)
    assert (draft.state, draft.errors > 0) == (DraftState.DRAFT, True)


def test_the_same_files_again_are_the_same_draft_of_the_first_proposer(office: Office) -> None:
    first = office.proposed()
    assert office.proposed(by=LI) == first


def test_the_book_in_force_is_no_draft(office: Office) -> None:
    with pytest.raises(InvalidInput):
        office.proposed(DISPATCH)


@pytest.mark.parametrize("name", ["../x.csv", "a/b.csv", ".hidden.csv", "x.exe", "", "a\n.csv", "x" * 200 + ".csv"])
def test_a_file_name_that_is_none_is_refused(office: Office, name: str) -> None:
    with pytest.raises(InvalidInput):
        office.drafts.propose({**files(), name: b"x"}, by=ZHANG)


def test_a_book_without_its_settings_is_refused(office: Office) -> None:
    with pytest.raises(InvalidInput):
        office.drafts.propose({"dispatch.csv": DISPATCH.encode()}, by=ZHANG)


# -- rehearsed ---------------------------------------------------------------------------------------------------------
def test_a_rehearsal_is_recorded_with_its_draft(office: Office) -> None:
    office.order()
    draft = office.rehearsed()
    assert draft.state is DraftState.REHEARSED
    assert draft.rehearsal is not None
    assert (draft.rehearsal["orders"], draft.rehearsal["moved"], draft.rehearsal["old"]) == (1, 1, draft.base)
    assert draft.rehearsal["moves"] == [{"old": "JD", "new": "ZJJ", "orders": 1}]


def test_a_rehearsal_on_no_order_does_not_count_while_there_are_orders(office: Office) -> None:
    office.order()
    draft = office.proposed()
    office.drafts.rehearse(draft.hash, since=NOW, by=ZHANG)
    assert office.drafts.get(draft.hash).state is DraftState.CHECKED


def test_errors_are_mended_before_a_rehearsal(office: Office) -> None:
    with pytest.raises(DraftHasErrors):
        office.rehearsed(BROKEN)


# -- approved ----------------------------------------------------------------------------------------------------------
def test_a_draft_approved_by_another_person_is_in_force_at_its_time(office: Office) -> None:
    draft = office.rehearsed()
    old = office.books.current().content_hash
    office.drafts.approve(draft.hash, effective_at=NOW + DAY, by=LI)
    assert office.books.current().content_hash == old
    office.pass_by(DAY)
    office.books.refresh()
    assert office.books.current().content_hash == draft.hash


def test_a_draft_without_a_time_is_in_force_at_once(office: Office) -> None:
    draft = office.rehearsed()
    book = office.drafts.approve(draft.hash, by=LI)
    assert (book.effective_at, book.proposed_by, book.published_by) == (NOW, "张三", "李四")
    assert office.books.current().content_hash == draft.hash


@pytest.mark.parametrize("name", ["张三", " 张 三 "])
def test_nobody_approves_a_draft_of_his_own(office: Office, name: str) -> None:
    draft = office.rehearsed()
    with pytest.raises(SamePerson):
        office.drafts.approve(draft.hash, by=Actor(name, Role.ADMIN))


def test_a_name_is_the_same_person_whatever_its_case(office: Office) -> None:
    draft = office.proposed(by=Actor("Zhang", Role.DISPATCHER))
    with pytest.raises(SamePerson):
        office.drafts.approve(draft.hash, by=Actor("ZHANG", Role.ADMIN))


def test_a_draft_with_errors_cannot_be_approved(office: Office) -> None:
    draft = office.proposed(BROKEN)
    with pytest.raises(DraftHasErrors, match="GONE"):
        office.drafts.approve(draft.hash, by=LI)


def test_a_draft_that_was_not_rehearsed_cannot_be_approved_when_there_are_orders(office: Office) -> None:
    office.order()
    draft = office.proposed()
    with pytest.raises(DraftNotRehearsed):
        office.drafts.approve(draft.hash, by=LI)


def test_a_first_office_without_orders_needs_no_rehearsal(office: Office) -> None:
    assert office.drafts.approve(office.proposed().hash, by=LI).published_by == "李四"


def test_a_rehearsal_against_a_book_that_is_no_more_the_one_replaced_does_not_count(office: Office) -> None:
    office.order()
    mine, other = office.rehearsed(), office.rehearsed(TO_DEPARTMENT.replace("D-2,", "D-0002,"))
    office.drafts.approve(other.hash, by=LI)
    with pytest.raises(DraftNotRehearsed, match=other.hash[:12]):
        office.drafts.approve(mine.hash, by=LI)
    office.drafts.rehearse(mine.hash, since=NOW - 30 * DAY, by=ZHANG)
    office.drafts.approve(mine.hash, by=LI)
    assert office.books.current().content_hash == mine.hash


def test_a_draft_can_be_rehearsed_against_the_coming_book_that_it_will_replace(office: Office) -> None:
    office.order()
    coming, mine = office.rehearsed(TO_DEPARTMENT.replace("D-2,", "D-0002,")), office.proposed()
    office.drafts.approve(coming.hash, effective_at=NOW + DAY, by=LI)
    said = office.drafts.rehearse(mine.hash, since=NOW - 30 * DAY, by=ZHANG, effective_at=NOW + 2 * DAY)
    assert (said.old, said.on) == (coming.hash, (NOW + 2 * DAY).date())
    assert office.drafts.approve(mine.hash, effective_at=NOW + 2 * DAY, by=LI).hash == mine.hash


def test_without_a_time_a_draft_is_tried_as_following_the_book_that_is_approved_already(office: Office) -> None:
    coming, mine = office.rehearsed(TO_DEPARTMENT.replace("D-2,", "D-0002,")), office.proposed()
    office.drafts.approve(coming.hash, effective_at=NOW + DAY, by=LI)
    said = office.drafts.rehearse(mine.hash, since=NOW - 30 * DAY, by=ZHANG)
    assert (said.old, said.on) == (coming.hash, (NOW + DAY).date())


def test_a_draft_proposed_while_another_waits_is_compared_with_that(office: Office) -> None:
    coming = office.rehearsed(TO_DEPARTMENT.replace("D-2,", "D-0002,"))
    office.drafts.approve(coming.hash, effective_at=NOW + DAY, by=LI)
    assert office.proposed().base == coming.hash


def test_a_row_that_begins_later_is_tried_on_the_day_of_effect(office: Office) -> None:
    office.order()
    draft = office.proposed(LATER)
    today, then = (
        office.drafts.rehearse(draft.hash, since=NOW - 30 * DAY, by=ZHANG, effective_at=at).moved for at in (None, NOW + 9 * DAY)
    )
    assert (today, then) == (0, 1)


def test_a_rehearsal_without_the_rows_of_the_day_of_effect_does_not_count(office: Office) -> None:
    office.order()
    draft = office.rehearsed(LATER)
    with pytest.raises(DraftNotRehearsed, match="2026-12-02"):
        office.drafts.approve(draft.hash, effective_at=NOW + 9 * DAY, by=LI)
    assert office.drafts.approve(draft.hash, effective_at=NOW + DAY, by=LI).hash == draft.hash


def test_a_draft_that_an_approved_book_would_undo_is_refused_until_that_is_withdrawn(office: Office) -> None:
    coming, mine = office.rehearsed(TO_DEPARTMENT.replace("D-2,", "D-0002,")), office.rehearsed()
    office.drafts.approve(coming.hash, effective_at=NOW + DAY, by=LI)
    with pytest.raises(LaterBookWaits, match=coming.hash[:12]):
        office.drafts.approve(mine.hash, by=LI)
    office.drafts.withdraw(coming.hash, by=LI)
    assert office.drafts.approve(mine.hash, by=LI).hash == mine.hash


def test_a_time_that_has_passed_is_refused(office: Office) -> None:
    draft = office.rehearsed()
    with pytest.raises(InvalidInput):
        office.drafts.approve(draft.hash, effective_at=NOW - DAY, by=LI)


def test_a_draft_is_approved_once(office: Office) -> None:
    draft = office.rehearsed()
    office.drafts.approve(draft.hash, by=LI)
    with pytest.raises(DraftClosed):
        office.drafts.approve(draft.hash, by=WANG)


# -- withdrawn ---------------------------------------------------------------------------------------------------------
def test_a_withdrawn_draft_stays_readable_and_can_be_proposed_again(office: Office) -> None:
    draft = office.proposed()
    office.drafts.withdraw(draft.hash, by=ZHANG, reason="写错了")
    assert office.drafts.get(draft.hash).state is DraftState.WITHDRAWN
    assert content_hash(office.drafts.files(draft.hash)) == draft.hash
    with pytest.raises(DraftClosed):
        office.drafts.approve(draft.hash, by=LI)
    again = office.proposed(by=WANG)
    assert (again.state, again.proposed_by) == (DraftState.CHECKED, "王五")
    assert [step.step for step in office.drafts.steps(draft.hash)] == ["proposed", "checked", "withdrawn", "proposed", "checked"]


def test_an_approved_book_is_withdrawn_before_its_time_and_never_comes_into_force(office: Office) -> None:
    old, draft = office.books.current().content_hash, office.rehearsed()
    office.drafts.approve(draft.hash, effective_at=NOW + DAY, by=LI)
    office.drafts.withdraw(draft.hash, by=LI)
    office.pass_by(2 * DAY)
    office.books.refresh()
    assert office.books.current().content_hash == old
    assert [book.withdrawn_at for book in office.drafts.publications() if book.hash == draft.hash] == [NOW]


def test_a_book_that_was_in_force_cannot_be_withdrawn(office: Office) -> None:
    draft = office.rehearsed()
    office.drafts.approve(draft.hash, by=LI)
    with pytest.raises(DraftClosed):
        office.drafts.withdraw(draft.hash, by=LI)


def test_an_earlier_book_can_be_proposed_and_put_in_force_again(office: Office) -> None:
    old, draft = office.books.current().content_hash, office.rehearsed()
    office.drafts.approve(draft.hash, by=LI)
    office.pass_by(DAY)
    back = office.drafts.propose(office.drafts.files(old), by=LI)
    office.drafts.approve(back.hash, by=WANG)
    assert office.books.current().content_hash == back.hash == old


# -- who may, and the record -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [Role.AGENT, Role.CLERK, Role.OPERATIONS, None])
def test_who_has_no_part_in_the_rules_proposes_nothing(office: Office, role: Role | None) -> None:
    with pytest.raises(NotAllowed):
        office.proposed(by=Actor("赵六", role))


def test_a_dispatcher_proposes_and_does_not_approve(office: Office) -> None:
    draft = office.rehearsed()
    with pytest.raises(NotAllowed):
        office.drafts.approve(draft.hash, by=Actor("赵六", Role.DISPATCHER))


def test_every_step_is_on_record_and_in_the_audit(office: Office) -> None:
    office.order()
    draft = office.rehearsed()
    office.drafts.approve(draft.hash, by=LI)
    steps = office.drafts.steps(draft.hash)
    assert [(step.step, step.actor) for step in steps] == [
        ("proposed", "张三"), ("checked", "张三"), ("rehearsed", "张三"), ("approved", "李四"),
    ]  # fmt: skip
    assert (steps[1].data["errors"], steps[2].data["moved"], steps[2].data["orders"]) == (0, 1, 1)
    with office.store.read() as work:
        views = work.access.views(draft.hash)
    assert [view.what for view in views] == ["book.proposed", "book.checked", "book.rehearsed", "book.approved"]


def test_a_draft_is_found_by_the_beginning_of_its_hash(office: Office) -> None:
    draft = office.proposed()
    assert office.drafts.find(draft.hash[:8]) == draft.hash
    for unknown in ("0000", draft.hash[:2], "%", ""):
        with pytest.raises(NotFound):
            office.drafts.find(unknown)


def test_lists_leave_the_documents_out(office: Office) -> None:
    draft = office.proposed(BROKEN)
    assert office.drafts.listing() == [replace(draft, findings=(), fresh=())]


# -- the books themselves ----------------------------------------------------------------------------------------------
def test_another_process_follows_within_five_seconds(office: Office) -> None:
    seconds = 0.0
    other = Books(office.store, office.clock, lambda: seconds)
    old, draft = other.current().content_hash, office.rehearsed()
    office.drafts.approve(draft.hash, by=LI)
    assert other.current().content_hash == old
    seconds = LOOK_EVERY_SECONDS
    assert other.current().content_hash == draft.hash


def test_a_process_that_is_only_asked_which_book_it_has_follows_too(office: Office) -> None:
    seconds = 0.0
    other = Books(office.store, office.clock, lambda: seconds)
    old, draft = other.hash, office.rehearsed()
    office.drafts.approve(draft.hash, by=LI)
    assert other.hash == old
    seconds = LOOK_EVERY_SECONDS
    assert other.hash == draft.hash


def test_any_book_that_ever_was_can_be_asked_again(office: Office) -> None:
    old, draft = office.books.current().content_hash, office.rehearsed()
    office.drafts.approve(draft.hash, by=LI)
    assert [office.books.pack(digest).content_hash for digest in (old, draft.hash)] == [old, draft.hash]
    with pytest.raises(NotFound):
        office.books.pack("0" * 64)


def unreadable(office: Office) -> None:
    """Put a book in force that an earlier program may have stored and this one cannot load."""
    with office.store.write() as work:
        now = office.clock.now()
        work.books.add(Book(hash="0ld", files={"pack.toml": b"?"}, effective_at=now, published_at=now, published_by="李四"))
        work.commit()


def test_a_book_in_force_that_cannot_be_read_any_more_can_be_replaced(office: Office) -> None:
    office.order()
    unreadable(office)
    draft = office.proposed()
    assert office.drafts.approve(draft.hash, by=LI).hash == draft.hash
    assert office.books.current().content_hash == draft.hash


def test_a_process_that_starts_on_a_book_it_cannot_read_says_which_and_why(office: Office) -> None:
    unreadable(office)
    with pytest.raises(RuleError, match="0ld"):
        Books(office.store, office.clock).current()
