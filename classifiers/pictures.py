"""Two pictures of a model's honesty as SVG: confidence against right answers, and how much may go out at which error."""

from __future__ import annotations

from collections.abc import Sequence

_SIDE, _EDGE = 320, 60
Points = Sequence[tuple[float, float]]


def _frame(inside: str, across: str, up: str, title: str, most: tuple[float, float]) -> str:
    size = _SIDE + 2 * _EDGE
    ticks = "".join(_tick(part / 4, most) for part in range(5))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}" role="img" '
        f'aria-label="{title}" font-size="12" font-family="sans-serif"><rect x="{_EDGE}" y="{_EDGE}" width="{_SIDE}" '
        f'height="{_SIDE}" fill="none" stroke="#888"/>{ticks}{inside}'
        f'<text x="{size / 2}" y="24" text-anchor="middle" font-size="14">{title}</text>'
        f'<text x="{size / 2}" y="{size - 6}" text-anchor="middle">{across}</text>'
        f'<text x="12" y="{size / 2}" text-anchor="middle" transform="rotate(-90 12 {size / 2})">{up}</text></svg>'
    )


def _tick(part: float, most: tuple[float, float]) -> str:
    x, y = _at(part, part, (1, 1))
    return (
        f'<text x="{x}" y="{_EDGE + _SIDE + 16}" text-anchor="middle">{part * most[0] * 100:g}%</text>'
        f'<text x="{_EDGE - 6}" y="{y + 4}" text-anchor="end">{part * most[1] * 100:g}%</text>'
    )


def _at(across: float, up: float, most: tuple[float, float]) -> tuple[float, float]:
    """Return the place of a point on the picture."""
    return round(_EDGE + _SIDE * across / most[0], 1), round(_EDGE + _SIDE * (1 - up / most[1]), 1)


def _line(points: Points, most: tuple[float, float], style: str) -> str:
    places = " ".join(f"{x},{y}" for x, y in (_at(*one, most) for one in points))
    return f'<polyline points="{places}" fill="none" {style}/>'


def reliability_svg(bins: Sequence[tuple[float, float, float, float]]) -> str:
    """Return the picture of (confidence, share right, lowest, highest): one point a bin, with its 90 % interval."""
    most = (1.0, 1.0)
    marks = []
    for confidence, right, low, high in bins:
        x, y = _at(confidence, right, most)
        marks.append(_line([(confidence, low), (confidence, high)], most, 'stroke="#1a5fb4" stroke-opacity="0.5"'))
        marks.append(f'<circle cx="{x}" cy="{y}" r="4" fill="#1a5fb4"/>')
    inside = _line([(0, 0), (1, 1)], most, 'stroke="#888" stroke-dasharray="4 4"') + "".join(marks)
    return _frame(inside, "模型给出的把握", "实际正确的比例", "把握是否可信", most)


def coverage_svg(points: Points, marked: Points) -> str:
    """Return the picture of (share sent out, wrong among them), and the points that the thresholds reach."""
    top = max([up for _, up in (*points, *marked)], default=0.0)
    most = (1.0, 0.05 if top <= 0.05 else 0.1 if top <= 0.1 else 0.25 if top <= 0.25 else 1.0)
    inside = _line(points, most, 'stroke="#1a5fb4" stroke-width="2"')
    for across, up in marked:
        x, y = _at(across, up, most)
        inside += f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" fill="#c64600"/>'
    return _frame(inside, "自动派出的比例", "派出中派错的比例", "派出多少、派错多少", most)
