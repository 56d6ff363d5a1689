"""A rehearsal as one page that stands alone: no script, no picture, no address of anybody else's."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from routing_rules.rehearsal.figures_words import share_words
from routing_rules.rehearsal.page_parts import moves_chart, orders_list, rows_chart, shifts_chart, units_matrix

STYLE: Final = """
:root{--ink:#1F2329;--muted:#5F6B7A;--line:#D5DAE0;--bar:#0B4A8F;--early:#A65300;--late:#0B4A8F;--soft:#EEF2F6}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1180px;padding:20px 24px 60px;color:var(--ink);background:#fff;font:14px/1.6 "Segoe UI",Arial,
"Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Source Han Sans SC","WenQuanYi Micro Hei",sans-serif;
font-variant-numeric:tabular-nums}
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:32px 0 4px}p{margin:4px 0}
.muted{color:var(--muted)}.num{text-align:right}.mono{font-family:Consolas,"Courier New",monospace}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(138px,1fr));gap:12px;margin:18px 0}
.tile{border:1px solid var(--line);border-radius:6px;padding:10px 14px}
.tile b{display:block;font-size:24px;line-height:1.3}.tile span{color:var(--muted)}
.empty{border:1px dashed #7B8794;border-radius:6px;padding:18px 20px;background:var(--soft);margin:14px 0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;margin:8px 0;min-width:50%}caption{text-align:left;color:var(--muted);padding-bottom:4px}
th,td{border-bottom:1px solid var(--line);padding:4px 10px;text-align:left;vertical-align:top}
th{font-weight:600;background:var(--soft)}td.num,th.num{text-align:right}
.bars{display:grid;grid-template-columns:minmax(180px,auto) 1fr minmax(70px,auto);gap:3px 12px;align-items:center;margin:10px 0}
.track{background:var(--soft);height:16px;border-radius:2px}
.fill{display:block;height:16px;background:var(--bar);border-radius:2px}
.split{display:grid;grid-template-columns:minmax(110px,auto) minmax(90px,auto) 1fr 1fr minmax(90px,auto);gap:4px 10px;
align-items:center;margin:10px 0}
.left{display:flex;justify-content:flex-end}.left .fill{background:var(--early)}.right .fill{background:var(--late)}
.matrix td{text-align:right;min-width:52px}.matrix .stay{color:var(--muted);background:var(--soft)}
.matrix .none{color:var(--muted)}
.matrix th[scope=col]{font-weight:600;max-width:110px}
details{margin:6px 0}summary{cursor:pointer;min-height:28px}summary:focus-visible{outline:2px solid var(--bar)}
.ids{word-break:break-all;color:var(--muted)}
@media print{body{max-width:none;padding:0}thead{display:table-header-group}tr{break-inside:avoid}.fill{border:1px solid #000}
.track{background:#fff;border:1px solid #7B8794}}
"""


def page(found: Mapping[str, Any], title: str = "规则草案试算") -> str:
    """Return the page of a rehearsal, given as ``Rehearsal.as_dict`` writes it."""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="renderer" content="webkit">'
        '<meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{escape(title)}</h1>{body(found)}</main></body></html>"
    )


def body(found: Mapping[str, Any]) -> str:
    """Return what the page says, without its frame: for a page of the console too."""
    head = _head(found)
    if not found["orders"]:
        return head + _empty("这段时间没有工单可供试算", "请把起始日期提前,或等有了工单再试算。")
    if not found["changed"]:
        return head + _tiles(found) + _empty("没有一件工单的去向或到期时间会变", _otherwise(found)) + rows_chart(found)
    parts = (_tiles, moves_chart, units_matrix, shifts_chart, rows_chart, orders_list)
    return head + "".join(part(found) for part in parts)


def _head(found: Mapping[str, Any]) -> str:
    period = f"{_day(found['first'])} 至 {_day(found['last'])} 收到的 {found['orders']} 件工单," if found["orders"] else ""
    return (
        f'<p class="muted">草案 <span class="mono">{escape(found["new"][:12])}</span> 对照 '
        f'<span class="mono">{escape(found["old"][:12])}</span>;{period}按 {escape(found["on"])} 有效的规则行,'
        "各单以首次派单时的条件重新询问两套规则。</p>"
    )


def _tiles(found: Mapping[str, Any]) -> str:
    n = found["orders"]
    tiles = [
        ("试算工单", f"{n} 件", ""),
        ("改派", f"{found['moved']} 件", share_words(found["moved"], n)),
        ("提前到期", f"{found['earlier']} 件", "至少一项时限提前"),
        ("延后到期", f"{found['later']} 件", "至少一项时限延后"),
        ("改为自动派单", f"{found['auto_on']} 件", f"改为人工派单 {found['auto_off']} 件"),
        ("协办变化", f"{found['assists']} 件", f"督办变化 {found['reminders']} 件"),
    ]
    if found["known"]:
        was, now = found["agreed_old"], found["agreed_new"]
        known = found["known"]
        tiles.append(("首派即终办单位", f"{100 * now / known:.1f} %", f"{now}/{known} 件;现行 {was}/{known} 件"))
    cells = "".join(
        f'<div class="tile"><span>{name}</span><b>{escape(value)}</b><span>{escape(note)}</span></div>'
        for name, value, note in tiles
    )
    return f'<div class="tiles">{cells}</div>'


def _otherwise(found: Mapping[str, Any]) -> str:
    others = {"协办变化": "assists", "督办变化": "reminders", "改为自动派单": "auto_on", "改为人工派单": "auto_off"}
    told = "、".join(f"{name} {found[key]} 件" for name, key in others.items() if found[key])
    return told or "草案对这些工单与现行规则完全相同。"


def _empty(title: str, note: str) -> str:
    return f'<div class="empty"><b>{escape(title)}</b><p>{escape(note)}</p></div>'


def _day(moment: str | None) -> str:
    return escape((moment or "")[:10])
