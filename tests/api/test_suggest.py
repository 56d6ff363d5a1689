"""Suggestions over HTTP, and the units to choose from."""

from __future__ import annotations

import pytest

from hotline.domain.roles import Role
from tests.api.city import City
from tests.api.test_calls import ODD_TEXTS


def suggest(city: City, **body: object) -> dict[str, object]:
    answer = city.as_(Role.AGENT).post("/api/v1/suggest", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_a_suggestion_names_the_unit_with_its_rule_row(city: City) -> None:
    first = suggest(city, text="中冶世家小区停水三天了")["suggestions"][0]  # type: ignore[index]
    units = {unit["code"]: unit for unit in city.as_(Role.AGENT).get("/api/v1/units").json()["units"]}
    assert units[first["unit"]]["gets_orders"]
    assert first["name"] == units[first["unit"]]["name"]
    assert first["row"].startswith("D-")
    assert first["why"]


def test_the_evidence_points_into_the_text(city: City) -> None:
    text = "少先路街道楼前垃圾没人清"
    (seen,) = suggest(city, text=text)["evidence"]  # type: ignore[misc]
    assert text[seen["start"] : seen["end"]] == seen["word"] == "垃圾"


def test_a_suggestion_tells_the_due_time_it_would_start(city: City) -> None:
    assert "answer" in suggest(city, text="停水三天了")["due"]  # type: ignore[operator]


def test_the_place_the_agent_wrote_decides_the_street(city: City) -> None:
    found = suggest(city, text="楼前垃圾没人清", place="少先路街道")
    assert found["place"]["name"] == "少先路街道"  # type: ignore[index]
    assert found["suggestions"]


def test_an_unreadable_text_is_unsure_and_shows_nothing_under_five_percent(city: City) -> None:
    found = suggest(city, text="呃,那个,就是说")
    assert found["unsure"] is True
    assert len(found["suggestions"]) <= 3  # type: ignore[arg-type]
    assert all(one["confidence"] >= 0.05 for one in found["suggestions"])  # type: ignore[attr-defined]


def test_an_emergency_is_told(city: City) -> None:
    assert suggest(city, text="楼道着火了")["emergency"] == "119"


def test_a_matter_outside_the_hotline_is_told_its_way(city: City) -> None:
    (matter, *_) = city.books.current().not_accepted
    assert suggest(city, text=f"我要反映{matter.terms[0]}")["route"]


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_odd_text_gets_an_answer(small_city: City, text: str) -> None:
    suggest(small_city, text=text)


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_text_is_refused(small_city: City, text: str) -> None:
    assert small_city.as_(Role.AGENT).post("/api/v1/suggest", json={"text": text}).status_code == 422


def test_a_suggestion_records_nothing(city: City) -> None:
    suggest(city, text="停水三天了")
    assert city.triaged() == []


@pytest.mark.parametrize(("text", "outcome"), [("少先路街道楼前垃圾没人清", "shown"), ("呃,那个", "low_confidence")])
def test_what_came_of_a_suggestion_is_counted(small_city: City, text: str, outcome: str) -> None:
    suggest(small_city, text=text)
    assert small_city.registry.get_sample_value("hotline_suggest_total", {"outcome": outcome}) == 1
    assert small_city.registry.get_sample_value("hotline_suggest_duration_seconds_count") == 1
    assert small_city.registry.get_sample_value("hotline_classifier_info", {"version": "words-1"}) == 1


def test_a_model_that_fails_is_counted_and_told(small_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(small_city.parts.suggest, "suggest", fail)
    assert small_city.as_(Role.AGENT).post("/api/v1/suggest", json={"text": "停水"}).status_code == 500
    assert small_city.registry.get_sample_value("hotline_suggest_total", {"outcome": "error"}) == 1
