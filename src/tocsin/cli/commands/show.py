"""``tocsin show``: a record as it stood at a moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def show(
    ref: Annotated[str, typer.Argument(help="The record, such as A-000012, R-000141 or D-000003.")],
    as_of: doors.AsOfOption = None,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Show a record as it stood: what was known, to whom, and what was decided by then."""
    doors.open_mission()
    from tocsin.services import replay

    with doors.refusals_told(ref):
        found = replay.as_it_was(doors.viewer_of(as_account), ref, as_of=doors.moment(as_of), now=doors.now())
    doors.show(found, as_json=as_json, lines=_lines)


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['ref']} as of {found['as_of']}"
    if not found["found"]:
        yield "It did not exist yet."
        return
    for name, value in found["state"].items():
        if value not in (None, [], {}, ""):
            yield f"  {name}: {value}"
    for one in found.get("told", []):
        answer = f"acknowledged {one['acknowledged_at']}" if one["acknowledged_at"] else "no answer"
        yield f"  told {one['account']} (rung {one['rung']}) at {one['told_at']}: {answer}"
    for entry in found["timeline"]:
        yield f"  {entry['at']}  {entry['subject']}  {entry['verb']} by {entry['by']}"
