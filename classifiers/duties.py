"""A pack's duties as texts to learn from: class names and what units answer for say what no corpus has yet."""

from __future__ import annotations

from collections.abc import Iterator

from classifiers.examples import Example
from routing_rules.pack import Pack

STYLE = "duty"
"""The style of a text made from a duty: it is learned from, but nothing is judged by it."""


def duty_examples(pack: Pack, known: frozenset[str]) -> list[Example]:
    """Return short texts labelled with the units that get orders, and with the categories in ``known`` (full paths)."""
    return [*_units(pack), *_categories(pack.categories & known)]


def _units(pack: Pack) -> Iterator[Example]:
    for unit in pack.units.values():
        if unit.gets_orders:
            texts = [*unit.answers_for, " ".join((unit.name, *unit.answers_for))]
            yield from (Example(f"{unit.code}:{at}", "", text, unit=unit.code, style=STYLE) for at, text in enumerate(texts))


def _categories(paths: frozenset[str]) -> Iterator[Example]:
    for path in sorted(paths):
        parts = path.split("/")
        texts = dict.fromkeys((parts[-1], " ".join(parts[1:] or parts)))
        yield from (Example(f"{path}:{at}", "", text, category=path, style=STYLE) for at, text in enumerate(texts))
