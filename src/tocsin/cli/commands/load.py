"""``tocsin load``: bring in a dataset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)
_NAMES = {"ucdp-ged": "ucdp_ged"}


@app.command()
def load(
    feed: Annotated[str, typer.Argument(help="ucdp-ged, geopko, gazetteer, displacement, population, or cap12.")],
    file: Annotated[Path, typer.Argument(help="The file: .csv, .csv.gz or .zip; for cap12, .xml or .cap.")],
    country: Annotated[str | None, typer.Option(help="Only this country, spelled as the dataset spells it.")] = None,
    mission: Annotated[str | None, typer.Option(help="Only this mission (geopko).")] = None,
    month: Annotated[str | None, typer.Option(help="The map of this month, YYYY-MM (geopko).")] = None,
    since: Annotated[str | None, typer.Option(help="Only events from this date on.")] = None,
    until: Annotated[str | None, typer.Option(help="Only events up to this date.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report, keep nothing.")] = False,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Bring in a dataset: good rows are kept, bad ones reported with row and column, and a load can be run again."""
    doors.open_mission()
    from tocsin.services import loading

    if feed == "cap12":
        return _take_warning(file, as_account, as_json=as_json, dry_run=dry_run)
    name = _NAMES.get(feed, feed.replace("-", "_"))
    if name not in loading.names():
        shown = ", ".join(known.replace("_", "-") for known in loading.names())
        doors.stop(f"There is no feed '{feed}'. There are: {shown}.", code=2)
    if not file.is_file():
        doors.stop(f"{file}: there is no such file.", code=2)
    given = {"country": country, "mission": mission, "month": month, "since": since, "until": until}
    options = {key: value for key, value in given.items() if value is not None}
    for key in options:
        if key not in loading.options_of(name):
            doors.stop(f"The feed {feed} takes no --{key}; it takes: {', '.join(loading.options_of(name))}.", code=2)
    total = 0 if as_json else loading.count(name, file)
    with doors.refusals_told("command:load"), doors.progress_bar(file.name, total, quiet=as_json) as move:
        result = loading.load(
            doors.viewer_of(as_account), name, file, now=doors.now(), options=options, dry_run=dry_run, progress=move
        )
    return doors.show(result, as_json=as_json, lines=_lines)


def _take_warning(file: Path, account: str | None, *, as_json: bool, dry_run: bool) -> None:
    """Take in the warning of another sender; exit code 1 where it is refused."""
    from tocsin.services import warning_files

    if not file.is_file():
        doors.stop(f"{file}: there is no such file.", code=2)
    with file.open("rb") as opened:
        body = opened.read(warning_files.MOST_BYTES + 1)
    row, is_new, viewer = None, False, doors.viewer_of(account)
    with doors.refusals_told("command:load"):
        if dry_run:
            found = warning_files.check_file(body, file.name, now=doors.now())
        else:
            found, row, is_new = warning_files.take_file(viewer, body, file.name, now=doors.now())
    result = {
        "feed": "cap12",
        "file": file.name,
        "dry_run": dry_run,
        "rows": 1,
        "added": int(is_new),
        "revised": 0,
        "unchanged": int(row is not None and not is_new),
        "changes": [],
        "ref": row.ref if row else None,
        "signature": found.signature.signature.value,
        "problems": [problem.as_json() for problem in (*found.refused, *found.doubts)],
    }
    doors.show(result, as_json=as_json, lines=_lines)
    if found.alert is None:
        raise typer.Exit(1)


def _lines(result: dict[str, Any]) -> Iterator[str]:
    from tocsin.core.reference import wording
    from tocsin.core.reference.results import Problem

    kept = " (dry run: nothing was kept)" if result["dry_run"] else ""
    yield (
        f"{result['file']}: {result['rows']} rows; {result['added']} added, {result['revised']} revised, "
        f"{result['unchanged']} unchanged, {len(result['problems'])} problems{kept}"
    )
    for change in result["changes"][:20]:
        yield f"  {change['id']}: {change['field']} was {change['was']}, is {change['now']}"
    if len(result["changes"]) > 20:
        yield f"  and {len(result['changes']) - 20} more changes; --json lists them all"
    for found in result["problems"][:50]:
        yield "  " + wording.problem(Problem(found["code"], found["where"], found["facts"]))
    if len(result["problems"]) > 50:
        yield f"  and {len(result['problems']) - 50} more problems; --json lists them all"
