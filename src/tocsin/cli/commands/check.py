"""``tocsin check``: check the mission folder and its store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def check(as_json: doors.JsonOption = False) -> None:
    """Check that this mission keeps what it acknowledges, and say what stands where."""
    doors.open_mission()
    from tocsin.services import missions

    result = missions.check(now=doors.now())
    doors.show(result, as_json=as_json, lines=_lines)
    if result["problems"]:
        raise typer.Exit(3)


def _lines(result: dict[str, Any]) -> Iterator[str]:
    for name, value in result["counts"].items():
        yield f"{name}: {value}"
    for problem in result["problems"]:
        yield f"PROBLEM {problem}"
    if not result["problems"]:
        yield "The store keeps what it acknowledges."
