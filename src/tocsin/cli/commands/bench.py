"""``tocsin bench``: try the warning methods on open data; needs no mission, changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Try the warning methods on open data: every figure with its seeds, windows and timing."""


@app.command()
def scores(
    golden: Annotated[Path, typer.Option(help="Folder with the published scores and what they were made from.")],
    as_json: doors.JsonOption = False,
) -> None:
    """Score what others published, and compare with the printed digits."""
    from tocsin.services.trials import scores as trial

    _show(trial.run(golden), as_json=as_json)


def _show(result: Mapping[str, Any], *, as_json: bool) -> None:
    """Print a trial's figures."""
    doors.show(dict(result), as_json=as_json, lines=_lines)


def _lines(result: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """Yield one line a figure, nested figures indented."""
    for name, held in result.items():
        if isinstance(held, Mapping):
            yield "  " * depth + f"{name}:"
            yield from _lines(held, depth + 1)
        else:
            yield "  " * depth + f"{name}: {held}"
