"""``tocsin callback``: who waits to be called back, and what came of it."""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, help="List who waits to be called back, and write what came of it.")


@app.command("list")
def list_waiting(as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """List who waits to be called back, with who on duty speaks the language."""
    doors.open_mission()
    from tocsin.services import hotline, told_networks

    with doors.refusals_told("command:callback"):
        found = hotline.waiting_for(doors.viewer_of(as_account), now=doors.now())
    shown = [told_networks.waiting(one) for one in found]
    form = "{ref} {priority} due {due_at}, {language}, tries {tries}; can call: {can_call}"
    doors.show(shown, as_json=as_json, lines=doors.each(form, none="Nobody waits to be called back."))


@app.command()
def done(
    ref: Annotated[str, typer.Argument(help="The call-back, such as B-000004.")],
    outcome: Annotated[str, typer.Argument(help="reached, no_answer or unsafe.")],
    as_account: doors.AsAccount,
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Write what came of a call; without an answer it stays on the list and is counted."""
    doors.open_mission()
    from tocsin.services import hotline, told_networks

    if outcome not in hotline.OUTCOMES:
        doors.stop(f"OUTCOME {outcome!r} is none of: {', '.join(hotline.OUTCOMES)}.", code=2)
    with doors.refusals_told(ref):
        row = hotline.call_back(doors.viewer_of(as_account), ref, outcome=outcome, now=doors.moment(at))
        row.refresh_from_db()
    doors.show(told_networks.call_back(row), as_json=as_json, lines=doors.each("{ref}: {outcome}, tries {tries}"))
