"""``tocsin review``: warned against happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def review(
    as_of: doors.AsOfOption = None,
    days: Annotated[int, typer.Option(help="How many days back.")] = 90,
    within_km: Annotated[float, typer.Option("--within-km", help="How near an alert counts as a warning.")] = 25.0,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Compare what was warned of with what happened. An alarm acted on and followed by nothing is not called false."""
    doors.open_mission()
    from tocsin.services import lessons

    until = doors.moment(as_of)
    with doors.refusals_told("command:review"):
        found = lessons.review(
            doors.viewer_of(as_account), since=until - timedelta(days=days), as_of=until, within_km=within_km
        )
    doors.show(asdict(found), as_json=as_json, lines=_lines)


def _lines(found: dict[str, Any]) -> Iterator[str]:
    recall = "unknown" if found["recall_share"] is None else f"{found['recall_share']:.0%}"
    yield f"Attacks with a warning before: {recall}; without: {len(found['unwarned'])}"
    yield f"Alerts acted on and followed by nothing (cannot be scored): {len(found['unscorable'])}"
    yield f"Alerts nobody acted on, followed by nothing: {len(found['followed_by_nothing'])}"
    lead = "unknown" if found["median_lead_h"] is None else f"{found['median_lead_h']:.1f} h"
    yield f"Median lead: {lead}"
