"""``tocsin work``: do the work that is due, once."""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def work(
    at: Annotated[
        str | None, typer.Option("--at", help="What is due at this moment, ISO 8601; without it, now.")
    ] = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Do everything that is due and leave. `tocsin serve` does this all the time."""
    doors.open_mission()
    from tocsin.services import work as desk

    moment = doors.moment(at)
    done = desk.drain("command", now=moment)
    sealed = desk.seal_audit(doors.now())
    doors.show(
        {"done": done, "sealed": sealed, "next_at": desk.next_run_at()},
        as_json=as_json,
        lines=lambda one: iter([f"{one['done']} done, {one['sealed']} audit entries sealed; next at {one['next_at']}"]),
    )
