"""Indicators: folds over events, in two books, with what every figure is made of."""

from __future__ import annotations

from hotline.domain.indicators.definitions import definitions, left_out
from hotline.domain.indicators.fold import observe, observe_all
from hotline.domain.indicators.rates import (
    BOOK_NAMES,
    BOOKS,
    FURTHER,
    NOTHING,
    OFFICIAL,
    RATE_NAMES,
    RATES,
    Book,
    LeftOut,
    Observation,
    Rate,
    RateSettings,
    Ratio,
    rates,
    table,
)
from hotline.domain.indicators.score import score

__all__ = [
    "BOOKS",
    "BOOK_NAMES",
    "FURTHER",
    "NOTHING",
    "OFFICIAL",
    "RATES",
    "RATE_NAMES",
    "Book",
    "LeftOut",
    "Observation",
    "Rate",
    "RateSettings",
    "Ratio",
    "definitions",
    "left_out",
    "observe",
    "observe_all",
    "rates",
    "score",
    "table",
]  # fmt: skip
