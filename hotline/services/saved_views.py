"""Filters of the work list that people keep under a name, on the server, for their own key."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlencode

from hotline.domain.text import clean
from hotline.errors import InvalidInput, NotFound
from hotline.services.ports import Store
from hotline.services.rows import SavedView

FIELDS: Final = (
    "tab", "q", "unit", "category", "place", "kind", "channel", "urgency", "flag", "from", "to", "due", "sort",
)  # fmt: skip
"""What a view keeps of an address; everything else in it is left out, also where somebody was in the list."""
MOST_VIEWS: Final = 30
LONGEST_NAME: Final = 30
_LONGEST_VALUE: Final = 200


class SavedViews:
    """Keeps, lists and forgets views; ``key`` is the id of an account's key."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, key: str) -> list[SavedView]:
        """Return a key's views, by name."""
        with self._store.read() as work:
            return work.saved_views.of(key)

    def keep(self, key: str, name: str, query: str) -> SavedView:
        """Keep a filter under a name, in place of the one that had it. Raises ``InvalidInput``."""
        view = SavedView(key=key, name=clean(name).strip(), query=kept(query))
        if not 1 <= len(view.name) <= LONGEST_NAME or not view.name.isprintable():
            raise InvalidInput(f"a name has 1 to {LONGEST_NAME} characters", message=f"视图名称应为 1 至 {LONGEST_NAME} 字")
        with self._store.write() as work:
            others = [one for one in work.saved_views.of(key) if one.name != view.name]
            if len(others) >= MOST_VIEWS:
                raise InvalidInput(f"{MOST_VIEWS} views at most", message=f"最多保存 {MOST_VIEWS} 个视图,请先删除不用的")
            work.saved_views.put(view)
            work.commit()
        return view

    def forget(self, key: str, name: str) -> None:
        """Forget a view. Raises ``NotFound``."""
        with self._store.write() as work:
            if not work.saved_views.drop(key, name):
                raise NotFound("view", name)
            work.commit()


def kept(query: str) -> str:
    """Return an address's filter: fields that a list has, each once, none of them empty."""
    given = dict(parse_qsl(clean(query).lstrip("?")))
    fields = {name: given[name].strip()[:_LONGEST_VALUE] for name in FIELDS if given.get(name, "").strip()}
    return urlencode(fields)
