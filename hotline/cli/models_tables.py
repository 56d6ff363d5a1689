"""The tables of ``hotline evaluate`` and ``hotline classify``: every heading is read in full at 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from classifiers.lines import UNREADABLE
from classifiers.report import HEADS, VIEWS, settled
from hotline.cli.common import out

_RIGHT = ("accuracy", "macro_f1", "top3", "calibration_error")
_HINDSIGHT = {"0.02": "coverage_2", "0.05": "coverage_5"}


def evaluation(report: Mapping[str, Any]) -> list[Table]:
    """Return the tables of a report of ``evaluate``: how right, and what goes out without a person."""
    told = f"模型 {report['model']},{report['texts']} 条"
    right = _table(told, ("内容", "文本", "条数", "准确率", "宏平均\nF1", "前三\n命中", "校准\n误差"))
    for head, views in report["heads"].items():
        for view, row in views.items():
            right.add_row(
                HEADS.get(head, head), VIEWS.get(view, view), str(row["texts"]), *(f"{row[name]:.3f}" for name in _RIGHT)
            )
    return [right, _sent(report)]


def _sent(report: Mapping[str, Any]) -> Table:
    """Return what the model's own thresholds send out beside what could have been sent with hindsight."""
    headings = ("文本", "可接受\n错误", "自动\n派出", "派出中\n派错", "实际\n错误", "90% 区间", "事后最\n优派出")
    table = _table("类别:模型自带阈值实际派出多少", headings)
    table.caption = settled(report)
    for view, row in report["heads"].get("category", {}).items():
        for error, sent in row["sent_out"].items():
            hindsight = f"{row[_HINDSIGHT[error]]:.3f}" if error in _HINDSIGHT else "—"
            table.add_row(VIEWS.get(view, view), f"{float(error):.0%}", f"{sent['coverage']:.3f}", *_errors(sent), hindsight)
    return table


def _errors(sent: Mapping[str, Any]) -> tuple[str, str, str]:
    if sent["error"] is None:
        return "0", "没有派出", "—"
    low, high = sent["interval"]
    return f"{sent['wrong']}/{sent['sent']}", f"{sent['error']:.1%}", f"{low:.1%}–{high:.1%}"


def show_answers(found: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Pass on answers of ``classify``; after the last one, print them as a table."""
    table = _table("分类结果", ("编号", "类别", "把握", "警示", "去向"))
    for one in found:
        table.add_row(*_row(one))
        yield one
    out.print(table)


def _row(one: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    ident = "" if one["id"] is None else str(one["id"])
    if "error" in one:
        return ident, "—", "—", "—", f"读不懂这一行:{one['detail']}"
    first = one["category"][0] if one["category"] else None
    label, sure = (first["label"], f"{first['confidence']:.0%}") if first else (UNREADABLE, "—")
    return ident, label, sure, _marks(one["alarms"], one["emergency"]), "自动派出" if one["goes_out"] else "人工"


def _marks(alarms: Sequence[Mapping[str, Any]], number: str | None) -> str:
    """Return the alarms with their words; the number to call stands with the emergency."""
    told = (f"{one['name']}{f' {number}' if one['list'] == 'emergency' else ''}:{'、'.join(one['words'])}" for one in alarms)
    return "\n".join(told)


def _table(title: str, headings: Sequence[str]) -> Table:
    table = Table(title=title)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
