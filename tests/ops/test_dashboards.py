"""The dashboards are what the generator writes, and what the operations handbook's lint asks of them."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.ops.boards import BOARDS, DEPLOY, RANGE_FUNCTIONS, board, names, queries, selectors, sources
from tests.ops.exported import by_job

REPORT = {"type": "grafana-postgresql-datasource", "uid": "hotline-report"}
PANELS = [(path.stem, panel) for path in BOARDS for panel in board(path)["panels"]]
IDS = [f"{stem} › {panel['title']}" for stem, panel in PANELS]
LINT = yaml.safe_load((DEPLOY / "grafana/dashboards/热线/业务/.lint").read_text("utf-8"))["exclusions"]
FIXED_WINDOWS = {entry["panel"] for entry in LINT["target-rate-interval-rule"]["entries"]}
each_board = pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.stem)
each_panel = pytest.mark.parametrize("panel", [panel for _, panel in PANELS], ids=IDS)
each_query = pytest.mark.parametrize(("where", "expr"), queries(), ids=[where for where, _ in queries()])


def variable(path: Path, name: str) -> dict[str, Any]:
    """Return a dashboard's variable."""
    return next(one for one in board(path)["templating"]["list"] if one["name"] == name)


def test_the_committed_dashboards_are_the_generated_ones(tmp_path: Path) -> None:
    subprocess.run([sys.executable, DEPLOY / "grafana/dashboards.py", "--out", tmp_path], check=True)
    made = {path.relative_to(tmp_path): path.read_text("utf-8") for path in tmp_path.rglob("*.json")}
    assert made == {path.relative_to(DEPLOY / "grafana/dashboards"): path.read_text("utf-8") for path in BOARDS}


@each_board
def test_the_sdk_reads_the_dashboard_back_as_it_is(path: Path) -> None:
    read = Dashboard.from_json(board(path))
    assert JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False).encode(read) + "\n" == path.read_text("utf-8")


@each_board
def test_a_dashboard_cannot_be_edited_on_the_page(path: Path) -> None:
    assert board(path)["editable"] is False


@each_board
def test_the_data_source_is_a_variable(path: Path) -> None:
    source = variable(path, "datasource")
    assert (source["type"], source["query"], source["label"]) == ("datasource", "prometheus", "Data source")


@each_board
def test_units_are_looked_up_again_when_the_time_changes(path: Path) -> None:
    unit = variable(path, "unit")
    assert (unit["query"], unit["refresh"], unit["allValue"]) == ("label_values(hotline_orders_open, unit)", 2, ".+")
    assert unit["multi"]
    assert unit["includeAll"]


@each_board
def test_uids_are_short_and_in_our_name(path: Path) -> None:
    assert re.fullmatch(r"hotline-[a-z]{1,32}", board(path)["uid"])


def test_uids_are_unique() -> None:
    uids = [board(path)["uid"] for path in BOARDS]
    assert len(set(uids)) == len(uids)


@each_board
def test_panel_ids_are_unique_numbers(path: Path) -> None:
    ids = [panel["id"] for panel in board(path)["panels"]]
    assert ids == list(range(1, len(ids) + 1))


@each_board
def test_every_variable_used_is_declared(path: Path) -> None:
    used = set(re.findall(r"\$\{?(\w+)", path.read_text("utf-8")))
    declared = {one["name"] for one in board(path)["templating"]["list"]}
    assert used - {"__rate_interval", "__all", "__timeFrom", "__timeTo"} <= declared


@each_board
def test_panels_lie_on_the_grid_without_overlap(path: Path) -> None:
    places = [panel["gridPos"] for panel in board(path)["panels"]]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    assert not [(one, other) for one, other in combinations(places, 2) if overlap(one, other)]


def overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    """Whether two panels share a cell."""
    across = one["x"] < other["x"] + other["w"] and other["x"] < one["x"] + one["w"]
    return across and one["y"] < other["y"] + other["h"] and other["y"] < one["y"] + one["h"]


