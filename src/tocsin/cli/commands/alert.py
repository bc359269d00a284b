"""``tocsin alert``: what is done about one alert, from a call at night to its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, help="What is done about one alert, from a call at night to its end.")
Ref = Annotated[str, typer.Argument(help="The alert, such as A-000012.")]
Why = Annotated[str, typer.Option("--why", help="The reason.")]
Note = Annotated[str, typer.Option("--note", help="What else is to be kept.")]
_ALERT = doors.each("{ref}: {state}; acknowledged by {acknowledged_by}, response {response_class} {timing}")
_TASK = doors.each("{ref} {state}: {what}, {owner}, due {due_at}")
_DEED = doors.each("deed {number}: {kind}; undo it with: tocsin report undo {number}")


@app.command()
def told(ref: Ref, as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """Print who was told, who saw it and who has it, and what was done since."""
    doors.open_mission()
    from tocsin.services import told as plain

    with doors.refusals_told(ref):
        found = plain.of_alert(doors.viewer_of(as_account), ref, now=doors.now(), through="command")
    doors.show(found, as_json=as_json, lines=_told)


@app.command()
def escalate(
    ref: Ref, why: Why, as_account: doors.AsAccount, at: doors.AtOption = None, as_json: doors.JsonOption = False
) -> None:
    """Tell the next step of the ladder at once."""
    doors.open_mission()
    from tocsin.services import alerting

    with doors.refusals_told(ref):
        row = alerting.escalate(doors.viewer_of(as_account), ref, why=why, now=doors.moment(at))
    _print(row, as_json=as_json)


@app.command()
def call(
    ref: Ref,
    whom: Annotated[str, typer.Argument(help="The account that was called.")],
    outcome: Annotated[str, typer.Argument(help="has_it, reached, no_answer, busy or switched_off.")],
    as_account: doors.AsAccount,
    note: Note = "",
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Write down a call about an alert; who said that they have it has acknowledged."""
    doors.open_mission()
    from tocsin.core.reference.terms import DutyCall
    from tocsin.services import alerting
    from tocsin.services import told as plain

    named = doors.one_of(DutyCall, outcome, "OUTCOME")
    now = doors.now()
    with doors.refusals_told(ref):
        viewer = doors.viewer_of(as_account)
        called_at = doors.moment(at, otherwise=now)
        row = alerting.log_call(viewer, ref, whom=whom, outcome=named, now=max(now, called_at), called_at=called_at, note=note)  # fmt: skip
    doors.show(plain.call(row), as_json=as_json, lines=doors.each("{account} at {called_at}: {outcome}"))


