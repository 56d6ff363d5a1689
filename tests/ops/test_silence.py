"""Silence alarms in a district of 36 orders a day and in a city of 3,300, on orders that come by chance and by the hour."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.needs import need
from tests.ops.boards import DEPLOY

pytestmark = pytest.mark.prometheus
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BY_HOUR = (1, 1, 1, 1, 1, 2, 3, 6, 10, 12, 12, 10, 8, 9, 11, 11, 10, 9, 8, 7, 6, 4, 3, 2)
"""How a day's orders lie over the hours in Beijing."""
CHANNELS = {"phone": 0.6, "upstream": 0.3, "web": 0.1}
KNOWN = timedelta(days=35)
"""A Thursday begins the tests' time; this is a Thursday again."""
Silent = Callable[[timedelta], bool]


def arrivals(a_day: float, length: timedelta, step: timedelta, silent: Silent, chance: random.Random) -> list[int]:
    """Return the counter of orders at each step; promtool's time begins at midnight UTC, 08:00 in Beijing."""
    counted, found = 0, []
    for at in (step * n for n in range(length // step)):
        found.append(counted)
        expected = a_day * BY_HOUR[int(at / HOUR + 8) % 24] / sum(BY_HOUR) * (step / HOUR)
        counted += 0 if silent(at) else _poisson(expected, chance)
    return found


def _poisson(expected: float, chance: random.Random) -> int:
    """Return how many came, by the time between one and the next."""
    n, passed = 0, chance.expovariate(1)
    while passed < expected:
        n, passed = n + 1, passed + chance.expovariate(1)
    return n


def told(folder: Path, series: dict[str, Sequence[int]], step: timedelta, wanted: dict[timedelta, bool], of: str = "") -> None:
    """Let promtool say whether NoNewOrders fires at each time as it is wanted."""
    minutes = int(step / timedelta(minutes=1))
    counters = [
        {"series": f'hotline_orders_accepted_total{{job="hotline-clock",channel="{one}"}}', "values": " ".join(map(str, n))}
        for one, n in series.items()
    ]
    firing = f'clamp_max(count(ALERTS{{alertname="NoNewOrders",alertstate="firing"{of}}}), 1) or vector(0)'
    asked = [
        {
            "expr": firing,
            "eval_time": f"{int(at / timedelta(minutes=1))}m",
            "exp_samples": [{"labels": "{}", "value": int(fires)}],
        }
        for at, fires in wanted.items()
    ]
    said: dict[str, Any] = {
        "rule_files": [str(DEPLOY / f"prometheus/rules/{name}.yml") for name in ("silence", "recording_orders")],
        "group_eval_order": ["hotline-recording-orders", "hotline-silence"], "evaluation_interval": f"{minutes}m",
        "tests": [{"interval": f"{minutes}m", "input_series": counters, "promql_expr_test": asked}],
    }  # fmt: skip
    file = folder / "silence.test.yml"
    file.write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
    done = subprocess.run(["promtool", "test", "rules", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def lived(a_day: float, length: timedelta, step: timedelta, silent: Silent, seed: int) -> dict[str, Sequence[int]]:
    """Return each channel's counter."""
    chance = random.Random(seed)
    return {name: arrivals(a_day * share, length, step, silent, chance) for name, share in CHANNELS.items()}


def since(begins: timedelta) -> Silent:
    """Return an outage that begins then."""
    return lambda at: at >= begins


def never(_at: timedelta) -> bool:
    """Nothing is out."""
    return False


def test_a_night_without_orders_in_a_district_wakes_nobody(tmp_path: Path) -> None:
    need("prometheus")
    evening, morning = KNOWN + 13 * HOUR, KNOWN + 23 * HOUR  # 21:00 to 07:00 in Beijing
    series = lived(36, KNOWN + DAY, HOUR, lambda at: evening <= at < morning, 1)
    told(tmp_path, series, HOUR, {KNOWN + n * HOUR: False for n in range(14, 24)})


def test_no_hour_of_two_ordinary_weeks_of_a_district_alarms(tmp_path: Path) -> None:
    need("prometheus")
    series = lived(36, KNOWN + 14 * DAY, HOUR, never, 1)
    told(tmp_path, series, HOUR, {KNOWN + n * HOUR: False for n in range(14 * 24)})


def test_an_outage_of_a_districts_morning_pages_within_hours(tmp_path: Path) -> None:
    need("prometheus")
    series = lived(36, KNOWN + DAY, HOUR, since(KNOWN + HOUR), 2)  # from 09:00
    told(tmp_path, series, HOUR, {KNOWN + 3 * HOUR: False, KNOWN + 7 * HOUR: True})


def test_an_outage_of_a_city_pages_within_two_hours_also_at_night(tmp_path: Path) -> None:
    need("prometheus")
    night = KNOWN + 18 * HOUR  # 02:00 in Beijing
    series = lived(3_300, KNOWN + DAY, HOUR, since(night), 3)
    told(tmp_path, series, HOUR, {night: False, night + 2 * HOUR: True})


def test_an_outage_of_a_citys_morning_is_seen_by_a_quarter_of_an_hour(tmp_path: Path) -> None:
    need("prometheus")
    step, begins = timedelta(minutes=15), timedelta(days=28) + 2 * HOUR
    series = lived(3_300, begins + HOUR, step, since(begins), 4)
    told(tmp_path, series, step, {begins: False, begins + 2 * step: True}, ',window="15m"')
