"""A start that cannot succeed ends at once with one clear line, exit code 1 and no traceback."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.whole.deployment import Deployment

WRONG = [
    ("WEB_PORT", "many"), ("WEB_PORT", "70000"), ("BROKER_URL", "http://broker:9092"), ("BROKER_URL", "broker:9092"),
    ("DATABASE_URL", "mysql://somewhere/db"), ("DATABASE_URL", "no address"), ("DATABASE_URL", "sqlite://"),
    ("ACCEPT_ERROR", "2"), ("BATCH_SIZE", "0"), ("BATCH_SIZE", "5000"), ("LOG_LEVEL", "chatty"), ("SESSION_HOURS", "-1"),
    ("PACK", "atlantis"),
]  # fmt: skip


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line a failed command wrote; fails when there is anything else."""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert (done.returncode, len(lines), "Traceback" in done.stderr) == (1, 1, False), done.stderr
    assert lines[0].startswith("错误:")
    return lines[0]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda given: given)
def test_a_wrong_setting_is_named(place: Deployment, name: str, value: str) -> None:
    place.more[f"HOTLINE_{name}"] = value
    said = one_line(place.run("up"))
    assert any(word in said for word in (name, value, "database address", "kind of database"))


def test_a_data_folder_that_is_a_file_is_named(place: Deployment) -> None:
    place.data_dir.write_text("a file")
    assert str(place.data_dir) in one_line(place.run("up"))


def test_a_data_folder_that_cannot_be_written_is_named(place: Deployment) -> None:
    place.more["HOTLINE_DATA_DIR"] = "/proc/hotline"  # not even root can write there
    assert "/proc/hotline" in one_line(place.run("up"))


@pytest.mark.parametrize("command", ["up", "worker", "web"])
def test_a_model_folder_that_is_missing_is_named(migrated: Deployment, tmp_path: Path, command: str) -> None:
    migrated.more["HOTLINE_MODEL"] = str(tmp_path / "nowhere")
    assert "nowhere" in one_line(migrated.run(command, deadline=60))


@pytest.mark.parametrize("damaged", ["manifest.json", "weights.skops"])
def test_a_damaged_model_is_refused(migrated: Deployment, model: Path, tmp_path: Path, damaged: str) -> None:
    copy = tmp_path / "model"
    copy.mkdir()
    for file in model.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    (copy / damaged).write_bytes((copy / damaged).read_bytes()[:-100])
    migrated.more["HOTLINE_MODEL"] = str(copy)
    assert "模型" in one_line(migrated.run("up", deadline=60))


@pytest.mark.parametrize("command", ["up", "web", "worker", "clock", "migrate"])
def test_a_database_of_a_newer_program_is_refused(migrated: Deployment, command: str) -> None:
    with closing(sqlite3.connect(migrated.data_dir / "hotline.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "9999" in one_line(migrated.run(command))


@pytest.mark.parametrize("command", ["web", "worker", "clock"])
def test_a_database_without_schema_is_refused(place: Deployment, command: str) -> None:
    assert "hotline migrate" in one_line(place.run(command))


def test_a_file_that_is_no_database_is_refused(place: Deployment) -> None:
    place.data_dir.mkdir()
    (place.data_dir / "hotline.db").write_bytes(b"no database" * 1000)
    one_line(place.run("up"))


def test_a_database_that_does_not_answer_is_named(place: Deployment) -> None:
    place.database_url = f"postgresql://hotline@127.0.0.1:{place.ports[0]}/hotline"
    assert "数据库暂时不可用" in one_line(place.run("up"))


@pytest.mark.parametrize("at", range(4), ids=["web", "worker", "clock", "broker"])
def test_a_port_that_is_taken_is_named_before_anything_starts(place: Deployment, at: int) -> None:
    with socket.create_server(("127.0.0.1", place.ports[at])):
        assert str(place.ports[at]) in one_line(place.run("up"))


@pytest.mark.parametrize(("command", "at"), [("web", 0), ("worker", 1), ("clock", 2), ("broker", 3)])
def test_a_process_alone_names_a_port_that_is_taken(migrated: Deployment, command: str, at: int) -> None:
    with socket.create_server(("127.0.0.1", migrated.ports[at])):
        assert str(migrated.ports[at]) in one_line(migrated.run(command))


def test_a_broker_that_is_not_there_is_named(place: Deployment, tmp_path: Path) -> None:
    place.more["HOTLINE_BROKER_BIN"] = str(tmp_path / "tansu")
    assert "HOTLINE_BROKER_BIN" in one_line(place.run("up"))
    assert "HOTLINE_BROKER_BIN" in one_line(place.run("broker"))


def test_a_broker_that_does_not_answer_is_named(place: Deployment) -> None:
    place.broker_url = f"kafka://127.0.0.1:{place.ports[3]}"
    assert "消息服务暂时不可用" in one_line(place.run("topics"))


@pytest.mark.parametrize("command", ["nonsense", "--nonsense"])
def test_a_wrong_call_is_told_how_to_call(place: Deployment, command: str) -> None:
    done = place.run(command)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_help_names_every_command(place: Deployment) -> None:
    said = place.run("--help").stdout
    commands = "up web worker clock broker demo migrate backup restore import replay train evaluate classify key rules bench"
    assert [name for name in commands.split() if name not in said] == []
