"""The business dashboards as code. ``python deploy/grafana/dashboards.py`` writes the JSON that Grafana is provisioned with.

The definitions are the operations handbook's. A test compares what is generated with what is committed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as m
from panels import (
    GREEN,
    ORANGE,
    RED,
    SOURCE,
    At,
    Query,
    bars,
    days,
    heat,
    lines,
    mapped,
    named,
    number,
    rows,
    sheet,
    states,
)  # fmt: skip
from sheets import CATEGORIES, DAYS, SHARES, STREETS, UNITS

HERE = Path(__file__).parent / "dashboards"
FOLDER = "热线/业务"
CLOCK = 'job="hotline-clock"'
DEP = f'{CLOCK},unit=~"$unit"'
NAMED = f"* on (unit) group_left (name) hotline_unit_info{{{CLOCK}}}"
BANDS = {"overdue": "已超期", "urgent": "将到期", "warn": "预警", "later": "未到期", "paused": "已暂停"}
STAGES = {"desk": "派单", "sign": "签收", "handling": "办理", "review": "审核", "callback": "回访"}
RATES = {
    "response": "响应率", "resolution": "解决率", "satisfaction": "满意率", "on_time": "按时办结率",
    "signed_on_time": "按时签收率", "callback": "回访覆盖率", "return": "退单率", "reopening": "重办率",
    "first_dispatch": "一次派单准确率",
}  # fmt: skip
THREE = "response|resolution|satisfaction"
LATE = ((None, GREEN), (1.0, ORANGE), (10.0, RED))
SHARE = ((None, RED), (0.85, ORANGE), (0.9, GREEN))
LEAST = 20  # orders under which a unit's share says nothing; in a district few units get so many in a week, hence 30 days


def rate(name: str, window: str, by: str = "", book: str = "hotline_rate") -> str:
    """Return a rate as the quotient of sums; nothing where there is nothing to divide by."""
    grouped = f" by ({by}) " if by else ""
    of = f'{{{DEP},rate=~"{name}",window="{window}"}}' if "|" in name else f'{{{DEP},rate="{name}",window="{window}"}}'
    return f"sum{grouped}({book}_numerator{of}) / (sum{grouped}({book}_denominator{of}) > 0)"


def sample(name: str, window: str) -> Query:
    """Return what the rate is over."""
    return Query(f'sum(hotline_rate_denominator{{{DEP},rate="{name}",window="{window}"}})', "样本")


def one_rate(at: At, title: str, name: str, window: str, why: str) -> Any:
    """Return a rate with its sample beside it."""
    return number(at, title, why, "percentunit", Query(rate(name, window), RATES[name]), sample(name, window), steps=SHARE)


def share_of_enough(name: str, window: str) -> str:
    """Return a unit's share, only where the sample is large enough to say something."""
    of = f'{{{DEP},rate="{name}",window="{window}"}}'
    enough = f"(sum by (unit) (hotline_rate_denominator{of}) >= {LEAST})"
    return f"(sum by (unit) (hotline_rate_numerator{of}) / {enough}) {NAMED}"


def stage_time(at: At) -> Any:
    """Return the time orders spend in each stage."""
    bucket = f'hotline_stage_duration_seconds_bucket{{{CLOCK},clock="working"}}'
    # A quantile of nothing is NaN, which no comparison holds for: before the first week has passed, all of the past is shown.
    queries = [
        Query(
            f"histogram_quantile({q}, sum by (le, stage) (increase({bucket}[7d]))) >= 0"
            f" or histogram_quantile({q}, sum by (le, stage) ({bucket}))",
            f"{{{{stage}}}} {name}",
        )
        for q, name in ((0.5, "p50"), (0.9, "p90"))
    ]
    names = {f"{stage} {q}": f"{name} {q}" for stage, name in STAGES.items() for q in ("p50", "p90")}
    why = "近 7 天离开各环节的工单停留的工作时间,近 7 天没有的按全部历史;分段内为插值,最长记 30 天。"
    return named(lines(at, "各环节 p50 / p90(工作时间)", why, "s", *queries), names)


