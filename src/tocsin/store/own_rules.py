"""The rules file of the mission folder."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from tocsin.core.reference import mission_rules
from tocsin.core.reference.results import Problem

FILE: Final = "rules.yaml"


def read_own() -> tuple[mission_rules.Rules, tuple[Problem, ...]]:
    """Return the dated values that the mission sets for itself, and every problem with its line."""
    folder = settings.MISSION_FOLDER
    if folder is None or not (folder / FILE).is_file():
        return {}, ()
    try:
        text = (folder / FILE).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return {}, (Problem("REF-011", f"{FILE}, line 1"),)
    return mission_rules.read(text, file=FILE)
