"""Native charts of a workbook: their numbers stand on a sheet of their own, each chart stands under its part's tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from hotline.reports.layout import Chart

DATA: Final = "图表数据"
HEADS: Final = ("名称", "值", "区间下限差", "区间上限差", "对照值")
WIDTH: Final = 760
BAR_HEIGHT, LEAST_HEIGHT = 26, 260


def add_charts(book: Any, placed: Sequence[tuple[Any, int, int, Sequence[Chart]]]) -> None:
    """Put charts on their sheets: (sheet, the line under its tables, its columns, charts)."""
    data = book.add_worksheet(DATA)
    data.set_column(0, 0, 44)
    data.set_column(1, 4, 14)
    at = 0
    for sheet, line, _, charts in placed:
        top = line + 1
        for chart in (one for one in charts if one.bars):
            made = _chart(book, chart, at)
            _write(data, chart, at)
            height = max(LEAST_HEIGHT, 90 + BAR_HEIGHT * (0 if chart.line else len(chart.bars)))
            made.set_size({"width": WIDTH, "height": height})
            sheet.insert_chart(top, 0, made, {"object_position": 2, "description": chart.title})
            at, top = at + len(chart.bars) + 3, top + height // 20 + 2
    if not at:
        data.write_string(0, 0, "本期没有可画的图")


def _write(data: Any, chart: Chart, at: int) -> None:
    data.write_string(at, 0, chart.title)
    data.write_row(at + 1, 0, HEADS)
    for line, bar in enumerate(chart.bars, start=at + 2):
        data.write_string(line, 0, bar.name)
        data.write_number(line, 1, bar.value)
        if bar.low is not None and bar.high is not None:
            data.write_row(line, 2, (bar.value - bar.low, bar.high - bar.value))
        if chart.other and (other := chart.other[line - at - 2]) is not None:
            data.write_number(line, 4, other)


def _chart(book: Any, chart: Chart, at: int) -> Any:
    made = book.add_chart({"type": "line" if chart.line else "bar"})
    first, last = at + 2, at + 1 + len(chart.bars)
    series: dict[str, Any] = {
        "name": chart.name, "categories": [DATA, first, 0, last, 0], "values": [DATA, first, 1, last, 1],
        "data_labels": {"value": not chart.line}, ("line" if chart.line else "fill"): {"color": "#0B4A8F"},
    }  # fmt: skip
    if any(bar.low is not None for bar in chart.bars):
        ends = {name: f"='{DATA}'!${column}${first + 1}:${column}${last + 1}" for name, column in (("minus", "C"), ("plus", "D"))}
        series["y_error_bars"] = {
            "type": "custom", "plus_values": ends["plus"], "minus_values": ends["minus"],
        }  # fmt: skip
    made.add_series(series)
    if chart.other:
        other = {"name": chart.other_name, "categories": [DATA, first, 0, last, 0], "values": [DATA, first, 4, last, 4]}
        made.add_series({**other, "fill": {"color": "#A9C4E2"}})
    made.set_title({"name": chart.title, "name_font": {"size": 12}})
    made.set_legend({"position": "bottom"} if chart.other else {"none": True})
    if chart.line:
        made.set_y_axis({"min": 0})
    else:  # of bars the upright axis holds the names
        made.set_y_axis({"reverse": True})
        made.set_x_axis({"num_format": "0%", "min": 0, "max": 1} if chart.percent else {"min": 0})
    return made
