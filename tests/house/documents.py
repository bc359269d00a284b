"""What the documents promise, as plain functions that return their complaints."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from pathlib import Path

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(<?([^)<>\s]+)>?(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^( *)(`{3,})([^\n`]*)\n(.*?)^\1\2`*\s*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
TARGET = re.compile(r"^([a-zA-Z][\w-]*):(?:[^=]|$)", re.MULTILINE)


def outside_code(text: str) -> str:
    """Return the text without its code blocks."""
    return FENCE.sub("", text)


def anchors(text: str) -> set[str]:
    """Return the names that a link into this document can use."""
    spoken = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(outside_code(text)))
    written = re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text)
    return {heading.replace(" ", "-") for heading in spoken} | set(written)


def broken_links(documents: Iterable[Path], root: Path) -> list[str]:
    """Name the relative links that lead nowhere, or to a heading that is not there."""
    found = []
    for document in documents:
        for match in LINK.finditer(outside_code(document.read_text("utf-8"))):
            link = match.group(1) or match.group(2)
            if re.match(r"[a-z][a-z+.-]*:", link):
                continue
            name, _, anchor = link.partition("#")
            target = (document.parent / name).resolve() if name else document
            gone = not target.exists()
            if not gone and anchor and target.suffix == ".md":
                gone = anchor not in anchors(target.read_text("utf-8"))
            if gone:
                found.append(f"{document.relative_to(root)}: {link}")
    return found


def shown_commands(documents: Iterable[Path]) -> list[tuple[Path, list[str]]]:
    """Return every command that a ``console`` block shows after its ``$``, in words."""
    shown = []
    for document in documents:
        for _, _, kind, block in FENCE.findall(document.read_text("utf-8")):
            if kind.strip().split(" ")[0] in {"console", "shell-session"}:
                lines = re.sub(r"\\\n\s*", " ", block).splitlines()
                shown += [(document, words(line.strip()[2:])) for line in lines if line.strip().startswith("$ ")]
    return shown


def words(line: str) -> list[str]:
    """Return a command line in words; a comment at its end is left out."""
    return shlex.split(line, comments=True)


def unknown_targets(documents: Iterable[Path], makefile: Path) -> list[str]:
    """Name the ``make`` targets that a document shows and the Makefile has not."""
    targets = set(TARGET.findall(makefile.read_text("utf-8")))
    return [
        f"{document.name}: make {word}"
        for document, command in shown_commands(documents)
        if command[:1] == ["make"]
        for word in command[1:]
        if "=" not in word and not word.startswith("-") and word not in targets
    ]


def unknown_commands(documents: Iterable[Path], known: dict[str, object]) -> list[str]:
    """Name the ``tocsin`` commands that a document shows and the program has not.

    `known` maps a command to None, or to a mapping of the commands below it.
    """
    found = []
    for document, command in shown_commands(documents):
        if command[:1] == ["tocsin"]:
            missing = first_unknown(command[1:], known)
            if missing:
                found.append(f"{document.name}: {' '.join(command)} ({missing})")
    return found


def first_unknown(spoken: list[str], known: dict[str, object]) -> str | None:
    """Return the first word that names no command, walking down from the program."""
    level: dict[str, object] = known
    rest = iter(spoken)
    for word in rest:
        if word in {"-m", "--mission"}:
            next(rest, None)
        elif word.startswith("-"):
            continue
        elif word not in level:
            return word
        else:
            below = level[word]
            if not isinstance(below, dict):
                return None
            level = below
    return None
