"""``tocsin report``: take, judge, correct, join and part reports; every deed can be undone."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from tocsin.cli import doors
from tocsin.core.reference.viewer import Viewer

app = typer.Typer(add_completion=False, help="Take, judge, correct, join and part reports.")
Ref = Annotated[str, typer.Argument(help="The report, such as R-000141.")]
Refs = Annotated[list[str], typer.Argument(help="The reports, such as R-000141 R-000142.")]
Why = Annotated[str, typer.Option("--why", help="The reason.")]
_REPORT = doors.each("{ref} {priority} {grade} {state}, held by {holder}")


@app.command()
def take(ref: Ref, as_account: doors.AsAccount, at: doors.AtOption = None, as_json: doors.JsonOption = False) -> None:
    """Take a report in hand: it then has a name on it."""
    doors.open_mission()
    from tocsin.services import verification
    from tocsin.store.queries.evidence import state_of

    with doors.refusals_told(ref):
        row = verification.take(doors.viewer_of(as_account), ref, now=doors.moment(at))
    doors.show(state_of(row), as_json=as_json, lines=_REPORT)


@app.command("set")
def set_many(
    refs: Refs,
    to: Annotated[
        list[str],
        typer.Option(
            "--to",
            help="state=validated, grade=B2, place=Oru, component=police, holder=duty, kind=rumour; may be repeated.",
        ),
    ],
    as_account: doors.AsAccount,
    why: Annotated[str, typer.Option("--why", help="The reason.")] = "",
    interested: Annotated[str, typer.Option(help="yes or no: whether who says so has an interest in it.")] = "",
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Set the same on one report or many; each gets an answer, and the whole can be undone."""
    doors.open_mission()
    from tocsin.services import told as plain
    from tocsin.services import triage

    viewer = doors.viewer_of(as_account)
    asked = replace(_asked(viewer, to), is_interested=doors.yes_or_no(interested, "--interested"))
    with doors.refusals_told(refs[0]):
        made = triage.apply(viewer, refs, asked, why=why, now=doors.moment(at))
    _done(plain.deed(made), as_json=as_json)


