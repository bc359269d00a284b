"""``tocsin warn``: the warnings to the people at risk, from a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, help="Write, release, follow and print warnings to the people at risk.")
Ref = Annotated[str, typer.Argument(help="The warning, such as W-000012.")]
_IN_A_FILE: Final = ("texts", "tasks", "reach", "promises_help", "tells_of_troops", "tells_who_reported")
Seen = Annotated[str, typer.Option(help="The mark that `tocsin warn check` printed.")]
As = Annotated[str, typer.Option("--as", help="Who does it: an account.")]


@app.command("list")
def list_warnings(as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """List warnings with their state, their end and who answered."""
    doors.open_mission()
    from tocsin.services import told_networks
    from tocsin.store.queries import warnings as read

    viewer = doors.viewer_of(as_account)
    found = [told_networks.warning_line(viewer, row) for row in read.warnings(viewer)]
    doors.show(found, as_json=as_json, lines=_lines)


@app.command()
def draft(
    as_account: As,
    alert: Annotated[str, typer.Option(help="The alert it is made from, such as A-000012.")] = "",
    place: Annotated[
        list[str] | None, typer.Option(help="A place, by reference or by its name; may be repeated.")
    ] = None,
    event: Annotated[str, typer.Option(help="What is warned of, such as ATK; any for danger.")] = "",
    until: Annotated[str | None, typer.Option(help="When it ends, ISO 8601.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="A JSON file with texts, tasks, reach and the three answers.")
    ] = None,
    ref: Annotated[str, typer.Option(help="Write this draft over, such as W-000012.")] = "",
    exercise: Annotated[bool, typer.Option("--exercise", help="An exercise: nothing leaves.")] = False,
    as_json: doors.JsonOption = False,
) -> None:
    """Write a draft; what is left out is proposed by the alert, its places and their languages."""
    doors.open_mission()
    from tocsin.services import warning_drafts

    viewer = doors.viewer_of(as_account)
    given = _written(file) | {"alert": alert, "event": event, "is_exercise": exercise}
    given["places"] = [_place(viewer, name) for name in place or []]
    given["expires_at"] = doors.moment(until) if until else None
    with doors.refusals_told(ref or alert or "command:warn"):
        row = warning_drafts.write(viewer, given, now=doors.now(), ref=ref)
    _print(viewer, row.ref, as_json=as_json)


@app.command("check")
def check_draft(ref: Ref, as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """Print a warning with what stands against it and how it sounds as a text message."""
    doors.open_mission()
    _print(doors.viewer_of(as_account), ref, as_json=as_json)


@app.command()
def update(ref: Ref, as_account: As, as_json: doors.JsonOption = False) -> None:
    """Begin an update of a released warning; an extension is an update with a later end."""
    _follow(ref, as_account, "Update", as_json=as_json)


@app.command()
def cancel(ref: Ref, as_account: As, as_json: doors.JsonOption = False) -> None:
    """Begin the cancellation of a released warning; it too is released by a second person."""
    _follow(ref, as_account, "Cancel", as_json=as_json)


@app.command()
def drop(
    ref: Ref, as_account: As, why: Annotated[str, typer.Option(help="The reason.")], as_json: doors.JsonOption = False
) -> None:
    """Leave a draft aside; it stays on record."""
    doors.open_mission()
    from tocsin.services import warnings
    from tocsin.store.queries.warnings import state_of

    with doors.refusals_told(ref):
        row = warnings.drop(doors.viewer_of(as_account), ref, why=why, now=doors.now())
    doors.show(state_of(row), as_json=as_json, lines=_line)


@app.command()
def answers(ref: Ref, as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """List where people were warned and what they answered, those who need help first; never who."""
    doors.open_mission()
    from tocsin.services import told_networks
    from tocsin.services.refusals import found_or_refuse
    from tocsin.store.queries import warnings as read

    viewer = doors.viewer_of(as_account)
    with doors.refusals_told(ref):
        row = found_or_refuse(read.warning_row(viewer, ref), "warning")
    found = [told_networks.recipient(one) for one in read.recipients(viewer, row)]
    lines = doors.each("{number} {place} {language} {form}: {answer} {answered_at}", none="Nobody was told.")
    doors.show(found, as_json=as_json, lines=lines)


@app.command()
def answered(
    ref: Ref,
    number: Annotated[int, typer.Argument(help="The number on the list, as `tocsin warn answers` prints it.")],
    as_account: As,
    answer: Annotated[str, typer.Argument(help="safe, help, heard or wrote; without it, nobody took the call.")] = "",
) -> None:
    """Write that somebody on the list was called or met, and what they answered."""
    doors.open_mission()
    from tocsin.core.reference.terms import WelfareAnswer
    from tocsin.services import welfare

    said = doors.one_of(WelfareAnswer, answer, "ANSWER") if answer else None
    with doors.refusals_told(ref):
        welfare.note_call(doors.viewer_of(as_account), ref, number, answer=said, now=doors.now())
    typer.echo(f"{ref} {number}: {answer or 'no answer'}")


@app.command()
def release(ref: Ref, as_account: As, seen: Seen = "", as_json: doors.JsonOption = False) -> None:
    """Show a warning and release it as its second person."""
    doors.open_mission()
    from tocsin.services import warnings
    from tocsin.store.queries.warnings import state_of

    viewer = doors.viewer_of(as_account)
    with doors.refusals_told(ref):
        row = warnings.release(viewer, ref, seen=seen or _looked_at(viewer, ref), now=doors.now())
    doors.show(state_of(row), as_json=as_json, lines=_line)


@app.command("at-once")
def at_once(
    ref: Ref,
    as_account: As,
    why: Annotated[str, typer.Option(help="Why it cannot wait for a second person.")],
    seen: Seen = "",
    as_json: doors.JsonOption = False,
) -> None:
    """Show a warning and tell the focal points at once, by one person; near an open alert of priority 1 only."""
    doors.open_mission()
    from tocsin.services import warnings
    from tocsin.store.queries.warnings import state_of

    viewer = doors.viewer_of(as_account)
    with doors.refusals_told(ref):
        mark = seen or _looked_at(viewer, ref)
        row = warnings.release_in_emergency(viewer, ref, seen=mark, why=why, now=doors.now())
    doors.show(state_of(row), as_json=as_json, lines=_line)


@app.command("file")
def print_file(ref: Ref, as_account: doors.AsOption = None) -> None:
    """Print the signed CAP file of a released warning."""
    doors.open_mission()
    from tocsin.store.queries.warnings import warning_row

    row = warning_row(doors.viewer_of(as_account), ref)
    if row is None or not row.cap:
        doors.stop("There is no such file, or you may not see it.", code=1)
    typer.echo(row.cap)


def _follow(ref: str, as_account: str, kind: str, *, as_json: bool) -> None:
    doors.open_mission()
    from tocsin.core.reference.terms import CapKind
    from tocsin.services import warnings

    viewer = doors.viewer_of(as_account)
    with doors.refusals_told(ref):
        row = warnings.follow(viewer, ref, CapKind(kind), now=doors.now())
    _print(viewer, row.ref, as_json=as_json)


def _looked_at(viewer: Any, ref: str) -> str:
    """Show a warning in full, ask at a terminal whether it is to leave, and return the mark of what was shown."""
    from tocsin.services import told_networks

    found = told_networks.warning(viewer, ref, now=doors.now())
    for line in _judged(found):
        typer.echo(line, err=True)
    if sys.stdin.isatty():
        typer.confirm("Release it?", abort=True, err=True)
    return str(found["seen"])


def _print(viewer: Any, ref: str, *, as_json: bool) -> None:
    from tocsin.services import told_networks

    with doors.refusals_told(ref):
        found = told_networks.warning(viewer, ref, now=doors.now())
    doors.show(found, as_json=as_json, lines=_judged)


def _written(file: Path | None) -> dict[str, Any]:
    """Return what a file says of a warning; only what the API takes as well."""
    if file is None:
        return {}
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, ValueError):
        doors.stop(f"{file.name} cannot be read as JSON.", code=2)
    if not isinstance(found, dict) or set(found) - set(_IN_A_FILE) or not _is_of_shape(found):
        doors.stop(f"{file.name} holds other than: {', '.join(_IN_A_FILE)}; a text is headline, what and do.", code=2)
    return dict(found)


def _is_of_shape(found: dict[str, Any]) -> bool:
    from tocsin.core.reference.terms import WarningReach

    tasks, answers = found.get("tasks", []), [found.get(name) for name in _IN_A_FILE[3:]]
    return (
        _are_texts(found.get("texts", {}))
        and isinstance(tasks, list)
        and all(isinstance(one, str) for one in tasks)
        and found.get("reach", "") in ("", *list(WarningReach))
        and all(one in (True, False, None) for one in answers)
    )


def _are_texts(texts: Any) -> bool:
    parts = {"headline", "what", "do"}
    return isinstance(texts, dict) and all(
        isinstance(one, dict) and set(one) == parts and all(isinstance(said, str) for said in one.values())
        for one in texts.values()
    )


def _place(viewer: Any, name: str) -> str:
    from tocsin.store.queries.networks import place_named

    row = place_named(viewer, name)
    if row is None:
        doors.stop("There is no such place, or more than one bears that name.", code=1)
    return str(row.ref)


def _judged(one: dict[str, Any]) -> Iterator[str]:
    from tocsin.core.reference import wording
    from tocsin.core.reference.results import Because

    yield from _line(one)
    for found in one["findings"]:
        stops = "STOPS IT" if found["is_blocking"] else "look at"
        yield f"    {stops}: {wording.reason(Because.from_json(found['because']))}"
    yield f"    to: {one['reach']}, {', '.join(one['places'])}"
    for language, said in one["texts"].items():
        yield f"    {language}: {said['headline']} / {said['what']} / {said['do']}"
    yield from (f"    {language}: {text}" for language, text in one["sms"].items())
    yield f"    Seen: {one['seen']}"


def _lines(found: list[dict[str, Any]]) -> Iterator[str]:
    for one in found:
        help_asked = f", {one['need_help']} need help" if one["need_help"] else ""
        yield from _line(one)
        if one["told"] is not None:
            yield f"    {one['answered']} of {one['told']} answered{help_asked}"


def _line(one: dict[str, Any]) -> Iterator[str]:
    headline = next((said["headline"] for said in one["texts"].values()), "no text yet")
    exercise = " EXERCISE" if one["is_exercise"] else ""
    yield f"{one['ref']} {one['kind']}{exercise} {one['state']:9} until {one['expires_at']}  {headline}"
