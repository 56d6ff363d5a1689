"""The rule book in force: published into the database, read by every process at start and every few seconds (DESIGN §3)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import TypeVar

from hotline.errors import HotlineError, NotFound, RuleError
from hotline.services.ports import Clock, Store
from hotline.services.rows import Book, Viewed
from routing_rules.findings import Finding
from routing_rules.pack import Pack, load_pack
from routing_rules.verify.check import check

LOOK_EVERY_SECONDS = 5.0
KEPT = 4
"""Past books kept loaded, and findings of books: a book never changes."""
T = TypeVar("T")


class Books:
    """Holds the pack in force. A book that cannot be loaded leaves the last good one; ``problem`` says why.

    ``seconds`` counts the time between two looks at the list of books.
    """

    def __init__(self, store: Store, clock: Clock, seconds: Callable[[], float] = monotonic) -> None:
        self._store, self._clock, self._seconds = store, clock, seconds
        self._lock = threading.Lock()
        self._packs: dict[str, Pack] = {}
        self._found: dict[str, Sequence[Finding]] = {}
        self._pack: Pack | None = None
        self._hash: str | None = None
        self._looked_at = float("-inf")
        self.problem: str | None = None

    def current(self) -> Pack:
        """Return the pack in force; one batch is decided by one call of this. Raises ``RuleError`` when there is none.

        The list of books is looked at again when the last look is 5 s old, so that every process follows a publication.
        """
        self._look()
        if self._pack is None and self.problem:
            told = f"现行规则包不能由本版程序读取({self.problem});请修改后用 hotline rules propose 重新提出"
            raise RuleError(f"the book in force cannot be loaded: {self.problem}", message=told)
        if self._pack is None:
            raise RuleError("no rule book is in force", message="还没有生效的规则包,请先运行 hotline rules publish")
        return self._pack

    @property
    def hash(self) -> str:
        """The content hash of the book that this process decides by, looked at like ``current``; empty when there is none."""
        self._look()
        return self._hash or ""

    def _look(self) -> None:
        if (
            self._pack is None or self._seconds() - self._looked_at >= LOOK_EVERY_SECONDS
        ):  # None: another thread may still load it
            self.refresh()

    def now_in_force(self) -> str:
        """Return the hash of the book in force by the database at this moment; empty when there is none."""
        with self._store.read() as work:
            return work.books.hash_in_force(self._clock.now()) or ""

    def files(self, digest: str) -> dict[str, bytes]:
        """Return the files of a book or draft that was ever stored. Raises ``NotFound``."""
        with self._store.read() as work:
            found = work.books.files(digest)
        if not found:
            raise NotFound("book", digest[:12])
        return found

    def pack(self, digest: str) -> Pack:
        """Return any book or draft by its hash: the book of the day of a past decision. Raises ``NotFound``, ``RuleError``."""
        held = self._pack
        if held is not None and held.content_hash == digest:
            return held
        return self._kept(self._packs, digest, lambda: load_pack(self.files(digest)))

    def readable(self, digest: str) -> bool:
        """Whether this version of the program can load a book that an earlier one stored."""
        try:
            return bool(self.pack(digest))
        except (RuleError, NotFound):
            return False

    def findings(self, digest: str, check_anew: Callable[[Mapping[str, bytes]], Sequence[Finding]]) -> Sequence[Finding]:
        """Return what the check says of a book, checked once. Raises ``NotFound``."""
        return self._kept(self._found, digest, lambda: check_anew(self.files(digest)))

    def _kept(self, kept: dict[str, T], digest: str, make: Callable[[], T]) -> T:
        if (known := kept.get(digest)) is not None:
            return known
        made = make()
        with self._lock:
            while len(kept) >= KEPT:
                kept.pop(next(iter(kept)), None)
            kept[digest] = made
        return made

    def refresh(self) -> None:
        """Load the book in force if it is another one than before."""
        self._looked_at = self._seconds()
        with self._lock, self._store.read() as work:
            now = self._clock.now()
            if (wanted := work.books.hash_in_force(now)) in (None, self._hash):
                self.problem = None if wanted else self.problem  # the good book was put in force again
                return
            book = work.books.in_force(now)
            if book is None:
                return
            try:
                self._pack, self._hash, self.problem = load_pack(book.files), book.hash, None
            except HotlineError as wrong:
                self.problem = f"{book.hash[:12]}: {wrong}"

    def publish(self, files: Mapping[str, bytes], *, effective_at: datetime, by: str) -> str:
        """Check a book and put it in force from ``effective_at``; returns its content hash.

        For a first start and an empty database only: a change goes through ``Drafts``, with two people. Raises ``RuleError``
        naming the first finding when the check finds errors: nothing is stored then.
        """
        pack = load_pack(files)
        if errors := [finding for finding in check(pack) if finding.level == "error"]:
            raise RuleError(f"{len(errors)} errors, first: {errors[0]}", message=f"规则检查未通过:{errors[0]}")
        now = self._clock.now()
        book = Book(
            hash=pack.content_hash, files=files, effective_at=effective_at, published_at=now, published_by=by,
        )  # fmt: skip
        with self._store.write() as work:
            work.books.add(book)
            work.access.viewed(Viewed(at=now, actor=by, what="book.published", ref=pack.content_hash))
            work.commit()
        return pack.content_hash

    def publish_first(self, files: Mapping[str, bytes], *, by: str = "first-start") -> bool:
        """Publish the shipped pack when no book was ever published; returns whether it did."""
        with self._store.read() as work:
            if work.books.listing():
                return False
        self.publish(files, effective_at=self._clock.now(), by=by)
        return True
