"""The parts of docs/reference that the program tells of itself. Each function prints Markdown for cog."""

# ruff: noqa: T201  cog takes what is printed here

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import yaml

from tests.house.guards import SOURCE
from tocsin.core.reference import languages, load, rules, terms, wording
from tocsin.core.reference.viewer import Secrecy

NAMES = {"en": "English", "fr": "Français", "ar": "العربية"}
# One key of mission.toml as the code asks for it.
ASKED_KEY = re.compile(r"(?:MISSION|mission|_read_mission\([^)]*\))\.get\(\"(\w+)\"")
# Where a page says that a command prints what another one prints.
SAME = re.compile(r"The same fields as (?P<one>one of )?`tocsin (?P<verb>[^`]+)`")
ASKED_VARIABLE = re.compile(r"\bTOCSIN_[A-Z_]+\b")


# Commands


def programs() -> Iterator[tuple[str, Any]]:
    """Yield every command with its full name: a verb, or a verb with a word of its own."""
    import typer

    from tocsin.cli.main import app

    program = typer.main.get_command(app)
    yield from _below("tocsin", program)


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    import typer

    yield name, command
    if hasattr(command, "list_commands"):
        context = typer.Context(command, info_name=name)
        for word in command.list_commands(context):
            yield from _below(f"{name} {word}", command.get_command(context, word))


def help_of(name: str, command: Any) -> str:
    """Return what a command says of itself, at one width wherever it is asked."""
    import typer

    command.rich_markup_mode = None  # frames and colours are for terminals
    context = typer.Context(command, info_name=name, terminal_width=100, max_content_width=100)
    return "\n".join(line.rstrip() for line in command.get_help(context).strip().splitlines())


def print_commands() -> None:
    """Print the help of every command under a heading of its own."""
    for name, command in programs():
        print(f"\n## {name}\n\n```text\n{help_of(name, command)}\n```")
    print()


# Problems


def problem_codes() -> list[str]:
    """Return the code of every problem that has a sentence."""
    return sorted(key.removeprefix("problem.") for key in load.read_folder("wording") if key.startswith("problem."))


def print_problems() -> None:
    """Print every problem with its sentence in each language, room by room."""
    room = ""
    for code in problem_codes():
        if code.partition("-")[0] != room:
            room = code.partition("-")[0]
            print(f"\n## {room}")
        texts = load.read_folder("wording")[f"problem.{code}"]
        print(f"\n### {code}\n")
        for language, title in NAMES.items():
            print(f"- {title}: {texts[language].strip()}")
    print()


# Rules


def print_rules() -> None:
    """Print every dated rule with its unit, its values and their sources, room by room."""
    room = ""
    for name, entry in sorted(load.read_folder("rules").items()):
        if name.partition(".")[0] != room:
            room = name.partition(".")[0]
            print(f"\n## {room}\n\n| Rule | Unit | Since | Value | Source |\n|---|---|---|---|---|")
        for since, value in sorted(entry["values"].items()):
            cells = (f"`{name}`", entry["unit"], str(since), shown_value(value["value"]), value["source"])
            print("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    print(f"\n{len(rules.names())} rules.\n")


def shown_value(value: Any) -> str:
    """Return a rule's value on one line; nothing at all is said to be none."""
    if value is None:
        return "none"
    if isinstance(value, dict | list):
        text = yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False, allow_unicode=True)
        return f"`{text.strip()}`"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


# Glossary


def print_definitions() -> None:
    """Print the words that names are made of, each in three languages."""
    for key, texts in load.read_folder("wording").items():
        if key.startswith("definition."):
            print(f"\n### {key.removeprefix('definition.').replace('_', ' ')}\n")
            for language, title in NAMES.items():
                print(f"- {title}: {texts[language].strip()}")
    print()


_ENUMERATIONS: Final = frozenset(
    re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
    for name, found in vars(terms).items()
    if isinstance(found, type) and issubclass(found, StrEnum)
)


def print_scales() -> None:
    """Print every scale with its codes and labels."""
    scales: dict[str, list[tuple[str, dict[str, str]]]] = {}
    of_words = {key.split(".")[1] for key in load.read_file("wording/terms.yaml") if key.startswith("term.")}
    for key, texts in load.read_folder("wording").items():
        if key.startswith("term."):
            _, scale, code = key.split(".", 2)
            if scale in of_words or scale in _ENUMERATIONS:
                scales.setdefault(scale, []).append((code, texts))
    for scale, members in scales.items():
        print(f"\n### {scale}\n\n| Code | {' | '.join(NAMES.values())} |\n|---|---|---|---|")
        for code, texts in members:
            print(f"| `{code}` | " + " | ".join(_cell(texts[language]) for language in NAMES) + " |")
    print()


# Access


def print_access() -> None:
    """Print what each role may do with each kind of record."""
    from tocsin.store.access import GRANTS

    for role, grants in GRANTS.items():
        print(f"\n### {wording.label(f'term.role.{role.value}')} (`{role.value}`)\n")
        if not grants:
            print("Nothing: no record is open to this role.")
            continue
        print("| Record | May | Up to level | Where | Sees |\n|---|---|---|---|---|")
        for kind, grant in grants.items():
            where = "whole mission" if grant.whole_mission else "own sector"
            level = f"{int(grant.ceiling)} {grant.ceiling.name.lower()}"
            print(f"| {kind} | {_listed(grant.verbs)} | {level} | {where} | {_listed(grant.groups)} |")
    print()


