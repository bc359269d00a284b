"""``tocsin reports``: list reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def reports(
    state: Annotated[str, typer.Option(help="open, all, or one state such as verifying.")] = "open",
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, help="At most this many.")] = 100,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """List reports, the most urgent and newest first."""
    doors.open_mission()
    from tocsin.store.queries import evidence

    rows = evidence.queue(doors.viewer_of(as_account), state=state, most=most)
    doors.show([evidence.state_of(row) for row in rows], as_json=as_json, lines=_lines)


def _lines(found: list[dict[str, Any]]) -> Iterator[str]:
    for one in found:
        yield (
            f"{one['ref']} {one['priority']} {one['grade']} {one['state']:12} {one['kind']:14} "
            f"{'/'.join(one['events']) or '-':12} {one['place'] or 'place unknown'}"
        )
    if not found:
        yield "No reports in this state."
