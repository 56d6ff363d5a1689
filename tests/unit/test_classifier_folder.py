"""The folder of a model: the same arrays are the same file, and the file is what skops wrote."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import skops.io as sio

from classifiers import folder


def _write(into: Path) -> bytes:
    arrays = {name: np.arange(size, dtype=np.float32) for name, size in (("column", 40), ("rarity", 7), ("category.bias", 3))}
    folder.write(into, arrays, {"name": "m"})
    return (into / folder.WEIGHTS).read_bytes()


def test_equal_arrays_are_equal_files_whenever_they_are_written(tmp_path: Path) -> None:
    other = [np.zeros(9) for _ in range(50)]  # what else lies in memory must not show
    assert _write(tmp_path / "one") == _write(tmp_path / "two")
    assert len(other) == 50


def test_skops_reads_the_file_too(tmp_path: Path) -> None:
    _write(tmp_path / "one")
    loaded = sio.load(tmp_path / "one" / folder.WEIGHTS, trusted=[])
    ours, _ = folder.read(tmp_path / "one")
    assert {name: each.tolist() for name, each in loaded.items()} == {name: each.tolist() for name, each in ours.items()}