def bands(at: At) -> Any:
    """Return open orders by how near their due time is."""
    query = Query(f"sum by (band) (hotline_orders_open{{{DEP}}})", "{{band}}")
    return named(lines(at, "在办按时限分段", "在办工单离各自到期时间的远近。", "short", query, bars=True, interval="5m"), BANDS)


def overview() -> build.Dashboard:
    """How the city answers today: what came, what is open, what is late, how well, and whether the figures are alive."""
    open_ = f"hotline_orders_open{{{DEP}}}"
    overdue = f'hotline_orders_open{{{DEP},band="overdue"}}'
    today = "hotline_orders_today{" + CLOCK + ',event="%s"}'
    top = f"topk(10, sum by (unit) ({overdue}) > 0) {NAMED}"
    oldest = f"sort_desc(max by (unit) (hotline_order_oldest_overdue_seconds{{{DEP}}}) {NAMED})"
    urgent = f'sum(hotline_orders_open{{{DEP},band="urgent"}})'
    snapshot = f"time() - max(hotline_business_snapshot_timestamp_seconds{{{CLOCK}}})"
    late = ((None, GREEN), (60.0, ORANGE), (300.0, RED))
    return board("hotline-overview", "热线总览", "now-24h", "1m", [
        number(At(0, 0, 4), "今日受理", "今天零点以来登记的工单。", "short", Query(f"sum({today % 'accepted'})")),
        number(At(4, 0, 4), "今日办结", "今天零点以来办结的工单,含直接答复。", "short", Query(f"sum({today % 'closed'})")),
        number(At(8, 0, 4), "在办", "尚未办结的工单。", "short", Query(f"sum({open_})")),
        number(At(12, 0, 4), "已超期", "当前环节已过到期时间的工单。", "short", Query(f"sum({overdue})"), steps=LATE),
        number(At(16, 0, 4), "将到期", "离到期不足 24 小时或时限的两成。", "short", Query(urgent), steps=LATE),
        number(At(20, 0, 4), "数据延迟", "距离上次读取业务数据的时间。", "s", Query(snapshot), steps=late),
        one_rate(At(0, 4), "响应率(近30天)", "response", "30d", "口径见规则包;与“指标”页面同一算法。"),
        one_rate(At(6, 4), "解决率(近30天)", "resolution", "30d", "回访接通且市民认为已解决的比例。"),
        one_rate(At(12, 4), "满意率(近30天)", "satisfaction", "30d", "回访中评价为满意的比例,基本满意是否计入见规则包。"),
        one_rate(At(18, 4), "按时办结率(近7天)", "on_time", "7d", "在工单自身到期时间之前答复的比例。"),
        _rates_by_unit(At(0, 8, 14, 10)),
        bars(At(14, 8, 10, 10), "各单位超期前十", "超期工单最多的十个单位。", "short", Query(top, "{{name}}"), LATE),
        bands(At(0, 18, 12, 8)),
        stage_time(At(12, 18, 12, 8)),
        _by_channel(At(0, 26, 12, 8)),
        rows(At(12, 26, 12, 8), "最久超期", "各单位超期最久的工单超了多久。", "s", [Query(oldest)],
             (("name", "承办单位", ""), ("Value", "超期", "s"))),
        *_machine(34),
        *_drift(42),
    ])  # fmt: skip


def _rates_by_unit(at: At) -> Any:
    shown = ("response", "resolution", "satisfaction", "on_time")
    queries = [Query(f"({rate(name, '30d', 'unit')}) {NAMED}") for name in shown]
    due = f'hotline_rate_denominator{{{DEP},rate="on_time",window="30d"}}'
    queries.append(Query(f"(sum by (unit) ({due}) > 0) {NAMED}"))
    columns = [(f"Value #{ref}", RATES[name], "percentunit") for ref, name in zip("ABCD", shown, strict=True)]
    why = "近 30 天各单位的比率;下级单位计入上级,没有样本的不列出。"
    return rows(at, "各单位三率(近30天)", why, "short", queries,
                [("name", "承办单位", ""), *columns, ("Value #E", "应办", "short")])  # fmt: skip


