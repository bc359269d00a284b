"""The examples in the docstrings of the core are run as they are written."""

import doctest
from importlib import import_module

import pytest

from tests.house.guards import SOURCE, modules

NAMES = [
    ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in modules(SOURCE / "core")
    if ">>>" in path.read_text("utf-8")
]


def run_examples(module: object) -> doctest.TestResults:
    """Run the examples of a module; numpy is there as `np`."""
    import numpy as np

    return doctest.testmod(module, extraglobs={"np": np}, optionflags=doctest.NORMALIZE_WHITESPACE)


@pytest.mark.parametrize("name", NAMES)
def test_every_example_gives_what_it_says(name):
    assert run_examples(import_module(name)).failed == 0


def test_a_wrong_example_is_reported(tmp_path, monkeypatch, capsys):
    (tmp_path / "planted_example.py").write_text('"""Planted.\n\n>>> 1 + 1\n3\n"""\n', "utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    assert run_examples(import_module("planted_example")).failed == 1
    assert "Expected:\n    3" in capsys.readouterr().out
