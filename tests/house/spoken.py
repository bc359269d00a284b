"""Plays a fictional night in a folder of its own, and prints what every ``--json`` answered.

A process of its own, because a process of Django knows one mission only.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

AT = "2027-03-12T04:00+01:00"
TABLE = "name,country,lat,lon,people,date\nOru,,,,2400,2026-01-01\nTesh,,,,many,2026-01-01\n"


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
        "review": ["review", "--as-of", AT],
        "audit verify": ["audit", "verify"],
        "audit list": ["audit", "list"],
        "account add": ["account", "add", "watch", "--role", "analyst"],
        "account list": ["account", "list"],
        "gateway": ["gateway", "north"],
        "token add": ["token", "add", "duty", "--scope", "read:alerts"],
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
    for name, words in commands(folder).items():
        call = [word.format(**known) if word.startswith("{") else word for word in words]
        result = runner.invoke(app, ["-m", str(folder.parent / "mission"), *call, "--json"])
        if result.exit_code not in (0, 1) or not result.stdout.strip():
            raise SystemExit(f"tocsin {' '.join(call)}: {result.output or result.exception!r}")
        said[name] = json.loads(result.stdout)
        known |= _learned(name, said[name])
    return said


def _learned(name: str, value: Any) -> dict[str, str]:
    """Return the references by which later calls name a record."""
    names = {"alerts": "alert", "reports": "report"}
    if name in names:
        return {names[name]: value[0]["ref"]}
    return {"decision": value["ref"]} if name == "decide" else {}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(play(Path(sys.argv[1]))))
