"""Several matters in one call, and one matter in several calls: split 拆分, merge 并单, and what is asked of the platform above.

A person does all of it. A split gives every matter an order of its own under the same call; a merge leaves every order its own
number, due time, caller, contact, answer and callback: only the handling is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.lifecycle import Change, apply, check
from hotline.domain.order import Order
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput, NotFound
from hotline.services import change
from hotline.services.acting import Acts, said
from hotline.services.books import Books
from hotline.services.merging import Offered, followed, members, offered, one_caller, refuse_merge
from hotline.services.ports import Clock, Reader, Store, UnitOfWork
from hotline.services.registrations import append, take_numbers
from hotline.services.splitting import Matter, Part, cleaned, fingerprint, first_of, made_of


class Matters(Acts):
    """Acts on what a call is about; each is one commit and raises what ``lifecycle.check`` raises."""

    def __init__(self, store: Store, clock: Clock, books: Books, reader: Reader) -> None:
        super().__init__(store, clock, books)
        self._reader = reader

    def split(self, order_id: str, parts: Sequence[Part], *, by: Actor) -> list[Order]:
        """Split an order on the desk into one for each of ``parts``; returns them, the given one first.

        The first part keeps the number, and every one the moment the citizen spoke: no clock starts again. The parts are read
        and go through the tables as any call does, and wait on the desk. The same split again changes nothing and returns what
        it made. Raises ``InvalidInput``, ``UnknownUnit``, ``NotFound``.
        """
        pack, mark = self._books.current(), fingerprint(parts)
        wanted = cleaned(parts, pack)
        with self._store.read() as work:
            order = change.visible(work, order_id, by)
            if done := _split_before(work, order, mark):
                return done
            call = work.calls.get([order.call_id])[order.call_id]
        check(order, Action.SPLIT, by)
        made = made_of(pack, self._reader, order, call, wanted, self._clock.now())
        with self._store.write() as work:
            order = change.visible(work, order_id, by)
            if not (done := _split_before(work, order, mark)):
                done = self._split(work, order, made, mark, by)
                work.commit()
        return done

    def _split(self, work: UnitOfWork, order: Order, made: Sequence[Matter], mark: str, by: Actor) -> list[Order]:
        taken = max(one.matter for one in work.orders.of_call(order.call_id))
        numbers = take_numbers(work, self._books.current(), [order.received_at] * (len(made) - 1))
        named = enumerate(zip(made[1:], numbers, strict=True), start=taken + 1)
        fresh = [one.numbered(order.id, number, at) for at, (one, number) in named]
        orders = [one.order for one in fresh]
        data = {"parts": [one.part.as_data for one in made], "orders": [one.id for one in orders], "mark": mark}
        first = apply(order, Action.SPLIT, at=self._clock.now(), by=by, data=data, **first_of(order, made[0]))
        work.orders.add(orders)
        append(work, fresh)
        change.write(work, [first])
        return [first.order, *orders]

    def merge(self, order_id: str, into: str, *, reason: str = "", different_callers: bool = False, by: Actor) -> Order:
        """Put an order under a handling order 并单; it keeps its number, due time, caller, contact, answer and callback.

        Orders of different callers only with ``different_callers`` said and a ``reason`` given. One that is still on the desk
        goes to the handling order's units in the same commit, or follows it when that is sent. Raises ``InvalidInput``,
        ``NotFromHere``, ``Recused``.
        """
        why = said(reason).strip()

        def act(work: UnitOfWork, order: Order) -> list[Change]:
            at, head = self._clock.now(), change.visible(work, into, by)
            check(order, Action.MERGE, by)
            refuse_merge(work, order, head)
            same = one_caller(work, order, head)
            if not same and not (different_callers and why):
                raise InvalidInput("different callers", message="不同来电人的工单并单,须确认并填写理由")
            data = {"into": into, "reason": why, "one_caller": same}
            merged = apply(order, Action.MERGE, at=at, by=by, data=data, merged_into=into)
            return [merged, *followed(self._books.current(), merged.order, head, at, by)]

        return self._act(order_id, by, act)

    def unmerge(self, order_id: str, *, reason: str = "", by: Actor) -> Order:
        """Take an order out from under its handling order; nothing else of it changes."""

        def act(_work: UnitOfWork, order: Order) -> list[Change]:
            data = {"from": order.merged_into, "reason": said(reason)}
            return [apply(order, Action.UNMERGE, at=self._clock.now(), by=by, data=data)]

        return self._act(order_id, by, act)

    def members(self, order_id: str, *, by: Actor) -> list[Order]:
        """Return the orders under a handling order that ``by`` may see."""
        with self._store.read() as work:
            change.visible(work, order_id, by)
            return [order for order in members(work, order_id) if _may_see(work, order, by)]

    def offered(self, order_id: str, *, by: Actor) -> Offered | None:
        """Return the handling order's last answer as a proposal for an order under it; whoever answers takes it or does not.

        None also for who may not see the handling order: it may complain about the very unit that asks.
        """
        with self._store.read() as work:
            order = change.visible(work, order_id, by)
            head = work.orders.get(order.merged_into) if order.merged_into else None
            return offered(work, order) if head and _may_see(work, head, by) else None

    def ask_above(self, order_id: str, *, question: str, by: Actor) -> Order:
        """Ask the platform above what its message leaves open; the order stays on the desk, its clock runs."""
        if not question.strip():
            raise InvalidInput("a question is needed", message="请写明需要上级补充的内容")

        def act(_work: UnitOfWork, order: Order) -> list[Change]:
            check(order, Action.ASK_ABOVE, by)
            if order.origin != "upstream":
                raise InvalidInput("nobody is above", message="只有上级交办的工单可以请上级补充")
            data = {"question": said(question)}
            return [apply(order, Action.ASK_ABOVE, at=self._clock.now(), by=by, data=data)]

        return self._act(order_id, by, act)


def _split_before(work: UnitOfWork, order: Order, mark: str) -> list[Order]:
    """Return the orders that the same split made already; none when there was no such split."""
    for event in work.events.of_order(order.id):
        if event.kind == "split" and event.data.get("mark") == mark:
            made: list[Any] = list(event.data["orders"])
            known = work.orders.get_many(made)
            return [order, *(known[one] for one in made)]
    return []


def _may_see(work: UnitOfWork, order: Order, by: Actor) -> bool:
    try:
        change.visible(work, order.id, by)
    except NotFound:
        return False
    return True
