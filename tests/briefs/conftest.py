"""What the tests of the briefs start from: sentences for the sample's own reasons."""

from __future__ import annotations

from typing import Any

import pytest

from tests.briefs import sample
from tocsin.core.reference import load


@pytest.fixture(autouse=True)
def _sample_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = load.read_folder

    def read_folder(name: str) -> dict[str, Any]:
        return {**shipped(name), **sample.WORDING} if name == "wording" else shipped(name)

    monkeypatch.setattr(load, "read_folder", read_folder)
