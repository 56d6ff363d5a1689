"""The benchmark of the rules compares like with like."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.bench import rules as bench
from hotline.errors import InvalidInput


def test_the_table_has_exactly_the_rows_that_were_asked_for_and_a_fallback() -> None:
    cells = bench.table_cells(bench.ROWS)
    assert len(cells) == bench.ROWS
    assert cells[-1][1:] == ("", "", "", "")


def test_the_table_has_18_classes_of_three_levels_in_16_places() -> None:
    cells = bench.table_cells(bench.ROWS)[:-1]
    assert len({row[1].split("/")[0] for row in cells}) == 18
    assert {len(row[1].split("/")) for row in cells} == {3}
    assert len({row[2] for row in cells}) == 16


@pytest.mark.parametrize(
    ("cell", "said"),
    [("", ""), ("danger", '"danger"'), ("投诉|举报", '"投诉","举报"'), ("甲/*", '$ == "甲" or startsWith($, "甲/")')],
)
def test_a_cell_means_the_same_to_both_engines(cell: str, said: str) -> None:
    assert bench.zen_cell(cell) == said


def test_both_engines_answer_with_the_same_row() -> None:
    cells = bench.table_cells(500)
    table, evaluate = bench.as_table(cells), bench.zen_decision(bench.zen_engine(), cells)
    _, agreed = bench._beside(table, evaluate, lambda _done, _total: None)
    assert agreed > 500


def test_a_missing_rival_is_one_line_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(bench, "import_module", missing)
    with pytest.raises(InvalidInput, match="zen-engine") as refused:
        bench.zen_engine()
    assert "pip install zen-engine" in refused.value.message
