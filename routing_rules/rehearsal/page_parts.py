"""The charts and tables of a rehearsal's page: bars are boxes of a width, every number stands beside its bar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

from routing_rules.names import CLOCK_NAMES, TABLE_NAMES
from routing_rules.rehearsal.figures import BOUNDS
from routing_rules.rehearsal.figures_words import hours_words

MOST_BARS: Final = 15
MOST_UNITS: Final = 10
MOST_ORDERS: Final = 500
_OTHERS: Final = "其余单位"
Found = Mapping[str, Any]


def moves_chart(found: Found) -> str:
    """Show from which unit to which the most orders would go."""
    moves, names = found["moves"], found["names"]
    if not moves:
        return _section("改派", "没有工单改派。")
    most = moves[0]["orders"]
    bars = [(f"{names[move['old']]} → {names[move['new']]}", move["orders"]) for move in moves[:MOST_BARS]]
    if rest := moves[MOST_BARS:]:
        bars.append((f"其余 {len(rest)} 种", sum(move["orders"] for move in rest)))
        most = max(most, bars[-1][1])
    rows = "".join(
        f"<div>{escape(label)}</div><div class=track><span class=fill style='width:{_percent(n, most)}%'></span></div>"
        f"<div class=num>{n} 件</div>"
        for label, n in bars
    )
    return (
        _section("改派", f"共 {found['moved']} 件,{len(moves)} 种去向变化;n = {found['orders']}。")
        + f'<div class="bars">{rows}</div>'
    )


def units_matrix(found: Found) -> str:
    """Show the units most concerned against each other: rows now, columns by the draft; what stays lies on the diagonal."""
    if not found["moves"]:
        return ""
    concerned: Counter[str] = Counter()
    for move in found["moves"]:
        concerned.update({move["old"]: move["orders"], move["new"]: move["orders"]})
    shown = [unit for unit, _ in concerned.most_common(MOST_UNITS)]
    cells: Counter[tuple[str, str]] = Counter()
    for move in found["moves"]:
        cells[_among(move["old"], shown), _among(move["new"], shown)] += move["orders"]
    units = [*shown, *([_OTHERS] if len(concerned) > len(shown) else [])]
    same = {unit: found["same"].get(unit, 0) for unit in shown}
    names = {**found["names"], _OTHERS: _OTHERS}
    heads = "".join(f"<th scope=col class=num>{escape(names[unit])}</th>" for unit in units)
    rows = "".join(
        f"<tr><th scope=row>{escape(names[one])}</th>{''.join(_matrix_cell(one, two, cells, same) for two in units)}</tr>"
        for one in units
    )
    told = "行:现行派给;列:草案派给。灰底为两套规则派给同一单位的件数。"
    table = f"<table class=matrix><caption>{told}</caption><thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="scroll">{table}</div>'


def _among(unit: str, shown: Iterable[str]) -> str:
    return unit if unit in shown else _OTHERS


def _matrix_cell(one: str, two: str, cells: Mapping[tuple[str, str], int], same: Mapping[str, int]) -> str:
    if one == two and one in same:
        return f"<td class=stay>{same[one]}</td>"
    n = cells.get((one, two), 0)
    return f"<td><b>{n}</b></td>" if n else "<td class=none>0</td>"


def shifts_chart(found: Found) -> str:
    """Show how many orders each clock runs out earlier or later for, and by how much."""
    shifts = [shift for shift in found["shifts"] if shift["changed"]]
    if not shifts:
        return _section("到期时间", "没有一项时限的到期时间会变。")
    most = max(max(shift["earlier"]["orders"], shift["later"]["orders"], 1) for shift in shifts)
    bars = "".join(_shift_bar(shift, most) for shift in shifts)
    heads = "".join(f"<th class=num>{head}</th>" for head in ("件", "中位", "最多", *_bucket_names()))
    rows = "".join(_shift_rows(shift) for shift in shifts)
    table = f"<table><thead><tr><th>时限</th><th>变化</th>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    told = "左为提前,右为延后;同一件工单可有几项时限变化。"
    return _section("到期时间", told) + f'<div class="split">{bars}</div><div class="scroll">{table}</div>'


def _shift_bar(shift: Found, most: int) -> str:
    early, late = shift["earlier"]["orders"], shift["later"]["orders"]
    return (
        f"<div>{_clock(shift)}</div><div class=num>提前 {early} 件</div>"
        f"<div class='track left'><span class=fill style='width:{_percent(early, most)}%'></span></div>"
        f"<div class='track right'><span class=fill style='width:{_percent(late, most)}%'></span></div><div>延后 {late} 件</div>"
    )


def _shift_rows(shift: Found) -> str:
    rows = []
    for name, spread in (("提前", shift["earlier"]), ("延后", shift["later"])):
        if spread["orders"]:
            sizes = "".join(f"<td class=num>{n}</td>" for n in spread["buckets"])
            rows.append(
                f"<tr><td>{_clock(shift)}</td><td>{name}</td><td class=num>{spread['orders']}</td>"
                f"<td class=num>{hours_words(spread['median'])}</td><td class=num>{hours_words(spread['largest'])}</td>"
                f"{sizes}</tr>"
            )
    blank = "<td></td>" * (2 + len(BOUNDS) + 1)
    for name, n in (("新增此项时限", shift["added"]), ("不再有此项时限", shift["dropped"])):
        if n:
            rows.append(f"<tr><td>{_clock(shift)}</td><td>{name}</td><td class=num>{n}</td>{blank}</tr>")
    return "".join(rows)


def _clock(shift: Found) -> str:
    return escape(_clock_name(shift["clock"]))


def _clock_name(clock: str) -> str:
    return CLOCK_NAMES.get(clock, clock)


def _bucket_names() -> list[str]:
    names = [f"{bound} 小时内" if bound < 24 else f"{bound // 24} 天内" for bound in BOUNDS]
    return [*names, f"超过 {BOUNDS[-1] // 24} 天"]


def rows_chart(found: Found) -> str:
    """Show how many rows of each table answered, and name those that nobody needed."""
    told = "在这些工单里一次也没有答复的行,不等于无用:可能管的是少见或换季的事。兜底行不计。"
    return _section("规则行", told) + "".join(_rows_of(use) for use in found["rows"] if use["rows"])


def _rows_of(use: Found) -> str:
    hit, n = len(use["hits"]), use["rows"]
    name = escape(TABLE_NAMES[use["table"]])
    bar = (
        f'<div class="bars"><div>{name}</div><div class=track><span class=fill style="width:{_percent(hit, n)}%"></span></div>'
        f"<div class=num>{hit}/{n} 行命中</div></div>"
    )
    unused = [row for row in use["fresh"] if row not in use["hits"]]
    lists = (
        ("现行命中、草案不再命中", use["lost"]),
        ("新增而未命中", unused),
        ("尚未生效", use["coming"]),
        ("没有命中", use["never"]),
    )
    return bar + "".join(
        f"<details><summary>{label}:{len(rows)} 行</summary><p class=ids>{escape('、'.join(rows))}</p></details>"
        for label, rows in lists
        if rows
    )


def orders_list(found: Found) -> str:
    """Show which orders change."""
    changes = found["changes"]
    n = len(changes) + found["changes_more"]
    shown = changes[:MOST_ORDERS]
    told = f"共 {n} 件" + (f",列出前 {len(shown)} 件。" if n > len(shown) else "。")
    rows = "".join(_order_row(change, found["names"]) for change in shown)
    heads = "<th>工单号</th><th>现行派给</th><th>草案派给</th><th>规则行</th><th>到期时间变化</th>"
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return _section("有变化的工单", told) + f'<div class="scroll">{table}</div>'


def _order_row(change: Found, names: Mapping[str, str]) -> str:
    rows = change["old_row"] if change["old_row"] == change["new_row"] else f"{change['old_row']} → {change['new_row']}"
    new = "(不变)" if change["old"] == change["new"] else names[change["new"]]
    told = [_moved_words(clock, size) for clock, size in change["hours"].items()]
    told += [f"新增{_clock_name(clock)}" for clock in change["gained"]] + [
        f"取消{_clock_name(clock)}" for clock in change["lost"]
    ]
    cells = (change["number"], names[change["old"]], new, rows, "、".join(told))
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _moved_words(clock: str, hours: float) -> str:
    return f"{_clock_name(clock)}{'延后' if hours > 0 else '提前'} {hours_words(abs(hours))}"


def _section(title: str, note: str) -> str:
    return f"<h2>{title}</h2><p class=muted>{escape(note)}</p>"


def _percent(part: int, whole: int) -> str:
    """A width; what is there at all stays visible."""
    return f"{max(100 * part / whole, 0.7):.1f}" if part else "0"
