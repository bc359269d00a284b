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
    kind: Annotated[str, typer.Argument(help="respond, delegate, refer, monitor, decline_no_means or decline_other.")],
    why: Annotated[str, typer.Option("--why", help="The reason.")],
    as_account: Annotated[str, typer.Option("--as", help="Who decides: an account.")],
    option: Annotated[str, typer.Option(help="The option chosen.")] = "",
    delegated_to: Annotated[str, typer.Option("--to", help="To whom it is handed over.")] = "",
    at: Annotated[str | None, typer.Option("--at", help="When, ISO 8601; without it, now.")] = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Write a decision with its reason and the exact picture seen."""
    doors.open_mission()
    from tocsin.core.reference.terms import DecisionKind
    from tocsin.services import planning

    if kind not in list(DecisionKind):
        doors.stop(f"'{kind}' is no decision. There are: {', '.join(DecisionKind)}.", code=2)
    with doors.refusals_told(ref):
        made = planning.decide(
            doors.viewer_of(as_account),
            ref,
            kind=DecisionKind(kind),
            why=why,
            now=doors.moment(at),
            option=option,
            delegated_to=delegated_to,
        )
    result = {"ref": made.ref, "alert": ref, "kind": made.kind, "picture_digest": made.picture_digest}
    doors.show(result, as_json=as_json, lines=_lines)


def _lines(result: dict[str, Any]) -> Iterator[str]:
    yield f"{result['ref']}: {result['kind']} on {result['alert']}; picture {result['picture_digest'][:12]}"
