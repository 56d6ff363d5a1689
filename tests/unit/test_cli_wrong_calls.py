"""What a person reads on a terminal after a wrong call or a refusal: one line, in Chinese."""

from __future__ import annotations

import sys

import pytest

from hotline.cli import main


def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *call: str) -> str:
    """Return the one line that a failed call writes."""
    monkeypatch.setattr(sys, "argv", ["hotline", *call])
    with pytest.raises(SystemExit):
        main()
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("frobnicate",), "错误:用法有误:没有命令 frobnicate(hotline --help 有说明)"),
        (("rules", "chek"), "错误:用法有误:没有命令 chek(hotline rules --help 有说明)"),
        (("due", "--pakc", "x"), "错误:用法有误:没有选项 --pakc(可能是 --pack)(hotline due --help 有说明)"),
        (("due", "--pack"), "错误:用法有误:选项 --pack 后面缺少值(hotline due --help 有说明)"),
        (("due", "one", "two"), "错误:用法有误:多余的参数 two(hotline due --help 有说明)"),
        (("rules", "rehearse"), "错误:用法有误:缺少 --draft(hotline rules --help 有说明)"),
    ],
)
def test_a_wrong_call_is_told_in_chinese(
    call: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(monkeypatch, capsys, *call) == said


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("due", "--pack", "atlantis"), "错误:没有找到 atlantis"),
        (("due", "missing.jsonl", "--pack", "kundulun"), "错误:没有文件 missing.jsonl"),
    ],
)
def test_a_refusal_is_its_chinese_sentence_and_no_english_copy_of_it(
    call: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(monkeypatch, capsys, *call) == said


def test_a_refusal_whose_sentence_is_general_says_what_it_is_about(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_WEB_PORT", "many")
    assert told(monkeypatch, capsys, "rules", "list").startswith("错误:配置有误(HOTLINE_WEB_PORT: ")
