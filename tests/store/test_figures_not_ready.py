"""While the figures of too many orders are not ready a reader is told so at once, instead of counting the whole store himself."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from hotline.domain.indicators import Rate, Ratio
from hotline.errors import FiguresNotReady
from hotline.services.figures.following import FigureKeeper
from hotline.services.figures.reading import Figures
from hotline.services.figures.rows import Asked
from hotline.services.ports import Store
from tests.ops.city import HandClock
from tests.store.examples import NOON
from tests.store.test_figure_keeper import ASKED, OneBook, lived
from tests.unit.packs import small

WANTED: Final[tuple[Rate, ...]] = ("return",)
QUESTION: Final[Asked] = replace(ASKED, by="all")
BOOKS: Final = OneBook(small())


def figures(store: Store, most: int | None) -> Figures:
    return Figures(store, HandClock(NOON), BOOKS, most=most)


def test_more_orders_than_a_reader_counts_on_the_spot_are_refused_in_words(store: Store) -> None:
    lived(store, "K1", "K2", "K3")
    with pytest.raises(FiguresNotReady) as refused:
        figures(store, 2).rates(QUESTION, wanted=WANTED)
    assert refused.value.message == "统计正在重新计算,请稍后再试"


@pytest.mark.parametrize("most", [3, None])
def test_as_many_as_a_reader_counts_are_counted_on_the_spot(store: Store, most: int | None) -> None:
    lived(store, "K1", "K2", "K3")
    assert figures(store, most).rates(QUESTION, wanted=WANTED) == {"": {"return": Ratio(0, 3)}}


def test_what_is_ready_is_read_however_much_it_is(store: Store) -> None:
    lived(store, "K1", "K2", "K3")
    FigureKeeper(store, BOOKS).follow()
    assert figures(store, 0).rates(QUESTION, wanted=WANTED) == {"": {"return": Ratio(0, 3)}}
