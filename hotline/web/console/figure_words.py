"""Figures in words: what counts and what is missed of each rate, what a key stands for, what a list of orders is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hotline.domain.indicators import RATE_NAMES, Rate, Ratio
from hotline.services.figures.lists import Figure
from hotline.services.figures.rows import Grouping
from hotline.web.console.words import CHANNEL_NAMES
from routing_rules.pack import Pack

COUNTED: Final[Mapping[Rate, tuple[str, str]]] = {
    "response": ("已响应", "未响应"), "resolution": ("已解决", "未解决"), "satisfaction": ("满意", "不满意"),
    "on_time": ("按时", "未按时"), "signed_on_time": ("按时签收", "未按时签收"), "callback": ("回访接通", "回访未接通"),
    "return": ("退单", "未退单"), "reopening": ("重办", "未重办"), "first_dispatch": ("一次派准", "改派或退单"),
    "leg_on_time": ("环节按时", "环节超时"), "refused_return": ("退单被驳回", "退单获准"),
    "correction": ("退回补正", "未退回补正"), "direct": ("直办", "非直办"), "excluded": ("已剔除", "未剔除"),
    "anonymous": ("匿名", "非匿名"), "no_reply": ("不需回复", "需回复"), "automatic": ("系统派单", "人工派单"),
    "first_choice": ("采纳首选", "未采纳首选"), "top_three": ("在前三之内", "不在前三之内"),
    "automatic_returned": ("退单", "未退单"),
}  # fmt: skip
"""What is counted in the numerator, and what is not."""

WANTED_LOW: Final[frozenset[Rate]] = frozenset({"return", "reopening", "correction", "automatic_returned"})
"""Rates of what went wrong: the smaller, the better."""
NEUTRAL: Final[frozenset[Rate]] = frozenset({"direct", "excluded", "anonymous", "no_reply", "automatic", "refused_return"})
"""Shares that are neither good nor bad."""
REGISTERED: Final[frozenset[Rate]] = frozenset({"direct", "excluded", "anonymous", "no_reply"})
"""Shares of everything that was registered."""
NOWHERE: Final[Mapping[Grouping, str]] = {
    "all": "全部", "unit": "未派单", "street": "地点不明", "category": "未分类", "channel": "渠道不明", "kind": "类型不明",
    "month": "", "tag": "无标签",
}  # fmt: skip


def key_name(by: Grouping, key: str, pack: Pack) -> str:
    """Return what a key stands for, for people."""
    if not key:
        return NOWHERE[by]
    match by:
        case "unit":
            return pack.unit_name(key)
        case "street":
            return place_name(key, pack)
        case "category":
            return key.replace("/", " / ")
        case "channel":
            return CHANNEL_NAMES.get(key, key)
        case _:
            return key


def about(figure: Figure, pack: Pack) -> str:
    """Return what a figure is about: its key, and the class and the place that it is narrowed to."""
    found = [] if figure.key is None or figure.by == "all" else [key_name(figure.by, figure.key, pack)]
    found += [place_name(figure.place, pack)] if figure.place else []
    found += [figure.category.replace("/", " / ")] if figure.category else []
    found += ["供热以外"] if figure.apart else []
    return " ".join(found)


def place_name(path: str, pack: Pack) -> str:
    """Return a place's name; a place outside of the district with the one above it."""
    parts = path.split("/")
    names = [place.name if (place := pack.geography.places.get(code)) else code for code in parts]
    return names[-1] if parts[0] == pack.settings.district else "·".join(names)


def whose(rate: Rate, good: bool | None) -> str:
    """Return which orders of a rate are meant: 按时的, 未按时的, 全部."""
    if good is None:
        return "登记的" if rate in REGISTERED else "计入分母的"
    return f"{COUNTED[rate][0 if good else 1]}的"


def heading(who: str, period: str, rate: Rate, ratio: Ratio, good: bool | None, counted: int, orders: int) -> str:
    """Return a figure and its orders in words: 城管局 2026-10 按时办结率 41/45:未按时的 4 件; 次 where an order counts twice."""
    subject = " ".join(part for part in (who, period, RATE_NAMES[rate]) if part)
    measure = "件" if counted == orders else "次"
    return f"{subject} {ratio.numerator}/{ratio.denominator}:{whose(rate, good)} {counted} {measure}"


def percent(value: float | None) -> str:
    """Return a share with one digit, a dash for none."""
    return "—" if value is None else f"{value:.1%}"
