"""Finds the codes that the source speaks in, and which of them have no sentence, or no speaker."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

SPOKEN = {"Because": "reason", "Problem": "problem"}
NUMBERED = re.compile(r"^(?:REF|PLC|EVD|ASM|ALT|ALO|PLN|LSN|FEED|CHN|SEC)-\d{3}$")
DOUBT = re.compile(r"^[a-z]+(?:_[a-z0-9]+)*$")
PLACEHOLDER = re.compile(r"{(\w+)[^}]*}")


def trees(root: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Yield every module of the product with its parsed source; migrations and tests speak to nobody."""
    for path in sorted(root.rglob("*.py")):
        if "migrations" not in path.parts and not path.name.startswith("test_"):
            yield path, ast.parse(path.read_text("utf-8"))


def shapes(node: ast.expr | None) -> Iterator[str]:
    """Yield what a code may be, as a pattern: a literal itself, an f-string with ``*`` for each value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from shapes(node.body)
        yield from shapes(node.orelse)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        for left in shapes(node.left):
            yield from (left + right for right in list(shapes(node.right)) or ["*"])


def used(tree: ast.AST) -> set[str]:
    """Return the keys of wording that a module asks for by name, patterns included."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            kind = SPOKEN.get(getattr(node.func, "id", getattr(node.func, "attr", "")))
            if kind and node.args:
                found |= {f"{kind}.{shape}" for shape in shapes(node.args[0])}
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NUMBERED.match(node.value):
            found.add(f"problem.{node.value}")
        if isinstance(node, ast.Constant | ast.JoinedStr):
            found |= {shape for shape in shapes(node) if shape.startswith("outgoing.") and not shape.endswith(".")}
        if isinstance(node, ast.keyword) and node.arg == "doubts":
            found |= doubts(node.value)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("doubts.append"):
            found |= set().union(*(doubts(one) for one in node.args))
    return {key for key in found if key.strip("*.") not in {"reason", "problem", "outgoing"}}


def doubts(node: ast.AST) -> set[str]:
    """Return the keys of the doubts that stand in an expression by name."""
    if isinstance(node, ast.Tuple | ast.List):
        return set().union(*(doubts(one) for one in node.elts))
    if isinstance(node, ast.IfExp):
        return doubts(node.body) | doubts(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and DOUBT.match(node.value):
        return {f"term.doubt.{node.value}"}
    return doubts(node.value) if isinstance(node, ast.Starred) else set()


def without_sentence(keys: Iterable[str], wording: Mapping[str, object]) -> list[str]:
    """Name the keys that no entry of the wording answers."""
    return sorted(key for key in keys if not any(matches(key, known) for known in wording))


def without_speaker(wording: Iterable[str], spoken: Iterable[str]) -> list[str]:
    """Name the sentences that no literal of the source can ask for."""
    shapes = set(spoken)
    exact = {shape for shape in shapes if "*" not in shape}
    open_ones = [shape for shape in shapes if "*" in shape and re.search(r"[a-z]{2}[._]|[._][a-z]{2}", shape)]
    sentences = (key for key in wording if key.split(".", 1)[0] in {"reason", "problem", "outgoing"})
    return sorted(
        key
        for key in sentences
        if not {key, key.split(".", 1)[1]} & exact
        and not any(matches(shape, key) or matches(shape, key.split(".", 1)[1]) for shape in open_ones)
    )


def literals(tree: ast.AST) -> set[str]:
    """Return every text of a module, with ``*`` where a value is put in."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            found |= set(shapes(node))
    return found


def uneven(wording: Mapping[str, Mapping[str, str]], languages: Iterable[str]) -> list[str]:
    """Name the sentences that are missing in a language, or fill other facts in one than in another."""
    found = []
    for key, texts in wording.items():
        slots = [frozenset(PLACEHOLDER.findall(str(texts.get(language) or ""))) for language in languages]
        if any(not texts.get(language) for language in languages) or len(set(slots)) > 1:
            found.append(key)
    return sorted(found)


def matches(shape: str, text: str) -> bool:
    """Return whether a text has a shape."""
    return shape == text or ("*" in shape and re.fullmatch(re.escape(shape).replace(r"\*", ".+"), text) is not None)
