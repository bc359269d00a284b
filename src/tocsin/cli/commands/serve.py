"""``tocsin serve``: run the pages and the worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)
LOOK_EVERY_S, SOON_S = 0.2, 5.0
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
) -> None:
    """Run the pages and the worker until interrupted. The store is checked first, and upgraded if need be."""
    doors.open_mission()
    from django.conf import settings
    from django.core.management import call_command

    from tocsin.services import missions, surge_notices

    if host not in LOOPBACK and not settings.HTTPS:
        doors.stop(
            f"--host {host} would send pass-phrases and reports in the clear. Put a proxy with a certificate before "
            "this address and set https = true in mission.toml, or listen on 127.0.0.1.",
            code=2,
        )

    missions.prepare_store()
    surge_notices.keep_watch(doors.now())
    call_command("collectstatic", verbosity=0, interactive=False)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tocsin.settings"}
    pages = [
        sys.executable,
        "-m",
        "uvicorn",
        "tocsin.web.asgi:application",
        "--host",
        host,
        "--port",
        str(port),
        "--log-level",
        "warning",
        "--no-access-log",
        "--timeout-graceful-shutdown",
        "5",
    ]
    worker = [sys.executable, "-m", "tocsin.jobs.tick"]
    _print_welcome(host, port)
    _keep_running({"pages": pages, "worker": worker}, environment)


def _print_welcome(host: str, port: int) -> None:
    typer.echo(f"Tocsin is at http://{'localhost' if host == '127.0.0.1' else host}:{port}/")
    path = Path(os.environ["TOCSIN_MISSION"]) / "demo-accounts.json"
    if not path.is_file():
        return
    typer.echo("\nAccounts of this fictional world (pass-phrase, then a second-factor code):")
    for one in json.loads(path.read_text("utf-8")):
        typer.echo(f"  {one['account']:18} {one['passphrase']:30} {one['title']}")
    typer.echo(f"Second-factor code:  tocsin -m {os.environ['TOCSIN_MISSION']} account code ACCOUNT")
    typer.echo("Report form without an account:  /report/\n")


def _keep_running(commands: dict[str, list[str]], environment: dict[str, str]) -> None:
    """Start each part, start it again should it die, and stop all together on a signal."""
    stopping = False

    def stop(number: int, frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    running = {name: subprocess.Popen(command, env=environment) for name, command in commands.items()}
    began = dict.fromkeys(commands, time.monotonic())
    while not stopping:
        time.sleep(LOOK_EVERY_S)
        for name, process in running.items():
            if process.poll() is not None and not stopping:
                typer.echo(f"{name} stopped with code {process.returncode}; it is started again", err=True)
                # At once, for alerts wait; what dies as soon as it is started waits a little.
                if time.monotonic() - began[name] < SOON_S:
                    time.sleep(1)
                running[name], began[name] = subprocess.Popen(commands[name], env=environment), time.monotonic()
    for process in running.values():
        process.terminate()
    for process in running.values():
        try:
            process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            process.kill()
