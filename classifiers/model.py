"""A trained model: reads a batch of texts; the answer to a text does not depend on the others in its batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import folder
from classifiers.alarm_model import FORMAT as ALARM_FORMAT
from classifiers.alarm_model import AlarmModel
from classifiers.calibration import Temperature, band
from classifiers.evidence import evidences
from classifiers.features import occurrences
from classifiers.segment import Segmenter, segmenter
from classifiers.text import bounded, why_unreadable
from classifiers.thresholds import Table, limits
from classifiers.vectors import Floats, Rows, Space, rows
from hotline.domain.reading import Candidate, Evidence, Reading
from hotline.errors import ModelError

SHOWN = 5
"""Candidates an answer carries (at least three where the model has as many labels)."""
DEFAULT_KIND = "求助"
BATCH = 500


Candidates = tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One head ready to read: weights (columns x labels), bias, labels, temperature, and how frequent each label was."""

    labels: tuple[str, ...]
    weight: Floats
    bias: Floats
    temperature: Temperature
    prior: NDArray[np.float64]

    def confidences(self, batch: Rows) -> NDArray[np.float64]:
        """Return calibrated confidences, texts x labels; a text without a known word gets the labels' frequencies."""
        scores: Floats = batch.matrix @ self.weight
        scores += self.bias
        made = self.temperature.confidences(scores, batch.known, batch.total)
        made[batch.known == 0] = self.prior
        return made


class Classifier:
    """A loaded model folder. Reading changes nothing in it: threads may share it."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], manifest: Mapping[str, Any]) -> None:
        """Take the arrays and the manifest of a model folder; raises ModelError when they do not fit together."""
        try:
            self.space = Space(arrays["column"], arrays["rarity"])
            self.parts = {name: _part(name, arrays, stated) for name, stated in manifest["heads"].items()}
            self.name = str(manifest["name"])
            self.thresholds: Table = manifest["thresholds"]
            self._cut: Segmenter = segmenter(manifest["segmenter"])
        except KeyError as error:
            raise ModelError(f"the model lacks {error}") from error
        own = manifest.get("alarms", {}).get("format") == ALARM_FORMAT
        self.alarms = AlarmModel.of(arrays) if own else None  # an older model has none: what ships serves
        self.manifest = manifest
        self._limits_of: dict[float, NDArray[np.float64]] = {}

    @classmethod
    def load(cls, path: Path) -> Classifier:
        """Return the model in the folder ``path``. Raises ModelError when it is missing, damaged or of another format."""
        return cls(*folder.read(path))

    @property
    def labels(self) -> tuple[str, ...]:
        """The categories, as full paths, sorted."""
        return self.parts["category"].labels

    def confidences(self, texts: Sequence[tuple[str, str]], head: str = "category") -> NDArray[np.float64]:
        """Return the confidences of every label of a head for each (title, text)."""
        batch = rows(occurrences([bounded(*one) for one in texts], self._cut), self.space)
        return self.parts[head].confidences(batch)

    def read(self, texts: Sequence[tuple[str, str]], *, accept_error: float = 0.05, evidence: bool = True) -> list[Reading]:
        """Return one reading a (title, text), in the same order: category, unit and kind where learned, evidence, unsure.

        ``accept_error`` is the share of wrong answers, 0…1, that is accepted among those not called unsure.
        """
        return [
            reading
            for at in range(0, len(texts), BATCH)
            for reading in self._read(texts[at : at + BATCH], accept_error, evidence=evidence)
        ]

    def _read(self, texts: Sequence[tuple[str, str]], accept_error: float, *, evidence: bool) -> list[Reading]:
        found = occurrences([bounded(*one) for one in texts], self._cut)
        batch = rows(found, self.space)
        made = {name: part.confidences(batch) for name, part in self.parts.items()}
        best = {name: _first(each, 1 if name == "kind" else SHOWN) for name, each in made.items()}
        first = best["category"][:, 0]
        marked = evidences(texts, found, batch, self.space, self.parts["category"].weight, first) if evidence else None
        limit = self._limits(accept_error)[band(batch.total), first].tolist()
        found_labels = {name: self._candidates(name, made[name], order) for name, order in best.items()}
        known = (batch.known / np.maximum(batch.total, 1)).round(4).tolist()
        return [
            self._reading(
                text, {name: each[at] for name, each in found_labels.items()}, limit[at], marked[at] if marked else (), known[at]
            )
            for at, text in enumerate(texts)
        ]

    def _limits(self, accept_error: float) -> NDArray[np.float64]:
        """Return the thresholds (bands x labels); worked out once for each error that an office accepts."""
        known = self._limits_of.get(accept_error)
        if known is None:
            known = self._limits_of[accept_error] = limits(self.thresholds, accept_error, self.labels)
        return known

    def _reading(
        self, text: tuple[str, str], found: Mapping[str, Candidates], limit: float, words: tuple[Evidence, ...], known: float
    ) -> Reading:
        category, kinds = found["category"], found.get("kind")
        why = why_unreadable(*text)
        if not why and category[0].confidence < limit:
            why = f"类别把握 {min(category[0].confidence, 0.99):.0%},历史准确率还不足以自动采用,请人工判断"
        return Reading(
            category=category, unit=found.get("unit", ()), kind=kinds[0].label if kinds else DEFAULT_KIND,
            kind_confidence=kinds[0].confidence if kinds else 0.0, evidence=words,
            unsure=bool(why), why_unsure=why, model=self.name, known=known,
        )  # fmt: skip

    def _candidates(self, name: str, made: NDArray[np.float64], order: NDArray[np.int64]) -> list[Candidates]:
        """Return the candidates of each text, most likely first."""
        labels = self.parts[name].labels
        shown = np.take_along_axis(made, order, axis=1).round(6).tolist()
        return [
            tuple([Candidate(labels[at], confidence) for at, confidence in zip(row, confidences, strict=True)])
            for row, confidences in zip(order.tolist(), shown, strict=True)
        ]


def _first(confidences: NDArray[np.float64], most: int) -> NDArray[np.int64]:
    """Return the indices of the most likely labels of each text, most likely first; equals in the order of their names."""
    left, every = confidences.copy(), np.arange(len(confidences))
    found = np.empty((len(confidences), min(most, confidences.shape[1])), dtype=np.int64)
    for place in range(found.shape[1]):  # a few passes over the maximum cost a tenth of sorting hundreds of labels
        found[:, place] = left.argmax(axis=1)
        left[every, found[:, place]] = -1
    return found


def _part(name: str, arrays: Mapping[str, NDArray[Any]], stated: Mapping[str, Any]) -> Part:
    weight = np.ascontiguousarray(arrays[f"{name}.weight"], dtype=np.float32)  # in any other order each text would copy it
    if weight.shape[1] != len(stated["labels"]):
        raise ModelError(f"head {name} has {weight.shape[1]} weights for {len(stated['labels'])} labels")
    level, slope, sharpen, shift = stated["temperature"]
    temperature = Temperature(level, slope, tuple(sharpen), tuple(shift))
    return Part(tuple(stated["labels"]), weight, arrays[f"{name}.bias"], temperature, np.array(stated["prior"], dtype=np.float64))
