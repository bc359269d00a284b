"""``tocsin duty``: who has the watch, the rota, and handing over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, invoke_without_command=True)
Number = Annotated[int, typer.Argument(help="The number of the entry, as `tocsin duty week` prints it.")]
Account = Annotated[str, typer.Argument(help="The account.")]
_SHIFT = doors.each("{number} {account}: {starts_at} to {ends_at}, sector {sector}, absence {is_absence}")
_KEEPER = doors.each("{account}: deputy {deputy}, quiet {quiet_from} to {quiet_until}, woken for {wakes_for}, speaks {speaks}")  # fmt: skip


@app.callback()
def duty(
    context: typer.Context,
    as_of: doors.AsOfOption = None,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Print who has the watch, in which languages, and who is away; or write in the rota."""
    if context.invoked_subcommand:
        return
    doors.open_mission()
    from tocsin.services import rota
    from tocsin.services import told as plain

    moment = doors.moment(as_of)
    with doors.refusals_told("command:duty"):
        found = rota.standing(doors.viewer_of(as_account), as_of=moment)
    shown = {
        "as_of": plain.moment(moment),
        "on_duty": [plain.on_duty(one) for one in found.on_duty],
        "away": list(found.away),
    }
    doors.show(shown, as_json=as_json, lines=_standing)


@app.command()
def week(
    since: Annotated[str | None, typer.Option("--from", help="Since when, ISO 8601; without it, now.")] = None,
    days: Annotated[int, typer.Option(min=1, max=60, help="For how many days.")] = 7,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Print the rota, and when nobody has the watch."""
    doors.open_mission()
    from tocsin.services import rota
    from tocsin.services import told as plain

    start = doors.moment(since)
    until = start + timedelta(days=days)
    with doors.refusals_told("command:duty"):
        shifts, holes = rota.stretch(doors.viewer_of(as_account), since=start, until=until)
    shown = {
        "shifts": [plain.shift(one) for one in shifts],
        "holes": [
            {"sector": one.sector, "starts_at": plain.moment(one.starts_at), "ends_at": plain.moment(one.ends_at)}
            for one in holes
        ],
    }
    doors.show(shown, as_json=as_json, lines=_week)


@app.command()
def enter(
    account: Account,
    start: Annotated[str, typer.Argument(help="From when, ISO 8601.")],
    end: Annotated[str, typer.Argument(help="Until when.")],
    as_account: doors.AsAccount,
    sector: Annotated[str, typer.Option(help="Another sector than the account's own.")] = "",
    absence: Annotated[bool, typer.Option("--absence", help="An absence, not a watch.")] = False,
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Enter a watch, or an absence."""
    doors.open_mission()
    from tocsin.services import rota
    from tocsin.store.queries.duty import shift_value

    now = doors.moment(at)
    starts_at, ends_at = doors.moment(start), doors.moment(end)
    with doors.refusals_told(f"account:{account}"):
        row = rota.enter(
            doors.viewer_of(as_account), account, starts_at=starts_at, ends_at=ends_at, now=now, sector=sector,
            is_absence=absence,
        )  # fmt: skip
    _print(shift_value(row), as_json=as_json)


@app.command("hand-over")
def hand_over(
    number: Number,
    to: Annotated[str, typer.Argument(help="Who takes it: an account.")],
    as_account: doors.AsAccount,
    at: doors.AtOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Hand a watch over, from now or from its start."""
    doors.open_mission()
    from tocsin.services import rota
    from tocsin.store.queries.duty import shift_value

    with doors.refusals_told(f"account:{to}"):
        row = rota.hand_over(doors.viewer_of(as_account), number, to=to, now=doors.moment(at))
    _print(shift_value(row), as_json=as_json)


@app.command("take-out")
def take_out(number: Number, as_account: doors.AsAccount, at: doors.AtOption = None) -> None:
    """Take an entry out; one that has begun ends now, and what was stays on record."""
    doors.open_mission()
    from tocsin.services import rota

    with doors.refusals_told("command:duty"):
        rota.take_out(doors.viewer_of(as_account), number, now=doors.moment(at))
    typer.echo(f"entry {number} taken out")


@app.command()
def deputy(
    account: Account,
    name: Annotated[str, typer.Argument(help="Who stands in: an account; empty takes the deputy away.")],
    as_account: doors.AsAccount,
    as_json: doors.JsonOption = False,
) -> None:
    """Name who stands in where nobody of the rung has the watch."""
    doors.open_mission()
    from tocsin.services import rota
    from tocsin.services import told as plain

    viewer = doors.viewer_of(as_account)
    with doors.refusals_told(f"account:{account}"):
        rota.set_deputy(viewer, account, deputy=name, now=doors.now())
        found = plain.keeper(rota.keeper(viewer, account))
    doors.show(found, as_json=as_json, lines=_KEEPER)


@app.command()
def habits(
    account: Account,
    as_account: doors.AsAccount,
    quiet: Annotated[str, typer.Option(help="Quiet hours, such as 22:00-05:30; 'none' takes them away.")] = "",
    wakes_for: Annotated[str, typer.Option(help="What wakes them all the same: P1 to P4.")] = "",
    speaks: Annotated[str, typer.Option(help="Languages with commas between them; 'none' for none.")] = "",
    as_json: doors.JsonOption = False,
) -> None:
    """Write when somebody is not to be woken, for what all the same, and the languages they speak."""
    doors.open_mission()
    from tocsin.core.reference.terms import Priority
    from tocsin.services import rota
    from tocsin.services import told as plain

    viewer = doors.viewer_of(as_account)
    with doors.refusals_told(f"account:{account}"):
        held = rota.keeper(viewer, account)
        hours = _hours(quiet) if quiet else (held.quiet_from, held.quiet_until)
        spoken = [] if speaks == "none" else speaks.split(",") if speaks else held.speaks
        least = doors.one_of(Priority, wakes_for or held.wakes_for, "--wakes-for")
        rota.set_habits(
            viewer, account, quiet_from=hours[0], quiet_until=hours[1], wakes_for=least, speaks=spoken, now=doors.now()
        )
        found = plain.keeper(rota.keeper(viewer, account))
    doors.show(found, as_json=as_json, lines=_KEEPER)


def _hours(text: str) -> tuple[time | None, time | None]:
    if text == "none":
        return None, None
    first, _, last = text.partition("-")
    try:
        return time.fromisoformat(first), time.fromisoformat(last)
    except ValueError:
        doors.stop(f"--quiet {text!r} is not two clock times such as 22:00-05:30.", code=2)


def _print(shift: Any, *, as_json: bool) -> None:
    from tocsin.services import told as plain

    doors.show(plain.shift(shift), as_json=as_json, lines=_SHIFT)


def _standing(found: dict[str, Any]) -> Iterator[str]:
    for one in found["on_duty"]:
        until = f" until {one['until']}" if one["until"] else ""
        yield f"{one['account']:16} {one['sector'] or 'whole mission':14} speaks {', '.join(one['speaks']) or '-'}{until}"
    if not found["on_duty"]:
        yield "NOBODY HAS THE WATCH"
    if found["away"]:
        yield f"Away: {', '.join(found['away'])}"


def _week(found: dict[str, Any]) -> Iterator[str]:
    yield from doors.each("{number} {account}: {starts_at} to {ends_at}", none="The rota is empty.")(found["shifts"])
    for one in found["holes"]:
        yield f"NOBODY: {one['sector'] or 'whole mission'}, {one['starts_at']} to {one['ends_at']}"
