"""Near-duplicates: how fast they are found among the open orders, and how many of the true ones are."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.duplicates import ALIKE, OpenOrder, OpenOrders
from classifiers.sketches import essence
from classifiers.text import codes_of

Texts = Sequence[tuple[str, str]]
Told = Callable[[str, int, int], None]
TRULY_ALIKE = 0.4
"""Share of common character pairs from which two texts count as near-duplicates; counted in full, text by text."""
_JUDGED = 10_000
_QUERIES = 1_000
_MOST = 50
_STEP = 1_000
_SEED = 12345


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateFigures:
    """``add_us``, ``median_ms`` and ``p99_ms`` of one order among ``orders``; shares 0…1 over all pairs of ``texts``."""

    orders: int
    texts: int
    add_us: float
    median_ms: float
    p99_ms: float
    memory_mib: float
    pairs: int
    precision: float
    recall: float

    def as_dict(self) -> dict[str, float]:
        """Return JSON-able values."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def bench_duplicates(texts: Texts, orders: int, told: Told) -> DuplicateFigures:
    """Fill ``orders`` open orders made of ``texts`` (title, text), search them, and judge the proposals among the texts."""
    chance = random.Random(_SEED)  # noqa: S311  # not for secrets: the same run again
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    held, spent = OpenOrders(), 0.0
    for number in range(orders):
        order = OpenOrder(f"o{number}", *_made(texts, number, chance))
        begun = time.perf_counter()
        held.add(order)
        spent += time.perf_counter() - begun
        if number % _STEP == 0:
            told("登记", number, orders)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    told("查找", orders, orders)
    asked = _asked(held, texts, chance)
    pairs, proposed = _true_pairs(texts[:_JUDGED]), _proposed_pairs(texts[:_JUDGED])
    both = len(pairs & proposed)
    return DuplicateFigures(
        orders=orders, texts=len(texts), add_us=spent / orders * 1e6, median_ms=float(np.median(asked)) * 1e3,
        p99_ms=float(np.quantile(asked, 0.99)) * 1e3, memory_mib=grown / 1024, pairs=len(pairs),
        precision=both / max(len(proposed), 1), recall=both / max(len(pairs), 1),
    )  # fmt: skip


def _made(texts: Texts, number: int, chance: random.Random) -> tuple[str, str]:
    """Return a text; past the given ones, the beginning of one with the end of another: different, and of real words."""
    if number < len(texts):
        return texts[number]
    (title, first), (_, second) = chance.choice(texts), chance.choice(texts)
    return title, first[: len(first) // 2] + second[len(second) // 2 :]


def _asked(held: OpenOrders, texts: Texts, chance: random.Random) -> NDArray[np.float64]:
    seconds = []
    for number in range(_QUERIES):
        title, text = chance.choice(texts)
        begun = time.perf_counter()
        held.like(OpenOrder(f"q{number}", title, text))
        seconds.append(time.perf_counter() - begun)
    return np.array(seconds)


def _proposed_pairs(texts: Texts) -> set[tuple[int, int]]:
    orders = [OpenOrder(str(at), title, text) for at, (title, text) in enumerate(texts)]
    held = OpenOrders(orders)
    found = ((at, int(one.order)) for at, order in enumerate(orders) for one in held.like(order, most=_MOST, least=ALIKE))
    return {(min(pair), max(pair)) for pair in found}


def _true_pairs(texts: Texts) -> set[tuple[int, int]]:
    """Return all pairs whose character pairs are alike (Jaccard), each with each: no sampling, no hashing that loses."""
    import scipy.sparse as sp  # noqa: PLC0415  # slow to load, needed here only

    sets = [_character_pairs(f"{title}\n{text}") for title, text in texts]
    size = np.array([len(one) for one in sets], dtype=np.float32)
    _, column = np.unique(np.concatenate(sets), return_inverse=True)
    matrix = sp.csr_matrix((np.ones(len(column), dtype=np.float32), column, np.append(0, np.cumsum(size)).astype(np.int64)))
    turned, found = matrix.T.tocsr(), set()
    for at in range(0, len(texts), 250):
        common = (matrix[at : at + 250] @ turned).toarray()
        share = common / np.maximum(size[at : at + 250, None] + size[None] - common, 1)
        for row, other in np.argwhere(share >= TRULY_ALIKE).tolist():
            if at + row < other:
                found.add((at + row, other))
    return found


def _character_pairs(text: str) -> NDArray[np.uint64]:
    codes = codes_of(essence(text)).astype(np.uint64)
    codes = codes[(codes >= 0x4E00) & (codes <= 0x9FFF) | (codes >= 0x30) & (codes <= 0x39)]
    return np.unique((codes[:-1] << np.uint64(32)) | codes[1:])
