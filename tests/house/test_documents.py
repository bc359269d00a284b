"""The documents keep their word: links lead somewhere, and the commands they show exist."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.house import documents, generated
from tests.house.guards import ROOT

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")),
             *sorted((ROOT / "src").rglob("*.md")), *sorted((ROOT / "worlds").rglob("*.md"))]  # fmt: skip


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def known_commands() -> dict[str, object]:
    """Return every command of the program, from the program itself."""
    import typer

    program = typer.main.get_command(import_module("tocsin.cli.main").app)

    def below(command: Any) -> dict[str, object] | None:
        if not hasattr(command, "list_commands"):
            return None
        context = typer.Context(command)
        return {word: below(command.get_command(context, word)) for word in command.list_commands(context)}

    return below(program) or {}


def test_the_program_tells_its_own_commands():
    assert {"init", "serve"} <= set(known_commands())


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(document):
    assert documents.broken_links([document], ROOT) == []


def test_a_broken_link_is_reported(tmp_path):
    (tmp_path / "here.md").write_text("# A title, here\n", "utf-8")
    planted = tmp_path / "planted.md"
    planted.write_text(
        "[a](here.md) [b](here.md#a-title-here) [c](gone.md) [d](here.md#gone)\n"
        "[e](https://example.org)\n\n```\n[f](in-code.md)\n```\n",
        "utf-8",
    )

    assert documents.broken_links([planted], tmp_path) == ["planted.md: gone.md", "planted.md: here.md#gone"]


def test_every_make_target_that_a_document_shows_exists():
    assert documents.unknown_targets(DOCUMENTS, ROOT / "Makefile") == []


def test_an_unknown_make_target_is_reported(tmp_path):
    planted = tmp_path / "planted.md"
    planted.write_text("```console\n$ make demo MISSION=x\n$ make coffee\n```\n", "utf-8")

    assert documents.unknown_targets([planted], ROOT / "Makefile") == ["planted.md: make coffee"]


@pytest.mark.parametrize("document", DOCUMENTS if (ROOT / "src/tocsin/cli/main.py").exists() else [], ids=name)
def test_every_command_that_a_document_shows_exists(document):
    assert documents.unknown_commands([document], known_commands()) == []


def test_an_unknown_command_is_reported(tmp_path):
    planted = tmp_path / "planted.md"
    planted.write_text(
        "```console\n$ tocsin -m mission serve --port 80  # listens\nlistening\n$ tocsin -m mission users add ann\n"
        "$ tocsin users sing\n$ tocsin bake cake\n```\n",
        "utf-8",
    )
    known = {"serve": None, "users": {"add": None}}

    assert documents.unknown_commands([planted], known) == [
        "planted.md: tocsin users sing (sing)",
        "planted.md: tocsin bake cake (bake)",
    ]


def test_what_the_program_writes_into_a_document_is_up_to_date():
    assert generated.stale(generated.with_marks(DOCUMENTS)) == []


def test_a_document_that_the_program_would_write_otherwise_is_reported(tmp_path):
    planted = tmp_path / "planted.md"
    planted.write_text("<!-- [[[cog print('new') ]]] -->\nold\n<!-- [[[end]]] -->\n", "utf-8")

    assert [line.partition(":")[0] for line in generated.stale(generated.with_marks([tmp_path]))] == ["planted.md"]
    assert generated.main([str(tmp_path)]) == 0
    assert generated.stale([planted]) == []
