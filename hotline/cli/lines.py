"""JSON lines in, JSON lines out: one answer a line, in order; a line that cannot be answered says why and the rest goes on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import typer

from hotline.errors import HotlineError, InvalidInput, UnreadableMessage

LONGEST_LINE = 1_000_000  # bytes
Answer = Callable[[dict[str, Any]], dict[str, Any]]
"""Answers an object; raises ``HotlineError`` with the sentence a person reads."""


def answer_lines(file: Path | None, answer: Answer) -> None:
    """Write one line for each line of ``file`` (None or ``-`` = standard input); blank lines are skipped.

    A bad line gives ``{"id", "error"}``, and the exit code is 1 when there was one.
    """
    bad = 0
    try:
        with _opened(file) as given:
            for line, fault in answered(given, answer):
                bad += fault
                sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # whoever read us has seen enough: nothing is left to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
    if bad:
        raise typer.Exit(1)


def answered(lines: Iterable[bytes], answer: Answer) -> Iterator[tuple[bytes, bool]]:
    """Yield the answer to each line that is not blank, without the line's end, and whether it is an error."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        asked: dict[str, Any] = {}
        try:
            asked = _read(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
            yield orjson.dumps({"id": asked.get("id"), **answer(asked)}), False
        except UnreadableMessage as error:
            yield orjson.dumps({"id": None, "error": f"第 {number} 行{error.message}"}), True
        except HotlineError as error:
            yield orjson.dumps({"id": asked.get("id"), "error": error.message}), True


def _read(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise UnreadableMessage("line too long", message=f"超过 {LONGEST_LINE} 字节")
    try:
        asked = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise UnreadableMessage(f"no JSON: {error}", message=f"不是 JSON({error})") from None
    if not isinstance(asked, dict):
        raise UnreadableMessage("no JSON object", message='应是一个 JSON 对象,如 {"id": 1, …}')
    if isinstance(asked.get("id"), dict | list):
        raise UnreadableMessage("id is no text and no number", message="的 id 应是文字或数字")
    return asked


@contextmanager
def _opened(file: Path | None) -> Iterator[BinaryIO]:
    if file is None or str(file) == "-":
        yield sys.stdin.buffer
        return
    if not file.is_file():
        raise InvalidInput(f"no file {file}", message=f"没有文件 {file}")
    with file.open("rb") as opened:
        yield opened
