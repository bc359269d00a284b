"""``tocsin audit``: verify or list the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, help="Verify or list the audit log.")


@app.command()
def verify(
    head: Annotated[str, typer.Option(help="A head written down earlier, to be found in the chain.")] = "",
    as_json: doors.JsonOption = False,
) -> None:
    """Check every entry and every seal; exit code 1 when anything was altered."""
    doors.open_mission()
    from tocsin.services import auditing

    figures, problems = auditing.verify(doors.viewer_of(None), now=doors.now(), head=head)
    result = {**figures, "intact": not problems, "problems": [found.as_json() for found in problems]}
    doors.show(result, as_json=as_json, lines=_lines)
    if problems:
        raise typer.Exit(1)


@app.command("list")
def list_entries(
    subject: Annotated[str, typer.Option(help="Only entries about this record.")] = "",
    by: Annotated[str, typer.Option(help="Only entries by this account.")] = "",
    as_json: doors.JsonOption = False,
) -> None:
    """List the newest entries: who did or saw what."""
    doors.open_mission()
    from tocsin.services import auditing

    rows = auditing.page(doors.viewer_of(None), now=doors.now(), subject=subject, by=by)
    found = [
        {
            "id": row.pk,
            "at": row.at,
            "by": row.by,
            "role": row.role,
            "verb": row.verb,
            "subjects": row.subjects,
            "result": row.result,
        }
        for row in rows
    ]
    doors.show(found, as_json=as_json, lines=_entries)


def _lines(result: dict[str, Any]) -> Iterator[str]:
    from tocsin.core.reference import wording
    from tocsin.core.reference.results import Problem

    word = "intact" if result["intact"] else "ALTERED"
    yield f"Audit log {word}: {result['entries']} entries under {result['seals']} seals"
    yield f"Head: {result['head']}"
    for found in result["problems"]:
        yield "  " + wording.problem(Problem(found["code"], found["where"], found["facts"]))


def _entries(found: list[dict[str, Any]]) -> Iterator[str]:
    for one in found:
        yield f"{one['at']:%Y-%m-%d %H:%M:%S}  {one['by']:16} {one['verb']:20} {one['result']:8} {' '.join(one['subjects'][:6])}"
