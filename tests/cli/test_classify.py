"""`hotline classify`: JSON lines in, JSON lines out, whatever the order or the batch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from classifiers import corpus
from tests.whole.deployment import Deployment

FIELDS = {"id", "category", "unit", "kind", "urgency", "emergency", "alarms", "place", "evidence", "unsure", "goes_out"}
STRANGE: list[tuple[str, Any]] = [
    ("title only", {"id": 1, "title": "小区暖气不热", "text": ""}),
    ("text only", {"id": 2, "title": "", "text": "路灯不亮"}),
    ("nothing", {"id": 3, "title": "", "text": ""}),
    ("very long", {"id": 4, "title": "", "text": "物业不管" * 25_000}),
    ("control characters", {"id": 5, "title": "", "text": "停水\u0000三天\u0007"}),
    ("Mongolian", {"id": 6, "title": "", "text": "ᠬᠠᠯᠠᠭᠤᠨ ᠤᠰᠤ ᠦᠭᠡᠢ"}),
    ("Latin", {"id": 7, "title": "", "text": "No heating since Monday"}),
    ("emoji", {"id": 8, "title": "", "text": "😀🔥🚒"}),
    ("a lone surrogate", {"id": 9, "title": "", "text": "停电\ud800了"}),
]
UNREADABLE = {"nothing", "Mongolian", "Latin", "emoji"}
BAD: list[bytes] = [
    b"not json", b"{", b"[]", b"7", b'"text"', b'{"id": 1}', b'{"id": 1, "text": 5}', b'{"id": {}, "text": "x"}', b"\xff\xfe\x00",
    b'{"id": 1, "text": "x"', b"[" * 100_000, b'{"id": NaN, "text": "x"}', b'{"id": 1e999, "text": "x"}',
]  # fmt: skip


def classify(
    place: Deployment, model: Path, lines: list[bytes], *options: str, status: int = 0
) -> list[dict[str, Any]]:  # fmt: skip
    done = place.run("classify", "--model", str(model), *options, given=b"\n".join(lines) + b"\n")
    assert done.returncode == status, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def lines_of(count: int) -> list[bytes]:
    texts = corpus.test_part()[:count]
    return [json.dumps({"id": str(at), "title": one.title, "text": one.text}).encode() for at, one in enumerate(texts)]


def test_every_line_has_the_promised_fields_and_three_candidates_most_likely_first(place: Deployment, model: Path) -> None:
    found = classify(place, model, lines_of(40))
    assert [one["id"] for one in found] == [str(number) for number in range(40)]
    for one in found:
        assert one.keys() >= FIELDS
        for candidates in (one["category"], one["unit"]):
            confidences = [candidate["confidence"] for candidate in candidates]
            assert len(confidences) >= 3
            assert confidences == sorted(confidences, reverse=True)
            assert all(0 <= confidence <= 1 for confidence in confidences)


@pytest.mark.parametrize("options", [[], ["--pack", "kundulun"]])
def test_the_answer_does_not_depend_on_order_or_batch(place: Deployment, model: Path, options: list[str]) -> None:
    lines = lines_of(30)
    whole = classify(place, model, lines, *options)
    backwards = classify(place, model, lines[::-1], *options)
    alone = classify(place, model, lines[:1], *options)
    assert whole == backwards[::-1]
    assert whole[:1] == alone


def test_strange_texts_are_answered(place: Deployment, model: Path) -> None:
    found = classify(place, model, [json.dumps(line).encode() for _, line in STRANGE], "--pack", "kundulun")
    assert [one["id"] for one in found] == [line["id"] for _, line in STRANGE]
    named = {name: one for (name, _), one in zip(STRANGE, found, strict=True)}
    assert {name for name, one in named.items() if len(one["category"]) < 3} == UNREADABLE
    assert {name for name, one in named.items() if one["why_unsure"].startswith("无法识别,请人工判断")} == UNREADABLE
    assert [named[name]["category"] + named[name]["unit"] + named[name]["evidence"] for name in UNREADABLE] == [[]] * len(
        UNREADABLE
    )


def test_a_text_that_cannot_be_read_is_unsure_and_stays(place: Deployment, model: Path) -> None:
    empty, emoji = classify(place, model, [b'{"id": 1, "title": "", "text": ""}', '{"id": 2, "text": "😀"}'.encode()])
    assert [(one["unsure"], one["goes_out"]) for one in (empty, emoji)] == [(True, False)] * 2


def test_a_line_that_cannot_be_read_gives_an_error_and_the_run_goes_on(place: Deployment, model: Path) -> None:
    good = lines_of(1)
    found = classify(place, model, [*good, *BAD, *good], status=1)
    assert found[0] == found[-1]
    assert [set(one) for one in found[1:-1]] == [{"id", "error", "detail"}] * len(BAD)
    assert {one["error"] for one in found[1:-1]} == {"input.unreadable"}


def test_a_threat_is_marked_with_its_words(place: Deployment, model: Path) -> None:
    lines = [json.dumps({"id": at, "text": text}).encode() for at, text in enumerate(["再不退钱我们明天就去堵路", "路灯不亮"])]
    threat, ordinary = classify(place, model, lines)
    assert [(one["list"], one["name"]) for one in threat["alarms"]] == [("threat", "扬言")]
    assert "堵路" in "".join(threat["alarms"][0]["words"])
    assert ordinary["alarms"] == []


def test_the_table_marks_threats_and_what_cannot_be_read(place: Deployment, model: Path) -> None:
    lines = '{"id": 1, "text": "再不退钱我们明天就去堵路"}\n{"id": 2, "text": "😀"}\n'
    done = place.run("classify", "--model", str(model), "--table", given=lines)
    assert done.returncode == 0
    assert "扬言" in done.stdout
    assert "无法识别" in done.stdout


def test_no_line_gives_no_answer(place: Deployment, model: Path) -> None:
    assert classify(place, model, [b"", b"   "]) == []


def test_a_folder_that_is_no_model_is_one_clear_line(place: Deployment, tmp_path: Path) -> None:
    done = place.run("classify", "--model", str(tmp_path / "nowhere"), given="{}")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "nowhere" in done.stderr
