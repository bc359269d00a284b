"""``tocsin init``: make a mission folder."""

from __future__ import annotations

import json
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    world: Annotated[str, typer.Option(help="empty, three_villages or ardenya.")] = "empty",
    database: Annotated[str, typer.Option(help="postgresql://user:password@host:port/name; empty keeps SQLite.")] = "",
    ending: Annotated[str, typer.Option(help="'today' moves a world so that it ends now; 'itself' leaves its dates.")] = "itself",
    zone: Annotated[str, typer.Option(help="Offset from UTC of an empty mission, such as +01:00.")] = "+00:00",
    as_json: doors.JsonOption = False,
) -> None:
    """Make a mission folder, empty or with a fictional world. An existing mission is never touched."""
    if (folder / "mission.toml").exists():
        doors.stop(f"{folder} is a mission already; nothing was changed.", code=1)
    if ending not in ("today", "itself"):
        doors.stop(f"--ending is '{ending}', expected today or itself.", code=2)
    settings = _world_settings(world)
    _write_folder(folder, settings, database=database, zone=zone)
    os.environ["TOCSIN_MISSION"] = str(folder.resolve())
    doors.open_mission()
    result = _fill(folder, world, ending)
    doors.show(result, as_json=as_json, lines=_lines)


def _world_settings(world: str) -> dict[str, Any]:
    if world == "empty":
        return {}
    import yaml

    from tocsin.feeds.world_folder.adapter import find_world

    try:
        path = find_world(world) / "world.yaml"
    except LookupError as missing:
        doors.stop(f"{missing.args[0]}, or empty", code=2)
    return dict(yaml.safe_load(path.read_text("utf-8")))


def _write_folder(folder: Path, world: dict[str, Any], *, database: str, zone: str) -> None:
    (folder / "keys").mkdir(parents=True, exist_ok=True)
    (folder / "keys").chmod(0o700)
    (folder / "static").mkdir(exist_ok=True)
    key = folder / "keys" / "secret.key"
    key.write_text(secrets.token_urlsafe(48) + "\n", "utf-8")
    key.chmod(0o600)
    lines = [
        "# The mission's settings. Nothing here is secret but the database address, if it holds a password.",
        f"mission = {json.dumps(world.get('mission', folder.name), ensure_ascii=False)}",
        f"country = {json.dumps(world.get('country', ''), ensure_ascii=False)}",
        f"world = {json.dumps(world.get('code', 'empty'))}",
        f"zone = {json.dumps(str(world.get('zone', zone)))}",
        'language = "en"',
        "hosts = []",
        "https = false",
    ]
    if world:
        # A fictional mission sends nothing: its texts stay here, to be looked at.
        (folder / "outbox").mkdir(mode=0o700, exist_ok=True)
        lines.append('outgoing_spool = "outbox"')
    if database:
        lines.append(f"database = {json.dumps(database)}")
    path = folder / "mission.toml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    path.chmod(0o600)


def _fill(folder: Path, world: str, ending: str) -> dict[str, Any]:
    from tocsin.core.reference import wording
    from tocsin.services import missions

    now = datetime.now(UTC)
    missions.prepare_store()
    if world == "empty":
        return {"mission": str(folder), "world": world, "accounts": [], "problems": []}
    found, days = missions.read_settings_of(missions.find_world(world), ending=now if ending == "today" else None)
    with doors.progress_bar(f"World {world}", 0, quiet=False):
        accounts, problems = missions.start_world(found, now=now)
    made = [
        {
            "account": one.username, "title": one.title, "role": one.role.value, "sector": one.sector,
            "passphrase": one.passphrase, "second_factor": one.second_factor,
        }
        for one in accounts
    ]
    _keep_demo_accounts(folder, made)
    return {
        "mission": str(folder), "world": world, "moved_by_days": days, "accounts": made,
        "problems": [wording.problem(one) for one in problems],
    }


def _keep_demo_accounts(folder: Path, made: list[dict[str, str]]) -> None:
    """A fictional world's accounts stay at hand for the next start; a real mission never has this file."""
    path = folder / "demo-accounts.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(made, indent=1) + "\n", "utf-8")


def _lines(result: dict[str, Any]) -> Any:
    yield f"Mission made in {result['mission']} (world: {result['world']})."
    for problem in result["problems"]:
        yield f"  {problem}"
    if result["accounts"]:
        yield f"{len(result['accounts'])} accounts were made; `tocsin -m {result['mission']} account list` shows them."
    yield f"Start it with: tocsin -m {result['mission']} serve"
