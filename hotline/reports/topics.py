"""The part 类别: hot topics, appeals that come again, the heating season."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from hotline.domain.indicators import NOTHING, Rate, Ratio
from hotline.domain.ranking import VOLUME
from hotline.reports.layout import Bar, Cell, Cells, Chart, Part, Table, text
from hotline.services.figures.bulletin import CAME, Behind, Bulletin, HeatingPart, HotTopic

SHOWN: Final = 20
"""How many classes and places of repeated appeals are told."""
_HEATED: Final[tuple[Rate, ...]] = ("response", "on_time", "satisfaction")


def topics_part(bulletin: Bulletin, cells: Cells) -> Part:
    """Return 类别."""
    running = ";期间未结束,与上期、上年截至同日的件数相比" if bulletin.provisional else ""
    heads = ("类别", "件数", "占比", "上期", "环比", "上年同期", "同比")
    hot = Table(
        "热点诉求", heads, tuple(_topic(one, bulletin, cells) for one in bulletin.topics),
        note=f"按件数取前 {len(bulletin.topics)} 类{running}" if bulletin.topics else "",
    )  # fmt: skip
    tables, charts = [hot, _again(bulletin)], [_hot_chart(bulletin)]
    if bulletin.heating is not None:
        tables += _heating(bulletin, bulletin.heating, cells)
        bars = tuple(Bar(f"{day:%m-%d}", n) for day, n in bulletin.heating.days)
        charts.append(Chart("供热诉求每日件数", bars, line=True, name="件数"))
    return Part("类别", tuple(tables), tuple(charts))


def short(category: str) -> str:
    """Return a class by its last name."""
    return category.rpartition("/")[2] or "未分类"


def _topic(one: HotTopic, bulletin: Bulletin, cells: Cells) -> tuple[Cell, ...]:
    behind = Behind(rate=CAME[bulletin.book], by="category", key=one.category)
    changes = (one.before, one.change(one.before)), (one.year_ago, one.change(one.year_ago))
    compared = [cell for known, change in changes for cell in (Cell(known, "count"), Cell(change, "change"))]
    return Cell(one.category), cells.count(one.orders, behind), Cell(one.share, "share"), *compared


def _hot_chart(bulletin: Bulletin) -> Chart:
    bars = tuple(Bar(short(one.category), one.orders) for one in bulletin.topics)
    known = any(one.before is not None for one in bulletin.topics)
    other = tuple(one.before for one in bulletin.topics) if known else ()
    return Chart("热点诉求件数", bars, other=other, other_name="上期" if known else "")


def _again(bulletin: Bulletin) -> Table:
    heads = ("类别", "街镇", "来电人数", "涉及工单", "重办两次以上")
    said = bulletin.repeated
    if said is None:
        return Table("重复诉求", heads, (), empty="上级口径不统计此项")
    rows = [
        (Cell(one.category or "未分类"), Cell(bulletin.place_names.get(one.place, one.place) or "地点不详"),
         *(Cell(n, "count") for n in (one.callers, one.orders, one.reopened)))
        for one in said.matters[:SHOWN]
    ]  # fmt: skip
    more = f",列出前 {SHOWN} 项" if len(said.matters) > SHOWN else ""
    note = f"同一来电人 3 件以上:{said.callers} 人、{said.orders} 件;重办两次以上:{said.reopened} 件{more}"
    return Table("重复诉求", heads, tuple(rows), empty="本期没有重复诉求", note=note if rows else "")


def _heating(bulletin: Bulletin, part: HeatingPart, cells: Cells) -> Iterator[Table]:
    compared = [f"{name} {n} 件" for name, n in (("上期", part.before), ("上年同期", part.year_ago)) if n is not None]
    classes = "、".join(f"{short(one.name)} {one.orders} 件" for one in part.classes)
    cells = cells if len(part.classes) == 1 else cells.plain()
    known = sorted(part.units.items(), key=lambda one: (-one[1].get(VOLUME, NOTHING).denominator, one[0]))
    rows = tuple(_heated(code, rates, bulletin, part.classes[0].name, cells) for code, rates in known if code)
    note = ";".join([f"共 {part.total} 件({classes})", *compared])
    yield Table(
        "供热诉求(采暖期)按单位", ("单位", "派单", "响应率", "按时办结率", "满意率"), rows, empty="本期没有供热诉求", note=note
    )
    days = tuple((*text(f"{day:%Y-%m-%d}"), Cell(n, "count")) for day, n in part.days)
    yield Table("供热诉求每日件数", ("日期", "件数"), days, empty="本期采暖期内尚无日期")


def _heated(code: str, rates: Mapping[Rate, Ratio], bulletin: Bulletin, category: str, cells: Cells) -> tuple[Cell, ...]:
    volume = Behind(rate=VOLUME, by="unit", key=code, category=category)
    told = (cells.rate(rate, rates.get(rate, NOTHING), unit=code, category=category) for rate in _HEATED)
    return Cell(bulletin.unit_names.get(code, code)), cells.count(rates.get(VOLUME, NOTHING).denominator, volume), *told
