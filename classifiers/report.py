"""The report of an evaluation as one page of HTML: nothing is fetched, it opens on a closed network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from classifiers.pictures import coverage_svg, reliability_svg

VIEWS = {"full": "全文", "title": "仅标题", "first60": "前 60 字"}
HEADS = {"category": "类别", "unit": "承办单位", "kind": "诉求类型"}
_HEADINGS = (
    "内容",
    "文本",
    "条数",
    "准确率",
    "宏平均 F1",
    "前三命中",
    "校准误差(90% 区间)",
    "事后最优:2% 错误可派",
    "5% 错误可派",
)
_SETTLED = {
    True: "阈值在原文上定下:每个可接受错误有 90% 的把握不被超过。",
    False: "训练时原文太少,阈值由全部文本(含切词文本)定下,只留了余量,不是保证。",
}
_STYLE = (
    "body{font-family:sans-serif;max-width:70rem;margin:1rem auto;padding:0 1rem;line-height:1.5}"
    "table{border-collapse:collapse;margin:.5rem 0}td,th{border:1px solid #bbb;padding:.2rem .6rem;text-align:right}"
    "th,td:first-child,td:nth-child(2){text-align:left}figure{display:inline-block;margin:.5rem}"
)


def settled(report: Mapping[str, Any]) -> str:
    """Return whether the thresholds' promise is a guarantee, as a sentence."""
    return _SETTLED[bool(report["guaranteed"])]


def page(report: Mapping[str, Any]) -> str:
    """Return the whole page for the ``report`` of ``evaluate``."""
    parts = [
        f"<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>模型评估 {escape(report['model'])}</title>",
        f"<style>{_STYLE}</style><h1>模型评估:{escape(report['model'])}</h1>",
        f"<p>{report['texts']} 条带标签文本。与训练文本相同或相近的文本不应在其中;训练时相近的文本始终在同一折内。</p>",
        _table(_HEADINGS, [_row(head, view, row) for head, views in report["heads"].items() for view, row in views.items()]),
    ]
    for view, row in report["heads"].get("category", {}).items():
        parts.append(_view(VIEWS.get(view, view), row))
    parts += [f"<p>{settled(report)}</p>", _cross_validated(report["cross_validated"])]
    return "\n".join([*parts, _held_back(report["held_back"]), "</html>"])


def _row(head: str, view: str, row: Mapping[str, Any]) -> list[str]:
    low, high = row["calibration_interval"]
    figures = [f"{row[name]:.3f}" for name in ("accuracy", "macro_f1", "top3")]
    error = f"{row['calibration_error']:.3f}({low:.3f}–{high:.3f})"
    covers = [f"{row[name]:.2f}" for name in ("coverage_2", "coverage_5")]
    return [HEADS.get(head, head), VIEWS.get(view, view), str(row["texts"]), *figures, error, *covers]


def _view(name: str, row: Mapping[str, Any]) -> str:
    sent = row["sent_out"]
    marked = [(one["coverage"], one["error"]) for one in sent.values() if one["error"] is not None]
    rows = [
        [f"{float(error):.0%}", f"{one['coverage']:.1%}", str(one["sent"]), str(one["wrong"]), _error(one)]
        for error, one in sent.items()
    ]
    return (
        f"<h2>类别 · {escape(name)}</h2><figure>{reliability_svg(row['reliability'])}</figure>"
        f"<figure>{coverage_svg(row['curve'], marked)}</figure>"
        "<p>蓝线为事后按把握排序所能达到的结果;橙色方块为模型自带阈值实际派出的结果。</p>"
        + _table(("可接受错误", "自动派出", "条数", "派错", "实际错误(90% 区间)"), rows)
    )


def _error(one: Mapping[str, Any]) -> str:
    if one["error"] is None:
        return "没有派出"
    low, high = one["interval"]
    return f"{one['error']:.1%}({low:.1%}–{high:.1%})"


def _cross_validated(scores: Mapping[str, Mapping[str, float]]) -> str:
    """Return what was seen while training, on texts that the judging models had not learned."""
    names = ("texts", "accuracy", "macro_f1", "calibration_error", "raw_texts", "raw_calibration_error")
    rows = [[HEADS.get(head, head), *(f"{each[name]:g}" for name in names)] for head, each in scores.items()]
    headings = ("内容", "条数", "准确率", "宏平均 F1", "校准误差", "其中原文条数", "原文校准误差")
    return f"<h2>训练时的交叉验证</h2>{_table(headings, rows)}"


def _held_back(found: Mapping[str, Sequence[str]]) -> str:
    """Return the list of classes of which nothing goes out, for each accepted error."""
    items = []
    for error, labels in found.items():
        named = "、".join(escape(one) for one in labels) or "无"
        items.append(
            f"<details><summary>可接受错误 {float(error):.0%}:{len(labels)} 项不自动派出</summary><p>{named}</p></details>"
        )
    return f"<h2>没有阈值能保证错误率、一律交人工的类别</h2>{''.join(items)}"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{one}</th>" for one in headings)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
