"""Learning the layer of the alarms: spoken sentences with what must be heard in them, ordinary calls in which nothing must.

``python -m classifiers.alarm_train`` writes the weights that ship, from the corpus alone; ``hotline train`` learns the layer
anew, with the texts it is given as ordinary calls.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from classifiers import corpus, ridge
from classifiers.alarm_concepts import GROUPS
from classifiers.alarm_features import BITS, ORDERS, SHORT, Stretches, buckets, grams, group_rows, groups_of, stretches
from classifiers.alarm_limits import Crossed, limits
from classifiers.alarm_model import ALARMS, FORMAT, GATED, HEADS, SCALE, SOURCE, AlarmModel, shipped
from classifiers.alarm_second import grow
from classifiers.alarm_verdict import Verdict, row
from classifiers.corpus.heard import YES, heard
from classifiers.frames import one_end
from classifiers.lexicon import THREAT, LexiconReader, call_text
from classifiers.text import fold
from routing_rules.pack import load_pack

LISTS = ("alarms", "emergency")
"""The lists of the corpus that the layer learns from."""
FEWEST = 500
"""Fewer texts of a city than this do not move the layer: what ships serves, and no second is lost."""
MOST_ORDINARY = 1_200
"""Ordinary calls that are learned from: more cost seconds and teach nothing."""
FOLDS = 5
_ALPHA, _ROUNDS = 0.3, 25
_ONE, _PAIR, _ORDINARY, _PATTERN = 0.15, 0.06, 0.3, 0.5
"""How much a group of words weighs beside characters, a pair of groups, and a stretch of an ordinary call and a sentence made
after a pattern beside a sentence."""
_NEIGHBOURS = 8
_RARITY = 0.5
_LOUD = 32_767
_SENTENCE_END = re.compile(r"[。!?！？\n]")

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Sample:
    """Texts in rows of features; ``said`` (texts x heads) = what is told in each, all false in an ordinary call."""

    texts: int
    doc: NDArray[np.int64]
    rows: sp.csr_matrix
    said: NDArray[np.bool_]
    counts: NDArray[np.float64]
    """How much each text counts."""

    def loudest(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the highest score of each text for each head."""
        made = np.full((self.texts, scores.shape[1]), -np.inf)
        np.maximum.at(made, self.doc, scores)
        return made


def layer(texts: Sequence[tuple[str, str]]) -> tuple[AlarmModel, dict[str, Any]]:
    """Return the layer for a model learned from ``texts`` (title, text), and what is told of it in the manifest."""
    if len(texts) < FEWEST:
        return shipped(), {"format": FORMAT, "learned_from": "shipped"}
    model, told = learn([*_corpus(), *texts])
    return model, {"format": FORMAT, **told}


def learn(ordinary: Sequence[tuple[str, str]]) -> tuple[AlarmModel, dict[str, Any]]:
    """Return the layer and what cross-validation says of it; ``ordinary`` are calls (title, text) as they come every day.

    Those in which the rules hear an alarm are left out: nobody has told whether it was one.
    """
    reader = LexiconReader(load_pack(corpus.PACK).lexicon)
    told = [one for name in LISTS for one in _rows(name)] + _callers()
    texts = [fold(call_text("", one["text"])) for one in told]
    calls = [one for one in (*_chosen(ordinary), *_chosen(_briefly(ordinary))) if not any(_by_rule(reader, one))]
    said = np.array([_said(one) for one in told] + [[False] * len(HEADS)] * len(calls))
    every = [*texts, *calls]
    plain = stretches(every)
    found = plain.only(np.arange(len(plain.start)))
    rarity, characters = _characters(found)
    bits = groups_of(found)
    rows = sp.hstack([characters, _pairs(group_rows(bits))]).tocsr().astype(np.float32)
    counts = np.array([_PATTERN if one.get("note") == "pattern" else 1.0 for one in told] + [_ORDINARY] * len(calls))
    sample = _Sample(len(said), found.doc, rows, said, counts)
    weights, crossed = _fitted(sample)
    ruled = np.array([_by_rule(reader, one) for one in texts] + [(False,) * len(ALARMS)] * len(calls))
    length = found.kinds(len(said))
    gate, gated = _gate(sample, found)
    verdict, judged = _second(sample, length, crossed, ruled, every, bits)
    of = np.array([one.get("note") == "pattern" for one in told] + [False] * len(calls))
    limit, figures = limits(Crossed(crossed, judged, gated, said, ruled, length, np.arange(len(said)) >= len(texts), of))
    return _model(weights, rarity, gate, limit, verdict), {"sentences": len(texts), "ordinary": len(calls), **figures}


