"""Filters of the work list that people keep under a name, on the server, for their own key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, get_args
from urllib.parse import parse_qsl, urlencode

from hotline.domain.call import CHANNELS
from hotline.domain.facts import KINDS, Urgency
from hotline.domain.order import Flag
from hotline.domain.text import clean
from hotline.errors import InvalidInput, NotFound
from hotline.services.ports import Store
from hotline.services.rows import SavedView
from hotline.services.work_list import OFFICE_TABS, UNIT_TABS

FIELDS: Final = (
    "tab", "q", "unit", "category", "place", "kind", "channel", "urgency", "flag", "from", "to", "due", "sort",
)  # fmt: skip
"""What a view keeps of an address; everything else in it is left out, also where somebody was in the list."""
MOST_VIEWS: Final = 30
LONGEST_NAME: Final = 30
_LONGEST_VALUE: Final = 200
_MOST_FIELDS: Final = 100


def _day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2026-11-23")


_KNOWN: Final[Mapping[str, Callable[[str], bool]]] = {
    "tab": frozenset({*OFFICE_TABS, *UNIT_TABS}).__contains__, "kind": frozenset(KINDS).__contains__,
    "channel": frozenset(CHANNELS).__contains__, "urgency": frozenset(get_args(Urgency)).__contains__,
    "flag": frozenset(map(str, Flag)).__contains__, "from": _day, "to": _day, "due": _day,
    "sort": frozenset({"due", "received"}).__contains__,
}  # fmt: skip
"""What a list can be asked for; words, units, classes and places are any text, at most as long as the page takes."""
_NAMES: Final[Mapping[str, str]] = {
    "tab": "分栏", "kind": "类型", "channel": "来源", "urgency": "紧急程度", "flag": "标记", "from": "受理起始日期",
    "to": "受理截止日期", "due": "到期日期", "sort": "排序",
}  # fmt: skip


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
    """Return an address's filter: fields that a list has, each once, none of them empty.

    Raises ``InvalidInput`` for a value that no list can be asked for.
    """
    given = dict(parse_qsl(clean(query).lstrip("?"), max_num_fields=_MOST_FIELDS))
    fields = {name: given[name].strip()[:_LONGEST_VALUE] for name in FIELDS if given.get(name, "").strip()}
    if unknown := next((name for name, value in fields.items() if name in _KNOWN and not _KNOWN[name](value)), None):
        raise InvalidInput(f"{unknown}: unknown", message=f"视图中的{_NAMES[unknown]}不是可用的筛选条件")
    return urlencode(fields)
