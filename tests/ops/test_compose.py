"""The city's compose file: read by compose-spec, and everything it names is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from compose_spec import PyCompose

from hotline.cli.commands import build
from hotline.settings import Settings
from tests.ops.boards import DEPLOY, sources

TEXT = (DEPLOY / "compose.yaml").read_text("utf-8")
COMPOSE: dict[str, Any] = PyCompose.from_yaml(TEXT).to_dict()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"].startswith("hotline:")}
each_service = pytest.mark.parametrize("name", sorted(SERVICES))
CONTAINERFILE = (DEPLOY / "Containerfile").read_text("utf-8")


def settings() -> set[str]:
    """Return every setting's name in the environment."""
    return {f"HOTLINE_{field.upper()}" for field in Settings.model_fields}


def bound_files() -> Iterator[Path]:
    """Yield every file or folder of ours that a service binds."""
    for service in yaml.safe_load(TEXT)["services"].values():
        yield from (DEPLOY / volume.split(":")[0] for volume in service.get("volumes", ()) if volume.startswith("."))


def test_the_services_are_those_of_the_handbook() -> None:
    assert set(SERVICES) == {
        "kafka", "postgres", "migrate", "report-role", "topics", "web", "worker", "clock", "prometheus", "alertmanager",
        "grafana", "kafka-exporter", "postgres-exporter",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_services_command_is_one_of_ours(name: str) -> None:
    program, command, *_ = OURS[name]["command"]
    assert program == "hotline"
    assert command in typer.main.get_command(build(None)).commands  # type: ignore[attr-defined]  # a group has them


def test_commands_in_comments_and_in_the_image_exist_too() -> None:
    said = set(re.findall(r"(?<!useradd )\bhotline (up|web|worker|clock|migrate|topics|train|key new)\b", TEXT + CONTAINERFILE))
    commands = typer.main.get_command(build(None)).commands  # type: ignore[attr-defined]  # a group has them
    assert {one.split()[0] for one in said} <= set(commands)


def test_every_setting_it_names_exists() -> None:
    named = set(re.findall(r"\bHOTLINE_[A-Z_]+\b", TEXT + CONTAINERFILE))
    assert named <= settings()


def test_a_setting_handed_over_as_a_file_is_named_like_the_setting() -> None:
    assert {secret.upper() for one in OURS.values() for secret in one["secrets"]} <= settings()


@pytest.mark.parametrize("path", sorted(set(bound_files())), ids=lambda path: path.name)
def test_every_file_it_binds_exists(path: Path) -> None:
    assert path.exists()


def test_what_the_image_copies_exists() -> None:
    copied = {line.split()[1] for line in CONTAINERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line}
    assert all((DEPLOY.parent / name).exists() for name in copied)
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text("utf-8")
    assert copied == {line[1:] for line in ignored.splitlines() if line.startswith("!")}


def test_every_secret_has_an_example_and_none_is_committed() -> None:
    for secret in COMPOSE["secrets"].values():
        assert (DEPLOY / f"{secret['file']}.example").is_file()
    assert "*\n" in (DEPLOY / "secrets/.gitignore").read_text("utf-8")


def test_no_password_stands_in_the_environment() -> None:
    names = {name for one in SERVICES.values() for name in one.get("environment", {})}
    assert not {name for name in names if re.search(r"PASSWORD$|DATABASE_URL$|TOKEN$|SECRET$", name)}


@each_service
def test_a_service_is_hardened(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert re.fullmatch(r"[1-9]\d*:\d+", service["user"])
    assert list(service["cap_drop"]) == ["ALL"]
    assert service["logging"]["options"]["max-size"]


@each_service
def test_an_image_has_a_tag_and_no_registrys_address(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)?:[\w.-]+", SERVICES[name]["image"])


@each_service
def test_ports_are_bound_to_this_machine(name: str) -> None:
    assert all(str(port).startswith("127.0.0.1:") for port in SERVICES[name].get("ports") or ())


@pytest.mark.parametrize("name", ["web", "worker", "clock"])
def test_processes_wait_for_the_schema(name: str) -> None:
    assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_the_web_does_not_wait_for_the_broker() -> None:
    assert set(SERVICES["web"]["depends_on"]) == {"migrate"}


def test_grafana_reads_the_report_as_its_role_once_that_is_made() -> None:
    grafana, role = SERVICES["grafana"], SERVICES["report-role"]
    assert grafana["depends_on"]["report-role"]["condition"] == "service_completed_successfully"
    assert role["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert "report_password" in grafana["secrets"]
    assert "report_password" in role["secrets"]
    source = sources()["hotline-report"]
    assert grafana["environment"][source["url"].removeprefix("$")] == "postgres:5432"
    assert source["secureJsonData"]["password"] == "$__file{/run/secrets/report_password}"


@pytest.mark.parametrize(("name", "setting"), [("web", "WEB"), ("worker", "WORKER"), ("clock", "CLOCK")])
def test_a_processs_health_is_asked_at_its_own_port(name: str, setting: str) -> None:
    port = OURS[name]["environment"][f"HOTLINE_{setting}_PORT"]
    assert f":{port}/healthz" in str(SERVICES[name]["healthcheck"]["test"])


def test_prometheus_finds_the_processes_at_their_ports() -> None:
    scraped = (DEPLOY / "prometheus/prometheus.compose.yml").read_text("utf-8")
    environment = OURS["web"]["environment"]
    assert f'"web:{environment["HOTLINE_WEB_PORT"]}"' in scraped
    assert f"port: {environment['HOTLINE_WORKER_PORT']}" in scraped
    assert f"port: {environment['HOTLINE_CLOCK_PORT']}" in scraped