def _second(
    sample: _Sample, length: NDArray[np.int64], crossed: NDArray[np.float64], ruled: NDArray[np.bool_], texts: Sequence[str],
    bits: NDArray[np.uint64],
) -> tuple[Verdict, NDArray[np.float64]]:  # fmt: skip
    """Return the trees of the second look, and the scores of each text (those not short: none) by trees grown without it.

    An ordinary call counts in full here: few of them come this far.
    """
    short = np.flatnonzero((length == 0) & np.isin(np.arange(sample.texts), sample.doc))
    seen = np.zeros(sample.texts, dtype=np.uint64)
    seen[sample.doc] = bits
    heard = np.rint(crossed[short, : len(ALARMS)] * SCALE).astype(np.int64)
    rows = np.array(
        [row(one.tolist(), ruled[at], int(seen[at]), one_end(texts[at])) for one, at in zip(heard, short.tolist(), strict=True)]
    )
    verdict, made = grow(
        rows,
        sample.said[short, : len(ALARMS)],
        np.where(sample.counts == _ORDINARY, 1, sample.counts)[short],
        _folds(sample.texts)[short],
        SCALE,
    )
    judged = np.full((sample.texts, len(ALARMS)), -np.inf)
    judged[short] = made
    return verdict, judged


def _folds(texts: int) -> NDArray[np.int64]:
    """Return the fold of each text; neighbours in a list speak of one matter and are in the same fold."""
    return np.arange(texts) // _NEIGHBOURS * 7 % FOLDS


