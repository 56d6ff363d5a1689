"""Board, differences and early sight as pages and over the API: every number is the count of the list it opens."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient

from hotline.domain.roles import Role
from hotline.store.memory import MemoryStore
from routing_rules.pack import pack_files
from tests.api.city import City
from tests.api.test_figure_lists import listed, pages

OF = re.compile(r'<a class="of" href="([^"]+)"[^>]*>(\d+)/(\d+)</a>')
PERCENT = re.compile(r'<a class="percent" href="([^"]+)"')


def shown(city: City, path: str, who: Role | str = Role.SUPERVISOR) -> str:
    answer = pages(city, who).get(path)
    assert answer.status_code == 200, answer.text
    text: str = answer.text
    return text


HEADING = re.compile(r"<h1>.*:.*?的 (\d+) [件次]</h1>")
ORDERS = re.compile(r"涉及 (\d+) 件工单")


def counted(client: TestClient, href: str) -> int:
    """The number in the heading of a list: how often its orders count, as often as there are orders unless it says so."""
    page = client.get(unescape(href)).text
    times = HEADING.findall(page)[0]
    assert len(listed(page)) == int((ORDERS.findall(page) or [times])[0])
    return int(times)


def without_heating() -> bytes:
    """The shipped settings of a pack that looks at no class apart: the word reader takes everything for heating."""
    return re.sub(rb"\[heating\].*?(?=\[assessment\])", b"", pack_files("kundulun")["pack.toml"], flags=re.DOTALL)


@pytest.fixture(scope="module")
def worked() -> City:
    """Orders of two units: closed, solved or not, sent and not sent; these tests only look. No class is looked at apart."""
    city = City(MemoryStore())
    city.put_in_force(pack_toml=without_heating())
    city.closed("CGJ"), city.closed("CGJ", solved="no", rating=1), city.closed("SCJG")
    city.dispatched("SCJG")
    city.order()
    return city


@pytest.mark.parametrize("by", ["unit", "unit&level=1", "street", "category&level=3", "month"])
def test_every_fraction_of_the_board_is_the_count_of_the_list_it_opens(worked: City, by: str) -> None:
    client = pages(worked, Role.SUPERVISOR)
    found = set(OF.findall(shown(worked, f"/board?by={by}")))
    assert found
    assert [href for href, _, all_ in sorted(found) if counted(client, href) != int(all_)] == []


def test_an_order_handled_twice_counts_twice_and_its_list_says_so(worked: City) -> None:
    asked = "figure=return&book=own&from=2026-11-01&to=2026-11-30&by=unit&key=CGJ"
    page = shown(worked, f"/orders?{asked}")
    assert "退单率 0/3:计入分母的 3 次" in page
    assert "计 3 次,涉及 2 件工单" in page


def test_what_went_wrong_is_one_step_away(worked: City) -> None:
    client = pages(worked, Role.SUPERVISOR)
    href = next(one for one in PERCENT.findall(shown(worked, "/board")) if "figure=resolution" in one and "key=CGJ" in one)
    assert "good=no" in href
    assert counted(client, href) == 1


def test_the_board_says_its_book_its_definitions_and_its_weights_in_words(worked: City) -> None:
    page = shown(worked, "/board?book=official")
    for words in ("上级口径 · ", "上级认定已解决的 ÷ 上级回访接通或评价的办理轮次", "综合分 = 响应率 × 0.3", "不计入考核的工单"):
        assert words in page


def test_a_unit_below_the_floor_is_not_ranked(worked: City) -> None:
    assert "样本不足(派单少于 10 件,或没有可计分的样本),不参与排名" in shown(worked, "/board")


def test_a_wrong_period_is_told_and_the_usual_one_shown(small_city: City) -> None:
    assert "起始日期不能晚于截止日期" in shown(small_city, "/board?period=span&from=2026-11-02&to=2026-11-01")
    assert "不能超过 800 天" in shown(small_city, "/board?period=span&from=2020-01-01&to=2026-11-01")


def test_a_clerks_board_has_the_own_unit_alone(worked: City) -> None:
    page = shown(worked, "/board", "SCJG")
    assert "市场监督管理局" in page
    assert "城市管理综合执法局" not in page


def test_operations_see_rates_and_no_way_to_orders(worked: City) -> None:
    page = shown(worked, "/board", Role.OPERATIONS)
    assert "100.0%" in page
    assert "/orders" not in page
    assert pages(worked, Role.OPERATIONS).get("/board/differences").status_code == 403


@pytest.mark.parametrize("path", ["/board", "/board/differences", "/sight", "/api/v1/sight"])
def test_an_agent_sees_no_rates(small_city: City, path: str) -> None:
    assert pages(small_city, Role.AGENT).get(path).status_code == 403


def test_each_cell_of_the_sight_is_the_count_of_the_list_it_opens(worked: City) -> None:
    client = pages(worked, Role.SUPERVISOR)
    links = re.findall(r'<a href="(/orders\?figure=direct[^"]+)" title="[^"]*">(\d+)</a>', shown(worked, "/sight"))
    assert links
    assert [href for href, n in links if counted(client, href) != int(n)] == []


def test_the_sight_over_the_api_adds_up(worked: City) -> None:
    found = worked.as_(Role.SUPERVISOR).get("/api/v1/sight").json()
    sums = {(one["category"], one["street"]): one["now"] for one in found["cells"]}
    assert sums[None, None] == 5
    assert sum(n for (category, street), n in sums.items() if category and not street) == 5


def test_a_unit_sees_its_own_orders_alone_in_the_sight(worked: City) -> None:
    found = worked.as_("CGJ").get("/api/v1/sight").json()
    assert next(one["now"] for one in found["cells"] if not one["category"] and not one["street"]) == 2


def test_heating_is_apart_and_not_compared_with_a_year_that_is_not_there(small_city: City) -> None:
    small_city.order()
    found = small_city.as_(Role.SUPERVISOR).get("/api/v1/sight").json()
    assert found["cells"] == []
    assert found["season"] == {"on": True, "now": 1, "last": 0, "year_ago": None, "around": None}


def test_the_weeks_before_are_cut_at_the_same_time_of_the_week(small_city: City) -> None:
    small_city.put_in_force(pack_toml=without_heating())
    small_city.order()
    small_city.clock.pass_by(timedelta(days=7) - timedelta(minutes=1))
    assert small_city.as_(Role.SUPERVISOR).get("/api/v1/sight").json()["cells"] == []
    small_city.clock.pass_by(timedelta(minutes=1))
    assert small_city.as_(Role.SUPERVISOR).get("/api/v1/sight").json()["cells"][0]["last"] == 1


def test_the_calibration_is_read_when_it_is_asked_for(worked: City) -> None:
    assert "置信度校准(按十分位" not in shown(worked, "/board")
    assert "置信度校准(按十分位" in shown(worked, "/board?deciles=yes")
    assert "置信度校准" not in shown(worked, "/board?deciles=yes", "CGJ")
