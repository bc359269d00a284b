"""``tocsin read``: read a file of messages with the places and actors of a world, without a mission."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of one line: the line given out, or why there is none, with the reasons when asked for."""

    out: str | None
    told: tuple[str, ...]
    why: tuple[str, ...] = ()


@app.command()
def read(
    world: Annotated[str, typer.Option(help="A world that ships with Tocsin, or the folder of one.")],
    taken: Annotated[Path, typer.Option("--in", help="The messages, one JSON object a line.")],
    given: Annotated[Path, typer.Option("--out", help="Where the readings go, one JSON object a line.")],
    why: Annotated[bool, typer.Option("--why", help="Print for each message what it was read as, and why.")] = False,
) -> None:
    """Read messages as the duty desk would: what, where, when, who, how many and how urgent.

    Lines that cannot be read are named on the error stream and kept word for word in OUT.unread.
    """
    lines = _lines_of(taken)
    reader = _reader_of(world, why)
    kept: list[str] = []
    unread: list[str] = []
    with doors.progress_bar(taken.name, len(lines), quiet=why) as move:
        for number, line in enumerate(lines, start=1):
            move(number)
            if not line.strip():
                continue
            answer = reader(line, f"{taken.name}, line {number}")
            for told in answer.told:
                typer.echo(told, err=True)
            for told in answer.why:
                typer.echo(told)
            (kept if answer.out is not None else unread).append(line if answer.out is None else answer.out)
    _write(given, kept)
    _keep_unread(given, unread)


def _keep_unread(given: Path, unread: list[str]) -> None:
    beside = given.with_name(given.name + ".unread")
    beside.unlink(missing_ok=True)
    if unread:
        _write(beside, unread)
        doors.stop(f"{len(unread)} lines could not be read; they are kept in {beside.name}.", code=1)


def _lines_of(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig", errors="replace").split("\n")
    except OSError as fault:
        doors.stop(f"{path}: it cannot be read ({type(fault).__name__}).", code=2)


def _write(path: Path, lines: list[str]) -> None:
    try:
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    except OSError as fault:
        doors.stop(f"{path}: it cannot be written ({type(fault).__name__}).", code=2)


def _folder_of(world: str) -> Path:
    from tocsin.feeds.world_folder.adapter import find_world

    if (Path(world) / "world.yaml").is_file():
        return Path(world)
    try:
        return find_world(world)
    except LookupError as fault:
        doors.stop(f"--world: {fault}.", code=2)


def _reader_of(world: str, why: bool) -> Callable[[str, str], _Answer]:
    """Return what reads one line, with the places, actors and zone of a world."""
    from tocsin.core.evidence import exchange
    from tocsin.core.evidence.reading import read_report
    from tocsin.core.places.gazetteer import Gazetteer
    from tocsin.core.reference import wording
    from tocsin.core.reference.results import Problem
    from tocsin.feeds.world_folder.listening import read_parties

    parties = read_parties(_folder_of(world))
    if parties is None:
        doors.stop(f"--world: {world} has no settings to read by. Run: tocsin init to see what is wrong.", code=2)
    book = Gazetteer(parties.places)

    def answer(line: str, where: str) -> _Answer:
        try:
            said = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            said = None
        found = exchange.take_in(said, where, gazetteer=book, zone=parties.zone, homes=parties.homes)
        if isinstance(found, Problem):
            return _Answer(None, (wording.problem(found),))
        readings = read_report(found.message, found.sender, gazetteer=book, actors=parties.actors, zone=parties.zone)
        out = exchange.give_out(readings, found, gazetteer=book, zone=parties.zone)
        told = tuple(wording.problem(problem) for problem in found.problems)
        reasons = tuple(_reasons(found.ref, out, readings)) if why else ()
        return _Answer(json.dumps({"id": found.ref, "out": out}, ensure_ascii=False), told, reasons)

    return answer


def _reasons(ref: str, out: dict[str, Any], readings: tuple[Any, ...]) -> Iterator[str]:
    from tocsin.core.reference import wording

    yield f"{ref}: {out['kind']} {' '.join(out['ev'])} {out['state']} {out['prio']} · {out['place']} · {out['when']}"
    for reading in readings:
        for because in reading.because:
            yield f"  {wording.reason(because)}"
        for doubt in reading.doubts:
            yield f"  ? {wording.label(f'term.doubt.{doubt}')}"