@app.command()
def correct(
    ref: Ref,
    field: Annotated[list[str], typer.Option(help="A field and its value, as events=ATK,LOO; may be repeated.")],
    why: Why,
    as_account: doors.AsAccount,
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Correct what was read; the reading before stays in the history."""
    doors.open_mission()
    from tocsin.services import verification
    from tocsin.store.queries.evidence import state_of

    viewer = doors.viewer_of(as_account)
    given: dict[str, Any] = dict(pair.partition("=")[::2] for pair in field)
    if "events" in given:
        given["events"] = [code for code in given["events"].split(",") if code]
    if "place" in given:
        given["place"] = _place(viewer, given["place"])
    with doors.refusals_told(ref):
        row = verification.correct(viewer, ref, given, why=why, now=doors.moment(at))
        row.refresh_from_db()
    doors.show(state_of(row), as_json=as_json, lines=_REPORT)


@app.command()
def merge(
    refs: Refs,
    into: Annotated[str, typer.Option(help="The incident, or the report that is the main one.")],
    as_account: doors.AsAccount,
    why: Annotated[str, typer.Option("--why", help="The reason.")] = "",
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Say that reports tell of one event."""
    doors.open_mission()
    from tocsin.services import regrouping
    from tocsin.services import told as plain

    with doors.refusals_told(refs[0]):
        made = regrouping.merge_many(doors.viewer_of(as_account), refs, into, why=why, now=doors.moment(at))
    _done(plain.deed(made), as_json=as_json)


@app.command()
def split(
    refs: Refs,
    as_account: doors.AsAccount,
    why: Annotated[str, typer.Option("--why", help="The reason.")] = "",
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Say that reports tell of something else: together they get one incident of their own."""
    doors.open_mission()
    from tocsin.services import regrouping
    from tocsin.services import told as plain

    with doors.refusals_told(refs[0]):
        made = regrouping.split_many(doors.viewer_of(as_account), refs, why=why, now=doors.moment(at))
    _done(plain.deed(made), as_json=as_json)


@app.command()
def suggest(ref: Ref, as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """List the reports that may tell of the same event, with the reasons of each pair."""
    doors.open_mission()
    from tocsin.services import desk
    from tocsin.services import told as plain

    with doors.refusals_told(ref):
        found = desk.suggested(doors.viewer_of(as_account), ref, now=doors.now())
    doors.show([plain.suggestion(one) for one in found], as_json=as_json, lines=doors.each("{ref} {score}"))


@app.command()
def apart(
    ref: Ref,
    other: Annotated[str, typer.Argument(help="The other report.")],
    as_account: doors.AsAccount,
    at: doors.AtOption = None,
) -> None:
    """Say that two reports do not tell of one thing; the pair is not offered again."""
    doors.open_mission()
    from tocsin.services import desk

    with doors.refusals_told(ref):
        desk.reject(doors.viewer_of(as_account), ref, other, now=doors.moment(at))
    typer.echo(f"{ref} and {other} stay apart")


@app.command()
def alarm(
    ref: Ref, why: Why, as_account: doors.AsAccount, at: doors.AtOption = None, as_json: doors.JsonOption = False
) -> None:
    """Open an alert on a report because a person says so, whatever the rules said."""
    doors.open_mission()
    from tocsin.services import alerting

    with doors.refusals_told(ref):
        alert = alerting.open_by_hand(doors.viewer_of(as_account), ref, why=why, now=doors.moment(at))
    doors.show({"alert": alert}, as_json=as_json, lines=doors.each("{alert}"))


@app.command()
def undo(
    number: Annotated[int, typer.Argument(help="The number of the deed, as it was printed.")],
    as_account: doors.AsAccount,
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Undo a deed of one's own as a whole; what others changed since stays."""
    doors.open_mission()
    from tocsin.services import told as plain
    from tocsin.services import triage

    with doors.refusals_told("command:undo"):
        made = triage.undo(doors.viewer_of(as_account), number, now=doors.moment(at))
    _done(plain.deed(made), as_json=as_json)


def _asked(viewer: Viewer, given: list[str]) -> Any:
    """Return what is to be set, from pairs such as state=validated."""
    from tocsin.core.reference.terms import Component, ReportKind, VerificationState
    from tocsin.services.triage import Asked

    scales = {"state": VerificationState, "component": Component, "kind": ReportKind}
    fields: dict[str, Any] = {}
    for pair in given:
        name, _, value = pair.partition("=")
        if name in scales:
            fields[name] = doors.one_of(scales[name], value, f"--to {name}").value
        elif name == "grade":
            fields["source"], fields["content"] = _grade(value)
        elif name in ("place", "holder"):
            fields[name] = _place(viewer, value) if name == "place" else value
        else:
            doors.stop(f"--to {name!r} is none of: state, grade, place, component, holder, kind.", code=2)
    return Asked(**fields)


def _grade(text: str) -> tuple[str, int]:
    """Return the letter of the source and the figure of the content; empty and 0 leave it as it is."""
    source = text[:1].upper() if text[:1].isalpha() else ""
    content = text[len(source) :]
    if not text or source not in ("", *"ABCDEF") or content not in ("", *"123456"):
        doors.stop(f"--to grade={text!r} is not a letter A to F, a figure 1 to 6, or both.", code=2)
    return source, int(content or 0)


def _place(viewer: Viewer, text: str) -> str:
    from tocsin.store.queries.networks import place_named

    if not text:
        return ""
    row = place_named(viewer, text)
    if row is None:
        doors.stop("There is no such place, or more than one bears that name.", code=1)
    return str(row.ref)


def _done(found: dict[str, Any], *, as_json: bool) -> None:
    doors.show(found, as_json=as_json, lines=lambda one: iter(_deed(one)))
    if any(one["result"] == "refused" for one in found["items"]):
        raise typer.Exit(1)


def _deed(found: dict[str, Any]) -> list[str]:
    from tocsin.core.reference import wording
    from tocsin.core.reference.results import Because

    lines = []
    for one in found["items"]:
        why = "; ".join(wording.reason(Because.from_json(reason)) for reason in one["reasons"])
        lines.append(f"{one['subject']}: {one['result']}{f': {why}' if why else ''}")
    return [*lines, f"Deed {found['number']}; undo it with: tocsin report undo {found['number']}"]
