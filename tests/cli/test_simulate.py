"""`hotline simulate` lives a month that breaks nothing, the same one in any process; `hotline walk` tells one of its orders."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from hotline.services.rows import OrderFilter
from tests.whole.deployment import Deployment

ORDERS = "150"


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Deployment, dict[str, Any]]]:
    """The same month lived in two processes that hash differently, with what each said at the end."""
    folder: Path = tmp_path_factory.mktemp("months")
    places = [Deployment(folder / f"data{seed}", more={"PYTHONHASHSEED": seed}) for seed in ("1", "2")]
    with ThreadPoolExecutor(2) as both:
        said = list(both.map(lambda one: one.json("simulate", "--orders", ORDERS, "--seed", "7", "--json"), places))
    return list(zip(places, said, strict=True))


def test_a_month_breaks_no_invariant(months: list[tuple[Deployment, dict[str, Any]]]) -> None:
    said = months[0][1]
    assert {name for name, times in said["violations"].items() if times} == set()
    assert (said["orders"] >= int(ORDERS), said["events"] > 5 * said["orders"], said["upstream_messages"] > 0) == (True,) * 3


def test_nothing_is_refused_but_what_came_too_late(months: list[tuple[Deployment, dict[str, Any]]]) -> None:
    assert "input.invalid" not in months[0][1]["refused"]


def test_the_same_seed_is_the_same_month_in_any_process(months: list[tuple[Deployment, dict[str, Any]]]) -> None:
    assert json.dumps(months[0][1]) == json.dumps(months[1][1])


def test_a_folder_with_orders_is_refused_with_one_line(months: list[tuple[Deployment, dict[str, Any]]]) -> None:
    done = months[0][0].run("simulate", "--orders", ORDERS)
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "已有工单" in done.stderr


def test_a_month_that_is_none_is_refused_with_one_line(place: Deployment) -> None:
    done = place.run("simulate", "--month", "十月")
    assert (done.returncode, "月份应写成 YYYY-MM" in done.stderr) == (1, True)


def test_an_order_of_the_month_is_told_from_the_call_to_its_end(months: list[tuple[Deployment, dict[str, Any]]]) -> None:
    place = months[0][0]
    order = a_closed_order(place)
    told = place.run("walk", "--order", order).stdout
    assert [
        word
        for word in ("【诉求】", "【系统判断】", "派单", "签收", "答复", "在计:", "距上一步", "【各方用时】")
        if word not in told
    ] == []


def test_the_story_has_every_event_as_json(months: list[tuple[Deployment, dict[str, Any]]]) -> None:
    place = months[0][0]
    order = a_closed_order(place)
    with place.house().store.read() as work:
        events, call = work.events.of_order(order), work.calls.of_order(order)[0]
    story = place.json("walk", "--order", order, "--json")
    assert (story["order"], len(story["steps"])) == (order, len(events))
    assert call.new.caller.phone not in json.dumps(story, ensure_ascii=False)


def test_an_order_that_is_not_there_is_told_in_one_line(months: list[tuple[Deployment, dict[str, Any]]]) -> None:
    done = months[0][0].run("walk", "--order", "KDL0000")
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)


def a_closed_order(place: Deployment) -> str:
    """The first closed order of the month that a known number spoke of."""
    with place.house().store.read() as work:
        page = work.orders.page(OrderFilter(), None, 500).orders
    return next(order.id for order in page if order.state == "closed" and not order.anonymous)