@app.command()
def task(
    ref: Ref,
    what: Annotated[str, typer.Argument(help="What is to be done.")],
    owner: Annotated[str, typer.Option(help="Whose it is: a post or a unit.")],
    due: Annotated[str, typer.Option(help="By when, ISO 8601.")],
    as_account: doors.AsAccount,
    asset: Annotated[str, typer.Option(help="What is sent, such as U-0001.")] = "",
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Give a task with a named owner and a time."""
    doors.open_mission()
    from tocsin.services import planning
    from tocsin.services import told as plain

    with doors.refusals_told(ref):
        viewer, now, due_at = doors.viewer_of(as_account), doors.moment(at), doors.moment(due)
        row = planning.give_task(viewer, ref, what=what, owner=owner, due_at=due_at, now=now, asset=asset)
    doors.show(plain.task(row), as_json=as_json, lines=_TASK)


@app.command()
def move(
    ref: Annotated[str, typer.Argument(help="The task, such as T-000012.")],
    to: Annotated[str, typer.Argument(help="accepted, en_route, on_scene, done, blocked or cancelled.")],
    as_account: doors.AsAccount,
    note: Note = "",
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Move a task on; the way and the arrival show on the alert."""
    doors.open_mission()
    from tocsin.core.reference.terms import TaskState
    from tocsin.services import planning
    from tocsin.services import told as plain

    named = doors.one_of(TaskState, to, "TO")
    with doors.refusals_told(ref):
        row = planning.move_task(doors.viewer_of(as_account), ref, to=named, now=doors.moment(at), note=note)
    doors.show(plain.task(row), as_json=as_json, lines=_TASK)


@app.command()
def confirm(
    ref: Ref,
    by: Annotated[str, typer.Option(help="Who saw it: a source other than the one it was handed to.")],
    as_account: doors.AsAccount,
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Write that an independent source saw the delegate act."""
    doors.open_mission()
    from tocsin.services import planning

    with doors.refusals_told(ref):
        row = planning.confirm_delegate(doors.viewer_of(as_account), ref, confirmed_by=by, now=doors.moment(at))
    _print(row, as_json=as_json)


@app.command()
def relay(
    ref: Ref,
    to: Annotated[str, typer.Option("--to", help="Send it to this account; without it, only show the words.")] = "",
    as_account: doors.AsOption = None,
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Print word for word what each host authority would be sent, or send it to one."""
    doors.open_mission()
    from tocsin.services import relaying
    from tocsin.services import told as plain

    viewer, now = doors.viewer_of(as_account), doors.moment(at)
    with doors.refusals_told(ref):
        if to:
            sent = [plain.relay(relaying.relay(viewer, ref, to=to, now=now))]
            doors.show(sent, as_json=as_json, lines=doors.each("{to}: sent at {made_at}"))
            return
        drafts = plain.relay_drafts(viewer, ref, now=now)
    doors.show(drafts, as_json=as_json, lines=doors.each("{to}: {text}", none="No host authority is here."))


@app.command()
def harm(
    ref: Ref,
    kind: Annotated[str, typer.Argument(help="killed, injured, abducted… or none: somebody looked and found none.")],
    as_account: doors.AsAccount,
    phase: Annotated[str, typer.Option(help="before, during or after the response; empty: not known.")] = "",
    toll: Annotated[str, typer.Option(help="How many: 3, or 2-5; empty: not known.")] = "",
    when: Annotated[str, typer.Option(help="When it began and ended: one moment, or two with / between.")] = "",
    report: Annotated[list[str] | None, typer.Option(help="A report that tells of it; may be repeated.")] = None,
    note: Note = "",
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Write what people suffered; nothing that was written before is changed."""
    doors.open_mission()
    from tocsin.core.alerts.harm import Suffered
    from tocsin.core.reference.terms import HarmKind, HarmPhase
    from tocsin.services import outcome
    from tocsin.services import told as plain

    least, _, most = toll.partition("-")
    began, _, ended = when.partition("/")
    suffered = Suffered(
        kind=doors.one_of(HarmKind, kind, "KIND"),
        phase=doors.one_of(HarmPhase, phase, "--phase") if phase else None,
        least=doors.count(least, "--toll"),
        most=doors.count(most or least, "--toll"),
        started_at=doors.moment(began) if began else None,
        ended_at=doors.moment(ended) if ended else None,
    )
    reports = report or []
    with doors.refusals_told(ref):
        viewer = doors.viewer_of(as_account)
        row = outcome.record_harm(viewer, ref, suffered, now=doors.moment(at), reports=reports, note=note)
    doors.show(
        plain.harm(row, set(reports)), as_json=as_json, lines=doors.each("{kind} {phase}: {least} to {most}, {made_at}")
    )


@app.command()
def effect(
    ref: Ref,
    outcome: Annotated[str, typer.Argument(help="What was found, in words.")],
    as_account: doors.AsAccount,
    response: Annotated[str, typer.Option(help="Class 0 to 4, where the record does not know it.")] = "",
    timing: Annotated[str, typer.Option(help="before, during, after, no_harm or unknown.")] = "",
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Write what came of it; the class and the timing follow from the record where it knows them."""
    doors.open_mission()
    from tocsin.core.reference.terms import ResponseClass, ResponseTiming
    from tocsin.services import planning

    kind = doors.one_of(ResponseClass, response, "--response") if response else None
    when = doors.one_of(ResponseTiming, timing, "--timing") if timing else None
    with doors.refusals_told(ref):
        viewer = doors.viewer_of(as_account)
        row = planning.report_effect(viewer, ref, outcome=outcome, now=doors.moment(at), response=kind, timing=when)
    _print(row, as_json=as_json)


@app.command()
def feedback(
    ref: Ref,
    text: Annotated[str, typer.Argument(help="What the village was told.")],
    method: Annotated[str, typer.Option(help="call, visit, radio, sms or meeting.")],
    as_account: doors.AsAccount,
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Write what the village was told, and answer those who had warned."""
    doors.open_mission()
    from tocsin.services import planning
    from tocsin.services import told as plain

    if method not in planning.METHODS:
        doors.stop(f"--method {method!r} is none of: {', '.join(planning.METHODS)}.", code=2)
    with doors.refusals_told(ref):
        viewer = doors.viewer_of(as_account)
        row = planning.give_feedback(viewer, ref, method=method, text=text, now=doors.moment(at))
    doors.show(plain.feedback(row), as_json=as_json, lines=doors.each("told by {method} at {given_at}"))


@app.command()
def close(
    ref: Ref,
    determination: Annotated[str, typer.Argument(help="Why the threat is over, in words.")],
    as_account: doors.AsAccount,
    rests_on: Annotated[list[str] | None, typer.Option(help="A report or task it rests on; may be repeated.")] = None,
    why_no_feedback: Annotated[str, typer.Option(help="Why the village was told nothing.")] = "",
    false_alarm: Annotated[bool, typer.Option("--false-alarm", help="Nothing was to happen.")] = False,
    interested: Annotated[str, typer.Option(help="yes or no: whether its author has an interest in it.")] = "",
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Close an alert on a named person's determination; a threat never ends by time alone."""
    doors.open_mission()
    from tocsin.services import planning

    is_interested = doors.yes_or_no(interested, "--interested")
    with doors.refusals_told(ref):
        row = planning.close(
            doors.viewer_of(as_account), ref, determination=determination, now=doors.moment(at),
            why_no_feedback=why_no_feedback, is_false_alarm=false_alarm, is_interested=is_interested,
            rests_on=rests_on or [],
        )  # fmt: skip
    _print(row, as_json=as_json)


@app.command()
def merge(
    ref: Ref,
    into: Annotated[str, typer.Argument(help="The alert that stays.")],
    why: Why,
    as_account: doors.AsAccount,
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Make two alerts of one event one; it can be undone."""
    doors.open_mission()
    from tocsin.services import regrouping
    from tocsin.services import told as plain

    with doors.refusals_told(ref):
        made = regrouping.merge_alerts(doors.viewer_of(as_account), ref, into, why=why, now=doors.moment(at))
    doors.show(plain.deed(made), as_json=as_json, lines=_DEED)


def _print(row: Any, *, as_json: bool) -> None:
    from tocsin.store.convert.alerts import alert_state

    doors.show(alert_state(row), as_json=as_json, lines=_ALERT)


def _told(found: dict[str, Any]) -> Iterator[str]:
    for one in found["told"]:
        if one["withheld"]:
            yield f"{one['account']:20} withheld"
            continue
        state = "has it" if one["acknowledged_at"] else "saw it" if one["seen_at"] else "no answer"
        yield f"{one['account']:20} rung {one['rung']}, told {one['told_at'] or 'not yet'}: {state}"
    yield from (f"called {one['account']} at {one['called_at']}: {one['outcome']}" for one in found["calls"])
    yield from (f"{one['ref']} {one['state']}: {one['what']}, {one['owner']}" for one in found["tasks"])
    for one in found["harm"]:
        least, most = (one[name] if one[name] is not None else "?" for name in ("least", "most"))
        yield f"harm: {one['kind']} {one['phase'] or 'phase unknown'}, {least} to {most}"
    yield f"Response: class {found['response_class']}, {found['timing']}"
