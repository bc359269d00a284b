"""``tocsin bench``: try the warning methods on open data; needs no mission, changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Try the warning methods on open data: every figure with its seeds, windows and timing."""


@app.command()
def scores(
    golden: Annotated[Path, typer.Option(help="Folder with the published scores and what they were made from.")],
    as_json: doors.JsonOption = False,
) -> None:
    """Score what others published, and compare with the printed digits."""
    from tocsin.services.trials import scores as trial

    _show(trial.run(golden), as_json=as_json)


@app.command()
def linkage(
    ged: Annotated[Path, typer.Option(help="Events of the Uppsala program, in any of their layouts.")],
    seed: Annotated[int, typer.Option(help="From which all draws of noise start.")] = 0,
    unseen: Annotated[
        Path | None, typer.Option(help="Another such file, scored with what was learned on the first.")
    ] = None,
    country: Annotated[str | None, typer.Option(help="Only its events, spelled as the file spells it.")] = None,
    most: Annotated[int, typer.Option(help="Events to learn from and to score, at most, each.")] = 4000,
    as_json: doors.JsonOption = False,
) -> None:
    """Link reports made from real events: learned on the earlier half, scored on the later one."""
    from tocsin.services.trials import linkage as trial

    _tried(lambda: trial.run(ged, seed=seed, unseen=unseen, country=country, most=most), as_json=as_json)


@app.command()
def forecast(
    ged: Annotated[Path, typer.Option(help="Events of the Uppsala program, in any of their layouts.")],
    cells: Annotated[Path, typer.Option(help="Every cell of the area: a table with a column gid.")],
    kind: Annotated[str, typer.Option("--type", help="sb state-based, ns non-state, os one-sided.")] = "sb",
    windows: Annotated[str, typer.Option(help="Years to forecast, each from October of the year before.")] = "2018",
    seeds: Annotated[int, typer.Option(help="Seeds of the model, from 0.")] = 5,
    jobs: Annotated[int, typer.Option(help="Forecasts made at the same time.")] = 2,
    as_json: doors.JsonOption = False,
) -> None:
    """Forecast years that are over with what was known before, and score it beside the simple ways."""
    from tocsin.services.trials import forecast as trial

    years = [int(year) for year in windows.split(",") if year.strip().isdecimal()]
    _tried(lambda: trial.run(ged, cells, kind=kind, windows=years, seeds=seeds, jobs=jobs), as_json=as_json)


@app.command()
def ranking(
    ged: Annotated[Path, typer.Option(help="Events of the Uppsala program, in any of their layouts.")],
    country: Annotated[list[str], typer.Option(help="Spelled as the file spells it; may be given several times.")],
    first: Annotated[int, typer.Option("--from", help="First year to score.")],
    last: Annotated[int, typer.Option("--to", help="Last year to score.")],
    cells: Annotated[
        Path | None, typer.Option(help="Every cell: a table with gid and iso_a3; else the one in ../geo.")
    ] = None,
    bases: Annotated[Path | None, typer.Option(help="Geo-PKO table; else the one in ../peacekeeping.")] = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Rank the cells of a country each week with what was known, and score the order against simple ones."""
    from tocsin.services.trials import ranking as trial

    _tried(lambda: trial.run(ged, country, first=first, last=last, cells=cells, bases=bases), as_json=as_json)


@app.command()
def scan(
    surveillance: Annotated[
        Path | None, typer.Option(help="Folder with what SaTScan and a brute-force search found.")
    ] = None,
    ged: Annotated[Path | None, typer.Option(help="Events of the Uppsala program, in any of their layouts.")] = None,
    country: Annotated[
        list[str] | None, typer.Option(help="Spelled as the file spells it; may be given several times.")
    ] = None,
    first: Annotated[int, typer.Option("--from", help="First year to walk through.")] = 2014,
    last: Annotated[int, typer.Option("--to", help="Last year to walk through.")] = 2018,
    null_years: Annotated[int, typer.Option(help="Simulated years in which nothing happens but chance.")] = 10,
    seed: Annotated[int, typer.Option(help="Where all luck starts.")] = 0,
    as_json: doors.JsonOption = False,
) -> None:
    """Scan for surges: parity, time, false alarms, and what alarms in past years were followed by."""
    from tocsin.services.trials import scan as trial

    _tried(
        lambda: trial.run(
            surveillance=surveillance,
            ged=ged,
            countries=country or (),
            years=(first, last),
            null_years=null_years,
            seed=seed,
        ),
        as_json=as_json,
    )


@app.command()
def alarms(
    golden: Annotated[Path, typer.Option(help="Folder with the series and what R's surveillance gives for them.")],
    seed: Annotated[int, typer.Option(help="Where all luck starts.")] = 0,
    as_json: doors.JsonOption = False,
) -> None:
    """Raise alarms over counts: parity with R, false alarms promised and kept, outbreaks seen, time."""
    from tocsin.services.trials import alarms as trial

    _tried(lambda: trial.run(golden, seed=seed), as_json=as_json)


def _tried(trial: Callable[[], Mapping[str, Any]], *, as_json: bool) -> None:
    """Run a trial and print its figures; what it cannot use is told in a line, exit code 2."""
    try:
        result = trial()
    except (ValueError, OSError) as refused:
        doors.stop(str(refused), code=2)
    _show(result, as_json=as_json)


def _show(result: Mapping[str, Any], *, as_json: bool) -> None:
    """Print a trial's figures."""
    doors.show(dict(result), as_json=as_json, lines=_lines)


def _lines(result: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """Yield one line a figure, nested figures indented."""
    for name, held in result.items():
        if isinstance(held, Mapping):
            yield "  " * depth + f"{name}:"
            yield from _lines(held, depth + 1)
        else:
            yield "  " * depth + f"{name}: {held}"
