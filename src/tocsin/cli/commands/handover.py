"""``tocsin handover``: hand the watch over, by a note made from the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, help="Hand the watch over, by a note made from the record.")
Ref = Annotated[str, typer.Argument(help="The hand-over, such as H-000003.")]


@app.command("list")
def list_handovers(as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """List the hand-overs of the desk, the newest first."""
    doors.open_mission()
    from tocsin.services import told as plain
    from tocsin.store.queries import desk

    with doors.refusals_told("command:handover"):
        viewer = doors.viewer_of(as_account)
        found = [plain.handover(viewer, row) for row in desk.handovers(viewer)]
    lines = doors.each("{ref} by {made_by} at {made_at}: signed {signed_at}, accepted by {accepted_by}")
    doors.show(found, as_json=as_json, lines=lines)


@app.command()
def make(as_account: doors.AsAccount, at: doors.AtOption = None, as_json: doors.JsonOption = False) -> None:
    """Make a hand-over from the record since the last one that was accepted."""
    doors.open_mission()
    from tocsin.services import handover
    from tocsin.services import told as plain

    with doors.refusals_told("command:handover"):
        viewer = doors.viewer_of(as_account)
        found = plain.handover(viewer, handover.begin(viewer, now=doors.moment(at)))
    doors.show(found, as_json=as_json, lines=_note)


@app.command()
def show(ref: Ref, as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """Print a hand-over as it would be read aloud or printed."""
    doors.open_mission()
    found = _found(doors.viewer_of(as_account), ref)
    doors.show(found, as_json=as_json, lines=_note)


@app.command()
def write(
    ref: Ref,
    note: Annotated[str, typer.Argument(help="The giver's own words.")],
    as_account: doors.AsAccount,
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Write a further version with the giver's own words and the figures anew."""
    doors.open_mission()
    from tocsin.services import handover

    viewer = doors.viewer_of(as_account)
    with doors.refusals_told(ref):
        handover.write_down(viewer, ref, note, now=doors.moment(at))
    doors.show(_found(viewer, ref), as_json=as_json, lines=_note)


@app.command()
def sign(ref: Ref, as_account: doors.AsAccount, at: doors.AtOption = None, as_json: doors.JsonOption = False) -> None:
    """Sign a hand-over as its giver: from now on it can be accepted, and no longer be changed."""
    doors.open_mission()
    from tocsin.services import handover

    viewer = doors.viewer_of(as_account)
    with doors.refusals_told(ref):
        handover.sign(viewer, ref, now=doors.moment(at))
    doors.show(_found(viewer, ref), as_json=as_json, lines=doors.each("{ref} signed by {signed_by} at {signed_at}"))


@app.command()
def accept(ref: Ref, as_account: doors.AsAccount, at: doors.AtOption = None, as_json: doors.JsonOption = False) -> None:
    """Accept a signed hand-over: the watch is then the taker's."""
    doors.open_mission()
    from tocsin.services import handover

    viewer = doors.viewer_of(as_account)
    with doors.refusals_told(ref):
        handover.accept(viewer, ref, now=doors.moment(at))
    doors.show(
        _found(viewer, ref), as_json=as_json, lines=doors.each("{ref} accepted by {accepted_by} at {accepted_at}")
    )


def _found(viewer: Any, ref: str) -> dict[str, Any]:
    from tocsin.services import told as plain
    from tocsin.services.refusals import found_or_refuse
    from tocsin.store.queries import desk

    with doors.refusals_told(ref):
        return plain.handover(viewer, found_or_refuse(desk.handover_row(viewer, ref), "handover"))


def _note(found: dict[str, Any]) -> Iterator[str]:
    facts = found["facts"]
    yield f"{found['ref']}, version {found['version']}, from {found['since']} to {facts.get('at', '-')}"
    yield f"Given by {found['made_by']}; signed {found['signed_at'] or 'not yet'}; accepted by {found['accepted_by'] or 'nobody yet'}"
    for name in ("received", "waiting", "late", "unsent", "failing"):
        yield f"  {name}: {facts.get(name)}"
    yield f"  open alerts: {facts.get('open', 0)}, of them not listed {len(facts.get('more', []))}"
    for one in facts.get("alerts", []):
        held = "acknowledged" if one["acknowledged"] else "NOT ACKNOWLEDGED"
        yield f"  {one['ref']} {one['level']} {one['priority']} {one['state']}, {held}"
    yield from (f"  promised: {one['ref']} by {one['due_at']}" for one in facts.get("promised", []))
    yield from (f"  silent: {one['ref']} since {one['since']}" for one in facts.get("silent", []))
    yield f"  next watch: {', '.join(facts.get('next_watch', [])) or 'NOBODY'}"
    if found["note"]:
        yield found["note"]
