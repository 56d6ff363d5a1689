"""A model folder: weights in a skops file, everything else in ``manifest.json``; damaged or changed files are refused."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.examples import file_hash
from hotline.errors import ModelError

FORMAT = 4
MANIFEST = "manifest.json"
WEIGHTS = "weights.skops"

_SCHEMA = "schema.json"
_ADDRESS = re.compile(r'(?<="__id__": )\d+|(?<=")\d+(?=\.npy")')
"""Where a skops file tells the address of an object: as its id and in the name of an array's file."""

Arrays = Mapping[str, NDArray[Any]]


def write(folder: Path, arrays: Arrays, manifest: Mapping[str, Any]) -> None:
    """Write a model folder beside its place and move it there, so that nobody ever reads half a model."""
    import skops.io as sio  # noqa: PLC0415  # brings scikit-learn, a second that most commands can do without

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".model-") as name:
        fresh = Path(name) / "new"
        fresh.mkdir()
        (fresh / WEIGHTS).write_bytes(_steady(sio.dumps(dict(arrays))))
        full = {"format": FORMAT, **manifest, "files": {WEIGHTS: file_hash(fresh / WEIGHTS)}}
        (fresh / MANIFEST).write_text(json.dumps(full, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        if folder.exists():
            _check_ours(folder)
            folder.rename(Path(name) / "old")
        fresh.rename(folder)


def _steady(dumped: bytes) -> bytes:
    """Return a skops file with the hour of its writing and the addresses of its objects taken out: equal arrays, equal bytes."""
    made, numbers = io.BytesIO(), count()
    number: defaultdict[str, str] = defaultdict(lambda: str(next(numbers)))
    with zipfile.ZipFile(io.BytesIO(dumped)) as parts, zipfile.ZipFile(made, "w") as steady:
        schema = _ADDRESS.sub(lambda found: number[found[0]], parts.read(_SCHEMA).decode())
        for name in parts.namelist():
            content = schema.encode() if name == _SCHEMA else parts.read(name)
            steady.writestr(zipfile.ZipInfo(_ADDRESS.sub(lambda found: number[found[0]], f'"{name}"')[1:-1]), content)
    return made.getvalue()


def _check_ours(folder: Path) -> None:
    """Refuse to replace a folder that is no model."""
    if any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise ModelError(f"{folder} is not empty and no model", message=f"文件夹 {folder} 非空且不是模型,未覆盖")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a model folder. Raises ModelError when it is missing, damaged or of another format."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"{folder}: no manifest", message=f"找不到分类模型 {folder},请先运行 hotline train") from error
    except ValueError as error:
        raise ModelError(f"{folder}: the manifest is damaged") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ModelError(f"{folder}: a model of another format", message="分类模型版本与程序不符,请重新训练")
    return manifest


def verify(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder whose files are those that were trained. Raises ModelError."""
    manifest = read_manifest(folder)
    for name, digest in manifest.get("files", {}).items():
        if not (folder / name).is_file() or file_hash(folder / name) != digest:
            raise ModelError(f"{folder / name} is not the file that was trained", message="分类模型文件损坏或被改动,请重新训练")
    if WEIGHTS not in manifest.get("files", {}):
        raise ModelError(f"{folder}: the manifest names no weights")
    return manifest


def read(folder: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return arrays and manifest of a model folder. Raises ModelError when a file is not what the manifest says."""
    manifest = verify(folder)
    try:
        return _arrays(folder / WEIGHTS), manifest
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ModelError(f"{folder / WEIGHTS}: {error}") from error


def _arrays(file: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a skops file that holds nothing else; skops itself would load scikit-learn first, seconds long."""
    with zipfile.ZipFile(file) as parts:
        content = json.loads(parts.read(_SCHEMA))["content"]
        if odd := [key for key, node in content.items() if (node["__loader__"], node["type"]) != ("NdArrayNode", "numpy")]:
            raise ValueError(f"{odd[0]} is no array of numbers")
        return {key: np.load(io.BytesIO(parts.read(node["file"])), allow_pickle=False) for key, node in content.items()}
