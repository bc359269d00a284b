"""The only module of the core that reads files, and only those of its own data folder."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

_DATA = files("tocsin.core.reference") / "data"


@cache
def read_folder(name: str) -> dict[str, Any]:
    """Return every YAML file of ``data/<name>/`` merged into one mapping.

    Raises
    ------
    ValueError
        When two files define the same key: each word or rule has one home.
    """
    merged: dict[str, Any] = {}
    for entry in sorted((_DATA / name).iterdir(), key=lambda found: found.name):
        if not entry.name.endswith(".yaml"):
            continue
        part = yaml.load(entry.read_text("utf-8"), Loader=_FAST) or {}
        for key in part.keys() & merged.keys():
            raise ValueError(f"data/{name}/{entry.name}: '{key}' is already defined in another file")
        merged.update(part)
    return merged


@cache
def read_file(name: str) -> Any:
    """Return one YAML file of the data folder, by its path inside it."""
    return yaml.load((_DATA / name).read_text("utf-8"), Loader=_FAST)


@cache
def read_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of one CSV file of the data folder, by its path inside it."""
    return tuple(csv.DictReader((_DATA / name).read_text("utf-8").splitlines()))


@cache
def read_arrays(name: str) -> dict[str, Any]:
    """Return the arrays of one ``.npz`` file of the data folder, by its path inside it; nothing in it is code."""
    with (_DATA / name).open("rb") as stream, np.load(stream, allow_pickle=False) as held:
        packed = dict(held)
    weights = np.zeros((int(packed["rows"]), packed["values"].shape[1]), dtype=np.float32)
    weights[packed["positions"]] = packed["values"].astype(np.float32) * packed["scale"]
    return {"weights": weights, "base": packed["base"], "taught": str(packed["taught"])}


@cache
def list_folder(name: str) -> tuple[str, ...]:
    """Return the sorted names of what lies in ``data/<name>/``."""
    return tuple(sorted(entry.name for entry in (_DATA / name).iterdir()))


_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
