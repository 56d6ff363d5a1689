"""Kinds of panels on the hotline's dashboards: places and refIds are set here, because the SDK sets neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grafana_foundation_sdk.builders import bargauge, common, heatmap, stat, statetimeline, table, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.cog import builder as cog
from grafana_foundation_sdk.cog import variants
from grafana_foundation_sdk.models import common as c
from grafana_foundation_sdk.models import dashboard as m
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE = m.DataSourceRef(type_val="prometheus", uid="$datasource")
REPORT = m.DataSourceRef(type_val="grafana-postgresql-datasource", uid="hotline-report")
"""The schema ``report``, exact; its uid is fixed in the provisioning."""
GREEN, ORANGE, RED = "green", "orange", "red"
Steps = Sequence[tuple[float | None, str]]


@dataclass(frozen=True, slots=True)
class At:
    """A panel's place: column 0…23, row, width, height."""

    x: int
    y: int
    w: int = 6
    h: int = 4


@dataclass(frozen=True, slots=True)
class Query:
    """An expression with what its series are called."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Sql(variants.Dataquery, cog.Builder[variants.Dataquery]):
    """A query of the schema ``report``: the SDK has none for PostgreSQL."""

    sql: str
    form: str = "table"

    def build(self) -> variants.Dataquery:
        """Return itself."""
        return self

    def to_json(self) -> dict[str, object]:
        """Return the query as Grafana keeps it."""
        said = {"refId": "A", "rawSql": self.sql, "format": self.form, "rawQuery": True, "editorMode": "code"}
        return {**said, "datasource": REPORT}


def number(at: At, title: str, why: str, unit: str, *queries: Query, steps: Steps = ((None, GREEN),)) -> Any:
    """Return a stat panel: one figure now; a second query is its sample."""
    panel = _common(stat.Panel(), at, title, why, unit).thresholds(_thresholds(steps)).color_mode(c.BigValueColorMode.VALUE)
    panel = panel.graph_mode(c.BigValueGraphMode.NONE).reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    panel = panel.text_mode(c.BigValueTextMode.VALUE_AND_NAME if len(queries) > 1 else c.BigValueTextMode.VALUE)
    if len(queries) > 1:
        short = [m.DynamicConfigValue(id_val="unit", value="short"), m.DynamicConfigValue(id_val="decimals", value=0)]
        panel = panel.override_by_name(queries[1].legend, short)
    return _targets(panel, queries, instant=True)


def lines(at: At, title: str, why: str, unit: str, *queries: Query, bars: bool = False, interval: str = "") -> Any:
    """Return a time series; ``bars`` stacks."""
    panel = _common(timeseries.Panel(), at, title, why, unit).legend(
        common.VizLegendOptions().display_mode(c.LegendDisplayMode.LIST).placement(c.LegendPlacement.BOTTOM).show_legend(True)
    )
    if bars:
        stacked = common.StackingConfig().mode(c.StackingMode.NORMAL).group("A")
        panel = panel.draw_style(c.GraphDrawStyle.BARS).fill_opacity(70).stacking(stacked)
    if interval:
        panel = panel.interval(interval)
    return _targets(panel, queries, instant=False)


def bars(at: At, title: str, why: str, unit: str, query: Query, steps: Steps = ((None, GREEN),)) -> Any:
    """Return horizontal bars, one a series, of now."""
    panel = _common(bargauge.Panel(), at, title, why, unit).orientation(c.VizOrientation.HORIZONTAL).min(0)
    panel = panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"])).thresholds(_thresholds(steps))
    return _targets(panel, [query], instant=True)


def rows(at: At, title: str, why: str, unit: str, queries: Sequence[Query], columns: Sequence[tuple[str, str, str]]) -> Any:
    """Return a table of now; ``columns`` are (field, heading, unit or ""), in their order, other fields are hidden."""
    panel = _common(table.Panel(), at, title, why, unit)
    if len(queries) > 1:
        panel = panel.with_transformation(m.DataTransformerConfig(id_val="merge", options={}))
    names = {field: heading for field, heading, _ in columns}
    options = {
        "excludeByName": {"Time": True, "unit": "unit" not in names},
        "indexByName": {field: place for place, (field, _, _) in enumerate(columns)},
        "renameByName": names,
    }
    panel = panel.with_transformation(m.DataTransformerConfig(id_val="organize", options=options))
    for _, heading, own in columns:
        if own:
            panel = panel.override_by_name(heading, [m.DynamicConfigValue(id_val="unit", value=own)])
    return _targets(panel, queries, instant=True, form=PromQueryFormat.TABLE)


def sheet(at: At, title: str, why: str, sql: str, columns: Mapping[str, str]) -> Any:
    """Return a table of the schema ``report``; ``columns`` are units by heading, the SQL gives the headings."""
    panel = _common(table.Panel(), at, title, why, "short").datasource(REPORT)
    for heading, unit in columns.items():
        decimals = m.DynamicConfigValue(id_val="decimals", value=1 if unit else 0)
        panel = panel.override_by_name(heading, [m.DynamicConfigValue(id_val="unit", value=unit or "short"), decimals])
    return panel.with_target(Sql(sql))


def days(at: At, title: str, why: str, sql: str) -> Any:
    """Return bars by day of the schema ``report``."""
    panel = _common(timeseries.Panel(), at, title, why, "short").datasource(REPORT)
    return panel.draw_style(c.GraphDrawStyle.BARS).fill_opacity(60).with_target(Sql(sql, "time_series"))


def states(at: At, title: str, why: str, query: Query, names: Sequence[tuple[str, str, str]]) -> Any:
    """Return a state timeline; ``names`` are (value, text, colour)."""
    options = {value: m.ValueMappingResult(text=text, color=colour, index=i) for i, (value, text, colour) in enumerate(names)}
    panel = _common(statetimeline.Panel(), at, title, why, "short").mappings([m.ValueMap(options=options)])
    return _targets(panel.show_value(c.VisibilityMode.NEVER), [query], instant=False)


def heat(at: At, title: str, why: str, unit: str, query: Query, interval: str) -> Any:
    """Return a heat map of a histogram's buckets."""
    colours = heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Oranges").steps(64)
    panel = _common(heatmap.Panel(), at, title, why, unit).calculate(False).interval(interval)
    panel = panel.color(colours).show_legend()
    return _targets(panel, [query], instant=False, form=PromQueryFormat.HEATMAP)


