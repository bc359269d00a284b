"""The duty desk worked by keyboard alone in a real browser, and its page over a hundred thousand reports."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from benchmarks.bench_pages import _fill, _open, _sign_in
from benchmarks.mission import FOLDER, fresh_store
from benchmarks.rows import Row
from benchmarks.timing import in_turns, median, p95, seconds
from tocsin.store.models import Report

QUEUE = 2_000
WANTED_MIN = 60
WORDS = ("seen by two", "the chief confirms", "nobody else tells it", "told twice", "the patrol was there")
# What a key sequence chooses in the list of states: the first letters of its words.
ENDS = ("Validated", "Out of scope", "Duplicate")
TINY = {"items": 2, "waiting": 12, "reports": 60, "rounds": 2}


def run(
    data: Path, *, items: int = 120, waiting: int = QUEUE, reports: int = 100_000, rounds: int = 15, seed: int = 0
) -> list[Row]:
    """Return how fast scripted key strokes clear the queue, and the server's time over the whole store.

    Every item is judged by itself: grade of the content, grade of the source, next state, reason,
    with what the browser and the server take in between. A `seed` of 0 draws a new one.
    """
    seed = seed or random.SystemRandom().randrange(1, 10**6)
    path = fresh_store()
    now = datetime.now(UTC)
    _fill(now, incidents=max(reports // 100, 20), reports=reports, places=64)
    kept = list(Report.objects.order_by("?" if reports > waiting else "pk").values_list("pk", flat=True)[:waiting])
    Report.objects.exclude(pk__in=kept).update(state="validated")
    desk = _sign_in(now)
    took = in_turns(
        {
            "few of many wait": lambda: _open(desk, "/"),
            "by the clock": lambda: _open(desk, "/?order=clock"),
            "words looked for": lambda: _open(desk, "/?words=houses"),
        },
        rounds=rounds,
    )
    each = _worked(path, desk, items=items, seed=seed)
    Report.objects.update(state="received")
    took |= in_turns({"all wait": lambda: _open(desk, "/")}, rounds=rounds)
    return [*_speeds(each, seed), *_pages(took, reports)]


def _speeds(each: list[float], seed: int) -> Iterator[Row]:
    whole = sum(each)
    projected = whole / len(each) * QUEUE / 60
    note = f"{len(each)} items, seed {seed}: two grades, a state and a reason each, by keys alone"
    yield Row("items judged by keyboard", 60 * len(each) / whole, "1/min", "", None, note)
    yield Row("one item, 95 of 100 below", 1000 * p95(each), "ms")
    yield Row(
        f"queue of {QUEUE:,} cleared, projected", projected, "min", f"< {WANTED_MIN}", projected < WANTED_MIN,
        "server and browser included",
    )  # fmt: skip
    yield Row("ratio: projected time / what is allowed", projected / WANTED_MIN, "x")


def _pages(took: dict[str, list[float]], reports: int) -> Iterator[Row]:
    for name, values in took.items():
        middle = 1000 * median(values)
        yield Row(f"queue page, {name}, median", middle, "ms", "<= 300", middle <= 300, f"{reports:,} reports")


def _worked(path: Path, desk: Client, *, items: int, seed: int) -> list[float]:
    """Serve the store to a browser and clear items one by one; return the seconds of each."""
    from playwright.sync_api import sync_playwright

    luck = random.Random(seed)  # noqa: S311  (a sample, not a secret)
    connection.close()
    with _server(path) as address, sync_playwright() as playwright:
        program = shutil.which("chromium")
        flags = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        key = desk.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": address}])
        page = context.new_page()
        page.goto(address + "/?priority=P2")
        page.wait_for_selector("#live.on")
        page.keyboard.press("j")
        while _stands_on_alert(page):
            page.keyboard.press("j")
        page.keyboard.press("o")
        page.wait_for_selector("#pane [data-record^='R-']")
        found = [seconds(lambda: _judge(page, luck)) for _ in range(items)]
        browser.close()
    return found


def _stands_on_alert(page: Any) -> bool:
    return str(page.locator("tr[aria-selected='true']").get_attribute("data-row")).startswith("A")


def _judge(page: Any, luck: random.Random) -> None:
    """Judge the report that is open, by keys alone, and wait until the next one stands there."""
    ref = page.locator("#pane [data-record]").get_attribute("data-record")
    keys = page.keyboard
    keys.press(str(luck.randint(2, 6)))
    keys.press(luck.choice("ABCDE"))
    keys.press("v")
    keys.type(luck.choice(ENDS))
    keys.press("Tab")
    keys.type(luck.choice(WORDS))
    keys.press("Enter")
    page.wait_for_function(
        "ref => { const open = document.querySelector('#pane [data-record]')?.dataset.record;"
        " return open && open !== ref && !document.querySelector(`tr[data-row='${ref}']`); }",
        arg=ref,
        timeout=20_000,
    )


@contextmanager
def _server(path: Path) -> Iterator[str]:
    """Serve a store by a process of its own, as a mission does."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tocsin.settings",
        "TOCSIN_MISSION": str(FOLDER),
        "TOCSIN_DATABASE_URL": f"sqlite://{path}",
    }
    collect = [sys.executable, "-m", "django", "collectstatic", "--noinput", "-v0"]
    subprocess.run(collect, env=environment, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = [
        sys.executable,
        "-m",
        "uvicorn",
        "tocsin.web.asgi:application",
        "--port",
        str(port),
        "--log-level",
        "error",
    ]
    process = subprocess.Popen(serve, env=environment)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise AssertionError(f"the server stopped with code {process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")
