"""``tocsin response``: the rate of response by class and timing, and how long each step took."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def response(
    since: Annotated[str | None, typer.Option("--from", help="Since when, ISO 8601; without it, 30 days back.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Until when; a date means its end.")] = None,
    sector: Annotated[str, typer.Option(help="One sector only.")] = "",
    priority: Annotated[str, typer.Option(help="One priority only: P1, P2, P3 or P4.")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one table as CSV.")] = False,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Print the rate of response: never one mixed number, and unknown apart."""
    doors.open_mission()
    from tocsin.services import response as desk

    now = doors.now()
    end = min(doors.moment(until, otherwise=now), now)
    start = doors.moment(since, otherwise=end - timedelta(days=30))
    with doors.refusals_told("command:response"):
        asked = desk.Asked(start, end, sector, priority)
        found = desk.figures(doors.viewer_of(as_account), asked, now=now)
    if as_csv:
        typer.echo(desk.as_csv(found), nl=False)
        return
    doors.show(desk.as_json(found), as_json=as_json, lines=_lines)


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"Alerts: {found['alerts']}, {found['since'][:10]} to {found['until'][:10]}"
    for one in found["by_class_and_timing"]:
        if one["count"]:
            yield f"  class {one['class'] or 'not on record'}, {one['timing']}: {_share(one)}"
    for one in found["steps"]:
        median = "unknown" if one["median_min"] is None else f"median {one['median_min']:.0f} min"
        most = "" if one["p90_min"] is None else f", nine in ten within {one['p90_min']:.0f} min"
        yield f"  {one['step']}: {median}{most}; known {_share(one['known'])}; in time {_share(one['in_time'])}"
    for name in ("delegated_unconfirmed", "harmed_after_warning", "false_alarms", "feedback", "silent_nodes"):
        yield f"  {name}: {_share(found[name]) if found[name] else 'not yours to see'}"


def _share(found: dict[str, Any]) -> str:
    return f"{found['count']} of {found['of']}" + ("" if found["share"] is None else f" ({found['share']:.0%})")
