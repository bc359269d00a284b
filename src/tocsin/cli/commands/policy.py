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
