"""A rehearsal on a terminal."""

from __future__ import annotations

from rich.table import Table

from hotline.cli.common import out
from routing_rules.names import CLOCK_NAMES, TABLE_NAMES
from routing_rules.rehearsal.figures import OrderChange, Rehearsal, RowUse, Shift, Spread
from routing_rules.rehearsal.figures_words import hours_words, share_words

MOST_MOVES, MOST_ROWS, MOST_ORDERS = 20, 10, 10


def tell_rehearsal(found: Rehearsal) -> None:
    """Print the figures, the moves, the shifts of due times, the rows nobody needed and the orders that change."""
    out.print(f"草案 {found.new[:12]} 对照 {found.old[:12]},按 {found.on} 有效的规则行", highlight=False)
    if not found.orders:
        out.print("这段时间没有工单可供试算")
        return
    out.print(f"试算 {found.orders} 件({found.first:%Y-%m-%d} 至 {found.last:%Y-%m-%d} 收到)")
    for line in _summary(found):
        out.print("  " + line, soft_wrap=True)
    if found.moves:
        out.print(_moves(found))
    if any(shift.changed for shift in found.shifts):
        out.print(_shifts(found))
    for use in found.rows:
        _tell_rows(use)
    _tell_orders(found)


def _summary(found: Rehearsal) -> list[str]:
    n = found.orders
    lines = [
        f"改派 {share_words(found.moved, n)},提前到期 {share_words(found.earlier, n)},延后到期 {share_words(found.later, n)}",
        f"协办变化 {found.assists} 件,督办变化 {found.reminders} 件",
        f"改为自动派单 {found.auto_on} 件,改为人工派单 {found.auto_off} 件",
    ]
    if found.known:
        was, now = share_words(found.agreed_old, found.known), share_words(found.agreed_new, found.known)
        lines.append(f"与实际最后承办单位一致:现行 {was},草案 {now}")
    return lines


def _moves(found: Rehearsal) -> Table:
    table = Table(title="改派", title_justify="left")
    table.add_column("现行派给")
    table.add_column("草案派给")
    table.add_column("件", justify="right")
    for move in found.moves[:MOST_MOVES]:
        table.add_row(found.names[move.old], found.names[move.new], str(move.orders))
    if rest := found.moves[MOST_MOVES:]:
        table.add_row(f"其余 {len(rest)} 种", "", str(sum(move.orders for move in rest)))
    return table


def _shifts(found: Rehearsal) -> Table:
    table = Table(title="到期时间", title_justify="left")
    for name in ("时限", "提前", "延后", "新增", "取消", "不变"):
        table.add_column(name, justify="left" if name == "时限" else "right")
    for shift in found.shifts:
        if shift.changed:
            same = shift.orders - shift.earlier.orders - shift.later.orders
            table.add_row(
                _clock(shift), _size(shift.earlier), _size(shift.later), str(shift.added), str(shift.dropped), str(same)
            )
    return table


def _clock(shift: Shift) -> str:
    return CLOCK_NAMES.get(shift.clock, shift.clock)


def _size(spread: Spread) -> str:
    """How many, by how much in the middle and at most."""
    if not spread.orders:
        return "0"
    return f"{spread.orders}(中位 {hours_words(spread.median)},最多 {hours_words(spread.largest)})"


def _tell_rows(use: RowUse) -> None:
    unused = tuple(row for row in use.fresh if row in set(use.never))
    said = f"{TABLE_NAMES[use.table]}:{use.rows} 行中 {len(use.never)} 行没有命中"
    parts = {
        "现行命中、草案不再命中": use.lost,
        "新增而未命中": unused,
        "尚未生效": use.coming,
    }
    said += "".join(f";{name} {_some(rows)}" for name, rows in parts.items() if rows)
    out.print(said, soft_wrap=True)


def _some(rows: tuple[str, ...]) -> str:
    return "、".join(rows[:MOST_ROWS]) + (f" 等 {len(rows)} 行" if len(rows) > MOST_ROWS else "")


def _tell_orders(found: Rehearsal) -> None:
    if not found.changes:
        out.print("没有一件工单的去向或到期时间会变")
        return
    shown = found.changes[:MOST_ORDERS]
    told = "、".join(f"{change.number}({_rows(change)})" for change in shown)
    more = f" 等 {len(found.changes)} 件" if len(found.changes) > len(shown) else ""
    out.print(f"有变化的工单:{told}{more};全部编号见 --json 或 --html", soft_wrap=True)


def _rows(change: OrderChange) -> str:
    return change.old_row if change.old_row == change.new_row else f"{change.old_row} → {change.new_row}"
