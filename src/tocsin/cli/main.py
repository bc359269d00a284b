"""The command ``tocsin``: one verb a module, loaded only when it is called.

Exit codes: 0 done; 1 refused, or problems were found; 2 the call's words are wrong; 3 the store or
the mission folder cannot be used.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

VERBS = {
    "init": "Make a mission folder, empty or with a fictional world.",
    "load": "Bring in a dataset.",
    "assess": "Print the protection matrix at a moment.",
    "outlook": "Print where more happens than usual, and the chances of the next four weeks.",
    "cover": "Print who can be reached in time, and the honest gap.",
    "brief": "Write a brief as PDF or DOCX.",
    "message": "Take in a message.",
    "read": "Read a file of messages with a world, without a mission.",
    "reports": "List reports.",
    "alerts": "List alerts.",
    "acknowledge": "Acknowledge an alert.",
    "decide": "Decide on an alert, or see first what can be decided.",
    "alert": "What is done about one alert, from a call at night to its end.",
    "report": "Take, judge, correct, join and part reports.",
    "duty": "Print who has the watch, and write in the rota.",
    "handover": "Hand the watch over, by a note made from the record.",
    "callback": "List who waits to be called back, and write what came of it.",
    "warn": "List, release and print warnings to the people at risk.",
    "cap": "Check CAP 1.2 files, and look after the keys that ours are signed with.",
    "show": "Show a record as it stood at a moment.",
    "policy": "Show, draft, compare and approve the threshold of an imminent threat.",
    "response": "Print the rate of response: by class and timing, and how long each step took.",
    "bench": "Try the warning methods on open data.",
    "scorecard": "Print how far warnings came before harm, at what cost, and what nobody was warned of.",
    "review": "Compare what was warned of with what happened.",
    "audit": "Verify or list the audit log.",
    "account": "Make accounts, and say how each is reached.",
    "word": "Try, accept and reject the words that corrections propose.",
    "drill": "Begin, watch and end the drill of a network.",
    "network": "Enter community networks, and see who is not heard.",
    "gateway": "Register a gateway that sends messages.",
    "gateways": "List gateways, open and close them, and send a test message.",
    "token": "Make or revoke an API token.",
    "work": "Do the work that is due, once.",
    "check": "Check the mission folder and its store.",
    "serve": "Run the pages and the worker.",
}


class _LazyVerbs(TyperGroup):
    """Loads a verb's module when it is called, so that no call pays for the others."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in VERBS:
            return None
        module: Any = importlib.import_module(f"tocsin.cli.commands.{cmd_name}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        command.help = command.help or VERBS[cmd_name]
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


app = typer.Typer(
    cls=_LazyVerbs,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Early warning and planning for the protection of civilians.",
)


@app.callback()
def choose_mission(
    mission: Annotated[
        Path | None, typer.Option("-m", "--mission", help="The mission folder (or set TOCSIN_MISSION).")
    ] = None,
) -> None:
    """Early warning and planning for the protection of civilians."""
    if mission is not None:
        os.environ["TOCSIN_MISSION"] = str(mission.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")


def main() -> None:
    """Run the command line; where the mission or its store cannot be used, say so and leave with 3."""
    try:
        app()
    except SystemExit as unusable:
        if isinstance(unusable.code, str):
            _leave(unusable.code)
        raise
    except Exception as fault:
        # Django is not loaded for a call that needs no store, so its faults are known by name.
        if type(fault).__module__ != "django.db.utils":
            raise
        _leave(f"The store of this mission cannot be used ({type(fault).__name__}). Run: tocsin -m FOLDER check")


def _leave(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise SystemExit(3)
