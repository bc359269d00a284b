from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tocsin.feeds.world_folder.adapter import find_world


@pytest.fixture
def spoil(tmp_path: Path) -> Callable[..., Path]:
    """Return a copy of Three Villages in which, once, one text of one file is replaced by another."""

    def copy(file: str = "", good: str = "", bad: str = "") -> Path:
        folder = tmp_path / "three_villages"
        shutil.copytree(find_world("three_villages"), folder)
        if file:
            text = (folder / file).read_text("utf-8")
            assert good in text, f"{file} does not hold {good!r}"
            (folder / file).write_text(text.replace(good, bad, 1), "utf-8")
        return folder

    return copy
