"""`hotline due` and `hotline rules explain` as a person calls them: in a deployment where nothing is there yet."""

from __future__ import annotations

import json
from pathlib import Path

from tests.whole.deployment import Deployment

LIMIT = {"id": 1, "at": "2026-02-13T16:00:00+08:00", "unit": "working_day", "amount": 3}
FACTS = {
    "id": 1,
    "received_at": "2026-01-20T22:40",
    "category": "城乡建设/城市建设和市政管理/冬季采暖",
    "kind": "投诉",
    "estate": "E003",
}


def test_lines_are_answered_in_order_and_a_bad_one_ends_with_code_1(place: Deployment) -> None:
    done = place.run("due", "--pack", "kundulun", given=json.dumps(LIMIT) + "\nnope\n" + json.dumps({**LIMIT, "id": 3}) + "\n")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, [one["id"] for one in answers]) == (1, [1, None, 3])
    assert (answers[0]["due"], "第 2 行" in answers[1]["error"]) == ("2026-02-25T17:00:00+08:00", True)


def test_good_lines_of_a_file_end_with_code_0(place: Deployment, tmp_path: Path) -> None:
    file = tmp_path / "limits.jsonl"
    file.write_text(json.dumps(LIMIT), "utf-8")
    done = place.run("due", str(file), "--pack", "kundulun")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)


def test_facts_are_explained_by_the_rows_that_answer(place: Deployment) -> None:
    done = place.run("rules", "explain", "--pack", "kundulun", "--trace", given=json.dumps(FACTS))
    said = json.loads(done.stdout)
    assert (done.returncode, said["dispatch"]["rule_id"]) == (0, "D-0102")
    assert {"dispatch", "deadline", "supervision"} < said.keys()


def test_an_unknown_fact_is_named_and_ends_with_code_1(place: Deployment) -> None:
    done = place.run("rules", "explain", "--pack", "kundulun", given=json.dumps({**FACTS, "weather": "雪"}))
    assert (done.returncode, "weather" in json.loads(done.stdout)["error"]) == (1, True)
