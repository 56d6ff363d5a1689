"""Large packs, drawn with a fixed seed: a district's table of thousands of rows, and tables made to be hard."""

from __future__ import annotations

import random
from collections.abc import Iterator

from routing_rules.pack import Pack, load_pack
from tests.unit.packs import FILES

KINDS = ("咨询", "求助", "投诉", "举报", "建议", "表扬")
HEADS = "id,valid_from,valid_to,category,place,kind,urgency,received_at,words,words,round,->lead,->auto,->why,source,confirmed"
CLASSES = [f"类{one:02}" for one in range(18)]
PLACES = [f"15{number:03}" for number in range(1, 17)]
WORDS = [f"词{number:02}" for number in range(40)]
UNITS = [f"U{number:02}" for number in range(40)]


def category_rows(seconds: int = 8, thirds: int = 5) -> Iterator[tuple[str, str, str]]:
    """Yield the classes of three levels."""
    for one in CLASSES:
        for two in range(seconds):
            for three in range(thirds):
                yield one, f"{one}二{two}", f"{one}二{two}三{three}"


def large_files(dispatch: str) -> dict[str, bytes]:
    """Return the files of a pack with 18 classes of three levels, 16 streets of 8 communities each, and this dispatch table."""
    places = ["15,本区,district,,,no,"]
    for number, street in enumerate(PLACES):
        places.append(f"{street},街{number},street,15,{UNITS[number]},no,")
        places += [f"{street}{one:03},社区{number}-{one},community,{street},,no," for one in range(8)]
    units = [line for line in FILES["units.csv"].splitlines() if line]
    units += [f"{unit},单位{unit},department,,office,,yes,yes" for unit in UNITS]
    words = ["list,term", *(f"{word},{word}词" for word in WORDS)]
    changed = {
        "places.csv": "\n".join(["code,name,level,parent,unit,elsewhere,aliases", *places]),
        "units.csv": "\n".join(units),
        "words.csv": "\n".join(words),
        "categories.csv": "\n".join(["level1,level2,level3", *(",".join(row) for row in category_rows())]),
        "dispatch.csv": dispatch,
        "estates.csv": "id,name,community\n",
        "pack.toml": FILES["pack.toml"].replace('"城建/供热"', '"类00"'),
    }
    return {name: text.encode() for name, text in {**FILES, **changed}.items() if name != "cases.csv"}


def district(rows: int, seed: int = 1) -> Pack:
    """Return a pack with a table as an office grows it: per class, special rows before general ones, and a fallback."""
    rng = random.Random(seed)
    by_class: dict[str, list[tuple[int, str]]] = {one: [] for one in CLASSES}
    paths = list(category_rows())
    while sum(map(len, by_class.values())) < rows - len(CLASSES) - 1:
        path = rng.choice(paths)
        by_class[path[0]].append(_special(rng, path))
    lines = [HEADS]
    for one, found in by_class.items():
        found.append((99, f",,{one}/*,,,,,,,"))
        lines += [f"{one}-{n},{cells},{_target(rng)}" for n, (_, cells) in enumerate(sorted(found, key=lambda row: row[0]))]
    lines.append("D-9999,,,,,,,,,,,DESK,no,兜底,,yes")
    return load_pack(large_files("\n".join(lines)))


def _special(rng: random.Random, path: tuple[str, str, str]) -> tuple[int, str]:
    """Return how general a row is, and its cells."""
    depth = rng.choice((2, 3, 3, 3))
    category = "/".join(path[:depth]) + ("/*" if depth < 3 else "")
    place = rng.choice(("", "", f"15/{rng.choice(PLACES)}/*", f"15/{rng.choice(PLACES)}/*|15/{rng.choice(PLACES)}/*"))
    kind = rng.choice(("", "", rng.choice(KINDS), "|".join(rng.sample(KINDS, 2)), "not 举报"))
    urgency = rng.choice(("", "", "", "danger", "urgent|danger", "normal"))
    season = rng.choice(("", "", "", "10-15..04-15", "06-01..09-15", "22:00..06:00"))
    word = rng.choice(("", "", rng.choice(WORDS), "|".join(rng.sample(WORDS, 3)), f"not {rng.choice(WORDS)}"))
    second = rng.choice(("", "", "", rng.choice(WORDS)))
    again = rng.choice(("", "", "", "", ">=2"))
    since, until = rng.choice((("", ""),) * 6 + (("2026-01-01", ""), ("", "2025-12-31"), ("2025-07-01", "2026-06-30")))
    asked = sum(map(bool, (place, kind, urgency, season, word, second, again)))
    return 10 * (3 - depth) - asked, f"{since},{until},{category},{place},{kind},{urgency},{season},{word},{second},{again}"


