"""``tocsin acknowledge``: acknowledge an alert as a named account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def acknowledge(
    ref: Annotated[str, typer.Argument(help="The alert, such as A-000012.")],
    as_account: Annotated[str, typer.Option("--as", help="Who has it: an account.")],
    at: Annotated[str | None, typer.Option("--at", help="When, ISO 8601; without it, now.")] = None,
    through: Annotated[str, typer.Option(help="How it was said: voice, radio, sms…")] = "command",
    as_json: doors.JsonOption = False,
) -> None:
    """Write that a named person has the alert, for example after a call."""
    doors.open_mission()
    from tocsin.services import alerting
    from tocsin.store.convert.alerts import alert_state

    with doors.refusals_told(ref):
        alert = alerting.acknowledge(doors.viewer_of(as_account), ref, now=doors.moment(at), through=through)
    doors.show(alert_state(alert), as_json=as_json, lines=_lines)


def _lines(state: dict[str, Any]) -> Iterator[str]:
    yield f"{state['ref']}: acknowledged by {state['acknowledged_by']} at {state['acknowledged_at']}; {state['state']}"
