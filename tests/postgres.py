"""A PostgreSQL server of the tests' own: started on a free port, gone when they end."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

# The server trusts nothing it would trust with real data: a crash may lose everything.
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}
WAIT_S = 30


def programs() -> Path:
    """Return the folder of the server's programs, newest of 15 and later first choice 15."""
    for folder in (Path("/usr/lib/postgresql/15/bin"), *sorted(Path("/usr/lib/postgresql").glob("*/bin"))):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    if found is None:
        raise RuntimeError("PostgreSQL 15 is not installed. Run tools/setup_system.sh test.")
    return Path(found).parent


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_server_user(command: list[str]) -> list[str]:
    """Return the command as root must run it: the server refuses to run as root."""
    if os.geteuid() == 0:
        return ["runuser", "-u", "postgres", "--", *command]
    return command


@dataclass
class Server:
    """One running server and the folder that holds it."""

    folder: Path
    url: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Stop the server and remove every trace of it."""
        subprocess.run(
            as_server_user([str(programs() / "pg_ctl"), "stop", "-m", "immediate", "-D", str(self.folder / "data")]),
            check=False,
            capture_output=True,
            cwd="/",
        )
        self.process.wait(timeout=WAIT_S)
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> Server:
    """Make an empty server and wait until it answers."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-postgres-"))
    password = secrets.token_urlsafe(16)
    secret = folder / "password"
    secret.write_text(password, "utf-8")
    data = folder / "data"
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        shutil.chown(secret, "postgres", "postgres")
    subprocess.run(
        as_server_user(
            [
                str(programs() / "initdb"), "--no-sync", "--encoding=UTF8", "--locale=C", "--username=tocsin",
                "--auth=scram-sha-256", f"--pwfile={secret}", "-D", str(data),
            ]
        ),
        check=True,
        capture_output=True,
        cwd="/",
    )  # fmt: skip
    port = free_port()
    options = [f"-c{name}={value}" for name, value in FAST.items()]
    process = subprocess.Popen(
        as_server_user([str(programs() / "postgres"), "-D", str(data), "-p", str(port), f"-k{folder}", *options]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    server = Server(folder, f"postgresql://tocsin:{password}@127.0.0.1:{port}/postgres", process)
    try:
        wait_until_it_answers(server)
    except BaseException:
        server.stop()
        raise
    return server


def wait_until_it_answers(server: Server) -> None:
    """Return when the server takes a connection; raise when it does not within the limit."""
    import psycopg

    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            psycopg.connect(server.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
