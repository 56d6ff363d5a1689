"""A file of messages sent again as calls."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotline.domain.call import NewCall
from hotline.errors import UnreadableFile
from hotline.services.intake import Intake
from hotline.services.rows import Receipt
from hotline.store.memory import MemoryStore
from hotline.upstream.replay import BadRow, Messages, read_messages, send
from tests.api.city import START, StoppedClock
from tests.needs import need
from tests.unit.exports import csv_file, row
from tests.unit.working_time import calendar

Told = Callable[[str], Messages]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Reads a file of the given content."""

    def read(content: str) -> Messages:
        path = tmp_path / "messages.csv"
        path.write_text(content, "utf-8")
        return read_messages(path, calendar(), START)

    return read


@pytest.fixture
def intake() -> Intake:
    return Intake(MemoryStore(), StoppedClock())


@dataclass
class StepTime:
    """Seconds that pass only when somebody sleeps or works."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_a_message_is_named_by_the_file_s_content_and_its_row(told: Told) -> None:
    content = "title,detail\n路灯不亮,三天了\n"
    (call,) = told(content)
    assert isinstance(call, NewCall)
    digest = hashlib.sha256(content.encode()).hexdigest()[:12]
    assert (call.source, call.message_id, call.channel) == (f"replay:{digest}", "2", "replay")


@pytest.mark.parametrize(
    ("columns", "cells"),
    [("id,time,title,detail,src", "24,2019/4/25 9:32:09,标题,正文,x"), ("title,text,received_at", "标题,正文,2019-04-25T09:32"),
     ("时间,标题,正文", "2019年4月25日 9:32,标题,正文"), ("source,title,detail,label", "raw,标题,正文,城乡建设")],
)  # fmt: skip
def test_columns_are_known_by_their_names(told: Told, columns: str, cells: str) -> None:
    (call,) = told(f"{columns}\n{cells}\n")
    assert isinstance(call, NewCall)
    assert (call.title, call.text) == ("标题", "正文")


def test_a_message_has_its_own_local_time(told: Told) -> None:
    (call,) = told("time,detail\n2019/4/25 9:32:09,停水\n")
    assert isinstance(call, NewCall)
    assert call.received_at == datetime(2019, 4, 25, 1, 32, 9, tzinfo=UTC)


def test_without_a_time_it_is_received_now(told: Told) -> None:
    (call,) = told("detail\n停水\n")
    assert isinstance(call, NewCall)
    assert (call.received_at, dict(call.extra)) == (START, {})


@pytest.mark.parametrize("written", ["昨天", "2019/13/45", "2931/1/1", "2027-01-01 08:00"])
def test_a_wrong_time_costs_the_message_nothing_and_is_noted(told: Told, written: str) -> None:
    (call,) = told(f"time,detail\n{written},停水\n")
    assert isinstance(call, NewCall)
    assert (call.received_at, written in call.extra["time_problem"]) == (START, True)


def test_a_quoted_text_of_many_lines_is_one_message(told: Told) -> None:
    (call,) = told('title,detail\n停水,"\n\t\t第一行\r\n\t\t第二行\n\t"\n')
    assert isinstance(call, NewCall)
    assert call.text == "第一行\n\t\t第二行"


def test_official_replies_do_not_go_into_the_call(told: Told) -> None:
    (call,) = told("id,title,detail,reply\n7,停水,没有水,已经修好\n")
    assert isinstance(call, NewCall)
    assert dict(call.extra) == {"id": "7"}


def test_the_district_s_export_can_be_replayed_with_its_numbers(tmp_path: Path) -> None:
    (call,) = read_messages(csv_file(tmp_path, [row(1)]), calendar(), START)
    assert isinstance(call, NewCall)
    assert (call.message_id, call.channel, call.upstream_no) == ("2", "replay", "BT2026112000001")


def test_a_file_without_a_text_is_refused(told: Told) -> None:
    with pytest.raises(UnreadableFile, match="no column of text"):
        told("id,time\n1,2019/1/1\n")


def test_an_empty_message_is_a_bad_row_and_the_others_go_on(told: Told) -> None:
    bad, good = told("id,title,detail\n1,,\n2,停水,\n")
    assert (isinstance(bad, BadRow), isinstance(good, NewCall)) == (True, True)


def test_every_message_is_answered_and_a_bad_row_is_set_aside(told: Told) -> None:
    store = MemoryStore()
    (answers,) = send(told("id,title,detail\n1,,\n2,停水,\n3,停电,\n"), Intake(store, StoppedClock()))
    assert [type(answer) for answer in answers] == [Receipt, Receipt, BadRow]
    with store.read() as work:
        assert [aside.kind for aside in work.set_asides.page(10)] == ["row"]


def test_the_same_file_again_sends_nothing_new(told: Told, intake: Intake) -> None:
    messages = told("detail\n停水\n停电\n")
    assert created(send(messages, intake)) == [True, True]
    assert created(send(messages, intake)) == [False, False]


def test_the_same_text_in_two_rows_is_two_messages(told: Told, intake: Intake) -> None:
    assert created(send(told("detail\n停水\n停水\n"), intake)) == [True, True]


def test_a_rate_is_kept_on_average(told: Told, intake: Intake) -> None:
    time = StepTime()
    messages = told("detail\n" + "".join(f"第{number}件\n" for number in range(200)))
    parts = [len(part) for part in send(messages, intake, rate=50, monotonic=time.monotonic, sleep=time.sleep)]
    assert (sum(parts), max(parts), pytest.approx(time.now)) == (200, 5, 4.0)


def test_time_lost_is_made_up_for(told: Told, intake: Intake) -> None:
    time = StepTime()
    messages = told("detail\n停水\n停电\n停气\n")
    for _ in send(messages, intake, rate=1, monotonic=time.monotonic, sleep=time.sleep):
        time.now += 0.75
    assert time.slept == [0.25, 0.25, 0.25]


def created(parts: Iterator[list[object]]) -> list[bool]:
    return [answer.created for part in parts for answer in part if isinstance(answer, Receipt)]


@pytest.mark.real
def test_all_real_messages_with_replies_are_distinct_messages() -> None:
    need("real")
    path = Path(os.environ["HOTLINE_REAL_DATA"]) / "messages_with_replies.csv"
    calls = [one for one in read_messages(path, calendar(), START) if isinstance(one, NewCall)]
    assert len({(call.source, call.message_id) for call in calls}) == len(calls) == 2799
    assert not [call for call in calls if "time_problem" in call.extra]
    assert min(call.received_at for call in calls) < datetime(2012, 1, 1, tzinfo=UTC)


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "rows"), [("messages_unlabelled.csv", 9347), ("messages_train.csv", 7857), ("messages_dev.csv", 515)]
)
def test_every_row_of_the_other_real_files_is_a_message(name: str, rows: int) -> None:
    need("real")
    path = Path(os.environ["HOTLINE_REAL_DATA"]) / name
    assert sum(isinstance(one, NewCall) for one in read_messages(path, calendar(), START)) == rows
