"""``tocsin account``: make accounts, say how each is reached, and print a second-factor code."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, help="Make accounts, and say how each is reached.")


@app.command()
def add(
    username: Annotated[str, typer.Argument(help="The login name of a desk, never a person's name.")],
    role: Annotated[str, typer.Option(help="One of the thirteen roles.")],
    title: Annotated[str, typer.Option(help="The post.")] = "",
    sector: Annotated[str, typer.Option(help="Empty for the whole mission.")] = "",
    language: Annotated[str, typer.Option(help="en, fr or ar.")] = "en",
    rung: Annotated[int | None, typer.Option(help="Step on the escalation ladder.")] = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Make an account. Its pass-phrase and second-factor secret are printed once and kept nowhere in the clear."""
    doors.open_mission()
    from tocsin.core.reference.terms import Role
    from tocsin.services import missions
    from tocsin.store.queries.alerts import accounts

    if role not in list(Role):
        doors.stop(f"'{role}' is no role. There are: {', '.join(Role)}.", code=2)
    if language not in ("en", "fr", "ar"):
        doors.stop(f"'{language}' is no language of the desks: en, fr or ar.", code=2)
    if any(row.username == username for row in accounts(doors.viewer_of(None))):
        doors.stop(f"There is an account '{username}' already; nothing was changed.", code=1)
    desk = missions.Desk(username, Role(role), title=title, sector=sector, language=language, rung=rung)
    made = missions.make_account(desk, now=doors.now())
    result = {"account": made.username, "passphrase": made.passphrase, "second_factor": made.second_factor}
    doors.show(result, as_json=as_json, lines=lambda one: iter([f"{key}: {value}" for key, value in one.items()]))


@app.command("list")
def list_accounts(as_json: doors.JsonOption = False) -> None:
    """List accounts; in a fictional world with their pass-phrases."""
    doors.open_mission()
    from tocsin.services import told_networks
    from tocsin.store.queries.alerts import accounts

    demo = read_demo_accounts()
    rows = accounts(doors.viewer_of(None))
    found = [told_networks.account(row) | {"passphrase": demo.get(row.username)} for row in rows]
    doors.show(found, as_json=as_json, lines=_lines)


@app.command()
def phone(
    username: Annotated[str, typer.Argument(help="The account.")],
    none: Annotated[bool, typer.Option("--none", help="Take the number away.")] = False,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Enter how a post is reached: a number or an address, read from standard input; it is sealed at once."""
    doors.open_mission()
    from tocsin.services import accounts, told_networks

    contact = None if none else doors.typed_in()
    with doors.refusals_told(f"account:{username}"):
        row = accounts.set_telephone(doors.viewer_of(as_account), username, contact, now=doors.now())
    doors.show(told_networks.account(row), as_json=as_json, lines=_ACCOUNT)


@app.command("set")
def change(
    username: Annotated[str, typer.Argument(help="The account.")],
    title: Annotated[str | None, typer.Option(help="The post, never a person's name.")] = None,
    component: Annotated[str | None, typer.Option(help="Such as force, police or civil_affairs.")] = None,
    language: Annotated[str | None, typer.Option(help="en, fr or ar.")] = None,
    rung: Annotated[int | None, typer.Option(help="Step on the escalation ladder.")] = None,
    on_duty: Annotated[str, typer.Option(help="yes or no, where no rota is kept.")] = "",
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Change what an account is and where it belongs; deputy and languages: tocsin duty."""
    doors.open_mission()
    from tocsin.services import accounts, told_networks

    marked = doors.yes_or_no(on_duty, "--on-duty")
    fields = {"title": title, "component": component, "language": language, "rung": rung, "on_duty": marked}
    with doors.refusals_told(f"account:{username}"):
        row = accounts.change(doors.viewer_of(as_account), username, fields, now=doors.now())
    doors.show(told_networks.account(row), as_json=as_json, lines=_ACCOUNT)


@app.command()
def code(username: Annotated[str, typer.Argument(help="The account.")]) -> None:
    """Print the current second-factor code of an account of a fictional world."""
    doors.open_mission()
    from tocsin.services import missions

    if not missions.is_fictional():
        doors.stop(
            "Only a fictional world's codes can be printed: a real account's secret is its holder's alone.", code=1
        )
    found = missions.current_code(username, now=doors.now())
    if found is None:
        doors.stop(f"There is no account '{username}' with a second factor.", code=1)
    typer.echo(found)


_ACCOUNT = doors.each("{account}: {role}, {component}, {language}, rung {rung}; telephone {has_telephone}")


def read_demo_accounts() -> dict[str, str]:
    """Return pass-phrases of a fictional world's accounts; empty for a real mission."""
    path = Path(os.environ["TOCSIN_MISSION"]) / "demo-accounts.json"
    if not path.is_file():
        return {}
    return {one["account"]: one["passphrase"] for one in json.loads(path.read_text("utf-8"))}


def _lines(found: list[dict[str, Any]]) -> Iterator[str]:
    for one in found:
        phrase = f"  {one['passphrase']}" if one["passphrase"] else ""
        yield f"{one['account']:20} {one['role']:20} {one['sector'] or 'whole mission':14} {one['title']}{phrase}"