def _by_channel(at: At) -> Any:
    query = Query(f"sum by (channel) (increase(hotline_orders_accepted_total{{{CLOCK}}}[1h]))", "{{channel}}")
    names = {
        "phone": "电话", "web": "网站", "app": "移动端", "letter": "信件", "upstream": "上级平台", "excel": "表格导入",
        "replay": "回放",
    }  # fmt: skip
    return named(lines(at, "受理按渠道", "每小时登记的工单。", "short", query, bars=True, interval="1h"), names)


def _machine(y: int) -> list[Any]:
    lag = Query('max by (topic) (hotline_stream_lag_seconds{job="hotline-worker"})', "{{topic}}")
    every = "[$__rate_interval]"
    age = f'sum by (le, topic) (rate(hotline_event_age_seconds_bucket{{job="hotline-worker"}}{every}))'
    p95 = Query(f"histogram_quantile(0.95, {age}) >= 0", "{{topic}} 时延 p95")
    sure = 'sum by (le) (increase(hotline_classifier_confidence_bucket{job="hotline-worker"}[1h]))'
    up = Query('max by (job) (up{job=~"hotline-.*"})', "{{job}}")
    parts = {"hotline-web": "网页与接口", "hotline-worker": "分派", "hotline-clock": "时钟"}
    alive = (("1", "正常", GREEN), ("0", "中断", RED))
    return [
        lines(At(0, y, 8, 8), "流处理延迟", "最早一条未处理消息等了多久;时延为写入到完成。", "s", lag, p95),
        heat(
            At(8, y, 8, 8),
            "分类置信度",
            "每小时首选类别的置信度分布,颜色越深条数越多。",
            "percentunit",
            Query(sure, "{{le}}"),
            "1h",
        ),
        named(states(At(16, y, 8, 8), "系统状态", "各进程能否被监测到。", up, alive), parts),
    ]


def _drift(y: int) -> list[Any]:
    read = 'sum(increase(hotline_classifier_readings_total{job="hotline-worker",unsure=~"%s"}[1h]))'
    doubts = f"{read % 'yes'} / ({read % 'yes|no'} > 0)"
    unknown = 'sum(increase(hotline_classifier_unknown_share_%s{job="hotline-worker"}[1h]))'
    met = Query(f"{unknown % 'sum'} / ({unknown % 'count'} > 0)", "来件")
    usual = Query(f"max(hotline_classifier_unknown_share_trained{{{CLOCK}}})", "训练时")
    psi = Query(f"max by (window) (hotline_classifier_psi{{{CLOCK}}})", "近 {{window}}")
    return [
        lines(At(0, y, 8, 8), "拿不准的比例", "每小时模型拿不准、须人工判断的来件比例。", "percentunit", Query(doubts, "拿不准")),
        lines(At(8, y, 8, 8), "没学过的词语", "来件中模型没学过的词语比例,与训练时相比。", "percentunit", met, usual),
        lines(At(16, y, 8, 8), "类别构成偏移(PSI)", "一级类别构成与训练时相比,0 为相同,超过 0.2 须查看。", "short", psi),
    ]


def deadlines() -> build.Dashboard:
    """Whether orders keep their due times, and where they wait."""
    stages = Query(f"(sum by (unit, stage) (hotline_orders_open{{{DEP}}}) > 0) {NAMED}")
    change = " - ".join(f'sum(hotline_orders_today{{{CLOCK},event="{event}"}})' for event in ("accepted", "closed"))
    returns, again = Query(share_of_enough("return", "30d"), "{{name}}"), Query(share_of_enough("reopening", "30d"), "{{name}}")
    high = ((None, GREEN), (0.1, ORANGE), (0.2, RED))
    why = f"近期样本不足 {LEAST} 件的单位不列出。"
    queue = rows(At(0, 20, 24, 9), "环节积压", "各单位在各环节的在办工单。", "short", [stages],
                 (("name", "承办单位", ""), ("stage", "环节", ""), ("Value", "件数", "short")))  # fmt: skip
    return board("hotline-deadlines", "时限与环节", "now-30d", "5m", [
        one_rate(At(0, 0, 8), "按时办理比例(近7天)", "on_time", "7d", "在工单自身到期时间之前答复的比例。"),
        one_rate(At(8, 0, 8), "签收及时率(近7天)", "signed_on_time", "7d", "在签收时限之内签收的比例。"),
        number(At(16, 0, 8), "在办较今日零点", "今天登记减去今天办结,全区。", "short", Query(change)),
        bands(At(0, 4, 12, 8)),
        stage_time(At(12, 4, 12, 8)),
        bars(At(0, 12, 12, 8), f"退单率(近30天,n≥{LEAST})", why, "percentunit", returns, high),
        bars(At(12, 12, 12, 8), f"重办率(近30天,n≥{LEAST})", why, "percentunit", again, high),
        mapped(queue, STAGES),
        days(At(0, 29, 24, 8), "每日受理 / 办结(精确)", "按北京时间逐日统计,由数据库逐件计数。", DAYS),
    ])  # fmt: skip


