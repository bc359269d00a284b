"""Plays fictional nights in folders of their own, in a process of its own: Django knows one mission only.

python -m tests.house.spoken FOLDER              what every ``--json`` answered
python -m tests.house.spoken FOLDER PAGE.md      what the commands that a page shows answered
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from tests.house import deeds
from tests.house.documents import FENCE, words

AT = "2027-03-12T04:00+01:00"
NIGHT = "2027-03-12"
TABLE = "name,country,lat,lon,people,date\nOru,,,,2400,2026-01-01\nTesh,,,,many,2026-01-01\n"
# These wait for a person, or answer otherwise at every call.
NOT_PLAYED = {"serve", "code"}


def commands(folder: Path) -> dict[str, list[str]]:
    """Return the call of each verb; later ones use the records that earlier ones made."""
    table = folder.parent / "people.csv"
    table.write_text(TABLE, "utf-8")
    mission = folder.parent / "mission"
    return {
        "init": ["init", str(mission), "--world", "three_villages"],
        "load": ["load", "population", str(table)],
        "assess": ["assess", "--as-of", AT],
        "cover": ["cover", "--as-of", AT],
        "cover, too far": ["cover", "--within-hours", "0.4", "--as-of", AT],
        "brief": ["brief", "gap-statement", "--out", str(folder.parent / "gap.docx"), "--as-of", AT],
        "message": [
            "message",
            "--text",
            "Urgent! armed men attack Malka",
            "--from",
            "+999 000 0101",
            "--received-at",
            AT,
        ],
        "reports": ["reports"],
        "alerts": ["alerts"],
        "acknowledge": ["acknowledge", "{alert}", "--as", "duty", "--at", AT],
        "decide": ["decide", "{alert}", "monitor", "--why", "we look at it again", "--as", "duty", "--at", AT],
        "show": ["show", "{alert}", "--as-of", AT],
        "show, a report": ["show", "{report}", "--as-of", AT],
        "show, a decision": ["show", "{decision}", "--as-of", AT],
        "policy show": ["policy", "show"],
        "policy draft": ["policy", "draft", "VAL-2"],
        "policy diff": ["policy", "diff", "VAL-2"],
        "policy approve": ["policy", "approve", "VAL-2", "--seen", "{seen}", "--why", "New mandate."],
        "response": ["response", "--from", "2020-01-01"],
        "scorecard": ["scorecard", "--as-of", AT],
        "outlook": ["outlook", "--as-of", AT],
        "review": ["review", "--as-of", AT],
        **deeds.of_alerts(AT),
        **deeds.of_reports(AT),
        **deeds.of_the_watch(AT),
        **deeds.of_networks(AT, folder.parent),
        **deeds.of_policy(),
        "audit verify": ["audit", "verify"],
        "audit list": ["audit", "list"],
        "account add": ["account", "add", "watch", "--role", "analyst"],
        "account list": ["account", "list"],
        "gateway": ["gateway", "north"],
        "gateway, whatsapp": ["gateway", "wa", "--channel", "whatsapp"],
        "token add": ["token", "add", "duty", "--scope", "read:alerts"],
        "warn list": ["warn", "list"],
        "cap keys new": ["cap", "keys", "new", "--purpose", "exercise"],
        **deeds.of_warnings(folder.parent),
        **deeds.of_keeping(),
        "cap keys list": ["cap", "keys", "list"],
        "work": ["work"],
        "check": ["check"],
    }


def play(folder: Path) -> dict[str, Any]:
    """Return the JSON that each call printed."""
    from typer.testing import CliRunner

    from tocsin.cli.main import app

    runner = CliRunner()
    said: dict[str, Any] = {}
    known: dict[str, str] = {}
    for name, asked in commands(folder).items():
        call = ["-m", str(folder.parent / "mission"), *(deeds.filled(word, known) for word in asked)]
        is_file = name.startswith("file ")
        result = runner.invoke(app, call if is_file else [*call, "--json"], input=deeds.TYPED)
        if result.exit_code not in (0, 1) or not result.stdout.strip():
            raise SystemExit(f"tocsin {' '.join(call)}: {result.output or result.exception!r}")
        if is_file:
            (folder.parent / name.removeprefix("file ")).write_text(result.stdout, "utf-8")
            continue
        said[name] = json.loads(result.stdout)
        known |= deeds.learned(name, said[name])
    return said


def shown(page: Path) -> list[tuple[list[str], str]]:
    """Return each command that the console blocks of a page show, and what stands below it."""
    found: list[tuple[list[str], str]] = []
    for _, _, kind, block in FENCE.findall(page.read_text("utf-8")):
        if kind.strip() != "console":
            continue
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, answer = part.partition("\n")
            found.append((words(line), answer))
    return found


def tell(page: Path, folder: Path) -> list[list[str]]:
    """Play the commands of a page in their order; return each with what it said and what the page says."""
    from typer.testing import CliRunner

    from tocsin.cli.main import app

    os.chdir(folder)
    runner = CliRunner()
    told = []
    for call, expected in shown(page):
        if call[0] != "tocsin" or NOT_PLAYED & set(call):
            continue
        # The world keeps its own dates, so that the season is the same whenever this runs.
        said = [word.replace("${NIGHT}", NIGHT).replace("today", "itself") for word in call[1:]]
        result = runner.invoke(app, said)
        if result.exit_code != 0:
            raise SystemExit(f"{' '.join(call)}: {result.output or result.exception!r}")
        told.append([" ".join(call), result.stdout, expected])
    return told


if __name__ == "__main__":
    answer = tell(Path(sys.argv[2]).resolve(), Path(sys.argv[1])) if sys.argv[2:] else play(Path(sys.argv[1]))
    sys.stdout.write(json.dumps(answer))
