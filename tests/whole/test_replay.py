"""A file of messages, replayed: one order a message, none twice, whatever runs beneath."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres_server import PostgresServer
from tests.streams.kafka_server import KafkaServer
from tests.whole.deployment import Deployment, left_running
from tests.whole.ledger import Ledger, decisions, ledger

MESSAGES = 2_799
SOURCE = "replay:"

BAD_ROWS = """id,title,time,detail
1,暖气不热,2026/11/1 9:00,昆区青年路某小区暖气不热
2,,,
3,时间不对,2026-13-45,路灯不亮
4,将来的时间,2099/1/1 9:00,井盖丢失
5,控制字符,2026/11/1 9:00,停水\x01三天\x02
6,ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ,2026/11/1 9:00,ᠬᠠᠯᠠᠭᠤᠨ ᠤᠰᠤ ᠦᠭᠡᠢ
7,emoji,2026/11/1 9:00,😀🔥🚒
8,Latin,2026/11/1 9:00,No heating since Monday
9,很长,2026/11/1 9:00,{long}
10,太长,2026/11/1 9:00,{longer}
11,公式,2026/11/1 9:00,"=HYPERLINK(""x"",""点我"")"
"""


@pytest.mark.real
@pytest.mark.stream
def test_every_real_message_becomes_one_order_on_the_embedded_default(replayed: tuple[Deployment, dict[str, float]]) -> None:
    deployment, said = replayed
    assert (said["sent"], said["orders"], said["duplicates"], said["set_aside"]) == (MESSAGES, MESSAGES, 0, 0)
    assert ledger(deployment, SOURCE) == Ledger.of(MESSAGES)


@pytest.mark.real
@pytest.mark.stream
def test_the_same_file_again_makes_nothing_twice(replayed: tuple[Deployment, dict[str, float]], real_file: Path) -> None:
    deployment, _ = replayed
    again = deployment.json("replay", str(real_file), "--json")
    assert (again["sent"], again["orders"], again["duplicates"], again["set_aside"]) == (MESSAGES, MESSAGES, MESSAGES, 0)
    assert ledger(deployment, SOURCE) == Ledger.of(MESSAGES)


@pytest.mark.real
@pytest.mark.stream
def test_a_replay_leaves_nothing_running(replayed: tuple[Deployment, dict[str, float]]) -> None:
    assert left_running(replayed[0]) == []


@pytest.mark.real
@pytest.mark.kafka
@pytest.mark.postgres
def test_every_real_message_becomes_the_same_order_on_kafka_and_postgresql(
    tmp_path: Path,
    kafka: KafkaServer,
    postgres: PostgresServer,
    replayed: tuple[Deployment, dict[str, float]],
    real_file: Path,
) -> None:
    city = Deployment(tmp_path / "data", postgres.address(postgres.database()), kafka.url)
    said = city.json("replay", str(real_file), "--speed", "max", "--json")
    again = city.json("replay", str(real_file), "--speed", "max", "--json")
    assert (said["sent"], said["orders"], said["duplicates"]) == (MESSAGES, MESSAGES, 0)
    assert (again["sent"], again["orders"], again["duplicates"]) == (MESSAGES, MESSAGES, MESSAGES)
    assert ledger(city, SOURCE) == Ledger.of(MESSAGES)
    assert decisions(city, SOURCE) == decisions(replayed[0], SOURCE)


@pytest.mark.stream
def test_rows_that_are_strange_become_orders_and_rows_that_cannot_are_set_aside(embedded: Deployment, tmp_path: Path) -> None:
    file = tmp_path / "来件.csv"
    file.write_text(BAD_ROWS.replace("{longer}", "水" * 200_001).replace("{long}", "水" * 100_000), "utf-8")
    said = embedded.json("replay", str(file), "--json")
    assert (said["sent"], said["orders"], said["set_aside"]) == (11, 9, 2)
    assert ledger(embedded, SOURCE) == Ledger.of(9)


@pytest.mark.stream
def test_a_rate_is_kept(embedded: Deployment, tmp_path: Path) -> None:
    file = tmp_path / "来件.csv"
    file.write_text("title,detail\n" + "".join(f"路灯,第 {number} 盏路灯不亮\n" for number in range(60)), "utf-8")
    said = embedded.json("replay", str(file), "--speed", "20", "--json")
    assert said["orders"] == 60
    assert 2.5 < said["seconds"] < 60