@each_panel
def test_a_panel_says_what_it_shows_and_in_which_unit(panel: dict[str, Any]) -> None:
    assert panel["title"]
    assert panel["description"]
    assert panel["fieldConfig"]["defaults"]["unit"]


@each_panel
def test_a_panel_has_queries_with_their_own_ref_ids(panel: dict[str, Any]) -> None:
    refs = [target["refId"] for target in panel["targets"]]
    assert refs
    assert all(refs)
    assert len(set(refs)) == len(refs)


@each_panel
def test_a_panel_asks_the_chosen_data_source_or_the_report(panel: dict[str, Any]) -> None:
    asked = {"expr": {"type": "prometheus", "uid": "$datasource"}, "rawSql": REPORT}
    assert [panel["datasource"]] * len(panel["targets"]) == [asked[kind] for kind in kinds(panel)]


@each_panel
def test_a_query_in_sql_names_its_source_and_is_written_by_hand(panel: dict[str, Any]) -> None:
    told = [target for target in panel["targets"] if "rawSql" in target]
    assert all(target["datasource"] == REPORT and target["rawSql"].strip() for target in told)
    assert all(target["rawQuery"] and target["editorMode"] == "code" for target in told)


def kinds(panel: dict[str, Any]) -> list[str]:
    """Return of each query whether it is PromQL or SQL."""
    return [kind for target in panel["targets"] for kind in ("expr", "rawSql") if kind in target]


@each_panel
def test_rates_follow_the_zoom_or_stand_in_the_list_of_exceptions(panel: dict[str, Any]) -> None:
    asked = [target["expr"] for target in panel["targets"] if "expr" in target]
    fixed = [expr for expr in asked if re.search(r"\[(?!\$__rate_interval)", expr)]
    assert not fixed or panel["title"] in FIXED_WINDOWS


@each_query
def test_every_selector_names_its_job(where: str, expr: str) -> None:
    assert all("job" in {matcher.name for matcher in one.matchers.matchers} for one, _ in selectors(expr))


@each_query
def test_counters_are_only_read_as_rates(where: str, expr: str) -> None:
    assert all(around in RANGE_FUNCTIONS for one, around in selectors(expr) if one.name.endswith("_total"))


@each_query
def test_every_metric_is_exported_by_the_job_that_is_asked(where: str, expr: str) -> None:
    asked = {
        (one.name, matcher.value) for one, _ in selectors(expr) for matcher in one.matchers.matchers if matcher.name == "job"
    }
    assert not {(name, job) for name, job in asked if name != "up" and name not in by_job()[job]}


def test_a_renamed_metric_would_be_found() -> None:
    assert names("sum(hotline_orders_opened) / foo offset 1d") == {"hotline_orders_opened", "foo"}


def test_every_source_that_is_named_is_provisioned() -> None:
    named = {(panel["datasource"]["type"], panel["datasource"]["uid"]) for _, panel in PANELS} - {("prometheus", "$datasource")}
    assert named == {(REPORT["type"], REPORT["uid"])}
    assert {uid: one["type"] for uid, one in sources().items()} == {
        "hotline-prometheus": "prometheus",
        REPORT["uid"]: REPORT["type"],
    }
    assert [uid for uid, one in sources().items() if one.get("isDefault")] == ["hotline-prometheus"]


def test_the_report_is_read_by_its_role_with_a_secret_from_a_file() -> None:
    source = sources()[REPORT["uid"]]
    assert (source["user"], source["jsonData"]["maxOpenConns"]) == ("hotline_report", 4)
    assert source["secureJsonData"] == {"password": "$__file{/run/secrets/report_password}"}


def test_provisioning_has_the_folder() -> None:
    provider = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/hotline.yml").read_text("utf-8"))["providers"][0]
    assert provider["allowUiUpdates"] is False
    assert provider["options"]["foldersFromFilesStructure"] is True
