"""``tocsin alerts``: list alerts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def alerts(
    state: Annotated[str, typer.Option(help="open, closed or all.")] = "open",
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, help="At most this many.")] = 100,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """List alerts, the most urgent and newest first."""
    doors.open_mission()
    from tocsin.store.convert.alerts import alert_state
    from tocsin.store.queries.alerts import alerts as read

    found = [alert_state(row) for row in read(doors.viewer_of(as_account), state=state, most=most)]
    doors.show(found, as_json=as_json, lines=_lines)


def _lines(found: list[dict[str, Any]]) -> Iterator[str]:
    for one in found:
        held = f"held by {one['acknowledged_by']}" if one["acknowledged_by"] else "NOBODY HAS ACKNOWLEDGED"
        yield f"{one['ref']} {one['priority']} {one['level']:6} {one['state']:22} {one['place'] or one['place_text'] or 'place unknown'}  {held}"
    if not found:
        yield "No alerts in this state."
