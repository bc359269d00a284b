"""``tocsin init``: make a mission folder."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)
_MADE = ("mission.toml", "mission.db", "keys/secret.key")


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    world: Annotated[str, typer.Option(help="empty, three_villages or ardenya.")] = "empty",
    database: Annotated[str, typer.Option(help="postgresql://user:password@host:port/name; empty keeps SQLite.")] = "",
    ending: Annotated[
        str, typer.Option(help="'today' moves a world so that it ends now; 'itself' leaves its dates.")
    ] = "itself",
    zone: Annotated[str, typer.Option(help="Offset from UTC of an empty mission, such as +01:00.")] = "+00:00",
    as_json: doors.JsonOption = False,
) -> None:
    """Make a mission folder, empty or with a fictional world. An existing mission is never touched."""
    if any((folder / name).exists() for name in _MADE):
        doors.stop(f"{folder} is a mission already, or what is left of one; nothing was changed.", code=1)
    _check_words(ending, database, zone)
    settings = _world_settings(world)
    before = set(folder.iterdir()) if folder.exists() else None
    try:
        _write_folder(folder, settings, database=database, zone=zone)
        os.environ["TOCSIN_MISSION"] = str(folder.resolve())
        doors.open_mission()
        result = _fill(folder, world, ending)
    except BaseException:  # half a mission would be taken for a whole one
        if folder.exists():
            _take_away(folder, before)
        raise
    doors.show(result, as_json=as_json, lines=_lines)


def _check_words(ending: str, database: str, zone: str) -> None:
    if ending not in ("today", "itself"):
        doors.stop(f"--ending is '{ending}', expected today or itself.", code=2)
    if database and not database.startswith(("postgresql://", "postgres://")):
        doors.stop("--database must begin with postgresql://; without it the mission keeps SQLite.", code=2)
    if not re.fullmatch(r"[+-](?:0\d|1[0-4]):[0-5]\d", zone):
        doors.stop(f"--zone is '{zone}', expected an offset from UTC such as +01:00.", code=2)


def _take_away(folder: Path, before: set[Path] | None) -> None:
    """Remove what was made, and nothing that was there before; `before` is None where there was no folder."""
    for name in _MADE:
        (folder / name).unlink(missing_ok=True)
    for made in set(folder.iterdir()) - (before or set()):
        if made.is_dir():
            shutil.rmtree(made)
        else:
            made.unlink()
    if before is None:
        folder.rmdir()


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
    # The database lies here too, and holds what people told: nobody else of this machine reads it.
    folder.chmod(0o700)
    (folder / "keys").chmod(0o700)
    (folder / "static").mkdir(exist_ok=True)
    key = folder / "keys" / "secret.key"
    key.touch(mode=0o600)
    key.write_text(secrets.token_urlsafe(48) + "\n", "utf-8")
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
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _fill(folder: Path, world: str, ending: str) -> dict[str, Any]:
    from tocsin.services import missions

    now = datetime.now(UTC)
    if not missions.is_store_empty():
        doors.stop("There are tables in this database already; nothing was changed. Name an empty one.", code=1)
    try:
        return _fill_store(folder, world, ending, now)
    except BaseException:
        missions.take_store_away()
        raise


def _fill_store(folder: Path, world: str, ending: str, now: datetime) -> dict[str, Any]:
    from tocsin.core.reference import wording
    from tocsin.services import missions

    missions.prepare_store()
    if world == "empty":
        return {"mission": str(folder), "world": world, "accounts": [], "problems": []}
    found, days = missions.read_settings_of(missions.find_world(world), ending=now if ending == "today" else None)
    with doors.progress_bar(f"World {world}", 0, quiet=False):
        accounts, problems = missions.start_world(found, now=now)
    made = [
        {
            "account": one.username,
            "title": one.title,
            "role": one.role.value,
            "sector": one.sector,
            "passphrase": one.passphrase,
            "second_factor": one.second_factor,
        }
        for one in accounts
    ]
    _keep_demo_accounts(folder, made)
    return {
        "mission": str(folder),
        "world": world,
        "moved_by_days": days,
        "accounts": made,
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
