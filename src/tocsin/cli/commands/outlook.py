"""``tocsin outlook``: surges and chances from the mission's own ledger, and how far they may be believed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)
_FIRST = 15


@app.command()
def outlook(
    as_of: doors.AsOfOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one table as CSV.")] = False,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Print where more happens than usual, and the chance of harm at each place within four weeks."""
    doors.open_mission()
    from tocsin.services import outlook as desk
    from tocsin.services import outlook_export

    now = doors.now()
    moment = min(doors.moment(as_of, otherwise=now), now)
    viewer = doors.viewer_of(as_account)
    with doors.refusals_told("command:outlook"):
        shown = desk.show(viewer, as_of=moment if as_of else None, now=now)
        if as_csv:
            typer.echo(outlook_export.as_csv(shown, viewer), nl=False)
            return
        found = outlook_export.as_json(shown, viewer)
    doors.show(found, as_json=as_json, lines=_lines)


def _lines(found: dict[str, Any]) -> Iterator[str]:
    record, method = found["record"], found["method"]
    yield f"As known at {found['as_of'][:16]}: {record['counted']} incidents of harm since {record['since'] or 'never'}"
    yield f"Not counted, found by our own patrols alone: {record['found_by_patrols_only']}. Kernel: {method['kernel']}"
    yield f"Surges: {len(found['surges'])}"
    for one in found["surges"]:
        yield (
            f"  {one['outlet']:<7} around {one['name']}: {one['cases']} since {one['since']}, usual {one['expected']:g};"
            f" chance alone shows one as strong in {one['recurrence_days']} days of looking"
        )
    for one in found["place_alarms"]:
        yield f"  {one['name']} alone: {one['cases']} in {one['days']} days, usual {one['expected']:g}"
    yield from _chances(found)
    yield from _review(found["review"])
    yield "Low is not safe: nobody may have told us. The budget never holds back what a community or a person reports."


def _chances(found: dict[str, Any]) -> Iterator[str]:
    listed = found["chances"]
    if not listed:
        yield "Chances: the record is too short to learn from. That is not the same as none."
        return
    yield f"Chance of harm within {found['horizon_days']} days, the first of {len(listed)} places:"
    for one in listed[:_FIRST]:
        quiet = ", quiet before" if one["is_onset"] else ""
        unseen = "" if one["is_observed"] else ", not observed"
        yield (
            f"  {one['chance_28_days']:>4.0%} ({one['low']:.0%} to {one['high']:.0%})  {one['name']}"
            f"  last 12 months {one['last_year_28_days']:.0%}{quiet}{unseen}"
        )


def _review(one: dict[str, Any] | None) -> Iterator[str]:
    if one is None or not one["is_enough"]:
        yield "How good on the own past: too little to say."
        return
    yield f"Tried on {one['windows']} windows from {one['from']} until {one['until']}, Brier score and average precision:"
    for each in one["methods"]:
        yield f"  {each['method']:<13} {each['brier']:.4f}  {each['average_precision']:.3f}"
    if one["gain_low"] is not None:
        yield f"  gain over last year's frequency {one['gain']:+.3f} ({one['gain_low']:+.3f} to {one['gain_high']:+.3f})"
