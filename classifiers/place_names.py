"""The ways a place is said, in canonical form (``spoken.canonical``)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from classifiers.spoken import canonical
from routing_rules.places import Place

Form = str
DISTRICT, ROAD, STREET, EXACT = 0, 1, 2, 3
_NUMBERED = re.compile(r"^(\D{1,6}?)(\d+)(?:街坊|小区)?$")
_OFFICE = re.compile(r"(?:社区居民委员会|社区居委会|居民委员会|居委会|社区)$")
_VILLAGE = re.compile(r"(?:村民委员会|村委会)$")
_PART = re.compile(r"^(\D{1,6}?\d+)(?:街坊)?第\d+$")
_SIDE = re.compile(r"^[东西南北](?=\D{2}\d)")
_STREET_SUFFIXES = ("街道", "街道办", "街道办事处", "办事处", "街办")
_UNITS = frozenset("天块元个人年斤米岁月日点%次户平万度折分秒家名位条件层套号路中")
_MORE = frozenset("最至不减多缺很太年")


def place_forms(place: Place) -> Iterator[tuple[Form, int]]:
    """Yield the ways a place is said, each with how exact it is."""
    for name in (place.name, *place.aliases):
        if place.level == "district":
            yield canonical(name), DISTRICT
        elif place.level == "street":
            yield from _street_forms(name)
        else:
            yield from ((form, EXACT) for form in _community_forms(canonical(name)))


def estate_forms(name: str) -> Iterator[Form]:
    """Yield the ways an estate is said; a numbered street block like the community of that number."""
    plain = canonical(name)
    if len(name) >= 2:
        yield plain
    if numbered := _NUMBERED.match(plain):
        yield from _numbered_forms(*numbered.groups())


def is_counted(form: Form, text: str, start: int, end: int) -> bool:
    """Return whether a form found in ``text[start:end]`` is part of a longer number or of an amount (``最少21天``)."""
    behind = text[end : end + 1]
    if form[0].isdigit() and start and text[start - 1].isdigit():
        return True
    if not form[-1].isdigit():
        return False
    amount = behind in _UNITS and text[end : end + 3] not in ("号楼", "号院") if behind else False
    return behind.isdigit() or amount or bool(start and len(form) <= 4 and text[start - 1] in _MORE)


def _street_forms(name: str) -> Iterator[tuple[Form, int]]:
    yield canonical(name), STREET
    bare = re.sub("(?:街道办事处|街道办|街道|办事处)$", "", name)
    if bare != name:
        yield from ((canonical(bare + suffix), STREET) for suffix in _STREET_SUFFIXES)
        if len(bare) >= 2:
            yield canonical(bare), ROAD


def _community_forms(name: str) -> Iterator[Form]:
    yield name
    if _VILLAGE.search(name):
        core = _VILLAGE.sub("", name)
        yield core if core.endswith("村") else core + "村"
        return
    core = _OFFICE.sub("", name)
    if core == name and not _NUMBERED.match(name):
        return
    yield core + "社区"
    if numbered := _NUMBERED.match(core):
        yield from _numbered_forms(*numbered.groups())
    elif parted := _PART.match(core):
        yield from (f"{parted[1]}{suffix}" for suffix in ("", "街坊", "社区"))  # the whole block, of which this is a part
    elif len(core) >= 4:
        yield core


def _numbered_forms(base: str, number: str) -> Iterator[Form]:
    suffixes = ("", "街坊", "小区", "社区", "#")
    yield from (f"{base}{number}{suffix}" for suffix in suffixes)
    if _SIDE.match(f"{base}{number}"):  # 东友谊22街坊 is 友谊22街坊 to who lives there
        yield from (f"{side}{number}{suffix}" for side in (base[1:], base[:2]) for suffix in suffixes[:-1])
    else:
        yield from (f"{base[0]}{number}{suffix}" for suffix in suffixes)
