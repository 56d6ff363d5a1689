"""The schematic map of streets."""

from __future__ import annotations

import pytest

from routing_rules.pack import load_pack, pack_files, read_pack
from routing_rules.street_grid import laid_out

HEAD = "street,column,row\n"


def faults(rows: str) -> list[str]:
    _, findings = read_pack({**pack_files("kundulun"), "street_grid.csv": (HEAD + rows).encode()})
    return [one.sentence for one in findings if one.file == "street_grid.csv"]


def test_every_street_of_the_shipped_pack_has_a_square_of_its_own() -> None:
    pack = load_pack(pack_files("kundulun"))
    streets = {one.code for one in pack.places if one.level == "street" and one.parent == pack.settings.district}
    assert set(pack.street_grid) == streets
    assert len(set(pack.street_grid.values())) == len(streets)


@pytest.mark.parametrize(
    "rows",
    ["999,1,1\n", "150203001,0,1\n", "150203001,x,1\n", "150203001,1,1\n150203001,2,1\n", "150203001,1,1\n150203003,1,1\n"],
)
def test_a_square_that_cannot_be_is_a_fault(rows: str) -> None:
    assert faults(rows)


def test_streets_without_a_square_come_below_the_others() -> None:
    assert laid_out(["a", "b", "c"], {"a": (2, 3)}, wide=1) == {"a": (2, 3), "b": (1, 4), "c": (1, 5)}


def test_a_pack_without_the_table_has_streets_in_rows() -> None:
    assert laid_out(["a", "b", "c"], {}, wide=2) == {"a": (1, 1), "b": (2, 1), "c": (1, 2)}