def _rows(name: str) -> list[dict[str, str]]:
    with (Path(corpus.__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _callers() -> list[dict[str, str]]:
    """Return what ordinary callers say of themselves and of places, of the halves that were built on."""
    said = [(row["text"], row.get("urgency") == "danger") for name in ("callers", "places") for row in heard(name, "build")]
    return [{"text": text, "emergency": "", "also": "", "danger": YES * danger, "threat": ""} for text, danger in said]


def _briefly(ordinary: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what callers say first, alone: a few words are no alarm either."""
    first = [_SENTENCE_END.split(text.strip(), maxsplit=1)[0] for _, text in ordinary]
    return [("", one[:SHORT]) for one in (*(title for title, _ in ordinary), *first) if one]


def _said(row: dict[str, str]) -> list[bool]:
    numbers = {row["emergency"], row["also"]} - {""}
    return [bool(row["emergency"]), row["danger"] == YES, row["threat"] == YES, *(one in numbers for one in HEADS[3:])]


def _by_rule(reader: LexiconReader, folded: str) -> tuple[bool, ...]:
    said = reader.read_folded(folded)
    return said.emergency is not None, said.urgency == "danger", THREAT in said.words


def _chosen(ordinary: Sequence[tuple[str, str]]) -> list[str]:
    """Return up to ``MOST_ORDINARY`` calls, folded, drawn by the hash of what they say: the same calls, the same weights."""
    texts = {fold(call_text(*one)) for one in ordinary}
    return sorted(texts, key=lambda one: hashlib.sha256(one.encode("utf-8", "surrogatepass")).digest())[:MOST_ORDINARY]


def _characters(found: Stretches) -> tuple[NDArray[np.float64], sp.csr_matrix]:
    """Return the weight of each bucket's rarity, and the stretches as rows of hashed characters."""
    size = found.end - found.start
    owner = np.repeat(np.arange(len(size)), size)
    rows, columns = [], []
    for order, hashed in zip(ORDERS, grams(found.codes, max(ORDERS)), strict=True):
        at = np.arange(len(hashed))
        inside = at + order <= found.end[owner[: len(hashed)]]
        rows.append(owner[: len(hashed)][inside])
        columns.append(buckets(hashed, order)[inside])
    row, column = np.concatenate(rows), np.concatenate(columns)
    value = 1 / np.sqrt(np.maximum(size, 1))[row]
    matrix = sp.csr_matrix((value, (row, column)), shape=(len(size), 1 << BITS))
    met = np.bincount(matrix.indices, minlength=1 << BITS)
    rarity = (np.log((1 + len(size)) / (1 + met)) + 1) ** _RARITY / 3
    return rarity, matrix @ sp.diags(rarity)


def _pairs(seen: Floats) -> sp.csr_matrix:
    left, right = np.triu_indices(len(GROUPS), 1)
    return sp.csr_matrix(np.hstack([seen * _ONE, seen[:, left] * seen[:, right] * _PAIR]).astype(np.float32))


def _fitted(sample: _Sample) -> tuple[ridge.Weights, NDArray[np.float64]]:
    """Return the weights, and the loudest score of each text by weights that were learned without it."""
    target = np.where(sample.said[sample.doc], 1, -1).astype(np.float32)
    importance = _importance(sample, None)
    for _ in range(2):  # in a long call with an alarm, nobody told which stretch tells it: the loudest does
        weights = ridge.fit(sample.rows, target, importance, alpha=_ALPHA, rounds=_ROUNDS)
        importance = _importance(sample, weights.scores(sample.rows))
    fold_of = _folds(sample.texts)
    crossed = np.full((len(sample.doc), len(HEADS)), -np.inf)
    for fold_at in range(FOLDS):
        apart = fold_of[sample.doc] == fold_at
        without = ridge.fit(sample.rows[~apart], target[~apart], importance[~apart], alpha=_ALPHA, rounds=_ROUNDS)
        crossed[apart] = without.scores(sample.rows[apart])
    return weights, sample.loudest(crossed)


def _importance(sample: _Sample, scores: Floats | None) -> Floats:
    """Return how much each stretch counts for each head."""
    made = sample.counts[sample.doc][:, None].repeat(len(HEADS), axis=1).astype(np.float32)
    several = (np.bincount(sample.doc, minlength=sample.texts) > 1)[sample.doc]
    unsure = sample.said[sample.doc] & several[:, None]
    if scores is None:
        return np.where(unsure, 0.3, made).astype(np.float32)
    top = sample.loudest(scores.astype(np.float64))[sample.doc] <= scores
    return np.where(unsure & ~top, 0, made).astype(np.float32)


def _gate(sample: _Sample, found: Stretches) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weights of single characters and pairs that tell any alarm, and each text's loudest score by others' weights."""
    size = found.end - found.start
    owner = np.repeat(np.arange(len(size)), size)
    places = []
    for order, hashed in zip(GATED, grams(found.codes, max(GATED)), strict=True):
        inside = np.arange(len(hashed)) + order <= found.end[owner[: len(hashed)]]
        places.append((owner[: len(hashed)][inside], buckets(hashed, order)[inside]))
    row, column = (np.concatenate(each) for each in zip(*places, strict=True))
    value = (1 / np.sqrt(np.maximum(size, 1))[row]).astype(np.float32)
    rows = sp.csr_matrix((value, (row, column)), shape=(len(size), 1 << BITS))
    target = np.where(sample.said[sample.doc].any(axis=1), 1, -1).astype(np.float32)[:, None]
    importance = _importance(sample, None)[:, :1]
    crossed, fold_of = np.full((len(sample.doc), 1), -np.inf), _folds(sample.texts)
    for fold_at in range(FOLDS):
        apart = fold_of[sample.doc] == fold_at
        without = ridge.fit(rows[~apart], target[~apart], importance[~apart], alpha=_ALPHA, rounds=_ROUNDS)
        crossed[apart] = without.scores(rows[apart])
    weights = ridge.fit(rows, target, importance, alpha=_ALPHA, rounds=_ROUNDS)
    made: NDArray[np.float64] = weights.weight[:, 0].astype(np.float64)
    return made, sample.loudest(crossed - weights.bias)[:, 0]


def _model(
    weights: ridge.Weights, rarity: NDArray[np.float64], gate: NDArray[np.float64], limit: NDArray[np.float64], verdict: Verdict
) -> AlarmModel:
    groups, characters = len(GROUPS), 1 << BITS
    left, right = np.triu_indices(groups, 1)
    pairs = np.zeros((len(HEADS), groups, groups))
    pairs[:, np.arange(groups), np.arange(groups)] = weights.weight[characters : characters + groups].T * _ONE
    pairs[:, left, right] = weights.weight[characters + groups :].T * _PAIR
    return AlarmModel(
        table=_whole(weights.weight[:characters] * rarity[:, None]), pairs=_whole(pairs),
        bias=np.rint(weights.bias * SCALE).astype(np.int32), gate=_whole(gate),
        limits=np.rint(limit * SCALE).astype(np.int32), feature=verdict.feature, cut=verdict.cut, leaf=verdict.leaf,
    )  # fmt: skip


def _whole(weight: NDArray[np.float64]) -> NDArray[np.int16]:
    return np.clip(np.rint(weight * SCALE), -_LOUD, _LOUD).astype(np.int16)


def source() -> str:
    """Return the SHA-256 of what the shipped weights are learned from, ordinary calls aside."""
    told = hashlib.sha256(repr(GROUPS).encode())
    for name in LISTS:
        told.update((Path(corpus.__file__).parent / f"{name}.csv").read_bytes())
    return told.hexdigest()


def _corpus() -> list[tuple[str, str]]:
    return [(one.title, one.text) for one in corpus.train_part()]


def main() -> None:
    """Write the weights that ship."""
    model, _ = learn(_corpus())
    arrays: dict[str, Any] = {**model.arrays(prefix=""), SOURCE: np.array(source())}
    np.savez_compressed(corpus.SHIPPED_ALARMS, **arrays)


if __name__ == "__main__":
    main()
