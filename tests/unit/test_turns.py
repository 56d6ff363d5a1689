"""Heavy work one after the other: one at a time, one waits, nobody else takes a thread."""

from __future__ import annotations

from queue import Queue
from threading import Thread

import pytest

from hotline.errors import Busy
from hotline.services.turns import Turn
from tests.waiting import wait_until


def test_who_waits_too_long_is_told_to_come_again() -> None:
    turn = Turn(wait_seconds=0.01)
    with turn.taken(), pytest.raises(Busy), turn.taken():
        pass


def test_after_the_work_the_next_may() -> None:
    turn = Turn(wait_seconds=0.01)
    with pytest.raises(KeyError, match="row"), turn.taken():
        raise KeyError("row")
    with turn.taken():
        pass


def test_one_waits_for_its_turn_and_all_others_are_sent_away_at_once() -> None:
    turn, told = Turn(wait_seconds=600), Queue[str]()

    def work() -> None:
        try:
            with turn.taken():
                told.put("done")
        except Busy:
            told.put("busy")

    threads = [Thread(target=work) for _ in range(5)]
    with turn.taken():
        for thread in threads:
            thread.start()
        wait_until(lambda: told.qsize() == 4)
    for thread in threads:
        thread.join(10)
    assert sorted(told.queue) == ["busy"] * 4 + ["done"]