def named(panel: Any, names: Mapping[str, str]) -> Any:
    """Show series by their Chinese names: a label's value stays what the code calls it."""
    for series, name in names.items():
        panel = panel.override_by_name(series, [m.DynamicConfigValue(id_val="displayName", value=name)])
    return panel


def mapped(panel: Any, names: Mapping[str, str]) -> Any:
    """Show cells by their Chinese names."""
    return panel.mappings([m.ValueMap(options={cell: m.ValueMappingResult(text=name) for cell, name in names.items()})])


def _common(panel: Any, at: At, title: str, why: str, unit: str) -> Any:
    place = m.GridPos(x=at.x, y=at.y, w=at.w, h=at.h)
    return panel.title(title).description(why).unit(unit).grid_pos(place).datasource(SOURCE)


def _targets(panel: Any, queries: Sequence[Query], *, instant: bool, form: PromQueryFormat = PromQueryFormat.TIME_SERIES) -> Any:
    for ref, query in zip("ABCDEFGH", queries, strict=False):
        target = Dataquery().ref_id(ref).expr(query.expr).legend_format(query.legend or "__auto").format(form)
        panel = panel.with_target(target.instant() if instant else target.range())
    return panel


def _thresholds(steps: Steps) -> Any:
    marks = [m.Threshold(value=value, color=colour) for value, colour in steps]
    return build.ThresholdsConfig().mode(m.ThresholdsMode.ABSOLUTE).steps(marks)