def print_levels() -> None:
    """Print the levels of secrecy, the most open first."""
    print()
    for level in Secrecy:
        print(f"- {int(level)} {level.name.lower()}")
    print()


def _listed(words: Iterable[str]) -> str:
    return ", ".join(word.replace("_", " ") for word in sorted(words))


# Settings


def asked_settings() -> tuple[set[str], set[str]]:
    """Return the keys of mission.toml and the variables of the environment that the code asks for."""
    keys: set[str] = set()
    variables: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text("utf-8")
        keys |= set(ASKED_KEY.findall(text))
        variables |= set(ASKED_VARIABLE.findall(text))
    return keys, variables


def written_keys() -> set[str]:
    """Return the keys that ``tocsin init`` writes."""
    text = (SOURCE / "cli" / "commands" / "init.py").read_text("utf-8")
    return set(re.findall(r"f?['\"](\w+) = ", text))


# Field languages


def print_field_languages() -> None:
    """Print which languages messages are read in, and how much each word list knows."""
    print("\n| Code | Concepts | Words and phrases |\n|---|---|---|")
    for code in sorted(languages.FIELD_LANGUAGES):
        concepts = _concepts(load.read_file(f"languages/{code}/words.yaml"))
        print(f"| `{code}` | {len(concepts)} | {sum(concepts.values())} |")
    print()


def _concepts(node: Any, name: str = "") -> dict[str, int]:
    """Count the phrases under each concept, however deep it lies."""
    if isinstance(node, dict):
        found: dict[str, int] = {}
        for key, below in node.items():
            found |= _concepts(below, f"{name}.{key}" if name else str(key))
        return found
    return {name: len(node) if isinstance(node, list) else 1}


# API


def print_api() -> None:
    """Print every call of the API with its scope, its parameters and what it answers."""
    schema = openapi()
    print("\n| Call | Scope | Does | Takes | Answers |\n|---|---|---|---|---|")
    scopes = _scopes()
    for path, calls in schema["paths"].items():
        for verb, call in calls.items():
            takes = ", ".join(f"`{one['name']}`" for one in call.get("parameters", []))
            body = call.get("requestBody")
            if body:
                takes = ", ".join(filter(None, [takes, _shape(next(iter(body["content"].values()))["schema"])]))
            says = call.get("description") or call.get("summary", "")
            scope = scopes.get(call["operationId"], "")
            cells = (f"`{verb.upper()} {path}`", f"`{scope}`" if scope else "open", says, takes, _answers(call))
            print("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    print()


def print_shapes() -> None:
    """Print the fields of every object that the API takes or answers."""
    for name, shape in openapi()["components"]["schemas"].items():
        print(f"\n### {name}\n")
        if shape.get("description"):
            print(_cell(shape["description"]) + "\n")
        needed = set(shape.get("required", []))
        print("| Field | Type | Always there |\n|---|---|---|")
        for field, kind in shape.get("properties", {}).items():
            print(f"| `{field}` | {_shape(kind)} | {'yes' if field in needed else 'no'} |")
    print()


def openapi() -> dict[str, Any]:
    """Return the machine's own description of the API."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")
    import django

    django.setup()
    from tocsin.web.api import api

    return dict(api.get_openapi_schema(path_prefix="/api/"))


def _scopes() -> dict[str, str]:
    """Return the scope of each call by its name in the description."""
    from tocsin.web.api import api

    found = {}
    for _, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                names = [auth.scope for auth in operation.auth_callbacks if hasattr(auth, "scope")]
                found[operation.operation_id or api.get_openapi_operation_id(operation)] = ", ".join(names)
    return found


def _answers(call: dict[str, Any]) -> str:
    good = {status: answer for status, answer in call["responses"].items() if str(status).startswith("2")}
    for status, answer in good.items():
        content = answer.get("content", {})
        if not content:
            return str(status)
        return f"{status} {_shape(next(iter(content.values())).get('schema', {}))}"
    return ""


def _shape(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_shape(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_shape(schema.get('items', {}))}"
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    return str(schema.get("format") or schema.get("type", "any"))


# JSON of the command line


def documented_fields(page: Path) -> dict[str, set[str]]:
    """Return the fields that a page lists for each command, by the headings ``JSON of tocsin <verb>``."""
    found: dict[str, set[str]] = {}
    same: dict[str, tuple[str, str]] = {}
    verb = ""
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("#"):
            verb = line.partition("JSON of tocsin ")[2].strip()
        elif verb and line.startswith("| `"):
            found.setdefault(verb, set()).add(line.split("`")[1])
        elif verb and (elsewhere := SAME.match(line)):
            same[verb] = (elsewhere["verb"], "[]." if elsewhere["one"] else "")
    return found | {
        name: {field.removeprefix(inside) for field in found.get(other, set())}
        for name, (other, inside) in same.items()
    }


def fields_of(value: Any, name: str = "") -> Iterator[str]:
    """Yield the path of every field of a JSON value."""
    if isinstance(value, dict):
        for key, below in value.items():
            path = f"{name}.{key}" if name else key
            yield path
            yield from fields_of(below, path)
    elif isinstance(value, list):
        for one in value:
            yield from fields_of(one, f"{name}[]")
