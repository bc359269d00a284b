"""What every verb needs: the mission opened, the clock, the viewer, and one way to print."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from tocsin.core.reference.viewer import Viewer

if TYPE_CHECKING:
    from tocsin.core.reference.results import Hidden

E = TypeVar("E", bound=Enum)
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
AsOfOption = Annotated[str | None, typer.Option("--as-of", help="The moment, ISO 8601; a date means its end.")]
AtOption = Annotated[str | None, typer.Option("--at", help="When, ISO 8601; without it, now.")]
AsAccount = Annotated[str, typer.Option("--as", help="Who does it: an account.")]
AsOption = Annotated[str | None, typer.Option("--as", help="Act as this account; without it, as the operator.")]

# Who this process acts as, for the log of refusals: one process is one call.
_acting: list[Viewer] = []


def open_mission() -> None:
    """Set Django up on the mission folder, and stop with a clear word where that cannot be."""
    if not os.environ.get("TOCSIN_MISSION"):
        stop("No mission folder was named. Use: tocsin -m FOLDER …, or set TOCSIN_MISSION.", code=3)
    import django

    # What this process writes into the mission folder is for its owner alone.
    os.umask(0o077)
    django.setup()


def now() -> datetime:
    """Return the real clock, in UTC: the command line is a door, so it is read here."""
    return datetime.now(UTC)


def moment(text: str | None, *, otherwise: datetime | None = None) -> datetime:
    """Return a moment from ISO text; a bare date means the end of that day where the mission is."""
    if text is None:
        return otherwise or now()
    from tocsin.services.intake import zone

    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59), zone()).astimezone(UTC)
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=zone())).astimezone(UTC)
    except (ValueError, OverflowError):
        stop(f"'{text}' is not a moment such as 2018-12-31 or 2027-03-05T02:14+01:00.", code=2)


def viewer_of(account: str | None) -> Viewer:
    """Return the viewer: a named account, or the operator of this machine who holds the mission's key."""
    from tocsin.core.reference.terms import Role
    from tocsin.services.intake import account_viewer
    from tocsin.store.queries.alerts import account as find

    found = Viewer(account="operator", role=Role.ADMINISTRATOR, system=True)
    if account is not None:
        row = find(account)
        if row is None:
            stop(f"There is no active account '{account}'.", code=1)
        found = account_viewer(row)
    _acting.append(found)
    return found


def stop(text: str, *, code: int) -> NoReturn:
    """Print why and leave with an exit code."""
    typer.echo(text, err=True)
    raise typer.Exit(code)


def show(value: Any, *, as_json: bool, lines: Callable[[Any], Iterator[str]]) -> None:
    """Print a value as one JSON document, or as lines for a person."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
        return
    for line in lines(value):
        typer.echo(line)


def each(form: str, *, none: str = "There is none.") -> Callable[[Any], Iterator[str]]:
    """Return what prints a record, or each record of a list, by a form such as "{ref} {state}"; a dash is unknown."""

    def lines(value: Any) -> Iterator[str]:
        found = value if isinstance(value, list) else [value]
        for one in found:
            yield form.format_map({name: _shown(part) for name, part in one.items()}).rstrip()
        if not found:
            yield none

    return lines


def _shown(part: Any) -> Any:
    if part in (None, "", [], {}):
        return "-"
    return ", ".join(map(str, part)) if isinstance(part, list) else part


def one_of(kind: type[E], text: str, option: str) -> E:
    """Return the member of a scale that was named, and stop with the list of them where it is none."""
    try:
        return kind(text)
    except ValueError:
        stop(f"{option} {text!r} is none of: {', '.join(str(one.value) for one in kind)}.", code=2)


def yes_or_no(text: str, option: str) -> bool | None:
    """Return an answer; None where nothing was said: nobody knows."""
    if text not in ("", "yes", "no"):
        stop(f"{option} {text!r} is neither yes nor no.", code=2)
    return {"yes": True, "no": False}.get(text)


def count(text: str, option: str) -> int | None:
    """Return a number of people; None where nothing was said: unknown is not zero."""
    if text and not (text.isascii() and text.isdigit() and len(text) < 9):
        stop(f"{option} {text!r} is not a whole number.", code=2)
    return int(text) if text else None


def typed_in() -> Hidden[str]:
    """Return one line of the standard input: a number or a secret on the command line stays in the shell's history."""
    from tocsin.core.reference.results import Hidden

    if sys.stdin.isatty():
        typer.echo("Type it and press Enter; it is not kept in the clear.", err=True)
    return Hidden(sys.stdin.readline().strip())


@contextmanager
def refusals_told(about: str) -> Iterator[None]:
    """Turn a refusal into its reasons on the error stream and exit code 1; `about` is what the log will name."""
    from tocsin.core.reference import wording
    from tocsin.services import viewing
    from tocsin.services.refusals import Refusal, Refused

    try:
        yield
    except Refused as refused:
        viewing.note_refusal(_acting[-1] if _acting else viewer_of(None), "commanded", about[:40], now=now())
        stop(str(refused), code=1)
    except Refusal as refusal:
        stop("\n".join(wording.reason(because) for because in refusal.reasons), code=1)


@contextmanager
def progress_bar(title: str, total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on the error stream of a terminal; yield the function that moves it."""
    if quiet or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=total or None)
        yield lambda done: bar.update(task, completed=done)