def _target(rng: random.Random) -> str:
    return f"{rng.choice(UNITS)},no,理由,,yes"


def hard(name: str, rows: int = 5000) -> Pack:
    """Return a pack whose dispatch table is hard in the way ``name`` says."""
    rng = random.Random(2)
    cells = list(HARD[name](rng, rows - 1))
    lines = [HEADS, *(f"R-{number},{row},{_target(rng)}" for number, row in enumerate(cells))]
    return load_pack(large_files("\n".join([*lines, "D-9999,,,,,,,,,,,DESK,no,兜底,,yes"])))


def _slices(_: random.Random, rows: int) -> Iterator[str]:
    """Every class and place by itself, again and again cut by kind; then general rows that they cover together."""
    paths = ["/".join(path[:2]) for path in category_rows(thirds=1)]
    made = 0
    for path in paths:
        for place in PLACES:
            for part in ("normal", "urgent", "danger"):
                if made < rows - 150:
                    made += 1
                    yield f",,{path}/*,15/{place}/*,,{part},,,,"
    for path in paths:
        if made < rows:
            made += 1
            yield f",,{path}/*,15/*,,,,,,"


def _chain(_: random.Random, rows: int) -> Iterator[str]:
    """Rounds and seasons one day apart: each row overlaps the next."""
    for number in range(rows):
        month, day = 1 + number % 12, 1 + number % 27
        yield f",,,,,,{month:02}-{day:02}..{1 + (number + 3) % 12:02}-{day:02},,,>={1 + number // 3}"


def _wide(rng: random.Random, rows: int) -> Iterator[str]:
    """Long lists of words in both columns, of kinds and of places."""
    for _ in range(rows):
        some = "|".join(rng.sample(WORDS, 12))
        more = "|".join(rng.sample(WORDS, 12))
        places = "|".join(f"15/{place}/*" for place in rng.sample(PLACES, 8))
        yield f",,{rng.choice(CLASSES)}/*,{places},{'|'.join(rng.sample(KINDS, 3))},,,{some},{more},"


def _nots(rng: random.Random, rows: int) -> Iterator[str]:
    """Everything but: classes, places, kinds and words barred."""
    for _ in range(rows):
        barred = "|".join(f"{one}/*" for one in rng.sample(CLASSES, 12))
        places = "|".join(f"15/{place}/*" for place in rng.sample(PLACES, 6))
        words = "|".join(rng.sample(WORDS, rng.randint(1, 6)))
        yield f",,not {barred},not {places},not {rng.choice(KINDS)},,,not {words},{rng.choice(WORDS)},"


def _dated(rng: random.Random, rows: int) -> Iterator[str]:
    """A version of a few hundred conditions for every few weeks."""
    for _ in range(rows):
        year, month, day = rng.randint(2020, 2029), rng.randint(1, 12), rng.randint(1, 28)
        path = "/".join(rng.choice(list_of_paths())[:2])
        yield f"{year}-{month:02}-{day:02},{year + rng.randint(0, 2)}-12-31,{path}/*,,{rng.choice(KINDS)},,10-15..04-15,,,"


def _clauses(rng: random.Random, rows: int) -> Iterator[str]:
    """A puzzle (satisfiability) in the words: what gets past all rows would be its solution."""
    for _ in range(rows):
        one, two, three = rng.sample(WORDS, 3)
        yield rng.choice((f",,,,,,,not {one}|{two}|{three},,", f",,,,,,,not {one}|{two},{three},", f",,,,,,,{one},{two},"))


def list_of_paths() -> list[tuple[str, str, str]]:
    """Return the classes of three levels as a list."""
    return _PATHS


_PATHS = list(category_rows(thirds=1))
HARD = {"slices": _slices, "chain": _chain, "wide": _wide, "nots": _nots, "dated": _dated, "clauses": _clauses}
