"""The parts of a bulletin 通报: 总览, 部门, 街道, 类别, 环节用时, 口径, as tables and charts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from hotline.domain.indicators import NOTHING, RATE_NAMES, RATES, Rate
from hotline.domain.ranking import VOLUME, Sort, Standing
from hotline.reports.layout import DASH, Bar, Cell, Cells, Chart, Part, Table, rate_chart, text
from hotline.reports.topics import topics_part
from hotline.services.figures.bulletin import CAME, Behind, Bulletin, Group
from hotline.services.figures.stage_times import StageTime

FURTHER: Final[tuple[Rate, ...]] = ("leg_on_time", "correction", "refused_return")
STAGE_NAMES: Final = {"desk": "待派单", "sign": "待签收", "handling": "办理", "review": "审核", "callback": "待回访"}
SHEETS: Final[dict[Sort, str]] = {"department": "部门", "street": "街道", "company": "企业", "community": "社区村"}
TIERS: Final = "一二三四五六七八九十"
CHARTED: Final = 15
HOUR: Final = timedelta(hours=1)
"""How many units a chart of scores shows."""
_OFFICIAL: Final = "上级口径不统计此项"


def parts(bulletin: Bulletin, site: str = "") -> tuple[Part, ...]:
    """Return every part in its order; departments and streets are always there."""
    cells = Cells(bulletin, site)
    found = {group.sort: group for group in bulletin.groups}
    needed: tuple[Sort, ...] = ("department", "street")
    shown: list[Sort] = [sort for sort in SHEETS if sort in needed or sort in found]
    units = [units_part(found.get(sort) or _nobody(sort), bulletin, cells) for sort in shown]
    return (overview(bulletin, cells), *units, topics_part(bulletin, cells), times(bulletin), rules(bulletin))


def overview(bulletin: Bulletin, cells: Cells) -> Part:
    """Return 总览: what came in and how it was handled on the whole."""
    tables = (
        Table("受理情况", ("项目", "件数", "占比"), tuple(_headline(bulletin, cells))),
        Table("各项比率", ("指标", "比率"), tuple(_whole(bulletin, cells)), note="比率之后为分子/分母和 95% 置信区间(Wilson)"),
        Table("受理渠道", ("渠道", "件数", "占比"), _counts(bulletin, cells, "channel")),
        Table("诉求类型", ("类型", "件数", "占比"), _counts(bulletin, cells, "kind")),
        Table("派单量前三", ("分类", "单位", "派单"), tuple(_largest(bulletin, cells))),
    )
    return Part("总览", tables, (rate_chart("各项比率与 95% 置信区间", bulletin.whole.items()),))


def units_part(group: Group, bulletin: Bulletin, cells: Cells) -> Part:
    """Return the units of one sort, ranked in their tiers, those apart below."""
    shown = [rate for rate in (*RATES, *FURTHER) if rate in bulletin.definitions]
    heads = ("档次", "名次", "单位", "派单", "综合分", *(RATE_NAMES[rate] for rate in shown))
    rows = tuple(_unit(one, shown, cells) for one in group.all)
    apart = len(group.ranked) if group.apart else None
    table = Table(
        f"{group.name}办理情况", heads, rows, note=_tiers(group, bulletin), apart=apart,
        apart_why=f"样本不足(派单少于 {bulletin.floor} 件)或没有可计分的比率,不参与排名",
    )  # fmt: skip
    charted = group.ranked[:CHARTED]
    bars = tuple(Bar(f"{_tier(one)} {one.rank}. {one.name}(n={one.volume})", one.score or 0.0) for one in charted)
    title = f"{group.name}综合分" + (f"(前 {CHARTED} 行)" if len(group.ranked) > CHARTED else "")
    return Part(SHEETS[group.sort], (table,), (Chart(title, bars, name="综合分"),), wide=True)


def times(bulletin: Bulletin) -> Part:
    """Return 环节用时: how long orders stayed in each stage."""
    heads = ("件次", "中位数(自然时间)", "九成以内(自然时间)", "中位数(工作时间)", "九成以内(工作时间)")
    empty = _OFFICIAL if bulletin.book == "official" else "本期没有结束的环节"
    tables = (
        Table("各环节用时(小时)", ("环节", *heads), tuple(_time(one) for one in bulletin.stages), empty),
        Table(
            "各单位签收、办理用时(小时)", ("环节", "单位", *heads),
            tuple(_time(one, bulletin.unit_names.get(one.unit, one.unit)) for one in bulletin.unit_stages), empty,
        ),
    )  # fmt: skip
    bars = tuple(Bar(STAGE_NAMES[one.stage], one.calendar.median / HOUR) for one in bulletin.stages)
    other = tuple(one.working.median / HOUR for one in bulletin.stages)
    return Part("环节用时", tables, (Chart("环节用时中位数(小时)", bars, name="自然时间", other=other, other_name="工作时间"),))


def rules(bulletin: Bulletin) -> Part:
    """Return 口径: how everything was counted."""
    defined = tuple(text(RATE_NAMES[rate], words) for rate, words in bulletin.definitions.items())
    weights = "、".join(f"{RATE_NAMES[rate]} {weight:g}" for rate, weight in bulletin.weights.items())
    said = (
        ("统计期间", f"{bulletin.period.first} 00:00 至 {bulletin.period.last} 24:00;按各指标确定的时刻归期"),
        ("口径", f"{bulletin.book_name};本区口径与上级口径分别统计,不混用"),
        ("专题", bulletin.topic.name or "全部工单"),
        ("不计入", bulletin.left_out),
        ("综合分", f"按权重加权:{weights};没有样本的指标,其权重分给其他指标" if weights else "规则包未设权重,不计分、不排名"),
        (
            "分档分类",
            f"部门、街镇、企业分开,按派单量分档(季度界限按天数折算),档内按综合分排名;派单少于 {bulletin.floor} 件的不排名",
        ),
        ("件次", "重办的每一轮次、每次派单分别计数;点开数字后每件工单只列一次"),
        ("环节用时", "本期内结束的环节;工作时间按办公时间和节假日安排计算,不扣除挂账时间"),
        ("重复诉求", "同一来电人本期 3 件以上,或重办两次以上;只计数,不列来电人"),
        ("计算时间", f"{bulletin.computed_at.astimezone(bulletin.period.zone):%Y-%m-%d %H:%M:%S %z}"),
        ("规则包", bulletin.book_hash),
    )
    return Part(
        "口径",
        (Table("指标定义", ("指标", "计算方法"), defined), Table("说明", ("项目", "说明"), tuple(text(*one) for one in said))),
    )


def _headline(bulletin: Bulletin, cells: Cells) -> Iterator[tuple[Cell, ...]]:
    came = CAME[bulletin.book]
    yield Cell("受理"), cells.count(bulletin.accepted, Behind(rate=came)), Cell(None, "share")
    names = {"direct": "其中直办", "excluded": "其中剔除", "anonymous": "其中匿名", "no_reply": "其中不需回复"}
    for rate, ratio in bulletin.shares.items():
        yield Cell(names[rate]), cells.count(ratio.numerator, Behind(rate=rate, good=True)), Cell(ratio.value, "share")
    if bulletin.overdue is not None:
        late = bulletin.overdue.get("", 0)
        yield Cell("编制时全部在办中已超期"), Cell(late, "count", cells.late("") if late else ""), Cell(None, "share")


def _whole(bulletin: Bulletin, cells: Cells) -> Iterator[tuple[Cell, ...]]:
    for rate in (*RATES, *FURTHER):
        if rate in bulletin.definitions:
            yield Cell(RATE_NAMES[rate]), cells.rate(rate, bulletin.whole.get(rate, NOTHING))


def _counts(bulletin: Bulletin, cells: Cells, by: str) -> tuple[tuple[Cell, ...], ...]:
    found = bulletin.channels if by == "channel" else bulletin.kinds
    total = bulletin.accepted or 1
    return tuple((Cell(one.name), cells.count(one.orders, one.behind), Cell(one.orders / total, "share")) for one in found)


def _largest(bulletin: Bulletin, cells: Cells) -> Iterator[tuple[Cell, ...]]:
    for group in bulletin.groups:
        for one in group.largest:
            yield Cell(group.name), Cell(one.name), _volume(one, cells)


def _volume(one: Standing, cells: Cells) -> Cell:
    return cells.count(one.volume, Behind(rate=VOLUME, by="unit", key=one.unit))


def _unit(one: Standing, shown: list[Rate], cells: Cells) -> tuple[Cell, ...]:
    rates = (cells.rate(rate, one.rates.get(rate, NOTHING), unit=one.unit) for rate in shown)
    return Cell(_tier(one)), Cell(one.rank, "count"), Cell(one.name), _volume(one, cells), Cell(one.score, "score"), *rates


def _tier(one: Standing) -> str:
    return f"{TIERS[one.tier - 1]}档" if one.rank is not None else DASH


def _time(one: StageTime, unit: str = "") -> tuple[Cell, ...]:
    hours = [length / HOUR for each in (one.calendar, one.working) for length in (each.median, each.p90)]
    named = text(STAGE_NAMES[one.stage], unit) if unit else text(STAGE_NAMES[one.stage])
    return *named, Cell(one.count, "count"), *(Cell(value, "hours") for value in hours)


def _tiers(group: Group, bulletin: Bulletin) -> str:
    if not bulletin.weights:
        return "规则包未设权重,不计分、不排名"
    borders = "、".join(f"{border} 件" for border in reversed(group.borders))
    return f"分档界限(本期派单):{borders}" if borders else "规则包未设分档界限,不分档"


def _nobody(sort: Sort) -> Group:
    return Group(sort=sort, name={"department": "部门", "street": "街镇"}.get(sort, ""), ranked=(), apart=())
