"""Folding, readability, words and features."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.features import occurrences
from classifiers.segment import agreement, segmenter
from classifiers.spoken import canonical, number_of
from classifiers.text import bounded, fold, fold_all, why_unreadable


@given(st.text())
def test_folding_keeps_the_length_of_any_text(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.lists(st.text(), max_size=8))
def test_folding_many_equals_folding_each(texts: list[str]) -> None:
    assert fold_all(texts) == [fold(text) for text in texts]


def test_full_width_letters_and_control_characters_are_folded() -> None:
    assert fold("ＡＢ１\x07热\u3000水") == "ab1 热 水"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "为空"),
        (" \t\n\u3000", "为空"),
        ("ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ ᠪᠠᠶᠢᠨᠠ", "蒙古文"),
        ("hello my heating does not work please help", "拉丁"),
        ("😀😀😀🔥", "符号"),
        ("13800000000 2025", "只有数字"),
        ("Манай байр хүйтэн байна", "其他文字"),
        ("우리 집이 너무 추워요", "其他文字"),
        ("ئۆيۈمىز بەك سوغۇق", "其他文字"),
        ("nuan qi bu re, xiao qu ting shui", "拉丁"),
        ("。。。???!!!", "符号"),
        ("喂", "符号"),
    ],
)
def test_a_text_no_machine_can_read_says_why_in_chinese(text: str, says: str) -> None:
    assert says in why_unreadable("", text)


@pytest.mark.parametrize("text", ["暖气不热", "我家wifi断了 call 10086 宽带坏了", "停水" + "!" * 500])
def test_a_chinese_text_is_readable(text: str) -> None:
    assert why_unreadable("", text) == ""


def test_a_hundred_thousand_characters_are_cut_to_what_the_model_looks_at() -> None:
    assert len(bounded("", "暖" * 100_000)) < 2_100


def test_rjieba_cuts_chinese_words_like_jieba() -> None:
    assert agreement(["少先21街坊的暖气不热,打了物业电话没人管,室内温度只有14度"]) == 1.0


def test_jieba_itself_can_be_the_segmenter() -> None:
    assert "暖气" in segmenter("jieba")("家里暖气不热")


@given(st.lists(st.text(alphabet="暖气不热水停电AB1，。 \n\x1f😀ᠮ", max_size=40), min_size=1, max_size=6))
def test_the_features_of_a_text_do_not_depend_on_its_batch(texts: list[str]) -> None:
    cut = segmenter("rjieba")
    documents = [bounded("", text) for text in texts]
    together = occurrences(documents, cut)
    alone = [np.sort(occurrences([one], cut).bucket).tolist() for one in documents]
    assert [np.sort(together.bucket[together.row == at]).tolist() for at in range(len(texts))] == alone


@pytest.mark.parametrize(
    ("said", "number"), [("十", 10), ("2十1", 21), ("1百2十", 120), ("21", 21)]
)  # fmt: skip
def test_numbers_are_read_as_they_are_said(said: str, number: int) -> None:
    assert number_of(said) == number


@pytest.mark.parametrize("said", ["少先21#", "少先二十一号街坊", "少先21街坊", "少先 二十一 街坊", "少先21#街坊"])
def test_a_street_block_has_one_written_form(said: str) -> None:
    assert canonical(said) == "少先21街坊"


def test_a_building_number_is_no_street_block() -> None:
    assert "街坊" not in canonical("21#楼3单元")
