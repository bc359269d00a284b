"""``tocsin message``: take in a message."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def message(
    text: Annotated[
        str | None, typer.Option("--text", help="What was said or written; otherwise the standard input is read.")
    ] = None,
    channel: Annotated[str, typer.Option(help="How it came: sms, hotline, radio, walk_in…")] = "sms",
    sender: Annotated[str, typer.Option("--from", help="The number or address it came from.")] = "",
    received_at: Annotated[str | None, typer.Option("--received-at", help="When it came, ISO 8601.")] = None,
    vendor_id: Annotated[str, typer.Option("--id", help="The gateway's own number of it.")] = "",
    as_json: doors.JsonOption = False,
) -> None:
    """Take in a message, read it at once, and print the receipt and what came of it."""
    doors.open_mission()
    from tocsin.core.reference import wording
    from tocsin.core.reference.results import Problem
    from tocsin.services import doors as service_doors
    from tocsin.services import missions, work

    at = doors.moment(received_at)
    if at > doors.now() and not missions.is_fictional():
        doors.stop(f"--received-at {received_at} is in the future. Check the date and the zone.", code=2)
    fields = {"channel": channel, "from": sender, "id": vendor_id}
    if text is None:
        body = sys.stdin.buffer.read(service_doors.most_bytes_of_command(channel) + 1)
        found = service_doors.take_piped(fields, body, received_at=at, now=at)
    else:
        found = service_doors.take_command({**fields, "text": text}, received_at=at, now=at)
    if isinstance(found, Problem):
        doors.stop(wording.problem(found), code=2)
    work.drain("command", now=at)
    results = [service_doors.what_came_of(one, as_of=at) for one in found]
    doors.show(
        results[0] if len(results) == 1 else results,
        as_json=as_json,
        lines=lambda shown: (line for one in (shown if isinstance(shown, list) else [shown]) for line in _lines(one)),
    )


def _lines(result: dict[str, Any]) -> Iterator[str]:
    yield f"{result['ref']}{' (we had it already)' if result['repeat'] else ''}: {result['reply']}"
    for report in result["reports"]:
        yield (
            f"  {report['ref']} {report['kind']} {'/'.join(report['events']) or '-'} {report['priority']} "
            f"{report['imminence']} at {report['place'] or 'an unknown place'}, grade {report['grade']}"
        )
    for alert in result["alerts"]:
        yield f"  {alert['ref']} {alert['level']} {alert['priority']} {alert['state']}"
