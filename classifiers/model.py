"""A trained model: reads a batch of texts; the answer to a text does not depend on the others in its batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import folder
from classifiers.calibration import Temperature, band, threshold_for
from classifiers.evidence import Evidences, evidences
from classifiers.features import occurrences
from classifiers.segment import Segmenter, segmenter
from classifiers.text import bounded, why_unreadable
from classifiers.vectors import Floats, Rows, Space, rows
from hotline.domain.reading import Candidate, Reading
from hotline.errors import ModelError

SHOWN = 5
"""Candidates an answer carries (at least three where the model has as many labels)."""
DEFAULT_KIND = "求助"


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
        made = self.temperature.confidences(scores, batch.known)
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
            self.thresholds: Mapping[str, Sequence[float]] = manifest["thresholds"]
            self._cut: Segmenter = segmenter(manifest["segmenter"])
        except KeyError as error:
            raise ModelError(f"the model lacks {error}") from error
        self.manifest = manifest

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
        if not texts:
            return []
        found = occurrences([bounded(*one) for one in texts], self._cut)
        batch = rows(found, self.space)
        made = {name: part.confidences(batch) for name, part in self.parts.items()}
        best = {name: np.argsort(-each, axis=1, kind="stable")[:, :SHOWN] for name, each in made.items()}
        words = evidences(texts, found, batch, self.space, self.parts["category"].weight, best["category"][:, 0]) if evidence else None
        limit = threshold_for(self.thresholds, accept_error)[band(batch.total)]
        return [self._reading(at, text, made, best, float(limit[at]), words) for at, text in enumerate(texts)]

    def _reading(
        self, at: int, text: tuple[str, str], made: Mapping[str, NDArray[np.float64]], best: Mapping[str, NDArray[np.int64]],
        limit: float, words: Evidences | None,
    ) -> Reading:  # fmt: skip
        found = {name: self._candidates(name, made[name][at], order[at]) for name, order in best.items()}
        category, kinds = found["category"], found.get("kind")
        why = why_unreadable(*text)
        if not why and category[0].confidence < limit:
            why = f"模型对类别把握不足({category[0].confidence:.0%}),请人工判断"
        return Reading(
            category=category, unit=found.get("unit", ()), kind=kinds[0].label if kinds else DEFAULT_KIND,
            kind_confidence=kinds[0].confidence if kinds else 0.0, evidence=words[at] if words else (),
            unsure=bool(why), why_unsure=why, model=self.name,
        )  # fmt: skip

    def _candidates(self, name: str, confidences: NDArray[np.float64], order: NDArray[np.int64]) -> tuple[Candidate, ...]:
        labels = self.parts[name].labels
        return tuple(Candidate(labels[at], round(float(confidences[at]), 6)) for at in order.tolist())


def _part(name: str, arrays: Mapping[str, NDArray[Any]], stated: Mapping[str, Any]) -> Part:
    weight = arrays[f"{name}.weight"].astype(np.float32)
    if weight.shape[1] != len(stated["labels"]):
        raise ModelError(f"head {name} has {weight.shape[1]} weights for {len(stated['labels'])} labels")
    temperature = Temperature(*stated["temperature"])
    return Part(tuple(stated["labels"]), weight, arrays[f"{name}.bias"], temperature, np.array(stated["prior"], dtype=np.float64))
