"""Restatements 更正: what became known of a frozen month later, kept beside it with the difference, the reason, the approver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from hotline.domain.assessment import OFFICE, Act, Assessment, Restatement
from hotline.domain.ranking import Standing
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput, NotAllowed, NotFound
from hotline.services.assessment.procedure import Procedure
from hotline.services.assessment.rows import Edition
from hotline.services.assessment.steps import loaded, reader, written
from hotline.services.books import Books
from hotline.services.ports import Clock, Store


@dataclass(frozen=True, slots=True)
class Moved:
    """A unit's line before and after; None = it had none, or has none any more."""

    unit: str
    name: str
    before: Standing | None
    after: Standing | None


class Restating(Procedure):
    """Proposes restatements and decides on them."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        super().__init__(store, clock, books)

    def preview(self, month: date, *, by: Actor) -> list[Moved]:
        """Return by unit what a frozen month would be if it were counted now, under its own definitions; for the office alone.

        Nothing is settled by it, and under another pack's definitions every order of three months is folded anew.
        """
        if by.role not in OFFICE:
            raise NotAllowed(f"{by.name} may not preview restatements")
        one = self._read(month)
        before, now = self._tables(one, by)
        return moved(before.lines, now.lines)

    def propose(self, month: date, *, reason: str, by: Actor) -> Assessment:
        """Propose to put the table as it is now in the place of the frozen one. Raises ``InvalidInput`` when nothing moved."""
        told, one = written(reason, "更正理由"), self._read(month)
        self._check(one, Act.RESTATE, by)
        before, now = self._tables(one, by)
        if not moved(before.lines, now.lines):
            raise InvalidInput("nothing moved", message="重新统计的结果与已定稿的一致,无须更正")
        return self.keep(now, Act.RESTATE, {"edition": now.number, "reason": told}, one, by)

    def grant(self, month: date, no: int, *, by: Actor) -> Assessment:
        """Approve a restatement that another person proposed: from now on its table counts, the first one stays beside it."""
        return self._do(month, Act.GRANT_RESTATEMENT, by, {}, no=no)

    def refuse(self, month: date, no: int, *, reason: str, by: Actor) -> Assessment:
        """Refuse it, with a reason."""
        return self._do(month, Act.REFUSE_RESTATEMENT, by, {"note": written(reason, "不批准的理由")}, no=no)

    def difference(self, month: date, no: int, *, by: Actor) -> list[Moved]:
        """Return by unit what a restatement changes against the table that counted before it."""
        reader(by)
        with self._store.read() as work:
            one = loaded(work, month)
            item = self._item(one, Act.GRANT_RESTATEMENT, no)
            assert isinstance(item, Restatement)  # noqa: S101  # the room of restatements holds nothing else
            earlier = [other.edition for other in one.restatements.values() if other.no < no and other.state == "granted"]
            before = work.assessments.edition(month, [one.edition, *earlier][-1])
            after = work.assessments.edition(month, item.edition)
        if before is None or after is None:
            raise NotFound("restatement", f"{one.id}/{no}")
        return _visible(moved(before.lines, after.lines), by)

    def _tables(self, one: Assessment, by: Actor) -> tuple[Edition, Edition]:
        """The table that counts, and what it would be now; the pack of that time decides, not the present one."""
        with self._store.read() as work:
            before = work.assessments.edition(one.month, one.in_force) if one.in_force else None
        if before is None:
            raise InvalidInput("not frozen", message="该月尚未定稿,无须更正")
        pack = self._books.current()
        if before.basis.pack != pack.content_hash:
            pack = self._books.pack(before.basis.pack)
        basis, lines = self._counting.table(one, pack=pack)
        now = Edition(
            month=one.month, number=one.version + 1, at=self._clock.now(), actor=by.name, basis=basis, lines=lines
        )  # fmt: skip
        return before, now


def moved(before: Iterable[Standing], after: Iterable[Standing]) -> list[Moved]:
    """Return the lines that are not alike, by unit."""
    old, new = ({line.unit: line for line in lines} for lines in (before, after))
    units = [*new, *(unit for unit in old if unit not in new)]
    pairs = [(unit, old.get(unit), new.get(unit)) for unit in units]
    return [Moved(unit, _name(one, other), one, other) for unit, one, other in pairs if one != other]


def _name(one: Standing | None, other: Standing | None) -> str:
    line = other or one
    return line.name if line else ""


def _visible(found: Sequence[Moved], by: Actor) -> list[Moved]:
    return [one for one in found if not by.of_unit or one.unit == by.unit]
