"""The command line as it runs in the field: a process a call."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOCSIN = [sys.executable, "-c", "from tocsin.cli.main import main; main()"]


@dataclass(frozen=True)
class Answer:
    """What a call said, and with which code it left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on the standard output."""
        return json.loads(self.out)


def call(*words: str, mission: Path | None = None, env: dict[str, str] | None = None) -> Answer:
    """Run one call of the command line."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TOCSIN_", "DJANGO_"))}
    where = ["-m", str(mission)] if mission else []
    done = subprocess.run(
        [*TOCSIN, *where, *words],
        capture_output=True,
        text=True,
        env={**clean, **(env or {})},
        timeout=240,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)
