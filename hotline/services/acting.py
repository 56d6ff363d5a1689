"""Acts of people on an order: one commit each, of the version the person saw (see ``change.visible``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hotline.domain.actions import Action
from hotline.domain.lifecycle import Change, apply
from hotline.domain.order import Order
from hotline.domain.roles import Actor
from hotline.domain.text import clean
from hotline.errors import InvalidInput
from hotline.services import change
from hotline.services.books import Books
from hotline.services.ports import Clock, Store, UnitOfWork

MAX_SAID = 20_000  # characters of an answer or a reason


class Acts:
    """The base of the services that act on one order; each act is one commit and raises what ``lifecycle.check`` raises."""

    def __init__(self, store: Store, clock: Clock, books: Books) -> None:
        self._store, self._clock, self._books = store, clock, books

    def _one(self, order_id: str, action: Action, by: Actor, data: Mapping[str, Any], **fields: Any) -> Order:
        """Do one action that needs no look at the order first; returns the order as it is afterwards."""
        return self._act(
            order_id, by, lambda _work, order: [apply(order, action, at=self._clock.now(), by=by, data=data, **fields)]
        )

    def _act(self, order_id: str, by: Actor, act: Callable[[UnitOfWork, Order], list[Change]]) -> Order:
        """Write what ``act`` makes of the order, in one commit; no changes, and nothing but the commit happens.

        Raises ``NotFound`` when ``by`` may not see the order, ``VersionDiffers`` when it stands at another version than was seen.
        """
        with self._store.write() as work:
            order = change.visible(work, order_id, by)
            changes = act(work, order)
            change.write(work, changes)
            work.commit()
        return changes[-1].order if changes else order


def said(text: str) -> str:
    """Return what a person wrote, cleaned. Raises ``InvalidInput`` when it is longer than ``MAX_SAID`` characters."""
    if len(text) > MAX_SAID:
        raise InvalidInput(f"longer than {MAX_SAID} characters", message=f"填写的内容超过 {MAX_SAID} 字")
    return clean(text)
