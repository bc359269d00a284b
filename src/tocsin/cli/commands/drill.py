"""``tocsin drill``: drills of a network, never mixed with what is real."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, help="Begin, watch and end the drill of a network.")
Ref = Annotated[str, typer.Argument(help="The drill, such as X-000002.")]


@app.command("list")
def list_drills(as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """List drills, the newest first."""
    doors.open_mission()
    from tocsin.services import told_networks as plain
    from tocsin.store.queries import networks

    found = [plain.drill(row) for row in networks.drills(doors.viewer_of(as_account))]
    doors.show(found, as_json=as_json, lines=doors.each("{ref} {network} begun {begun_at}, ended {ended_at}"))


@app.command()
def begin(
    network: Annotated[str, typer.Argument(help="The network, such as N-000001.")],
    as_account: doors.AsAccount,
    text: Annotated[str, typer.Option(help="What is to be told in the drill.")] = "",
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Begin a drill: everybody in the network is asked, and told that it is an exercise."""
    doors.open_mission()
    from tocsin.services import drills
    from tocsin.services import told_networks as plain

    with doors.refusals_told(network):
        row = drills.begin_drill(doors.viewer_of(as_account), network, text=text[:300], now=doors.moment(at))
    doors.show(plain.drill(row), as_json=as_json, lines=doors.each("{ref} begun at {begun_at}"))


@app.command()
def show(ref: Ref, as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """Print who was asked in a drill, who answered and how fast, and what was told."""
    doors.open_mission()
    _results(doors.viewer_of(as_account), ref, as_json=as_json)


@app.command()
def end(ref: Ref, as_account: doors.AsAccount, at: doors.AtOption = None, as_json: doors.JsonOption = False) -> None:
    """End a drill and tell everybody in it."""
    doors.open_mission()
    from tocsin.services import drills

    viewer = doors.viewer_of(as_account)
    with doors.refusals_told(ref):
        drills.end_drill(viewer, ref, now=doors.moment(at))
    _results(viewer, ref, as_json=as_json)


@app.command()
def live(
    report: Annotated[str, typer.Argument(help="The report of a drill, such as R-000141.")],
    as_account: doors.AsAccount,
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Take a report of a drill for real: it is judged anew and wakes whom it must wake."""
    doors.open_mission()
    from tocsin.services import drills

    with doors.refusals_told(report):
        row = drills.declare_live(doors.viewer_of(as_account), report, now=doors.moment(at))
    doors.show({"report": row.ref}, as_json=as_json, lines=doors.each("{report} is real from now on"))


def _results(viewer: Any, ref: str, *, as_json: bool) -> None:
    from tocsin.services import told_networks as plain

    with doors.refusals_told(ref):
        found = plain.drill_results(viewer, ref)
    doors.show(found, as_json=as_json, lines=_lines)


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['ref']}: {found['answered']} of {found['asked']} answered; ended {found['ended_at'] or 'not yet'}"
    yield f"Median {found['median_min'] if found['median_min'] is not None else 'unknown'} min"
    yield from (f"  {one['node']}: {one['answered_at'] or 'NO ANSWER'}" for one in found["check_ins"])
    yield from (f"  told: {ref}" for ref in found["reports"])
