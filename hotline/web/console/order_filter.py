"""The work list's filter as an address has it: one GET form, so that a colleague can be sent it and a view can be kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from hotline.domain.facts import KINDS
from hotline.domain.order import Flag
from hotline.domain.text import clean
from hotline.services.rows import OrderFilter
from hotline.services.saved_views import FIELDS
from hotline.services.work_list import OFFICE_TABS, UNIT_TABS, Asked
from hotline.web.api.fields import start_of
from hotline.web.console.words import CHANNEL_NAMES, URGENCY_NAMES
from routing_rules.pack import Pack

TAB_NAMES: Final[Mapping[str, str]] = {
    "open": "全部在办", "desk": "待派单", "sign": "待签收", "handling": "办理中", "soon": "将到期", "late": "已超期",
    "again": "退回·重办", "answered": "已答复", "returns": "退单申请", "review": "待审核", "callback": "待回访",
    "closed": "已办结",
}  # fmt: skip
KIND_NAMES: Final[Mapping[str, str]] = {kind: kind for kind in KINDS}
SORT_NAMES: Final[Mapping[str, str]] = {"due": "剩余时间从少到多", "received": "受理时间从新到旧"}
FLAG_NAMES: Final[Mapping[str, str]] = {
    Flag.ESCALATED: "已提级", Flag.PAUSED: "暂停", Flag.CONFIDENTIAL: "保密", Flag.CHANGED_ABOVE: "来件变更",
    Flag.RETURN_ASKED: "退单申请中", Flag.MERGED: "已并单", Flag.EXCLUDED: "已剔除", Flag.PROBLEM: "问题工单",
}  # fmt: skip
_ALIKE: Final = {"review": "answered", "callback": "answered", "returns": "again"}
"""Tabs of the office, by which a unit has the same orders."""
_HIDDEN: Final = frozenset({"kind", "channel", "urgency", "flag", "from", "to", "due", "sort"})
"""Fields under 更多条件."""


@dataclass(frozen=True, slots=True)
class Query:
    """What an address asks for; what no list has is left out, as it may be an old address."""

    values: Mapping[str, str]
    office: bool

    @classmethod
    def of(cls, given: Iterable[tuple[str, str]], *, office: bool) -> Query:
        """Read an address's fields."""
        values = {name: clean(value).strip()[:200] for name, value in given if name in FIELDS}
        known = OFFICE_TABS if office else UNIT_TABS
        tab = values.get("tab", "")
        alike = "" if office else _ALIKE.get(tab, "")
        values["tab"] = tab if tab in known else alike or known[0]
        if not office:
            values.pop("unit", None)
        return cls({name: values.get(name, "") for name in FIELDS}, office)

    @property
    def tab(self) -> str:
        """The tab's key."""
        return self.values["tab"]

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the tab."""
        return any(value for name, value in self.values.items() if name not in ("tab", "sort"))

    @property
    def more(self) -> bool:
        """Whether something under 更多条件 is set."""
        return any(self.values[name] for name in _HIDDEN)

    def address(self, path: str = "/orders", **changed: str) -> str:
        """Return the address of this list, with some fields changed."""
        return f"{path}?{urlencode({name: value for name, value in {**self.values, **changed}.items() if value})}"

    def asked(self, pack: Pack) -> Asked:
        """Return what the work list is asked for; a day ``to`` and ``due`` is meant with its end."""
        given, zone = self.values, pack.zone
        flag = frozenset({Flag(given["flag"])}) if given["flag"] in set(Flag) else frozenset[Flag]()
        fields: dict[str, Any] = {
            "text": given["q"], "unit": given["unit"] or None, "category": given["category"] or None,
            "place": given["place"] or None, "kind": _known(given["kind"], KIND_NAMES), "flags": flag,
            "channel": _known(given["channel"], CHANNEL_NAMES), "urgency": _known(given["urgency"], URGENCY_NAMES),
            "received_from": _day(given["from"], zone, 0), "received_before": _day(given["to"], zone, 1),
            "due_before": _day(given["due"], zone, 1),
        }  # fmt: skip
        return Asked(tab=self.tab, narrowed=OrderFilter(**fields), sort=_known(given["sort"], SORT_NAMES) or "")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers: categories and places with everything below them, by value."""

    categories: Mapping[str, str]
    places: Mapping[str, str]

    @classmethod
    def of(cls, pack: Pack) -> Choices:
        """Return the first two levels of the categories, and the places down to the streets."""
        paths = sorted({"/".join(one.split("/")[:depth]) for one in pack.categories for depth in (1, 2)})
        places = {pack.geography.path(one.code): one for one in pack.geography.places.values() if one.level != "community"}
        return cls(
            {path: ("　" if "/" in path else "") + path.rsplit("/", 1)[-1] for path in paths},
            {path: ("　" if "/" in path else "") + one.name for path, one in sorted(places.items())},
        )


def _known(value: str, known: Iterable[str]) -> str | None:
    return value if value in known else None


def _day(value: str, zone: ZoneInfo, days: int) -> datetime | None:
    try:
        return start_of(date.fromisoformat(value) + timedelta(days=days), zone)
    except (ValueError, OverflowError):
        return None
