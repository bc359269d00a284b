"""The mission's own word lists: ``words/<language>.yaml`` in its folder, read when they changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from django.conf import settings

from tocsin.core.reference import own_words
from tocsin.core.reference.languages import FIELD_LANGUAGES, OwnWords

_held: dict[Path, tuple[int, OwnWords]] = {}
FOLDER: Final = "words"


def read_own() -> OwnWords:
    """Return every entry that the mission added, of all field languages."""
    found: list[tuple[str, str, str]] = []
    for language in FIELD_LANGUAGES:
        path = _path(language)
        if path is not None:
            found += _read(path, language)
    return tuple(found)


def add(language: str, concept: str, entry: str) -> None:
    """Write one entry into the mission's own list, whole or not at all.

    Raises
    ------
    FileNotFoundError
        When there is no mission folder to write into.
    """
    path = _path(language)
    if path is None:
        raise FileNotFoundError("there is no mission folder")
    path.parent.mkdir(mode=0o700, exist_ok=True)
    text = own_words.write([*_read(path, language), (language, concept, entry)])
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.chmod(0o600)
    part.replace(path)


def _path(language: str) -> Path | None:
    folder = settings.MISSION_FOLDER
    return folder / FOLDER / f"{language}.yaml" if folder is not None else None


def _read(path: Path, language: str) -> OwnWords:
    """Return the entries of one file; it is read again only when it changed."""
    try:
        changed = path.stat().st_mtime_ns
        if path not in _held or _held[path][0] != changed:
            _held[path] = (changed, own_words.read(language, path.read_text("utf-8"))[0])
    except (OSError, UnicodeDecodeError):
        return ()
    return _held[path][1]
