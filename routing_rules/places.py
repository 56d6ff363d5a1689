"""A pack's places and estates as plain values; ``classifiers.places`` finds them in a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PlaceLevel = Literal["district", "street", "community"]


@dataclass(frozen=True, slots=True)
class Place:
    """A district, street (or town) or community (or village) with its code; ``parent`` is the code one level up, or None.

    ``aliases`` are further names people use; forms with other digits (``少先21``, ``少先二十一号街坊``) need not be listed.
    ``roads`` are roads that run through the place: a road listed under several streets means each of them.
    """

    code: str
    name: str
    level: PlaceLevel
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    roads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estate:
    """A housing estate 小区: the code of its community and the unit codes that serve it (None = not known).

    ``property``, ``heating``, ``water`` and ``gas`` name the companies answering for property management, heat, water and gas.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    community: str | None = None
    property: str | None = None
    heating: str | None = None
    water: str | None = None
    gas: str | None = None
    confirmed: bool = False
