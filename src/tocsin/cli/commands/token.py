"""``tocsin token``: make or revoke an API token."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, help="Make or revoke an API token.")


@app.command()
def add(
    account: Annotated[str, typer.Argument(help="The account it acts as.")],
    scope: Annotated[list[str], typer.Option(help="read:alerts, read:matrix…; may be repeated.")],
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    days: Annotated[int, typer.Option(help="How long it is good for, at most 366.")] = 90,
    as_json: doors.JsonOption = False,
) -> None:
    """Make a token and print it once; only its fingerprint is kept."""
    doors.open_mission()
    from tocsin.services import tokens

    if not 1 <= days <= 366:
        doors.stop(f"--days is {days}, expected 1 to 366.", code=2)
    now = doors.now()
    with doors.refusals_told("command:token"):
        made = tokens.issue(account, scopes=scope, label=label, now=now, expires_at=now + timedelta(days=days))
    doors.show({"token": made, "scopes": scope}, as_json=as_json, lines=lambda one: iter([one["token"]]))


@app.command()
def revoke(label: Annotated[str, typer.Argument(help="The label of the token.")]) -> None:
    """End a token at once."""
    doors.open_mission()
    from tocsin.services import tokens

    typer.echo(f"{tokens.revoke(label, now=doors.now())} tokens revoked")
