"""The parts of the documents that the program writes itself, between cog's marks.

python -m tests.house.generated docs README.md    writes them anew
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from cogapp import Cog

MARK = "[[[cog"


def with_marks(places: Iterable[Path]) -> list[Path]:
    """Return the documents among these files and folders that have a generated part."""
    files = [file for place in places for file in ([place] if place.is_file() else sorted(place.rglob("*.md")))]
    return [file for file in files if MARK in file.read_text("utf-8")]


def stale(documents: Iterable[Path]) -> list[str]:
    """Name the documents that no longer say what the program says."""
    found = []
    for document in documents:
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            if Cog().main(["cog", "--check", "-P", "-z", str(document)]):
                found.append(f"{document.name}: {said.getvalue().strip()}")
    return found


def main(places: list[str]) -> int:
    """Write the generated parts anew."""
    documents = with_marks(Path(place) for place in places if Path(place).exists())
    return max([Cog().main(["cog", "-r", "-P", "-z", str(document)]) for document in documents], default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
