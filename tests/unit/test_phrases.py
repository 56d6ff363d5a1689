"""The phrases of a pack."""

from __future__ import annotations

import pytest

from routing_rules.findings import Findings
from routing_rules.pack import load_pack
from routing_rules.phrases import Phrase, read_phrases
from routing_rules.sheets import read_sheet

HEADS = "act,title,text\n"


def read(rows: str) -> tuple[tuple[Phrase, ...], list[str]]:
    findings = Findings()
    found = read_phrases(read_sheet("phrases.csv", (HEADS + rows).encode()), findings)
    return found, [one.row for one in findings]


def test_a_phrase_is_read_as_it_stands() -> None:
    assert read("answer,已办,已处理。\n") == ((Phrase("answer", "已办", "已处理。"),), [])


@pytest.mark.parametrize("row", ["别的,已办,已处理。\n", "answer,,已处理。\n", "answer,已办,\n"])
def test_a_row_that_is_none_is_named_by_its_line(row: str) -> None:
    assert read(row) == ((), ["第 2 行"])


def test_two_of_one_title_for_one_act_are_a_fault() -> None:
    assert read("answer,已办,一\nanswer,已办,二\npublic,已办,三\n")[1] == ["第 3 行"]


def test_the_shipped_pack_offers_phrases_for_what_is_written_most() -> None:
    assert {one.act for one in load_pack("kundulun").phrases} >= {"answer", "public", "contact", "send_back"}
