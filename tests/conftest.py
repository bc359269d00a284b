"""What every test starts from: a mission folder of its own, one database engine, one browser.

TOCSIN_TEST_DATABASE=sqlite        the default
TOCSIN_TEST_DATABASE=postgresql    a server is started for the run; TOCSIN_DATABASE_URL
                                   names one that is already there instead
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

# Before numpy is loaded: threads that wait by spinning lose many times over on small machines.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Playwright's loop runs in the test's own thread; Django takes it for an async view.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

import pytest

from tests.quiet import stay_on_this_machine
from tests.watch import watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
ENGINE = os.environ.get("TOCSIN_TEST_DATABASE", "sqlite")
# The folders whose tests keep rows: they run once on each engine.
ON_BOTH_ENGINES = {"store", "services", "web", "stories", "jobs"}
IN_A_BROWSER = {"browser", "page"}
LONGEST = "test_benchmarks.py"
MISSION = """\
mission = "Test mission"
country = "Three Villages"
zone = "+02:00"
languages = ["en", "fr", "ar"]
"""


def make_mission() -> Path:
    """Write an empty mission folder, and have it removed when the run ends."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-mission-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "keys").mkdir(mode=0o700)
    (folder / "keys" / "secret.key").write_text(secrets.token_urlsafe(48), "utf-8")
    (folder / "keys" / "secret.key").chmod(0o600)
    (folder / "static").mkdir()
    (folder / "mission.toml").write_text(MISSION, "utf-8")
    return folder


def start_engine(config: pytest.Config) -> None:
    """Start PostgreSQL once for the whole run; parallel workers inherit its address."""
    if ENGINE not in {"sqlite", "postgresql"}:
        raise pytest.UsageError(f"TOCSIN_TEST_DATABASE is {ENGINE!r}; it can be sqlite or postgresql")
    if ENGINE == "sqlite":
        os.environ.pop("TOCSIN_DATABASE_URL", None)
    elif "TOCSIN_DATABASE_URL" not in os.environ:
        from tests import postgres

        server = postgres.start()
        config.add_cleanup(server.stop)
        os.environ["TOCSIN_DATABASE_URL"] = server.url


def pytest_configure(config: pytest.Config) -> None:
    """Settle the engine and the mission, then let Django read its settings."""
    from hypothesis import settings as hypothesis

    hypothesis.register_profile("tocsin", deadline=None, database=None, derandomize=True, print_blob=True)
    hypothesis.load_profile("tocsin")
    sys.addaudithook(stay_on_this_machine)
    start_engine(config)
    os.environ["TOCSIN_MISSION"] = str(make_mission())
    os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.settings"
    from django.conf import settings

    assert settings.DATABASES
    # The settings are read. Parallel workers must read them here too, after their own mission
    # is made, and not before, as they would if they found this name.
    del os.environ["DJANGO_SETTINGS_MODULE"]
    # Static files are served from where they lie: a run collects none.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # The real hasher is slow on purpose. tocsin.settings itself still names it.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by folder what runs on both engines, and by fixture what needs a browser; the longest begin first."""
    # Begun last, one of them would keep a whole run waiting for it alone.
    items.sort(key=lambda item: item.path.name != LONGEST)
    for item in items:
        if ROOT / "tests" in item.path.parents and item.path.relative_to(ROOT / "tests").parts[0] in ON_BOTH_ENGINES:
            item.add_marker("engine")
        if IN_A_BROWSER & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
        if "data_dir" in getattr(item, "fixturenames", ()):
            item.add_marker("real_data")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real data, which the project does not ship."""
    named = os.environ.get("TOCSIN_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real data not present: set TOCSIN_DATA")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, started once."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        pytest.fail("chromium is not installed: run tools/setup_system.sh test")
    flags = [
        "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-dev-shm-usage",
    ]  # fmt: skip
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=flags)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page that may speak to this machine only, and must end without a script error."""
    context = browser.new_context()
    complaints = watch(context)
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    yield opened
    context.close()
    assert complaints == []
