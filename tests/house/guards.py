"""The rules of the house as plain functions: each takes files and returns its complaints.

An empty list means that the rule holds. Every guard is called twice by the tests: on the
house itself, where it must be silent, and on a planted offence, where it must speak.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src" / "tocsin"

# The house aims at 400 and 40; what passes these needs another cut, not another excuse.
MOST_LINES = 500
MOST_FUNCTION_LINES = 60
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "managers",
                   "engine", "core2", "data", "stuff", "lib"}  # fmt: skip
# Django looks for an engine's connection under this name.
NAMED_BY_DJANGO = {"store/sqlite/base.py"}
FORBIDDEN_VERBS = {"handle", "process", "manage", "do"}
HOSTS = re.compile(r"https?://|index-url|find-links|registry\.|pypi\.|pythonhosted", re.IGNORECASE)
MACHINE = re.compile(r"(?<![\w./-])/(?:work|root)/\w")
COPYLEFT = re.compile(r"(?<!L)(?<!Lesser )(?<!Library )\bA?GPL|GNU (?:Affero )?General Public", re.IGNORECASE)
TODO = re.compile(r"\b(?:TODO|FIXME|XXX)\b(?!.{0,12}#\d)")
# A rule set aside: by its name, and then why, on the same line.
WAIVER = re.compile(
    r"#\s*(?:ruff:\s*)?noqa\b(?::\s*[A-Z0-9]+(?:,\s*[A-Z0-9]+)*)?|#\s*type:\s*ignore\b(?:\[[\w, -]+\])?"
)
SKIP = re.compile(r"mark\.(?:skipif|skip|xfail)\b(?!.*reason=)|pytest\.(?:skip|xfail)\(\s*\)")
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".csv", ".html", ".js", ".css", ".sh", ".txt", ".po", ".json", ""}


def tracked(root: Path = ROOT) -> list[Path]:
    """Return the text files that are, or are about to be, in the repository."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, check=True, capture_output=True, text=True,
    )  # fmt: skip
    files = [root / name for name in listing.stdout.split("\0") if name]
    return [path for path in files if path.suffix in TEXT and path.is_file()]


def waivers_without_reason(paths: Iterable[Path], root: Path = ROOT) -> list[str]:
    """Name the lines that set a rule, a type or a test aside and do not say why."""
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            *_, last = [None, *WAIVER.finditer(line)]
            if (last and not line[last.end() :].strip(" #-:()")) or SKIP.search(line):
                found.append(f"{place(path, root)}:{number}")
    return found


def modules(root: Path = SOURCE) -> list[Path]:
    """Return the Python files of the product, without migrations and tests."""
    return [
        path
        for path in sorted(root.rglob("*.py"))
        if "migrations" not in path.parts and not path.name.startswith("test_")
    ]


def place(path: Path, root: Path) -> str:
    """Return the path as a reader of the repository knows it."""
    return str(path.relative_to(root)) if root in path.parents else path.name


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a file, methods and inner ones included."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without its docstring and its decorators."""
    first = function.body[0]
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def long_files(root: Path = SOURCE) -> list[str]:
    """Name the files that nobody reads to the end."""
    counted = ((path, len(path.read_text("utf-8").splitlines())) for path in modules(root))
    return [f"{place(path, root)}: {lines} lines" for path, lines in counted if lines > MOST_LINES]


def long_functions(root: Path = SOURCE) -> list[str]:
    """Name the functions that do more than one thing."""
    return [
        f"{place(path, root)}:{function.lineno} {function.name}: {length(function)} lines"
        for path in modules(root)
        for function in functions(path)
        if length(function) > MOST_FUNCTION_LINES
    ]


def vague_names(root: Path = SOURCE) -> list[str]:
    """Name the modules and functions whose name says nothing."""
    found = []
    for path in modules(root):
        name = path.parent.name if path.name == "__init__.py" else path.stem
        if name in FORBIDDEN_NAMES and place(path, root) not in NAMED_BY_DJANGO:
            found.append(place(path, root))
        found += [
            f"{place(path, root)}:{function.lineno} {function.name}"
            for function in functions(path)
            if function.name in FORBIDDEN_VERBS and "management" not in path.parts
        ]
    return found


def hosts_in_locks(root: Path = ROOT) -> list[str]:
    """Name the lines of lock files that name a host: a lock must install from anywhere."""
    locks = [*sorted((root / "requirements").glob("*.txt")), root / "package-lock.json", root / ".npmrc"]
    return [
        f"{place(lock, root)}:{number} {line.strip()}"
        for lock in locks
        if lock.exists()
        for number, line in enumerate(lock.read_text("utf-8").splitlines(), 1)
        if HOSTS.search(line)
    ]


def unhashed_pins(root: Path = ROOT) -> list[str]:
    """Name the pins of the Python locks that carry no hash."""
    found = []
    for lock in sorted((root / "requirements").glob("*.txt")):
        for pin in re.split(r"\n(?=\S)", lock.read_text("utf-8").strip()):
            if not pin.startswith("#") and ("==" not in pin or "--hash=sha256:" not in pin):
                found.append(f"{lock.name}: {pin.splitlines()[0]}")
    return found


def machine_paths(files: Iterable[Path], root: Path = ROOT) -> list[str]:
    """Name the lines that only hold on one machine."""
    return lines_with(MACHINE, files, root)


def loose_todos(files: Iterable[Path], root: Path = ROOT) -> list[str]:
    """Name the promises in code that no issue number keeps."""
    return lines_with(TODO, (path for path in files if path.suffix in {".py", ".js", ".html", ".sh"}), root)


def lines_with(pattern: re.Pattern[str], files: Iterable[Path], root: Path) -> list[str]:
    """Name the lines that the pattern is found in."""
    return [
        f"{place(path, root)}:{number} {line.strip()[:80]}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def pinned(lock: Path) -> list[str]:
    """Return the names of the packages of a lock."""
    return re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==", lock.read_text("utf-8"), re.MULTILINE)


def stale_pins(wanted: Iterable[str], lock: Path) -> list[str]:
    """Name the direct requirements that the lock does not meet: somebody forgot `make lock`."""
    held = dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", lock.read_text("utf-8"), re.MULTILINE))
    found = []
    for line in wanted:
        requirement = Requirement(line)
        version = held.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            found.append(f"{lock.name}: {line}, locked {version or 'nowhere'}")
    return found


def copyleft(installed: Iterable[Distribution]) -> list[str]:
    """Name the packages whose own metadata declare a licence that would bind the whole product.

    The Lesser GPL is no such licence: the library stays replaceable.
    """
    found = []
    for package in installed:
        told = [
            package.metadata.get("License-Expression") or "",
            (package.metadata.get("License") or "").split("\n", 1)[0],
            *(line for line in package.metadata.get_all("Classifier") or () if line.startswith("License")),
        ]
        # "MIT OR GPL-2.0" leaves the choice to us.
        if any(COPYLEFT.search(line) and " OR " not in line for line in told):
            found.append(f"{package.metadata['Name']}: {'; '.join(line for line in told if line)}")
    return found


def unread_test_files(root: Path) -> list[str]:
    """Name the files with tests that the runner would pass by because of their name."""
    return [
        place(path, root)
        for path in sorted(root.rglob("*.py"))
        if not path.name.startswith("test_")
        and path.name != "conftest.py"
        and any(f.name.startswith("test_") for f in ast.parse(path.read_text("utf-8")).body
                if isinstance(f, ast.FunctionDef))
    ]  # fmt: skip
