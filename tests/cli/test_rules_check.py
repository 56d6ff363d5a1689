"""`hotline rules check --since` shows what it finds by past orders; `rules cases` writes a regression set that holds."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from hotline.store import open_store
from routing_rules.pack import PACKS, pack_files
from routing_rules.verify.check import check_files
from tests.store.examples import keep_order
from tests.unit.office import NOW
from tests.whole.deployment import Deployment

CLASS = "城乡建设/城市建设和市政管理/园林绿化"
ORDER = "KDL2026112300001"


@pytest.fixture
def covered(tmp_path: Path) -> Path:
    """The shipped pack with a row that is never reached, before the fallback."""
    folder = tmp_path / "draft"
    shutil.copytree(PACKS / "kundulun", folder)
    table = folder / "dispatch.csv"
    lines = table.read_text("utf-8").splitlines()
    heads = next(csv.reader([lines[0].removeprefix("\ufeff")]))
    cells = {"id": "D-7777", "category": CLASS, "kind": "投诉", "->lead": "DESK", "->auto": "no", "confirmed": "yes"}
    new = io.StringIO()
    csv.DictWriter(new, heads, restval="", lineterminator="\n").writerow(cells)
    table.write_text("\n".join([*lines[:-1], new.getvalue().strip(), lines[-1]]) + "\n", "utf-8")
    return folder


@pytest.fixture
def lived(migrated: Deployment) -> Deployment:
    """A deployment with a past order of the class."""
    store = open_store(migrated.database)
    facts = {"category": CLASS, "kind": "投诉", "place": "150203/150203001"}
    keep_order(store, ORDER, received_at=NOW, created_at=NOW, updated_at=NOW, **facts)
    store.close()
    return migrated


@pytest.mark.parametrize(("since", "order"), [("2026-01-01", ORDER), ("2099-01-01", "")])
def test_what_is_found_is_shown_by_a_past_order_since_the_day_asked(
    lived: Deployment, covered: Path, since: str, order: str
) -> None:
    done = lived.run("rules", "check", "--pack", str(covered), "--since", since, "--json")
    assert done.returncode == 1
    assert [one["order"] for one in json.loads(done.stdout) if (one["row"], one["check"]) == ("D-7777", "unreachable")] == [order]


def test_the_generated_cases_load_back_and_pass(place: Deployment, tmp_path: Path) -> None:
    kept = tmp_path / "cases.csv"
    done = place.run("rules", "cases", "--pack", "kundulun", "--out", str(kept))
    found = check_files({**pack_files("kundulun"), "cases.csv": kept.read_bytes()})
    assert (done.returncode, [one for one in found if one.check in ("case", "name")]) == (0, [])
    assert 100 < len(kept.read_text("utf-8").splitlines()) <= 20_001
