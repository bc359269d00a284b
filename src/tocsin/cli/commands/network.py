"""``tocsin network``: enter community networks and who keeps watch in them, and see who is not heard."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, help="Enter networks and who keeps watch in them, and see who is not heard.")


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="The name of the network, never a person's name.")],
    kind: Annotated[
        str, typer.Option(help="community_alert, village_watch, hotline, safety_committee or authorities.")
    ],
    sector: Annotated[str, typer.Option(help="Empty for the whole mission.")] = "",
    rhythm: Annotated[str, typer.Option(help="none, daily or weekly.")] = "none",
    at: Annotated[
        list[str] | None, typer.Option(help="Clock time at which all are asked; several may be given.")
    ] = None,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Enter a network."""
    doors.open_mission()
    from tocsin.services import networks

    fields = {"name": name, "kind": kind, "sector": sector, "rhythm": rhythm, "check_times": list(at or ())}
    with doors.refusals_told("network"):
        row = networks.save_network(doors.viewer_of(as_account), fields, now=doors.now())
    doors.show({"network": row.ref, "name": row.name}, as_json=as_json, lines=lambda one: iter([one["network"]]))


@app.command()
def person(
    network: Annotated[str, typer.Argument(help="The network, such as N-000001.")],
    place: Annotated[str, typer.Option(help="The village, by reference or by its name.")],
    role: Annotated[str, typer.Option(help="The role, such as can_focal_point.")] = "can_focal_point",
    languages: Annotated[str, typer.Option(help="Languages with commas between them.")] = "",
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Enter who keeps watch in a village; the number is read from standard input, so that no list of calls holds it."""
    doors.open_mission()
    from tocsin.core.reference.results import Hidden
    from tocsin.services import networks
    from tocsin.store.queries.networks import place_named

    viewer = doors.viewer_of(as_account)
    number = sys.stdin.readline().strip()
    spot = place_named(viewer, place)
    fields = {
        "place": spot.ref if spot else "",
        "role": role,
        "languages": [one for one in languages.split(",") if one],
    }
    with doors.refusals_told(network):
        point = networks.save_focal_point(
            viewer, network, fields, contact=Hidden(number) if number else None, now=doors.now()
        )
    doors.show({"node": point.ref, "source": point.source.ref}, as_json=as_json, lines=lambda one: iter([one["node"]]))


@app.command("import")
def bring_in(
    network: Annotated[str, typer.Argument(help="The network, such as N-000001.")],
    file: Annotated[Path, typer.Argument(help="A CSV file, one person a line.")],
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Bring a sheet of people in: good lines are kept, wrong ones named by line and column."""
    doors.open_mission()
    from tocsin.core.reference import wording
    from tocsin.services import network_import

    if not file.is_file():
        doors.stop(f"There is no file '{file}'.", code=2)
    text = file.read_text("utf-8-sig", errors="replace")
    with doors.refusals_told(network):
        found = network_import.import_focal_points(doors.viewer_of(as_account), network, text, now=doors.now())
    result = {"kept": found.kept, "problems": [wording.problem(one) for one in found.problems]}
    doors.show(result, as_json=as_json, lines=lambda one: iter([f"{one['kept']} lines kept", *one["problems"]]))
    if found.problems:
        raise typer.Exit(1)


@app.command("codes")
def put_codes(
    network: Annotated[str, typer.Argument(help="The network, such as N-000001.")],
    file: Annotated[Path, typer.Argument(help="The code sheet as YAML.")],
    message: Annotated[str, typer.Option("--try", help="Only show how this message reads; nothing is kept.")] = "",
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Put a network's code sheet in force, or try it out on a message."""
    doors.open_mission()
    from tocsin.core.reference import wording
    from tocsin.services import networks

    if not file.is_file():
        doors.stop(f"There is no file '{file}'.", code=2)
    text = file.read_text("utf-8-sig", errors="replace")
    sheet, problems, _ = networks.sheet_from(text)
    if sheet is None:
        doors.stop("\n".join(wording.problem(one) for one in problems), code=1)
    if message:
        coded, reading = networks.try_out(sheet, message, now=doors.now())
        wrong = [wording.problem(one) for one in coded.problems] if coded else []
        result = {"is_coded": coded is not None, "kind": reading.kind.value, "priority": reading.priority.value,
                  "place": reading.place.ref if reading.place else None, "problems": wrong}  # fmt: skip
        doors.show(result, as_json=as_json, lines=lambda one: iter([f"{key}: {value}" for key, value in one.items()]))
        return
    with doors.refusals_told(network):
        saved = networks.save_code_sheet(doors.viewer_of(as_account), network, text, now=doors.now())
    doors.show({"version": saved.version}, as_json=as_json, lines=lambda one: iter([f"version {one['version']}"]))


@app.command("list")
def show_nodes(as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """List every node with when it was last heard, the silent first."""
    doors.open_mission()
    from tocsin.core.reference import wording
    from tocsin.services import silence
    from tocsin.store.queries import networks as read

    now = doors.now()
    points = read.focal_points(doors.viewer_of(as_account), on=now.date())
    judged = silence.states(points, as_of=now)
    order = ("silent", "due", "heard", "unknown", "not_watched")
    found = [
        {
            "node": one.ref, "network": one.network.name, "place": one.place.name if one.place else None,
            "role": one.role, "state": judged[one.ref].value.value,
            "last_heard_at": one.source.last_heard_at if one.source else None,
            "reasons": [wording.reason(because) for because in judged[one.ref].reasons],
        }
        for one in points
    ]  # fmt: skip
    found.sort(key=lambda one: order.index(one["state"]))
    doors.show(found, as_json=as_json, lines=_lines)


@app.command()
def silences(
    ended: Annotated[bool, typer.Option("--ended", help="Those that ended, not those that last.")] = False,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """List the silences; who acknowledges the alert of one has it: tocsin acknowledge."""
    doors.open_mission()
    from tocsin.services import told_networks
    from tocsin.store.queries import networks as read

    rows = read.silences(doors.viewer_of(as_account), is_open=not ended)
    lines = doors.each("{ref} {node} {place} since {began_at}, alert {alert}", none="Nobody is silent.")
    doors.show([told_networks.silent(row) for row in rows], as_json=as_json, lines=lines)


@app.command("check-ins")
def check_ins(
    node: Annotated[str, typer.Argument(help="The node, such as F-000001.")],
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """List when a node was asked whether all is well, and when it answered."""
    doors.open_mission()
    from tocsin.services import told_networks
    from tocsin.services.refusals import found_or_refuse
    from tocsin.store.queries import networks as read

    viewer = doors.viewer_of(as_account)
    with doors.refusals_told(node):
        point = found_or_refuse(read.focal_row(viewer, node), "network")
    found = [told_networks.check_in(row) for row in read.check_ins_of(viewer, point)]
    doors.show(
        found, as_json=as_json, lines=doors.each("asked {asked_at}, answered {answered_at}", none="Never asked.")
    )


def _lines(found: list[dict[str, Any]]) -> Iterator[str]:
    for one in found:
        yield f"{one['state']:8} {one['node']} {one['place'] or 'place unknown':20} {one['network']}"
        yield f"         {one['reasons'][0]}" if one["reasons"] else ""
