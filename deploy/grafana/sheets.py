"""The SQL of the boards: exact tables over the read-only schema ``report``, run by tests on a real PostgreSQL."""

# ruff: noqa: S608 - put together from texts that stand here; Grafana puts in nothing but the two ends of the time range
from __future__ import annotations

from typing import Final

_TO: Final = "$__timeTo()::timestamptz AT TIME ZONE 'Asia/Shanghai'"
_FROM: Final = "$__timeFrom()::timestamptz AT TIME ZONE 'Asia/Shanghai'"
_RATED: Final = """due AS "应办", ontime_rate AS "按时率", response_rate AS "响应率", response_n AS "响应样本",
  resolution_rate AS "解决率", resolution_n AS "解决样本", satisfaction_rate AS "满意率", satisfaction_n AS "满意样本",
  excluded AS "剔除\""""
SHARES: Final = {"按时率": "percentunit", "响应率": "percentunit", "解决率": "percentunit", "满意率": "percentunit"}
"""Headings that are shares, with the unit they are shown in."""
UNITS: Final = f"""SELECT unit AS "承办单位", {_RATED}, score AS "综合分",
  CASE WHEN enough THEN '是' ELSE '件数不足' END AS "参评", CASE WHEN frozen THEN '是' ELSE '否' END AS "已定"
FROM report.monthly_unit
WHERE month = date_trunc('month', {_TO})
ORDER BY enough DESC, score DESC NULLS LAST, unit"""
CATEGORIES: Final = f"""SELECT coalesce(nullif(category, ''), '未定类别') AS "类别", {_RATED}
FROM report.monthly_category
WHERE month = date_trunc('month', {_TO})
ORDER BY due DESC, category LIMIT 20"""
STREETS: Final = f"""SELECT coalesce(nullif(street, ''), '地点不明') AS "街道", {_RATED}
FROM report.monthly_street
WHERE month = date_trunc('month', {_TO})
ORDER BY due DESC, street"""
DAYS: Final = f"""SELECT CAST(day AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS time, accepted AS "受理", closed AS "办结"
FROM report.daily
WHERE day BETWEEN CAST({_FROM} AS date) AND CAST({_TO} AS date)
ORDER BY 1"""
