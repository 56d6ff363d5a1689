"""What each kind of message from above does to an order; what is not lawful or not understood becomes a supplement for the desk.

Data of a message (JSON; everything may be missing unless said):
 - every kind: ``reason``;
 - ``redo``: the message's own due time is that of the new round;
 - ``change_due``: the message's due time, needed;
 - ``decision``: ``asks`` (return, extension, pause, exclusion, upward) and ``granted``, needed; ``decided_by``; the message's
   due time is the platform's new one;
 - ``callback``: ``reached``, needed; ``responded``, ``solved`` (yes, partly, no), ``rating`` 1–5, ``reopen`` true = done again;
 - ``rating``: ``level`` 1–5, needed; ``solved``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from hotline.domain.above import About
from hotline.domain.actions import Action
from hotline.domain.applications import STEPS, Asks
from hotline.domain.conditions import pending
from hotline.domain.lifecycle import Change, apply, check
from hotline.domain.order import Flag, Order, State
from hotline.domain.ratings import Rating
from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput
from hotline.services.acting import said
from hotline.services.books import Books
from hotline.services.clocks import UPSTREAM as CEILING
from hotline.services.clocks import Clocks, facts_of, next_round
from hotline.services.closing import Callback
from hotline.services.facts import asked
from hotline.services.granting import Decision, Granting
from hotline.services.ports import UnitOfWork
from hotline.services.ratings import keep, rated
from hotline.services.standing import Standing

PLATFORM: Final = Actor("上级平台", Role.UPSTREAM)
RATED_ABOVE: Final = "upstream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing a message says: ``data`` as above, ``due`` its due time, ``sent`` when it was said, ``told`` what events keep."""

    about: str
    data: Mapping[str, Any]
    due: datetime | None
    sent: datetime
    at: datetime
    told: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return a text of the data. Raises ``InvalidInput`` when it is none."""
        value = self.data.get(name, "")
        if not isinstance(value, str):
            raise InvalidInput(f"{name} is no text", message=f"来件内容 {name} 应为文字")
        return said(value)


class UpstreamActs:
    """Makes the changes; writes nothing but a rating, in the unit of work it is given."""

    def __init__(self, books: Books, work: UnitOfWork) -> None:
        self._books, self._work = books, work
        self._acts: Mapping[str, Callable[[Order, Said], list[Change]]] = {
            About.URGE: self._urge, About.REDO: self._redo, About.SEND_BACK: self._send_back, About.RECALL: self._recall,
            About.CHANGE_DUE: self._change_due, About.DECISION: self._decide, About.CALLBACK: self._callback,
            About.RATING: self._rate, About.CLOSE: self._close,
        }  # fmt: skip

    def changes(self, order: Order, what: Said) -> list[Change]:
        """Return the changes of one thing said; none when there is no such kind.

        Raises ``InvalidInput`` for data that do not fit, and what ``lifecycle.check`` and ``ratings.keep`` raise.
        """
        act = self._acts.get(what.about)
        return act(order, what) if act else []

    def _urge(self, order: Order, what: Said) -> list[Change]:
        return [self._plain(order, Action.URGE, what)]

    def _send_back(self, order: Order, what: Said) -> list[Change]:
        return [self._plain(order, Action.SEND_BACK, what)]

    def _recall(self, order: Order, what: Said) -> list[Change]:
        return [self._plain(order, Action.RECALL, what)]

    def _close(self, order: Order, what: Said) -> list[Change]:
        data: dict[str, Any] = {"reached": None, "sampled": False, "final": True, "attempt": order.callback_attempts}
        return [self._plain(order, Action.CLOSE, what, **data)]

    def _redo(self, order: Order, what: Said) -> list[Change]:
        """A new round with its own due time: the platform's where it gave one, else the tables' under what still stands above."""
        check(order, Action.REOPEN, PLATFORM)
        began = replace(order, due={**order.due, CEILING: what.due}) if what.due else order
        due = Clocks(self._books.current()).on_reopen(began, what.at)
        data = {**due.data, **asked(self._books.current().content_hash, facts_of(next_round(began, what.at)))}
        fields = {**due.fields, "closed_at": None}
        return [self._plain(order, Action.REOPEN, what, legs_due=due.legs, fields=fields, **data)]

    def _change_due(self, order: Order, what: Said) -> list[Change]:
        """The platform's due time is our answer's ceiling; the legs move with it."""
        if what.due is None:
            raise InvalidInput("a changed deadline needs one", message="时限变更没有写明新的时限")
        check(order, Action.CHANGE_DUE, PLATFORM)
        if order.due.get(CEILING) == what.due:
            return [self._plain(order, Action.NOTE_ABOVE, what, why="时限与现有的相同")]
        legs = self._work.legs.of_order(order.id)
        moved = Standing(self._books, order, self._work.events.of_order(order.id), legs).capped(what.due)
        data = {"why": "上级变更时限", **moved.data, "rows": dict(order.due_rows)}
        return [self._plain(order, Action.CHANGE_DUE, what, legs_due=moved.legs, fields=moved.fields, **data)]

    def _decide(self, order: Order, what: Said) -> list[Change]:
        asks, granted = _asks(what.data.get("asks")), what.data.get("granted")
        if not isinstance(granted, bool):
            raise InvalidInput("granted is needed", message="审批结果没有写明同意或不同意")
        application = pending(order, asks)
        check(order, STEPS[asks].grant if granted else STEPS[asks].refuse, PLATFORM)
        decided: dict[str, Any] = {"asks": str(asks), "decided_at": what.sent.isoformat()}
        decided["decided_by"] = what.text("decided_by") or PLATFORM.name
        if application is not None:
            decided |= {"decider": application.decider, "row": application.row}
        if not granted:
            return [self._plain(order, STEPS[asks].refuse, what, **decided)]
        data = {**what.told, "reason": what.text("reason"), **decided}
        return Granting(self._books, self._work).changes(order, asks, Decision(at=what.at, by=PLATFORM, data=data, due=what.due))

    def _callback(self, order: Order, what: Said) -> list[Change]:
        """The city called back: that is the one which counts, also after we closed; done again only when the city says so."""
        heard = _heard(what)
        data = {
            "reached": heard.reached, "responded": heard.responded, "solved": heard.solved, "rating": heard.rating,
            "note": "", "attempt": order.callback_attempts, "final": True, "channel": RATED_ABOVE,
        }  # fmt: skip
        data |= {"follow_up": True} if Flag.RECTIFYING in order.flags else {}
        again, stays = heard.reopen is True, heard.solved == "no" or order.state is State.CLOSED
        action = Action.REOPEN if again else Action.ATTEMPT_CALLBACK if stays else Action.CLOSE
        check(order, action, PLATFORM)
        fields: dict[str, Any] = {}
        if heard.rating is not None:
            fields = self._kept(order, what, heard.rating, heard.solved)
        if again:
            (change,) = self._redo(order, replace(what, told={**what.told, **data}))
            return [change]
        return [self._plain(order, action, what, fields=fields, **data)]

    def _rate(self, order: Order, what: Said) -> list[Change]:
        level, solved = what.data.get("level"), what.data.get("solved")
        if not isinstance(level, int) or isinstance(level, bool) or not isinstance(solved, str | None):
            raise InvalidInput("a rating needs its level", message="评价没有写明满意度(1 至 5)")
        check(order, Action.RATE, PLATFORM)
        fields = self._kept(order, what, level, solved)
        data = {"channel": RATED_ABOVE, "level": level, "solved": solved, "round": order.round}
        return [self._plain(order, Action.RATE, what, fields=fields, **data)]

    def _kept(self, order: Order, what: Said, level: int, solved: str | None) -> dict[str, Any]:
        rating = Rating(
            order_id=order.id, round=order.round, channel=RATED_ABOVE, level=level, at=what.at, actor=PLATFORM.name,
            solved=solved, reason=what.text("reason"),
        )  # fmt: skip
        keep(self._work, rating)
        return rated(order, rating)

    def _plain(
        self, order: Order, action: Action, what: Said, *, fields: Mapping[str, Any] | None = None, legs_due: Any = None,
        **data: Any,
    ) -> Change:  # fmt: skip
        told = {**what.told, "reason": what.text("reason"), **data}
        return apply(order, action, at=what.at, by=PLATFORM, data=told, legs_due=legs_due, **(fields or {}))


def already(order: Order, about: str) -> bool:
    """Whether what a message says is so by now: then it is noted and no more."""
    said_so = {About.RECALL: State.RECALLED, About.CLOSE: State.CLOSED}
    return about in said_so and order.state is said_so[About(about)]


def _asks(value: object) -> Asks:
    try:
        return Asks(str(value))
    except ValueError:
        raise InvalidInput(f"asks {value!r}", message="审批结果没有写明是哪一项申请") from None


def _heard(what: Said) -> Callback:
    data = what.data
    flags = {name: data.get(name) for name in ("reached", "responded", "reopen")}
    if not isinstance(flags["reached"], bool) or not all(isinstance(one, bool | None) for one in flags.values()):
        raise InvalidInput("a callback says whether it reached", message="回访结果没有写明是否接通")
    solved, rating = data.get("solved"), data.get("rating")
    if not isinstance(solved, str | None) or not isinstance(rating, int | None) or isinstance(rating, bool):
        raise InvalidInput("a callback's answers", message="回访结果的内容不完整")
    return Callback(
        reached=flags["reached"], responded=flags["responded"], solved=solved, rating=rating, reopen=flags["reopen"]
    )  # fmt: skip
