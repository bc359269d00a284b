"""Run every benchmark on real data and print one table: ``python -m benchmarks [name ...]``.

A benchmark is a module ``benchmarks/bench_<name>.py`` with ``run(data: Path) -> list[Row]``,
where `data` is the folder of real data named by the environment variable TOCSIN_DATA.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.rows import Row

HERE = Path(__file__).resolve().parent


def data_folder() -> Path | None:
    """Return the folder of real data, or None where there is none."""
    named = os.environ.get("TOCSIN_DATA")
    folder = Path(named) if named else HERE.parent.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def names(wanted: list[str]) -> list[str]:
    """Return the names of the benchmarks that are here, or those wanted."""
    found = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    unknown = sorted(set(wanted) - set(found))
    if unknown:
        raise SystemExit(f"no benchmark called {', '.join(unknown)}; there are: {', '.join(found) or 'none'}")
    return wanted or found


def draw(console: Console, name: str, rows: list[Row], seconds: float) -> None:
    """Print the rows of one benchmark."""
    table = Table("measure", "value", "unit", "wanted", "note", title=f"{name} ({seconds:.1f} s)")
    for row in rows:
        mark = "" if row.holds is None else ("yes" if row.holds else "NO")
        table.add_row(row.measure, row.shown, row.unit, f"{row.wanted} {mark}".strip(), row.note)
    console.print(table)


def main(wanted: list[str]) -> int:
    """Run the benchmarks and tell whether every wanted bound was kept."""
    console = Console()
    chosen = names(wanted)
    data = data_folder()
    if data is None:
        console.print("Skipped: there is no real data here. Name its folder in TOCSIN_DATA.")
        return 0
    if not chosen:
        console.print("Skipped: there is no benchmark yet.")
        return 0
    kept = True
    for name in chosen:
        started = time.perf_counter()
        rows = importlib.import_module(f"benchmarks.bench_{name}").run(data)
        draw(console, name, rows, time.perf_counter() - started)
        kept = kept and all(row.holds is not False for row in rows)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
