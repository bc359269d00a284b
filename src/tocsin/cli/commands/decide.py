"""``tocsin decide``: decide on an alert as a named account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def decide(
    ref: Annotated[str, typer.Argument(help="The alert, such as A-000012.")],
    as_account: Annotated[str, typer.Option("--as", help="Who decides: an account.")],
    kind: Annotated[
        str,
        typer.Argument(
            help="respond, delegate, refer, monitor, decline_no_means or decline_other; without it, what can be decided."
        ),
    ] = "",
    why: Annotated[str, typer.Option("--why", help="The reason.")] = "",
    option: Annotated[str, typer.Option(help="The option chosen.")] = "",
    delegated_to: Annotated[str, typer.Option("--to", help="To whom it is handed over.")] = "",
    authority: Annotated[str, typer.Option(help="On whose word, where it is not the decider's own.")] = "",
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Write a decision with its reason and the exact picture seen; without a kind, print what can be decided.

    Before it is written, what stands against the option chosen and whose word it needs are printed.
    """
    doors.open_mission()
    from tocsin.core.reference.terms import DecisionKind
    from tocsin.services import planning, told

    viewer, now = doors.viewer_of(as_account), doors.moment(at)
    with doors.refusals_told(ref):
        before = told.options_of(viewer, ref, now=now)
    if not kind:
        doors.show(before, as_json=as_json, lines=_options)
        return
    if kind not in list(DecisionKind):
        doors.stop(f"'{kind}' is no decision. There are: {', '.join(DecisionKind)}.", code=2)
    for line in _against(before, option):
        typer.echo(line, err=True)
    with doors.refusals_told(ref):
        made = planning.decide(
            viewer, ref, kind=DecisionKind(kind), why=why, now=now, option=option, delegated_to=delegated_to,
            authority=authority,
        )  # fmt: skip
    result = {"ref": made.ref, "alert": ref, "kind": made.kind, "picture_digest": made.picture_digest}
    doors.show(result, as_json=as_json, lines=_lines)


def _lines(result: dict[str, Any]) -> Iterator[str]:
    yield f"{result['ref']}: {result['kind']} on {result['alert']}; picture {result['picture_digest'][:12]}"


def _options(found: dict[str, Any]) -> Iterator[str]:
    yield f"Mandate: {found['mandate_text'] or 'unknown'} {found['mandate_ref']}".rstrip()
    for one in found["options"]:
        whose = "yours" if one["is_yours"] else f"for {', '.join(one['may_order'])}"
        hours = f", {one['hours']:.1f} h" if one["hours"] is not None else ""
        yield f"{one['code']:24} {whose}{hours}  {one['asset'] or ''}".rstrip()
        yield from (f"    AGAINST IT: {_said(because)}" for because in one["blocked"])


def _against(found: dict[str, Any], option: str) -> Iterator[str]:
    """Yield what whoever decides must know of the option they chose: whose word it needs, what stands against it."""
    for one in found["options"]:
        if one["code"] != option:
            continue
        if not one["is_yours"]:
            yield f"{option} is ordered by: {', '.join(one['may_order'])}"
        yield from (f"Against {option}: {_said(because)}" for because in one["blocked"])


def _said(because: dict[str, Any]) -> str:
    from tocsin.core.reference import wording
    from tocsin.core.reference.results import Because

    return wording.reason(Because.from_json(because))
