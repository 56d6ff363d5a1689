"""A book's way into force: proposed, checked, rehearsed on past orders, approved by another person, effective at a time.

A folder is where a book is written, the database where it is in force (DESIGN §3). Every step is recorded, nothing is thrown
away: a withdrawn draft and every book there ever was stay readable by their hash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hotline.domain.persons import same_person
from hotline.domain.roles import Actor, May, may
from hotline.errors import (
    DraftClosed,
    DraftHasErrors,
    DraftNotRehearsed,
    InvalidInput,
    LaterBookWaits,
    NotAllowed,
    NotFound,
    SamePerson,
)
from hotline.services.book_files import LONGEST_NOTE, files_problem, found_by, is_new
from hotline.services.books import Books
from hotline.services.ports import Clock, Store, UnitOfWork
from hotline.services.rehearsing import Told, any_orders, examples, rehearse_orders
from hotline.services.rows import Book, Draft, DraftState, DraftStep, Viewed
from hotline.services.rulings import Rulings, row_words
from hotline.services.turns import Turn
from routing_rules.findings import Finding
from routing_rules.pack import content_hash, load_pack
from routing_rules.rehearsal.as_of import stands_alike
from routing_rules.rehearsal.figures import Rehearsal
from routing_rules.rehearsal.ruling import SCOPE
from routing_rules.verify.check import check_files

LOOKED_BACK = timedelta(days=400)  # how far past orders serve as counter-examples
LATE = timedelta(minutes=1)  # a time typed to the minute may have passed by seconds
OVER = (DraftState.APPROVED, DraftState.WITHDRAWN)


class Drafts:
    """Drafts of rule books and who did what with them."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books
        self._rulings, self.turn = Rulings(store), Turn()

    # -- questions -----------------------------------------------------------------------------------------------------
    def get(self, digest: str) -> Draft:
        """Return a draft by its hash. Raises ``NotFound``."""
        with self._store.read() as work:
            return _known(work, digest)

    def listing(self) -> list[Draft]:
        """Return all drafts, the last proposed first, without findings and rehearsal."""
        with self._store.read() as work:
            return work.drafts.listing()

    def steps(self, digest: str) -> list[DraftStep]:
        """Return what was done with a draft, oldest first."""
        with self._store.read() as work:
            return work.drafts.steps(digest)

    def publications(self) -> list[Book]:
        """Return every publication of a book, newest first, with empty ``files``; the one in force is ``Books.hash``."""
        with self._store.read() as work:
            return work.books.listing()

    def find(self, prefix: str) -> str:
        """Return the one hash of a book or draft that begins so. Raises ``NotFound``, ``InvalidInput`` for several."""
        with self._store.read() as work:
            return found_by(prefix, work.books.hashes(prefix))

    def earliest(self) -> datetime:
        """Return the earliest time at which a draft can come into force: now, or after the books that are approved already."""
        with self._store.read() as work:
            approved = [book.effective_at for book in work.books.listing() if book.withdrawn_at is None]
        return max([self._clock.now(), *approved])

    def replaced(self, effective_at: datetime | None = None) -> str:
        """Return the hash of the book that one in force from then on (default: ``earliest``) would replace; empty for none."""
        at = self._moment(effective_at) if effective_at else self.earliest()
        with self._store.read() as work:
            return work.books.hash_in_force(at) or ""

    def in_force_findings(self) -> Sequence[Finding]:
        """Return what the check says of the book in force. Raises ``RuleError`` when there is none, ``Busy``."""
        past, digest = examples(self._store, self._clock.now() - LOOKED_BACK), self._books.current().content_hash
        with self.turn.taken():
            return self._books.findings(digest, lambda files: check_files(files, past))

    def files(self, digest: str) -> dict[str, bytes]:
        """Return the files of a book or draft. Raises ``NotFound``."""
        return self._books.files(digest)

    # -- steps ---------------------------------------------------------------------------------------------------------
    def propose(self, files: Mapping[str, bytes], *, by: Actor, note: str = "", order_id: str = "") -> Draft:
        """Store a book as a draft with what the check says of it; errors do not refuse it here, but it cannot be approved.

        The same files again give the draft that waits already, with its first proposer; a withdrawn or past one begins anew.
        Raises ``InvalidInput`` for files that are no pack's or those of the book it would replace, ``Busy``.
        """
        _may(by, May.PROPOSE_RULES)
        if problem := files_problem(files) or (len(note) > LONGEST_NOTE and f"说明超过 {LONGEST_NOTE} 字"):
            raise InvalidInput("these files cannot be a draft", message=problem)
        digest, base = content_hash(files), self.replaced()
        if digest == base:
            raise InvalidInput("these are the files of the book it would replace", message="内容与现行规则包完全相同,无须提出")
        with self.turn.taken():
            found, fresh = self._checked(files, base)
        with self._store.write() as work:
            known = work.drafts.get(digest)
            if known is not None and known.open:
                return known
            draft = _with(Draft(
                hash=digest, base=base, state=_state(found), proposed_by=by.name, proposed_at=self._clock.now(), note=note,
                order_id=order_id, version=known.version + 1 if known else 1,
            ), found, fresh)  # fmt: skip
            work.books.keep(digest, files)
            (work.drafts.save if known else work.drafts.add)(draft)
            self._record(work, digest, by, "proposed", {"note": note, "base": base, "order": order_id})
            self._record(work, digest, by, "checked", {**_counts(found), "new": len(fresh)})
            work.commit()
        return draft

    def propose_row(self, order_no: str, lead: str, *, scope: Sequence[str] = SCOPE, by: Actor, onto: str = "") -> Draft:
        """Propose the row that a ruling on an order becomes, as a draft over the last approved book (or hash ``onto``).

        What it would shadow stands in the draft's ``new_findings``; ``rehearse`` tells which past orders would go elsewhere.
        Raises what ``ruling.propose_row`` does.
        """
        _may(by, May.PROPOSE_RULES)
        files = self.files(onto or self.replaced())
        row = self._rulings.row(order_no, lead, scope=scope, files=files, at=self._clock.now())
        note = f"裁定 {order_no}:{row_words(load_pack(row.files), row, lead)}"
        return self.propose(row.files, by=by, note=note[:LONGEST_NOTE], order_id=order_no)

    def rehearse(
        self, digest: str, *, since: datetime, by: Actor, effective_at: datetime | None = None, against: str = "",
        on: date | None = None, told: Told = lambda _done, _total: None,
    ) -> Rehearsal:  # fmt: skip
        """Try a draft on the orders received since, against the book it would replace (or hash ``against``), and record it.

        A draft that comes from a ruling is tried on that order too, however old it is.
        Rows count that are valid on the day on which it is to come into force (or on ``on``); ``effective_at`` is ``earliest``
        when none is given. Raises ``DraftHasErrors``: those are mended first; ``Busy``.
        """
        _may(by, May.PROPOSE_RULES, May.APPROVE_RULES)
        with self._store.read() as work:
            _sound(ruled := _waiting(_known(work, digest)))
        wanted = effective_at and self._moment(effective_at)
        with self.turn.taken():
            old, new = self._books.pack(against or self.replaced(wanted)), load_pack(self.files(digest))
            day = on or (wanted or self.earliest()).astimezone(new.zone).date()
            result = rehearse_orders(self._store, old, new, since=since, on=day, also=ruled.order_id, told=told)
        planned = {"effective_at": wanted and wanted.isoformat()}
        with self._store.write() as work:
            draft = _waiting(_known(work, digest))
            tried = result.orders > 0 or not any_orders(work)
            state = DraftState.REHEARSED if tried else draft.state
            work.drafts.save(replace(draft, state=state, rehearsal={**result.as_dict(), **planned}, version=draft.version + 1))
            self._record(work, digest, by, "rehearsed", {"since": since.isoformat(), **planned, **result.summary()})
            work.commit()
        return result

    def approve(self, digest: str, *, effective_at: datetime | None = None, by: Actor) -> Book:
        """Put a draft in force from ``effective_at`` (default: now); running processes follow within 5 seconds.

        Raises ``SamePerson``, ``DraftHasErrors`` by today's check, ``DraftNotRehearsed`` when there are past orders and it was
        not tried on them against the very book it would replace (if this program can read that) with the rows of its day,
        ``LaterBookWaits`` when an approved one would undo it, ``DraftClosed``, ``InvalidInput`` for a time that has passed.
        """
        _may(by, May.APPROVE_RULES)
        at = self._moment(effective_at)
        with self._store.read() as work:
            self._approvable(work, digest, at, by)
        with self.turn.taken():
            found, fresh = self._checked(self.files(digest), self.get(digest).base)
        _sound(replace(self.get(digest), findings=found))
        with self._store.write() as work:
            draft = self._approvable(work, digest, at, by)
            now = self._clock.now()
            book = Book(
                hash=digest, files={}, effective_at=at, published_at=now, published_by=by.name, proposed_by=draft.proposed_by
            )
            work.books.add(book)
            approved = replace(draft, state=DraftState.APPROVED, approved_by=by.name, approved_at=now, effective_at=at)
            work.drafts.save(replace(_with(approved, found, fresh), version=draft.version + 1))
            self._record(work, digest, by, "approved", {"effective_at": at.isoformat(), **_counts(found)})
            work.commit()
        self._books.refresh()
        return book

    def withdraw(self, digest: str, *, by: Actor, reason: str = "") -> Draft:
        """Withdraw a draft, or an approved book before its time. Raises ``DraftClosed`` for what is or was in force."""
        with self._store.write() as work:
            draft, now = _known(work, digest), self._clock.now()
            _may(by, May.APPROVE_RULES if draft.state is DraftState.APPROVED else May.PROPOSE_RULES)
            coming = draft.state is DraftState.APPROVED and work.books.withdraw(digest, now) > 0
            if not (draft.open or coming):
                raise DraftClosed(digest, draft.state)
            gone = replace(draft, state=DraftState.WITHDRAWN, withdrawn_by=by.name, withdrawn_at=now, version=draft.version + 1)
            work.drafts.save(gone)
            self._record(work, digest, by, "withdrawn", {"reason": reason[:LONGEST_NOTE], "approved": coming})
            work.commit()
        self._books.refresh()
        return gone

    # -- within --------------------------------------------------------------------------------------------------------
    def _checked(self, files: Mapping[str, bytes], base: str) -> tuple[tuple[Finding, ...], tuple[int, ...]]:
        """Return what the check says of a draft, and the places of what it does not say of the base."""
        past = examples(self._store, self._clock.now() - LOOKED_BACK)
        found = check_files(files, past)
        before = self._books.findings(base, lambda old: check_files(old, past)) if base else ()
        return found, is_new(found, before)

    def _moment(self, wanted: datetime | None) -> datetime:
        now = self._clock.now()
        if wanted is not None and wanted < now - LATE:
            raise InvalidInput(f"{wanted} has passed", message="生效时间已过,请另选时间或立即生效")
        return max(wanted or now, now)

    def _approvable(self, work: UnitOfWork, digest: str, at: datetime, by: Actor) -> Draft:
        draft = _waiting(_known(work, digest))
        if same_person(draft.proposed_by, by.name):
            raise SamePerson(digest, by.name)
        later = [book for book in work.books.listing() if book.effective_at > at and book.withdrawn_at is None]
        if later:  # it was compared with what is in force now, not with this draft
            raise LaterBookWaits(digest, later[-1].hash, later[-1].effective_at)
        replaces = work.books.hash_in_force(at)
        if replaces is not None and any_orders(work) and self._books.readable(replaces):
            self._tried(draft, replaces, at)
        return draft

    def _tried(self, draft: Draft, replaces: str, at: datetime) -> None:
        """Refuse a draft that was not tried against the book it replaces, with the rows that stand on its day."""
        day, said = at.astimezone(self._books.pack(replaces).zone).date(), draft.rehearsal
        if draft.state is not DraftState.REHEARSED or said is None or said["old"] != replaces:
            raise DraftNotRehearsed(draft.hash, replaces, day)
        on, packs = date.fromisoformat(said["on"]), (self._books.pack(replaces), self._books.pack(draft.hash))
        if not all(stands_alike(pack, on, day) for pack in packs):
            raise DraftNotRehearsed(draft.hash, replaces, day)

    def _record(self, work: UnitOfWork, digest: str, by: Actor, step: str, data: Mapping[str, Any]) -> None:
        now = self._clock.now()
        work.drafts.add_step(DraftStep(hash=digest, at=now, actor=by.name, step=step, data=data))
        told = " ".join(f"{name}={value}" for name, value in data.items() if value not in ("", None))
        work.access.viewed(Viewed(at=now, actor=by.name, what=f"book.{step}", ref=digest, reason=told[:500]))


