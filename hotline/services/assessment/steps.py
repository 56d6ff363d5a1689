"""Writing a step of a month's assessment: read, checked, written in one commit, with the version that the caller saw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from hotline.domain.assessment import DECIDES, Act, Assessment, AssessmentStep, Item, Scope, after, folded, item_of
from hotline.domain.assessment_rules import OTHER_ROLE, refusal
from hotline.domain.roles import Actor, May, may
from hotline.errors import AssessmentRefused, ChangedMeanwhile, InvalidInput, NotAllowed, NotFound
from hotline.services import expected
from hotline.services.assessment.counting import Counting
from hotline.services.assessment.months import edges
from hotline.services.assessment.rows import Head
from hotline.services.books import Books
from hotline.services.ports import Clock, Store, UnitOfWork

LONGEST: Final = 2_000
"""Characters of a reason, a basis, a note."""


class Steps:
    """The base of the services that act on a month's assessment."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books
        self._counting = Counting(store, clock, books)

    def refusal(self, one: Assessment, act: Act, by: Actor, no: int | None = None, scope: Scope | None = None) -> str:
        """Return why ``by`` may not do it now, in Chinese; empty when he may."""
        pack, now = self._books.current(), self._clock.now()
        item = self._item(one, act, no) if no is not None else None
        over = now >= edges(one.month, pack.zone)[1]
        two = pack.settings.assessment.two_persons
        return refusal(one, act, by, now=now, over=over, item=item, two=two, scope=scope)

    def _check(self, one: Assessment, act: Act, by: Actor, no: int | None = None, scope: Scope | None = None) -> None:
        why = self.refusal(one, act, by, no, scope)
        if why == OTHER_ROLE:
            raise NotAllowed(f"{by.name} may not do {act}")
        if why:
            raise AssessmentRefused(one.id, act, why)

    def _item(self, one: Assessment, act: Act, no: int) -> Item:
        item = item_of(one, act, no)
        if item is None:
            raise NotFound(DECIDES[act], f"{one.id}/{no}")
        return item

    def _read(self, month: date) -> Assessment:
        with self._store.read() as work:
            return loaded(work, month)

    def _do(
        self, month: date, act: Act, by: Actor, data: Mapping[str, Any], *, no: int | None = None, seen: Assessment | None = None
    ) -> Assessment:  # fmt: skip
        """Write one step; with ``seen``, only if nothing happened since. Raises what ``_check`` raises."""
        with self._store.write() as work:
            one = expected.met(loaded(work, month))
            if seen is not None and one.version != seen.version:
                raise ChangedMeanwhile(f"assessment {one.id} is not at version {seen.version}")
            self._check(one, act, by, no, data.get("scope"))
            told = {**data, "no": no} if no is not None else data
            done = self._write(work, one, act, by, told)
            work.commit()
        return done

    def _write(self, work: UnitOfWork, one: Assessment, act: Act, by: Actor, data: Mapping[str, Any]) -> Assessment:
        step = AssessmentStep(one.month, one.version + 1, self._clock.now(), by.name, act, data)
        done = after(one, step)
        work.assessments.add_step(step, Head.of(done))
        expected.wrote(done)
        return done


def loaded(work: UnitOfWork, month: date) -> Assessment:
    """Return a month's assessment; one nobody opened is a preview."""
    return folded(month, work.assessments.steps(month))


def reader(by: Actor) -> None:
    """Let in who may see assessments: a unit sees its own. Raises ``NotAllowed``."""
    if not by.machine and not by.of_unit and not (by.role and may(by.role, May.RATES)):
        raise NotAllowed(f"{by.name} may not see assessments")


def reads_orders(by: Actor) -> bool:
    """Whether objections are shown at all: they tell numbers of orders and what is in them."""
    return by.machine or bool(by.role and (may(by.role, May.READ_ALL) or may(by.role, May.READ_OWN)))


def written(text: str, what: str) -> str:
    """Return a text that has to be there. Raises ``InvalidInput``."""
    plain = text.strip()
    if not plain:
        raise InvalidInput(f"{what} is missing", message=f"请填写{what}")
    if len(plain) > LONGEST:
        raise InvalidInput(f"{what} is too long", message=f"{what}不能超过 {LONGEST} 字")
    return plain
