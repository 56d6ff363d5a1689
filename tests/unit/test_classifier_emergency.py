"""What is heard in spoken sentences: emergencies, danger, threats, urgency, who calls and what they ask for."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import pytest

from classifiers.alarm_model import shipped
from classifiers.corpus.heard import YES, Hits, Part, heard, hits, part_of
from classifiers.lexicon import THREAT, LexiconReader, Said
from routing_rules.pack import load_pack

Row = dict[str, str]
LISTS = {"emergency": 240, "callers": 120, "places": 150}
ALARMS: dict[str, tuple[Callable[[Row], bool], Callable[[Said], bool]]] = {
    "emergency": (lambda row: bool(row["emergency"]), lambda said: said.emergency is not None),
    "danger": (lambda row: row["danger"] == YES, lambda said: said.urgency == "danger"),
    "threat": (lambda row: row["threat"] == YES, lambda said: THREAT in said.words),
}
CALLERS: dict[str, tuple[Callable[[Row], bool], Callable[[Said], bool]]] = {
    "cannot wait": (lambda row: row["urgency"] != "normal", lambda said: said.urgency != "normal"),
    "elderly": (lambda row: "elderly" in row["vulnerable"], lambda said: "elderly" in said.vulnerable),
    "disabled": (lambda row: "disabled" in row["vulnerable"], lambda said: "disabled" in said.vulnerable),
    "pregnant": (lambda row: "pregnant" in row["vulnerable"], lambda said: "pregnant" in said.vulnerable),
    "minor": (lambda row: "minor" in row["vulnerable"], lambda said: "minor" in said.vulnerable),
    "secrecy": (lambda row: row["confidential"] == YES, lambda said: said.confidential),
    "no reply": (lambda row: row["reply_needed"] != YES, lambda said: not said.reply_needed),
}


@lru_cache(maxsize=1)
def reader() -> LexiconReader:
    return LexiconReader(load_pack("kundulun").lexicon, shipped())


@lru_cache(maxsize=8)
def read(name: str, part: Part) -> list[tuple[Row, Said]]:
    return [(row, reader().read("", row["text"])) for row in heard(name, part)]


def measured(name: str, part: Part, said: Callable[[Row], bool], told: Callable[[Said], bool]) -> Hits:
    return hits((said(row), told(one)) for row, one in read(name, part))


@pytest.mark.parametrize(("name", "least"), LISTS.items())
def test_the_lists_are_long_and_halved_by_the_hash_of_the_id(name: str, least: int) -> None:
    rows = [*heard(name, "build"), *heard(name, "held")]
    assert len(rows) >= least
    assert all(row["part"] == part_of(row["id"]) for row in rows)


@pytest.mark.parametrize(("what", "least"), {"emergency": 0.95, "danger": 0.95, "threat": 0.85}.items())
def test_no_alarm_of_the_half_built_on_is_missed_and_few_are_false(what: str, least: float) -> None:
    found = measured("emergency", "build", *ALARMS[what])
    assert (found.missed, found.precision >= least) == (0, True)


@pytest.mark.parametrize("what", CALLERS)
def test_callers_of_the_half_built_on_are_heard(what: str) -> None:
    found = measured("callers", "build", *CALLERS[what])
    assert (found.recall >= 0.8, found.precision >= 0.8) == (True, True)


def test_the_caller_is_put_through_to_the_right_number() -> None:
    real = [(row, said) for row, said in read("emergency", "build") if row["emergency"]]
    right = [said.emergency in (row["emergency"], row["also"]) for row, said in real]
    assert sum(right) / len(real) >= 0.95


@pytest.mark.parametrize("what", ALARMS)
def test_alarms_of_sentences_another_author_wrote_are_heard_before_all(what: str) -> None:
    assert measured("alarms_held", "held", *ALARMS[what]).recall >= 0.98


@pytest.mark.parametrize(("what", "least"), {"emergency": 0.64, "danger": 0.48, "threat": 0.45}.items())
def test_false_alarms_among_them_are_no_more_than_were_measured(what: str, least: float) -> None:
    assert measured("alarms_held", "held", *ALARMS[what]).precision >= least


@pytest.mark.parametrize(("what", "least"), {"emergency": 0.98, "danger": 0.98, "threat": 1.0}.items())
def test_alarms_of_a_list_measured_once_are_heard_as_they_were_then(what: str, least: float) -> None:
    assert measured("alarms_blind", "blind", *ALARMS[what]).recall >= least


@pytest.mark.parametrize(("what", "least"), {"emergency": 0.84, "danger": 0.71, "threat": 0.51}.items())
def test_false_alarms_of_the_list_measured_once_are_no_more_than_then(what: str, least: float) -> None:
    assert measured("alarms_blind", "blind", *ALARMS[what]).precision >= least


@pytest.mark.xfail(
    reason="the aim is .80: danger .48 and .72 (emergencies that endanger nobody count against it), threat .46 and .52 measured",
    strict=True,
)
@pytest.mark.parametrize(
    ("what", "part"),
    [("emergency", "held"), ("danger", "held"), ("danger", "blind"), ("threat", "held"), ("threat", "blind")],
)
def test_false_alarms_are_as_few_as_aimed_at(what: str, part: Part) -> None:
    assert measured(f"alarms_{part}", part, *ALARMS[what]).precision >= 0.8


def test_callers_of_the_half_not_looked_at_are_heard() -> None:
    kinds = [CALLERS[what] for what in ("elderly", "disabled", "pregnant", "minor", "secrecy")]
    found = hits((said(row), told(one)) for row, one in read("callers", "held") for said, told in kinds)
    assert (found.recall >= 0.9, found.precision >= 0.8) == (True, True)


@pytest.mark.parametrize("happens", ["三号楼五楼着火,浓烟从窗户冒出", "楼上住户持刀追砍他人", "有老人晕倒在地,口吐白沫"])
def test_an_emergency_is_heard_in_a_call_taken_down_at_length(happens: str) -> None:
    before = "来电人称其居住于本区某小区二单元,该小区道路坑洼不平,路灯长期不亮,垃圾清运不及时,异味较大,消防通道被私家车长期占用。"
    said = reader().read("", f"{before * 3}来电人反映{happens}。诉求:请处理。")
    assert said.emergency is not None


@pytest.mark.parametrize("few", ["电梯卡人了", "我家这边电梯又关人了", "有人溺水了"])
def test_few_words_are_enough(few: str) -> None:
    assert reader().read("", few).emergency is not None
