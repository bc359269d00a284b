"""``tocsin gateway``: register a gateway that sends messages."""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def gateway(
    name: Annotated[str, typer.Argument(help="A short name, letters, digits and dashes.")],
    channel: Annotated[str, typer.Option(help="What it carries.")] = "sms_http",
    as_json: doors.JsonOption = False,
) -> None:
    """Register a gateway and print its signing secret once."""
    doors.open_mission()
    from tocsin.services import missions

    secret = missions.make_gateway(name, channel=channel, now=doors.now())
    doors.show(
        {"gateway": name, "channel": channel, "secret": secret},
        as_json=as_json,
        lines=lambda one: iter([f"{key}: {value}" for key, value in one.items()]),
    )
