"""``tocsin warn``: the warnings to the people at risk, from a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, help="List, release and print warnings to the people at risk.")
Ref = Annotated[str, typer.Argument(help="The warning, such as W-000012.")]
As = Annotated[str, typer.Option("--as", help="Who does it: an account.")]


@app.command("list")
def list_warnings(as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """List warnings with their state, their end and who answered."""
    doors.open_mission()
    from tocsin.store.queries import warnings as read

    rows = read.warnings(doors.viewer_of(as_account))
    found = [
        read.state_of(row) | {"told": row.told, "answered": row.answered, "need_help": row.help_asked} for row in rows
    ]
    doors.show(found, as_json=as_json, lines=_lines)


@app.command()
def release(ref: Ref, as_account: As, as_json: doors.JsonOption = False) -> None:
    """Release a warning as its second person."""
    doors.open_mission()
    from tocsin.services import warnings
    from tocsin.store.queries.warnings import state_of

    with doors.refusals_told(ref):
        row = warnings.release(doors.viewer_of(as_account), ref, now=doors.now())
    doors.show(state_of(row), as_json=as_json, lines=_line)


@app.command("at-once")
def at_once(
    ref: Ref,
    as_account: As,
    why: Annotated[str, typer.Option(help="Why it cannot wait for a second person.")],
    as_json: doors.JsonOption = False,
) -> None:
    """Tell the focal points at once, by one person; for an alert of priority 1 only."""
    doors.open_mission()
    from tocsin.services import warnings
    from tocsin.store.queries.warnings import state_of

    with doors.refusals_told(ref):
        row = warnings.release_in_emergency(doors.viewer_of(as_account), ref, why=why, now=doors.now())
    doors.show(state_of(row), as_json=as_json, lines=_line)


@app.command("file")
def print_file(ref: Ref, as_account: doors.AsOption = None) -> None:
    """Print the signed CAP file of a released warning."""
    doors.open_mission()
    from tocsin.store.queries.warnings import warning_row

    row = warning_row(doors.viewer_of(as_account), ref)
    if row is None or not row.cap:
        doors.stop("There is no such file, or you may not see it.", code=1)
    typer.echo(row.cap)


def _lines(found: list[dict[str, Any]]) -> Iterator[str]:
    for one in found:
        help_asked = f", {one['need_help']} need help" if one["need_help"] else ""
        yield from _line(one)
        yield f"    {one['answered']} of {one['told']} answered{help_asked}"


def _line(one: dict[str, Any]) -> Iterator[str]:
    headline = next((said["headline"] for said in one["texts"].values()), "no text yet")
    exercise = " EXERCISE" if one["is_exercise"] else ""
    yield f"{one['ref']} {one['kind']}{exercise} {one['state']:9} until {one['expires_at']}  {headline}"
