"""A model before the first label: texts made from a pack's class tree, its duties and the words of the national scheme.

Each made text mixes a class' names with the words people use for the class above it. They teach through the same learner as real
texts and keep their number: with every labelled text that comes the made ones weigh less, and nobody has to switch anything.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from classifiers.duties import STYLE
from classifiers.examples import Example
from classifiers.scheme import SAID_OF
from routing_rules.pack import Pack

_SEED = 12345
_TEXTS_A_CLASS, _TEXTS_A_UNIT = 4, 4
_WORDS_A_TEXT = 9
_JOINT = ","


def cold_examples(pack: Pack, *, known: frozenset[str] | None = None) -> list[Example]:
    """Return made texts for the pack's deepest classes and for its units; the same pack gives the same texts.

    ``known`` are the paths that labelled texts bear: then these are the answers, at their depth, and no others.
    """
    chance = random.Random(_SEED)  # noqa: S311  # not for secrets: repeatable texts
    labels = {path: path if known is None else _label(path, known) for path in deepest(pack.categories)}
    return [*_classes(labels, _spoken(pack), chance), *_units(pack, chance)]


def _label(path: str, known: frozenset[str]) -> str:
    """Return the deepest known path at or above ``path``; empty when there is none."""
    parts = path.split("/")
    return next((above for depth in range(len(parts), 0, -1) if (above := "/".join(parts[:depth])) in known), "")


def deepest(paths: Iterable[str]) -> list[str]:
    """Return the paths that have nothing below them, sorted."""
    every = set(paths)
    above = {"/".join(path.split("/")[:depth]) for path in every for depth in range(1, path.count("/") + 1)}
    return sorted(every - above)


def _spoken(pack: Pack) -> Mapping[str, Sequence[str]]:
    """Return what people say of each first-level class: the scheme's words, its classes' names, the duties of its units."""
    words: dict[str, dict[str, None]] = defaultdict(dict)
    for path in sorted(pack.categories):
        first, *below = path.split("/")
        words[first].update(dict.fromkeys([*SAID_OF.get(first, ()), *(name for name in below if name != "其他")]))
    return {first: tuple(said) for first, said in words.items()}


def _classes(labels: Mapping[str, str], spoken: Mapping[str, Sequence[str]], chance: random.Random) -> Iterator[Example]:
    for path, label in labels.items():
        first, *below = path.split("/")
        words = spoken.get(first, ())
        names = [name for name in below if name != "其他"] or [first]
        for at in range(_TEXTS_A_CLASS if label else 0):
            said = chance.sample(words, min(_WORDS_A_TEXT, len(words)))
            yield Example(f"cold:{path}:{at}", "", _JOINT.join([*names, *said]), category=label, style=STYLE)


def _units(pack: Pack, chance: random.Random) -> Iterator[Example]:
    for unit in pack.units.values():
        if unit.gets_orders:
            duties = list(unit.answers_for) or [unit.name]
            for at in range(_TEXTS_A_UNIT):
                said = chance.sample(duties, min(len(duties), _WORDS_A_TEXT))
                yield Example(f"cold:{unit.code}:{at}", "", _JOINT.join([unit.name, *said]), unit=unit.code, style=STYLE)
