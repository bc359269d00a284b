"""``tocsin scorecard``: how far warnings came before harm, what they cost in alarms, and the harm nobody was warned of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def scorecard(
    since: Annotated[
        str | None, typer.Option("--from", help="Since when, ISO 8601; without it, 180 days back.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="Until when; a date means its end.")] = None,
    as_of: doors.AsOfOption = None,
    seed: Annotated[int, typer.Option(min=0, help="Where luck starts when like areas are drawn.")] = 0,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one table as CSV.")] = False,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Print the scorecard of warnings. An alarm acted on and followed by nothing is not called false; nobody is ranked."""
    doors.open_mission()
    from tocsin.services import scorecard as desk
    from tocsin.services import scorecard_export

    now = doors.now()
    known = min(doors.moment(as_of, otherwise=now), now)
    end = min(doors.moment(until, otherwise=known), known)
    start = doors.moment(since, otherwise=end - desk.USUAL)
    with doors.refusals_told("command:scorecard"):
        asked = desk.Asked(start, end, known if as_of else None, seed)
        found = desk.sheet(doors.viewer_of(as_account), asked, now=now)
    if as_csv:
        typer.echo(scorecard_export.as_csv(found), nl=False)
        return
    doors.show(scorecard_export.as_json(found), as_json=as_json, lines=_lines)


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['since'][:10]} to {found['until'][:10]}, as known at {found['as_of'][:16]}"
    for one in (card for card in found["cards"] if card["month"] is None):
        name = "Whole mission" if one["sector"] is None else f"Sector {one['sector'] or 'not on record'}"
        yield from _card(name, one)
    yield f"Harm that nobody was warned of: {len(found['unwarned'])}"
    for one in found["unwarned"][:20]:
        yield f"  {one['incident']} {one['began_at'][:16]} {one['why']}" + (
            f" {one['report']}" if one["report"] else ""
        )
    yield "An alarm acted on and followed by nothing is not counted as false. Rank nobody by these figures."


def _card(name: str, card: dict[str, Any]) -> Iterator[str]:
    yield f"{name}: {card['alerts']} warnings, {card['attacks']} incidents of violence against civilians"
    for one in card["warned"]:
        beside = _percent(one["area_time_share"])
        yield f"  warned at least {one['lead_h']:g} h before: {_share(one)}; area and time under warning: {beside}"
    for one in card["followed"]:
        control, left_out = _percent(one["matched_control"]["share"]), one["dispositions"]
        yield f"  followed by harm within {one['days']:g} days: {_share(one)}; like areas: {control}"
        whole = f"{_percent(one['least_share'])} to {_percent(one['most_share'])}"
        yield f"    left out: {left_out['acted']} acted on, {left_out['unverifiable']} unverifiable; with them {whole}"
    quartiles = card["leads"]["quartiles_h"]
    yield f"  median lead: {'unknown' if quartiles is None else f'{quartiles[1]:.1f} h'}; without: {card['leads']['without']}"


def _share(one: dict[str, Any]) -> str:
    if not one["of"]:
        return "unknown"
    few = f" ({one['share']:.0%})" if one["is_enough"] else ", too few to say"
    return f"{one['count']} of {one['of']}{few}"


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.0%}"
