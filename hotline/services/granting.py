"""What a granted application does: back on the desk, a later due time, a clock that stands still, or out of the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.applications import STEPS, Application, Asks
from hotline.domain.conditions import pending
from hotline.domain.lifecycle import Change, apply, check
from hotline.domain.order import Flag, Order
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput
from hotline.services.books import Books
from hotline.services.clocks import UPSTREAM, facts_of
from hotline.services.facts import asked
from hotline.services.pausing import resumed
from hotline.services.ports import UnitOfWork
from hotline.services.redispatch import back_on_desk, given_back
from hotline.services.standing import Moved, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision as it is written: who, when, what was said, and the due time the platform above gave with it."""

    at: datetime
    by: Actor
    data: Mapping[str, Any]
    due: datetime | None = None


class Granting:
    """Makes the changes of a granted application; writes nothing."""

    def __init__(self, books: Books, work: UnitOfWork) -> None:
        self._books, self._work = books, work

    def changes(self, order: Order, asks: Asks, said: Decision) -> list[Change]:
        """Return the changes that granting makes, in order. Raises what ``lifecycle.check`` raises."""
        check(order, STEPS[asks].grant, said.by)
        match asks:
            case Asks.RETURN:
                return self._back(order, said)
            case Asks.EXTENSION:
                return [self._extended(order, said)]
            case Asks.PAUSE:
                return [self._paused(order, said)]
            case _:
                return [apply(order, STEPS[asks].grant, at=said.at, by=said.by, data=said.data)]

    def extension(self, order: Order, application: Application, due: datetime | None = None) -> tuple[int, Moved]:
        """Return how many units an extension gives and the due times with it.

        As many as the answer's row gives, or as asked if that is less. An order's ceiling, the platform's due time, holds unless
        the platform itself decided: then it is what it said (``due``), or moves on by as much.
        """
        standing = Standing(self._books, order, self._work.events.of_order(order.id), self._work.legs.of_order(order.id))
        row = standing.row()
        most = row.extension_amount if row is not None else 0
        amount = min((one for one in (application.amount, most) if one), default=0)
        if not amount or "answer" not in order.due:
            raise InvalidInput("no amount of an extension", message="时限规则没有写明每次延期的数量,申请也没有写明")
        ceiling = order.due.get(UPSTREAM)
        if application.decider == "upstream" and ceiling is not None:
            if due is not None and due < ceiling:
                raise InvalidInput(f"due {due} before {ceiling}", message="上级批复的新时限不能早于上级原定时限")
            ceiling = due or standing.above(amount)
        return amount, standing.extended(amount, ceiling)

    def _back(self, order: Order, said: Decision) -> list[Change]:
        """The tables are asked again without that unit, and the desk chooses; a clock that stood still runs again first."""
        done = list[Change]()
        if Flag.PAUSED in order.flags:
            done.append(resumed(self._books, self._work, order, at=said.at, by=Actor(said.by.name), reason="同意退单,恢复计时"))
            order = done[-1].order
        fields = back_on_desk(self._books.current(), order)
        ruled = {"row": fields["rule_row"], "rule": fields["rule_unit"], **asked(fields["book"], given_back(order))}
        return [*done, apply(order, Action.GRANT_RETURN, at=said.at, by=said.by, data={**said.data, **ruled}, **fields)]

    def _extended(self, order: Order, said: Decision) -> Change:
        application = pending(order, Asks.EXTENSION)
        assert application is not None  # noqa: S101  # the check saw it
        amount, moved = self.extension(order, application, said.due)
        data = {
            **said.data, "amount": amount, "asked_amount": application.amount, **moved.data, "rows": dict(order.due_rows),
            **asked(self._books.current().content_hash, facts_of(order)),
        }  # fmt: skip
        return apply(order, Action.GRANT_EXTENSION, at=said.at, by=said.by, data=data, legs_due=moved.legs, **moved.fields)

    @staticmethod
    def _paused(order: Order, said: Decision) -> Change:
        application = pending(order, Asks.PAUSE)
        assert application is not None  # noqa: S101  # the check saw it
        more = {"until": application.until, "public": application.public, "reason_code": application.code}
        return apply(order, Action.GRANT_PAUSE, at=said.at, by=said.by, data={**said.data, **more})
