"""What tests of the pages start from: Three Villages, people signed in, and a server for the browser."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.fronts import Front

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
PHRASE = "a phrase that only the tests know"


def second_factor_code(secret: str, *, at: float | None = None) -> str:
    """Return the code that an authenticator app would show, worked out here once more."""
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


# The rows of the world, and what the engine was told when they were first put back.
_KEPT: list[tuple[Any, list[Any]]] = []
_LINES: list[tuple[str, Any]] = []


@pytest.fixture
def world(db: None) -> None:
    """Three Villages on the morning after the night.

    It is played once; the tests after the first get the same rows put back, which is far quicker.
    """
    from django.apps import apps
    from django.core.cache import cache

    cache.clear()
    if _KEPT:
        put_back()
        return
    from tocsin.services import missions

    count_from_one()
    now = datetime.now(UTC)
    found, _ = missions.read_settings_of(missions.find_world("three_villages"), ending=now)
    missions.start_world(found, now=now)
    fresh = [model for model in apps.get_models() if model._meta.app_label in ("tocsin", "mfa")]
    _KEPT.extend((model, list(model._base_manager.order_by("pk"))) for model in fresh)


def put_back() -> None:
    """Insert the rows of the world; said again in the same words, it costs a fraction of making them anew."""
    from django.db import connection

    def noted(execute: Callable[..., Any], line: str, values: Any, many: bool, context: dict[str, Any]) -> Any:
        _LINES.append((line, values))
        return execute(line, values, many, context)

    if _LINES:
        with connection.cursor() as cursor:
            for line, values in _LINES:
                cursor.execute(line, values)
        return
    with connection.execute_wrapper(noted):
        for model, rows in _KEPT:
            model._base_manager.bulk_create(rows)


def count_from_one() -> None:
    """Let the numbers of records begin at the first: a roll-back gives back the rows of earlier tests, not always their numbers."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence")
            return
        for line in connection.ops.sequence_reset_sql(no_style(), apps.get_app_config("tocsin").get_models()):
            cursor.execute(line)


@pytest.fixture
def sign_in(world: None) -> Callable[..., Client]:
    """Return a client whose holder has signed in with both factors: ``sign_in("duty")``."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    def give(username: str, *, language: str = "en") -> Client:
        client = Client()
        client.force_login(get_user_model().objects.get(username=username))
        session = client.session
        session["account_authentication_methods"] = [{"method": "password"}, {"method": "mfa", "type": "totp"}]
        session.save()
        client.cookies["django_language"] = language
        return client

    return give


@pytest.fixture
def call(world: None) -> Callable[..., Any]:
    """Return what calls the API as an account, with a token good for everything."""
    from django.test import Client

    from tests.web.calls import token_for

    made: dict[str, str] = {}

    def give(account: str, method: str, where: str, body: Any = None) -> Any:
        if account not in made:
            made[account] = token_for(account)
        return Client(raise_request_exception=False).generic(
            method.upper(),
            where,
            json.dumps(body) if body is not None else b"",
            content_type="application/json",
            headers={"authorization": f"Bearer {made[account]}"},
        )

    return give


@dataclass(frozen=True)
class Served:
    """A running server of Three Villages, and how its accounts sign in."""

    address: str
    accounts: dict[str, dict[str, str]]
    environment: dict[str, str]

    def work(self) -> None:
        """Let the worker do what is due, in a process of its own."""
        script = (
            "import django; django.setup(); from datetime import UTC, datetime; "
            "from tocsin.services import work; work.drain('test', now=datetime.now(UTC))"
        )
        subprocess.run([sys.executable, "-c", script], env=self.environment, check=True, cwd=ROOT)

    def sign_in(self, page: Page, username: str) -> None:
        """Sign in through the pages, with pass-phrase and second factor."""
        account = self.accounts[username]
        page.goto(f"{self.address}/account/sign-in/")
        page.fill("#login", username)
        page.fill("#password", account["passphrase"])
        page.press("#password", "Enter")
        page.wait_for_selector("#code")
        # A code opens the door once: whoever signs the same account in soon after takes the neighbour.
        for shift in (0, 30, -30):
            page.fill("#code", second_factor_code(account["second_factor"], at=time.time() + shift))
            with page.expect_navigation():
                page.press("#code", "Enter")
            if "second-factor" not in page.url:
                return
        raise AssertionError("no code was taken")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Run the pages with the event stream, as ``tocsin serve`` does, on a mission of their own."""
    folder = tmp_path_factory.mktemp("served") / "mission"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tocsin.settings"}
    environment.pop("TOCSIN_DATABASE_URL", None)
    del environment["TOCSIN_MISSION"]
    tocsin = [sys.executable, "-c", "from tocsin.cli.main import main; main()"]
    made = [*tocsin, "init", str(folder), "--world", "three_villages", "--ending", "today"]
    subprocess.run(made, env=environment, check=True, capture_output=True, cwd=ROOT)
    environment["TOCSIN_MISSION"] = str(folder)
    collected = [sys.executable, "-m", "django", "collectstatic", "--noinput", "-v0"]
    subprocess.run(collected, env=environment, check=True, capture_output=True, cwd=ROOT)
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "tocsin.web.asgi:application",
        "--port",
        str(port),
        "--log-level",
        "error",
    ]
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        _wait_for(port, process)
        rows = json.loads((folder / "demo-accounts.json").read_text("utf-8"))
        yield Served(f"http://127.0.0.1:{port}", {row["account"]: row for row in rows}, environment)
    finally:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def signed_in(browser: Browser, served: Served, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Return where the cookies of an account lie, which signs in once: a code opens the door once in half a minute."""
    folder = tmp_path_factory.mktemp("cookies")

    def cookies_of(username: str) -> str:
        path = folder / f"{username}.json"
        if not path.exists():
            context = browser.new_context()
            served.sign_in(context.new_page(), username)
            context.storage_state(path=path)
            context.close()
        return str(path)

    return cookies_of


@pytest.fixture(scope="session")
def at_the_desk(signed_in: Callable[[str], str]) -> dict[str, str]:
    """Return the cookies of the duty officer."""
    return {"path": signed_in("duty")}


@pytest.fixture
def desk(browser: Browser, served: Served, at_the_desk: dict[str, str]) -> Iterator[Page]:
    """The duty officer's desk in a browser of its own; it must end without a script error."""
    from tests.watch import watch

    context = browser.new_context(storage_state=at_the_desk["path"], viewport={"width": 1440, "height": 900})
    complaints = watch(context)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(served.address + "/")
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def front(served: Served) -> Iterator[Front]:
    """A server before the mission that a test can let answer, change or count."""
    found = Front(int(served.address.rpartition(":")[2]))
    yield found
    found.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A telephone's browser, which must end without a script error."""
    from tests.watch import watch

    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en", timezone_id="UTC")
    complaints = watch(context)
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()
    assert complaints == []


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with code {process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers on port {port}")
