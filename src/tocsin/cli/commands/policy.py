"""``tocsin policy``: show, draft, compare and approve the threshold of an imminent threat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, no_args_is_help=True)
VersionArgument = Annotated[str, typer.Argument(help="The version, such as ARD-2.")]


@app.callback()
def policy() -> None:
    """Show, draft, compare and approve the threshold of an imminent threat."""


@app.command()
def show(
    version: Annotated[str, typer.Argument(help="The version; without it, the one in force.")] = "",
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Print one version: what it says, and who has not acknowledged it."""
    doors.open_mission()
    from tocsin.services import policy as desk

    with doors.refusals_told("command:policy"):
        found = desk.told(doors.viewer_of(as_account), version, now=doors.now())
    doors.show(found, as_json=as_json, lines=_lines)


@app.command()
def draft(version: VersionArgument, as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """Write a draft that says what the version in force says; it is changed on the pages."""
    doors.open_mission()
    from tocsin.services import policy as desk

    viewer = doors.viewer_of(as_account)
    with doors.refusals_told("command:policy"):
        desk.draft(viewer, version, now=doors.now())
        found = _in_short(desk.told(viewer, version, now=doors.now()))
    doors.show(found, as_json=as_json, lines=_short_lines)


@app.command()
def diff(
    version: VersionArgument,
    days: Annotated[int, typer.Option(help="How many days of past alerts are laid beside it.")] = 90,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Print what a version would change: its fields, and the alerts it would judge otherwise."""
    doors.open_mission()
    from tocsin.services import policy as desk

    with doors.refusals_told("command:policy"):
        found = desk.difference(doors.viewer_of(as_account), version, now=doors.now(), days=days)
    doors.show(desk.difference_told(found), as_json=as_json, lines=_difference)


@app.command()
def approve(
    version: VersionArgument,
    seen: Annotated[str, typer.Option(help="The mark that `tocsin policy diff` printed.")],
    effective_from: Annotated[
        str | None, typer.Option("--from", help="When it takes effect, ISO 8601; without it, now.")
    ] = None,
    why: Annotated[str, typer.Option(help="Why not everybody was consulted.")] = "",
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Approve a version whose difference was looked at."""
    doors.open_mission()
    from tocsin.services import policy as desk

    viewer, now = doors.viewer_of(as_account), doors.now()
    start = doors.moment(effective_from) if effective_from else None
    with doors.refusals_told("command:policy"):
        desk.approve(viewer, version, seen=seen, now=now, effective_from=start, why=why)
        found = _in_short(desk.told(viewer, version, now=doors.now()))
    doors.show(found, as_json=as_json, lines=_short_lines)


def _in_short(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in ("version", "status", "in_force", "effective_from")}


def _short_lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['version']}: {found['status']}, in force from {found['effective_from'] or 'no day yet'}"


PARTY = Annotated[str, typer.Argument(help="A component such as police, or a contingent as force:NAME.")]


@app.command()
def consult(
    version: VersionArgument,
    parties: Annotated[list[str], typer.Argument(help="Components such as police; contingents as force:NAME.")],
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Ask components and contingents for their opinion of a draft."""
    doors.open_mission()
    from tocsin.services import policy as desk

    asked = [_party(one) for one in parties]
    viewer = doors.viewer_of(as_account)
    with doors.refusals_told("command:policy"):
        desk.open_consultation(viewer, version, asked, now=doors.now())
    _print(viewer, version, as_json=as_json)


@app.command("take-back")
def take_back(version: VersionArgument, as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """Make a draft of a version in consultation again."""
    doors.open_mission()
    from tocsin.services import policy as desk

    viewer = doors.viewer_of(as_account)
    with doors.refusals_told("command:policy"):
        desk.take_back(viewer, version, now=doors.now())
    _print(viewer, version, as_json=as_json)


@app.command()
def opinion(
    version: VersionArgument,
    party: PARTY,
    says: Annotated[str, typer.Argument(help="agree, caveat or dissent.")],
    text: Annotated[str, typer.Option(help="In words; needed for a caveat or a dissent.")] = "",
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Write what a component or contingent says of a version."""
    doors.open_mission()
    from tocsin.core.reference.terms import PolicyOpinion
    from tocsin.services import policy as desk

    named = doors.one_of(PolicyOpinion, says, "SAYS")
    viewer = doors.viewer_of(as_account)
    with doors.refusals_told("command:policy"):
        desk.give_opinion(viewer, version, _party(party), named, text=text, now=doors.now())
    _print(viewer, version, as_json=as_json)


@app.command()
def acknowledge(
    version: VersionArgument,
    party: PARTY,
    caveats: Annotated[str, typer.Option(help="What it declares that it will not do.")] = "",
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Write that a component or contingent has an approved version, with the caveats that it declares."""
    doors.open_mission()
    from tocsin.services import policy as desk

    viewer = doors.viewer_of(as_account)
    with doors.refusals_told("command:policy"):
        desk.acknowledge(viewer, version, _party(party), caveats=caveats, now=doors.now())
    _print(viewer, version, as_json=as_json)


@app.command()
def settle(
    number: Annotated[int, typer.Argument(help="The number of the proposal.")],
    verdict: Annotated[str, typer.Argument(help="accept or leave.")],
    why: Annotated[str, typer.Option("--why", help="The reason; needed where an alert is lowered.")] = "",
    as_account: doors.AsOption = None,
) -> None:
    """Accept what the version in force makes of an open alert, or leave the alert as it is."""
    doors.open_mission()
    from tocsin.services import policy as desk

    if verdict not in ("accept", "leave"):
        doors.stop(f"VERDICT {verdict!r} is neither accept nor leave.", code=2)
    with doors.refusals_told("command:policy"):
        viewer = doors.viewer_of(as_account)
        desk.settle(viewer, number, is_accepted=verdict == "accept", why=why, now=doors.now())
    typer.echo(f"proposal {number}: {verdict}")


def _party(text: str) -> tuple[str, str]:
    from tocsin.core.reference.terms import Component

    component, _, contingent = text.partition(":")
    return doors.one_of(Component, component, "PARTY").value, contingent


def _print(viewer: Any, version: str, *, as_json: bool) -> None:
    from tocsin.services import policy as desk

    with doors.refusals_told("command:policy"):
        found = desk.told(viewer, version, now=doors.now())
    doors.show(found, as_json=as_json, lines=_lines)


def _lines(found: dict[str, Any]) -> Iterator[str]:
    since = found["effective_from"] or "no day yet"
    yield f"{found['version']}: {found['status']}, {found['interpretation']} reading, in force from {since}"
    yield f"Mandate: {found['mandate_text'] or 'unknown'} {found['mandate_ref']}".rstrip()
    for name, number in found["thresholds"].items():
        yield f"  {name}: {number:g}"
    for one in found["parties"]:
        opinion = one["opinion"] or ("not answered" if one["asked_at"] else "not asked")
        yield f"  {one['component']} {one['contingent']}: {opinion}; acknowledged: {one['acknowledged_at'] or 'no'}"


def _difference(found: dict[str, Any]) -> Iterator[str]:
    yield f"Against {found['against']}: {len(found['fields'])} fields differ"
    for one in found["fields"]:
        # The words for 1 to 5 fill a page; they are on the threshold card.
        is_long = one["field"] == "anchors"
        yield f"  {one['field']}: " + ("changed" if is_long else f"{one['before']} -> {one['after']}")
    for name in ("past", "open"):
        changes = found[name]
        if changes is None:
            yield f"{name} alerts: not yours to see"
            continue
        yield f"{name} alerts judged otherwise: {len(changes)}"
        for one in changes:
            yield f"  {one['alert']}: {one['before']} -> {one['after']}"
    yield f"Seen: {found['seen']}"
