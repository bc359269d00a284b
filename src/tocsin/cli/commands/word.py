"""``tocsin word``: the words that corrections propose for the mission's own lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, help="Try, accept and reject the words that corrections propose.")
Number = Annotated[int, typer.Argument(help="The number of the proposal.")]
Concept = Annotated[str, typer.Argument(help="What the words stand for, such as ATK.")]
Words = Annotated[str, typer.Argument(help="The words, as they are written.")]


@app.command("list")
def list_words(as_account: doors.AsOption = None, as_json: doors.JsonOption = False) -> None:
    """List the proposals that wait, those made most often first."""
    doors.open_mission()
    from tocsin.services import told as plain
    from tocsin.services import wordlists

    with doors.refusals_told("command:word"):
        found = [plain.word(one) for one in wordlists.grouped(doors.viewer_of(as_account))]
    lines = doors.each("{number} {language} {words}: read as {read_as}, corrected to {corrected_to}; {reports}")
    doors.show(found, as_json=as_json, lines=lines)


@app.command("try")
def try_word(
    language: Annotated[str, typer.Argument(help="The field language, such as fr or sw.")],
    concept: Concept,
    words: Words,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Print which recent reports and which reference examples a word would make read otherwise."""
    doors.open_mission()
    from tocsin.services import told as plain
    from tocsin.services import wordlists

    with doors.refusals_told("command:word"):
        found = wordlists.try_word(doors.viewer_of(as_account), language, concept, words, now=doors.now())
    doors.show(plain.tried(found), as_json=as_json, lines=_tried)


@app.command()
def accept(
    number: Number, concept: Concept, words: Words, as_account: doors.AsAccount, at: doors.AtOption = None
) -> None:
    """Write a word into the mission's own list; from the next message on it is read with it."""
    doors.open_mission()
    from tocsin.services import wordlists

    with doors.refusals_told(f"WORD-{number}"):
        wordlists.accept(doors.viewer_of(as_account), number, concept, words, now=doors.moment(at))
    typer.echo(f"proposal {number} accepted")


@app.command()
def reject(
    number: Number,
    why: Annotated[str, typer.Option("--why", help="The reason.")],
    as_account: doors.AsAccount,
    at: doors.AtOption = None,
) -> None:
    """Reject a proposal, and all that say the same."""
    doors.open_mission()
    from tocsin.services import wordlists

    with doors.refusals_told(f"WORD-{number}"):
        wordlists.reject(doors.viewer_of(as_account), number, why=why, now=doors.moment(at))
    typer.echo(f"proposal {number} rejected")


@app.command()
def export(
    language: Annotated[str, typer.Argument(help="The field language, such as fr or sw.")],
    as_account: doors.AsOption = None,
) -> None:
    """Print the mission's own list of a language, for other missions: words, and nothing of any report."""
    doors.open_mission()
    from tocsin.services import wordlists

    with doors.refusals_told("command:word"):
        typer.echo(wordlists.export(doors.viewer_of(as_account), language), nl=False)


def _tried(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['entry']} for {found['concept']} ({found['language']})"
    yield f"{len(found['reports'])} of {found['tried_reports']} reports would read otherwise"
    yield f"{len(found['examples'])} of {found['tried_examples']} examples, {found['broken_examples']} wrongly"
    yield from (f"  {one['ref']}: {' '.join(one['before'])} -> {' '.join(one['after'])}" for one in found["reports"])
