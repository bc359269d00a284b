"""Take pictures of the pages: make fictional missions in a folder of their own, serve them, sign in, look.

python tools/screenshots.py                      the chosen pictures, into docs/images
python tools/screenshots.py --all FOLDER         every page in every language at both widths
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parent.parent
TOCSIN = Path(sys.executable).parent / "tocsin"
LANGUAGES = ("en", "fr", "ar")
WIDTHS = (1440, 390)
MOST_BYTES = 200_000
MOST_BYTES_TOGETHER = 3_000_000
# How high a picture may be at each width; one that weighs too much is taken lower.
MOST_HIGH = {1440: 1000, 390: 844}
WAIT_S = 60


@dataclass(frozen=True)
class View:
    """One page to look at: its name, its address, the world it belongs to, and who looks."""

    name: str
    address: str
    world: str = "ardenya"
    account: str = "lead"


VIEWS = (
    View("night", "/alerts/{alert}/?as_of={night}", "three_villages", "duty"),
    View("report", "/reports/{report}/", "three_villages", "duty"),
    View("report-form", "/report/", "three_villages", ""),
    View("hotline", "/hotline/", "three_villages", "duty"),
    View("desk", "/", "ardenya", "duty"),
    View("alert", "/alerts/{alert}/", "ardenya", "duty"),
    View("matrix", "/matrix/"),
    View("map", "/map/"),
    View("places", "/places/"),
    View("coverage", "/coverage/"),
    View("gaps", "/gaps/"),
    View("briefs", "/briefs/"),
    View("lessons", "/lessons/"),
    View("policy", "/policy/"),
    View("help", "/help/"),
    View("audit", "/audit/", "ardenya", "auditor"),
)
# The dozen that the repository carries: view, language, width.
CHOSEN = (
    ("desk", "en", 1440), ("desk", "fr", 390), ("alert", "en", 1440), ("alert", "ar", 390), ("night", "en", 1440), ("matrix", "en", 1440),
    ("matrix", "ar", 1440), ("coverage", "en", 1440), ("map", "en", 1440), ("report-form", "fr", 390),
    ("report-form", "ar", 390), ("policy", "en", 1440), ("lessons", "fr", 1440),
)  # fmt: skip


@dataclass
class Mission:
    """A fictional mission that is being served."""

    folder: Path
    address: str
    accounts: dict[str, str]
    facts: dict[str, str]
    process: subprocess.Popen[bytes]

    def code(self, account: str) -> str:
        """Return the present second-factor code of an account."""
        return tocsin(self.folder, "account", "code", account).strip()


def tocsin(folder: Path, *words: str) -> str:
    """Run one command on a mission and return what it printed."""
    return subprocess.run([TOCSIN, "-m", str(folder), *words], check=True, capture_output=True, text=True).stdout


def facts_of(folder: Path) -> dict[str, str]:
    """Return the alert to look at, the newest report behind it, and the moment that this one joined."""
    found = [one for one in json.loads(tocsin(folder, "alerts", "--json")) if one["place"] and not one["decided_at"]]
    alert = found[0]["ref"]
    seen = json.loads(tocsin(folder, "show", alert, "--json"))
    joined = [one["at"] for one in seen["timeline"] if one["verb"] == "joined"] or [found[0]["opened_at"]]
    return {"alert": alert, "report": seen["reports"][-1], "night": joined[-1].replace("+00:00", "Z")}


@contextmanager
def served(world: str, below: Path) -> Iterator[Mission]:
    """Make a mission of a world that ends today, serve it, and stop it in the end."""
    folder = below / world
    made = json.loads(tocsin(folder, "init", str(folder), "--world", world, "--ending", "today", "--json"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [TOCSIN, "-m", str(folder), "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(port)
        accounts = {one["account"]: one["passphrase"] for one in made["accounts"]}
        yield Mission(folder, f"http://127.0.0.1:{port}", accounts, facts_of(folder), process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def wait_for(port: int) -> None:
    """Wait until the pages listen."""
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"nothing listened at port {port} within {WAIT_S} s")


def sign_in(mission: Mission, context: BrowserContext, account: str) -> None:
    """Sign an account in, with its second factor."""
    page = context.new_page()
    page.goto(mission.address + "/account/sign-in/")
    page.fill("#login", account)
    page.fill("#password", mission.accounts[account])
    page.press("#password", "Enter")
    page.wait_for_selector("#code")
    page.fill("#code", mission.code(account))
    page.press("#code", "Enter")
    page.wait_for_selector("nav.rooms")
    page.close()


def speak(mission: Mission, context: BrowserContext, language: str) -> None:
    """Choose the language of the pages."""
    context.add_cookies([{"name": "django_language", "value": language, "url": mission.address}])


def take(page: Page, mission: Mission, view: View, width: int, target: Path) -> int:
    """Take one picture and return its size in bytes; what weighs too much is taken again, lower."""
    page.set_viewport_size({"width": width, "height": MOST_HIGH[width]})
    answer = page.goto(mission.address + view.address.format(**mission.facts))
    if answer is None or answer.status >= 400:
        raise SystemExit(f"{view.name}: {view.address} answered {answer and answer.status}")
    page.wait_for_timeout(700)
    height = MOST_HIGH[width]
    while True:
        page.screenshot(path=target, clip={"x": 0, "y": 0, "width": width, "height": height}, animations="disabled")
        size = target.stat().st_size
        if size <= MOST_BYTES or height <= MOST_HIGH[width] // 3:
            return size
        height = int(height * 0.85)


def look(browser: Browser, mission: Mission, world: str, wanted: set[tuple[str, str, int]], folder: Path) -> int:
    """Take all wanted pictures of one world and return their bytes together."""
    total = 0
    for account in sorted({view.account for view in VIEWS if view.world == world}):
        context = browser.new_context(device_scale_factor=1, reduced_motion="reduce", timezone_id="UTC")
        if account:
            sign_in(mission, context, account)
        page = context.new_page()
        for view in (one for one in VIEWS if (one.world, one.account) == (world, account)):
            for name, language, width in sorted(one for one in wanted if one[0] == view.name):
                speak(mission, context, language)
                target = folder / f"{name}-{language}-{width}.png"
                size = take(page, mission, view, width, target)
                print(f"{target.name}: {size // 1000} kB")
                total += size
        context.close()
    return total


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        raise SystemExit("chromium is not installed: run tools/setup_system.sh test")
    flags = ["--no-first-run", "--disable-background-networking", "--disable-dev-shm-usage", "--hide-scrollbars"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


def main(words: list[str]) -> int:
    """Take the pictures; 1 when together they weigh more than the repository should carry."""
    parser = argparse.ArgumentParser(description="Take pictures of the pages.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--all", action="store_true", help="every page in every language at both widths")
    parser.add_argument("--only", default="", help="only pages whose name fits this pattern")
    given = parser.parse_args(words)
    given.folder.mkdir(parents=True, exist_ok=True)
    every = {(view.name, language, width) for view in VIEWS for language in LANGUAGES for width in WIDTHS}
    wanted = {one for one in (every if given.all else set(CHOSEN)) if re.search(given.only, one[0])}
    total = 0
    with tempfile.TemporaryDirectory(prefix="tocsin-pictures-") as below, chromium() as browser:
        for world in sorted({view.world for view in VIEWS if any(one[0] == view.name for one in wanted)}):
            with served(world, Path(below)) as mission:
                total += look(browser, mission, world, wanted, given.folder)
    print(f"{len(wanted)} pictures, {total // 1000} kB")
    return int(not given.all and total > MOST_BYTES_TOGETHER)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
