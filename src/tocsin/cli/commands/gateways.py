"""``tocsin gateways``: which gateways are heard, open, tried first; and whether one works."""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, help="List gateways, open and close them, and send a test message.")
Name = Annotated[str, typer.Argument(help="The gateway.")]
_LINE = doors.each(
    "{gateway} {channel} rank {rank}, open {is_active}, carries out {carries_out}; heard {last_heard_at}, "
    "sent {sent}, arrived {delivered}, failed {failed}; failing since {failing_since} {last_error}",
    none="No gateway is registered.",
)


@app.command("list")
def list_gateways(as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """List every gateway with what it carried and whether it fails."""
    doors.open_mission()
    from tocsin.services import gateways, told_networks

    with doors.refusals_told("command:gateways"):
        found = [told_networks.gateway(row) for row in gateways.rows(doors.viewer_of(as_account))]
    doors.show(found, as_json=as_json, lines=_LINE)


@app.command("open")
def open_gateway(name: Name, as_account: doors.AsOption = None) -> None:
    """Open a gateway again."""
    _switch(name, as_account, on=True)


@app.command("close")
def close_gateway(name: Name, as_account: doors.AsOption = None) -> None:
    """Close a gateway: it is not believed and carries nothing; what waits takes another way."""
    _switch(name, as_account, on=False)


@app.command()
def rank(
    name: Name,
    place: Annotated[int, typer.Argument(min=1, max=99, help="The lowest is tried first.")],
    as_account: doors.AsOption = None,
) -> None:
    """Say which gateway is tried first."""
    doors.open_mission()
    from tocsin.services import gateways

    with doors.refusals_told(f"gateway:{name}"):
        gateways.rank(doors.viewer_of(as_account), name, place=place, now=doors.now())
    typer.echo(f"{name}: rank {place}")


@app.command()
def test(
    name: Name,
    to: Annotated[str, typer.Argument(help="The account that is sent the test.")],
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Send a test message to an account by one gateway alone, and say what became of it."""
    doors.open_mission()
    from tocsin.services import gateways

    with doors.refusals_told(f"gateway:{name}"):
        found = gateways.send_test(doors.viewer_of(as_account), name, to=to, now=doors.now())
    doors.show(found, as_json=as_json, lines=doors.each("{gateway}: taken {is_taken} {reason}"))
    if not found["is_taken"]:
        raise typer.Exit(1)


def _switch(name: str, as_account: str | None, *, on: bool) -> None:
    doors.open_mission()
    from tocsin.services import gateways

    with doors.refusals_told(f"gateway:{name}"):
        gateways.switch(doors.viewer_of(as_account), name, on=on, now=doors.now())
    typer.echo(f"{name}: {'open' if on else 'closed'}")