def three_rates() -> build.Dashboard:
    """How citizens judge the answers, in our own book and in that of the platform above; by month, exactly."""
    lower = f'sum by (rate) (hotline_rate_denominator{{{DEP},rate=~"{THREE}",window="30d"}})'
    names = {name: RATES[name] for name in THREE.split("|")}
    own, above = (Query(rate(THREE, "30d", "rate", book), "{{rate}}") for book in ("hotline_rate", "hotline_official_rate"))
    why = "滚动 30 天,本区口径;与接口 /api/v1/indicators 同一算法。"
    of_above = "滚动 30 天,上级口径:只看上级交办的工单和上级的回访、评价;上级没有结果的不出线。"
    exact = "截至所选时间范围终点所在的月份,由数据库逐件统计,本区口径。"
    frozen = "已定为“是”的月份按考核定稿显示,综合分含加减分;剔除为截至现在的件数。未定的月份随数据变化。"
    return board("hotline-rates", "三率", "now-90d", "5m", [
        named(lines(At(0, 0, 18, 9), "满意率 / 解决率 / 响应率(近30天)", why, "percentunit", own), names),
        one_rate(At(18, 0, 6, 5), "回访覆盖率(近30天)", "callback", "30d", "回访中接通的比例。"),
        one_rate(At(18, 5, 6, 4), "一次派单准确率(近30天)", "first_dispatch", "30d", "首次派单后未改派、未退单的比例。"),
        named(lines(At(0, 9, 12, 8), "上级口径三率(近30天)", of_above, "percentunit", above), names),
        named(lines(At(12, 9, 12, 8), "样本数", "各比率的分母。", "short", Query(lower, "{{rate}}")), names),
        sheet(At(0, 17, 24, 12), "月度考核表(精确)", exact + frozen, UNITS, {**SHARES, "综合分": "none"}),
        sheet(At(0, 29, 12, 10), "类别(本月前二十)", exact, CATEGORIES, SHARES),
        sheet(At(12, 29, 12, 10), "街道(本月)", exact, STREETS, SHARES),
    ])  # fmt: skip


def board(uid: str, title: str, since: str, refresh: str, panels: Sequence[Any]) -> build.Dashboard:
    """Return a dashboard with the two variables every board has; panels get the ids 1, 2, 3 …"""
    # No current value is set: Grafana takes the first data source and all units.
    source = build.DatasourceVariable("datasource").label("Data source").type("prometheus")
    units = (
        build.QueryVariable("unit").label("承办单位").query("label_values(hotline_orders_open, unit)").datasource(SOURCE)
        .refresh(m.VariableRefresh.ON_TIME_RANGE_CHANGED).multi(True).include_all(True).all_value(".+")
        .current(m.VariableOption(selected=True, text=["All"], value=["$__all"]))
    )  # fmt: skip
    made = build.Dashboard(title).uid(uid).tags(["热线", "业务"]).readonly().timezone("Asia/Shanghai").time(since, "now")
    made = made.refresh(refresh).with_variable(source).with_variable(units)
    for number_, panel in enumerate(panels, 1):
        made = made.with_panel(panel.id(number_))
    return made


def write(folder: Path) -> None:
    """Write every dashboard under ``folder``."""
    for name, made in (("总览", overview()), ("时限", deadlines()), ("三率", three_rates())):
        file = folder / FOLDER / f"{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False).encode(made.build()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=HERE)
    write(arguments.parse_args().out)