def _may(by: Actor, *wanted: May) -> None:
    if by.role is None or not any(may(by.role, one) for one in wanted):
        raise NotAllowed(f"{by.name} may not {' or '.join(wanted)}")


def _known(work: UnitOfWork, digest: str) -> Draft:
    draft = work.drafts.get(digest)
    if draft is None:
        raise NotFound("draft", digest[:12])
    return draft


def _waiting(draft: Draft) -> Draft:
    if not draft.open:
        raise DraftClosed(draft.hash, draft.state)
    return draft


def _sound(draft: Draft) -> None:
    if errors := [one for one in draft.findings if one.level == "error"]:
        raise DraftHasErrors(draft.hash, len(errors), str(errors[0]))


def _with(draft: Draft, found: tuple[Finding, ...], fresh: tuple[int, ...]) -> Draft:
    counts = _counts(found)
    return replace(draft, findings=found, fresh=fresh, errors=counts["errors"], warnings=counts["warnings"])


def _state(found: tuple[Finding, ...]) -> DraftState:
    return DraftState.DRAFT if any(one.level == "error" for one in found) else DraftState.CHECKED


def _counts(found: tuple[Finding, ...]) -> dict[str, int]:
    levels = [one.level for one in found]
    return {"errors": levels.count("error"), "warnings": levels.count("warning")}
