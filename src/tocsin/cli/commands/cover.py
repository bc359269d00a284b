"""``tocsin cover``: who can be reached in time, and the honest gap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def cover(
    within_hours: Annotated[float, typer.Option("--within-hours", help="The limit, in hours.")] = 2.0,
    night: Annotated[bool, typer.Option("--night", help="Suppose it is dark.")] = False,
    as_of: doors.AsOfOption = None,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Print who can be reached within the hours, who cannot and why, and what would close most."""
    if not 0 < within_hours <= 240:
        doors.stop(f"--within-hours is {within_hours}, expected more than 0 and at most 240.", code=2)
    doors.open_mission()
    from tocsin.services import allocation

    with doors.refusals_told("command:cover"):
        found = allocation.cover(
            doors.viewer_of(as_account), as_of=doors.moment(as_of), now=doors.now(), within_h=within_hours, night=night
        )
    doors.show(allocation.coverage_json(found), as_json=as_json, lines=_lines)


def _lines(result: dict[str, Any]) -> Iterator[str]:
    from tocsin.core.reference import wording
    from tocsin.core.reference.results import Because

    yield (
        f"Within {result['within_hours']:g} h: {len(result['covered'])} places reachable in time, "
        f"{len(result['uncovered'])} not. Reachable is not safe."
    )
    for line in result["uncovered"][:40]:
        why = " ".join(wording.reason(Because.from_json(reason)) for reason in line["reason"])
        yield f"{line['category'].upper():7} {line['name']}: {why} Closes with: {', '.join(line['closes_with']) or 'nothing known'}"
    if len(result["uncovered"]) > 40:
        yield f"and {len(result['uncovered']) - 40} more; --json lists them all"
    for one in result["marginal"][:8]:
        people = "people unknown" if one["people"] is None else f"{one['people']:,} people"
        yield f"+1 {one['kind']} at {one['at']}: {one['places']} more places ({one['must_places']} MUST), {people}"
