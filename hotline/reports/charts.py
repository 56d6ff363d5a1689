"""Charts as inline SVG: bars with intervals, bars beside each other, lines over days. No script, no other file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup, escape

from hotline.reports.layout import Bar, Chart, widest

WIDTH: Final = 680
ROW, TOP, RIGHT = 24, 10, 64
NARROW, WIDE = 120, 360
"""How much room names have on the left, from … to."""
HEIGHT: Final = 200
BLUE, PALE, BLACK, GREY = "#0B4A8F", "#A9C4E2", "#1F2329", "#5F6B7A"
_LABELS: Final = 10
"""About how many days are named under a line."""


def svg(chart: Chart) -> Markup:
    """Return a chart; nothing without a bar. Its title and every value stand in it as text."""
    if not chart.bars:
        return Markup("")
    body, height = (_line(chart), HEIGHT + 40) if chart.line else (_bars(chart), TOP * 2 + ROW * len(chart.bars) + _legend(chart))
    head = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">').format(
        WIDTH, height, chart.title
    )
    return head + Markup("").join(body) + Markup("</svg>")


def _legend(chart: Chart) -> int:
    return 22 if chart.other else 0


def _bars(chart: Chart) -> Iterator[Markup]:
    most = 1.0 if chart.percent else max([*(bar.value for bar in chart.bars), *(one or 0 for one in chart.other)]) or 1.0
    label = min(max(NARROW, widest([bar.name for bar in chart.bars]) * 6.5 + 12), WIDE)
    scale = (WIDTH - label - RIGHT) / most
    for at, bar in enumerate(chart.bars):
        top, other = TOP + at * ROW, chart.other[at] if chart.other else None
        yield _text(label - 8, top + 15, bar.name, "end")
        thick = 8 if chart.other else 14
        yield _box(label, top + 3, bar.value * scale, thick, BLUE)
        if other is not None:
            yield _box(label, top + 12, other * scale, 7, PALE)
        yield from _whisker(bar, top + 10, label, scale)
        yield _text(label + max(bar.value, bar.high or 0, other or 0) * scale + 6, top + 15, _value(bar.value, chart), "start")
    if chart.other:
        low = TOP + len(chart.bars) * ROW + 8
        yield _box(label, low, 10, 8, BLUE) + _text(label + 16, low + 8, chart.name, "start")
        yield _box(label + 100, low, 10, 8, PALE) + _text(label + 116, low + 8, chart.other_name, "start")


def _whisker(bar: Bar, middle: float, left: float, scale: float) -> Iterator[Markup]:
    if bar.low is None or bar.high is None:
        return
    low, high = left + bar.low * scale, left + bar.high * scale
    path = f"M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 4}v8M{high:.1f} {middle - 4}v8"
    yield Markup('<path d="{}" stroke="{}" stroke-width="1.5" fill="none"/>').format(path, BLACK)


def _line(chart: Chart) -> Iterator[Markup]:
    most, left, wide = max(bar.value for bar in chart.bars) or 1.0, 44, WIDTH - 64
    step = wide / max(len(chart.bars) - 1, 1)
    points = [(left + at * step, TOP + HEIGHT * (1 - bar.value / most)) for at, bar in enumerate(chart.bars)]
    yield Markup('<path d="M{} {}H{}" stroke="{}" fill="none"/>').format(left, TOP + HEIGHT, WIDTH - 20, GREY)
    yield _text(left - 6, TOP + 8, _value(most, chart), "end") + _text(left - 6, TOP + HEIGHT, "0", "end")
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield Markup('<polyline points="{}" stroke="{}" stroke-width="2" fill="none"/>').format(path, BLUE)
    every = max(1, round(len(points) / _LABELS))
    for at, ((x, y), bar) in enumerate(zip(points, chart.bars, strict=True)):
        yield Markup('<circle cx="{:.1f}" cy="{:.1f}" r="3" fill="{}"><title>{}</title></circle>').format(
            x, y, BLUE, f"{bar.name} {_value(bar.value, chart)}"
        )
        if at % every == 0:
            yield _text(x, TOP + HEIGHT + 18, bar.name, "middle")


def _value(value: float, chart: Chart) -> str:
    if chart.percent:
        return f"{value:.1%}"
    return f"{value:g}" if value == int(value) else f"{value:.1f}"


def _box(x: float, y: float, width: float, height: float, colour: str) -> Markup:
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}" fill="{}"/>').format(x, y, width, height, colour)


def _text(x: float, y: float, words: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">').format(x, y, anchor) + escape(words) + Markup("</text>")
