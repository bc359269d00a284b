"""Bring the catalogues of locale/ up to date with the texts of pages and code.

Works on the folder it is started in, which must hold src/tocsin and locale. A
text that is new stands without a translation: none is guessed from one alike.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.commands import makemessages

LANGUAGES = ("fr", "ar")


class Command(makemessages.Command):
    """The command of Django, without guesses and without wrapped lines."""

    msgmerge_options: ClassVar[list[str]] = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


def main() -> None:
    """Extract from the folder at hand, and leave out the moment, which would change in every run."""
    if not Path("src/tocsin").is_dir():
        sys.exit("src/tocsin is not here. Start this in the root of the repository.")
    settings.configure(USE_I18N=True, STATIC_ROOT="", MEDIA_ROOT="")
    options: dict[str, Any] = {
        "locale": LANGUAGES,
        "exclude": [],
        "all": False,
        "keep_pot": False,
        "domain": "django",
        "verbosity": 0,
        "extensions": ["html", "py"],
        "symlinks": False,
        "use_default_ignore_patterns": True,
        "ignore_patterns": ["tests", "tools", "benchmarks", "docs", "worlds", "node_modules", "static", "migrations"],
        "no_wrap": True,
        "no_location": False,
        "add_location": "file",
        "no_obsolete": True,
    }
    Path("locale").mkdir(exist_ok=True)
    Command().handle(**options)
    for code in LANGUAGES:
        catalogue = Path("locale", code, "LC_MESSAGES", "django.po")
        lines = catalogue.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = (line for line in lines if not line.startswith('"POT-Creation-Date'))
        catalogue.write_text("".join(kept), encoding="utf-8")


if __name__ == "__main__":
    main()
