"""Reports from the form without a network, through a line of 50 kbit/s that is far and loses a tenth.

A real browser writes them without a network, on the real pages; then the line comes back as bad as that.
Time counts from the first call of the browser, with all pauses and all calls that failed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite3

from benchmarks.bench_screen import ROOT, TOCSIN, free_port, make_mission, wait_for
from benchmarks.rows import Row
from benchmarks.slow_line import Line
from benchmarks.timing import p95

TEXTS = (
    "Attaque à Malka maintenant, hommes armés, maisons brûlent, {n} morts",
    "Armed men near the bridge tonight, about {n}, they say they will attack",
    "مسلحون على الجسر، عددهم نحو {n}، والناس يفرون نحو النهر",
    "Watu wenye silaha wameingia kijiji, wanachoma nyumba, watu {n} wameuawa",
)
ROWS = """async () => {
  const base = await new Promise((done) => { indexedDB.open('tocsin-form').onsuccess = (e) => done(e.target.result); });
  const found = await new Promise((done) => { base.transaction('reports').objectStore('reports').getAll().onsuccess = (e) => done(e.target.result); });
  base.close();
  return found;
}"""
TINY = {"reports": 2}


def run(data: Path, *, reports: int = 40, seed: int = 4) -> list[Row]:
    """Return what the form weighs, and bytes, time, losses and doubles of the reports it sent."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-offline-"))
    house: subprocess.Popen[bytes] | None = None
    try:
        environment = make_mission(folder / "mission")
        port = free_port()
        house = subprocess.Popen([*TOCSIN, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL, start_new_session=True, cwd=ROOT)  # fmt: skip
        wait_for(f"http://127.0.0.1:{port}")
        with closing(Line(port, seed=seed)) as line:
            weights, kept, took, plain = _play(line, reports)
        return [*weights, *_rows(folder / "mission", line, kept, took, plain)]
    finally:
        if house is not None:
            os.killpg(house.pid, signal.SIGTERM)
            house.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _play(line: Line, reports: int) -> tuple[list[Row], list[dict[str, Any]], float, int]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"])  # fmt: skip
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        plain = _send_plainly(page, line)
        weights = list(_weigh(page, line))
        context.set_offline(True)
        for number in range(reports):
            page.fill("#text", TEXTS[number % len(TEXTS)].format(n=number + 1))
            page.fill("#place", "Malka")
            page.fill("#who", "hommes armés")
            page.click("#keep")
            page.wait_for_function("() => document.querySelector('#text').value === ''")
        line.become_bad()
        line.to_server = line.to_browser = line.broken = 0
        started = time.perf_counter()
        context.set_offline(False)
        sent = f"() => document.querySelectorAll('#queue [data-state=sent]').length === {reports}"
        page.wait_for_function(sent, timeout=1000 * 60 * max(5, reports))
        took = time.perf_counter() - started
        kept = page.evaluate(ROWS)
        browser.close()
    return weights, kept, took, plain


def _send_plainly(page: Any, line: Line) -> int:
    """Send one report by the public form, which a browser has open before, and tell the bytes both ways."""
    page.goto(f"http://127.0.0.1:{line.port}/report/")
    page.wait_for_timeout(1_000)
    before = line.to_server + line.to_browser
    page.fill("#text", TEXTS[0].format(n=1))
    page.click("form.panel button.primary")
    page.wait_for_selector(".number")
    return line.to_server + line.to_browser - before


def _weigh(page: Any, line: Line) -> Any:
    """Open the form twice and tell what came over the line each time, headers included."""
    sizes: list[float] = []
    listener = page.context.new_cdp_session(page)
    listener.send("Network.enable")
    listener.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    address = f"http://127.0.0.1:{line.port}/offline/en/"
    before = line.to_browser
    page.goto(address)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.wait_for_timeout(2_000)
    first, kept = sum(sizes) / 1000, (line.to_browser - before) / 1000
    yield Row("the form, first visit", first, "kB", "<= 25", first <= 25, "page, style and scripts on the wire")
    yield Row("the form, all that is then kept", kept, "kB", "<= 40", kept <= 40, "three languages, icons, worker")
    page.reload()
    page.wait_for_timeout(2_000)
    again = (line.to_browser - before) / 1000 - kept
    yield Row("the form, next visit", again, "kB", "<= 2", again <= 2)


def _rows(mission: Path, line: Line, kept: list[dict[str, Any]], took: float, plain: int) -> list[Row]:
    reports = len(kept)
    with closing(sqlite3.connect(f"file:{mission}/mission.db?mode=ro", uri=True)) as store:
        found = store.execute("SELECT vendor_id, repeats FROM tocsin_message WHERE channel = 'offline_form'").fetchall()
    ours = {row["id"] for row in kept}
    arrived = [vendor for vendor, _repeats in found]
    once = sum(1 for number in ours if arrived.count(number) == 1)
    lost, doubles = len(ours - set(arrived)), len(arrived) - len(set(arrived))
    receipts = len({row["ref"] for row in kept if row["state"] == "sent"})
    tries = [row["tries"] for row in kept]
    up = line.to_server / max(sum(tries), 1)
    each = sorted(row["sentAt"] for row in kept)
    gaps = [(after - before) / 1000 for before, after in pairwise(each)]
    return [
        Row("reports written without a network", reports, ""),
        Row("bytes of one call, headers included", up, "B", "< 2048", up < 2048, "to the server, without TLS"),
        Row("calls", sum(tries), "", note=f"{line.broken} connections broke, {sum(repeats for _v, repeats in found)} came twice"),
        Row("time for one report, all pauses included", took / reports, "s"),
        Row("between two receipts, 95 of 100 below", p95(gaps) if gaps else None, "s"),
        Row("receipts", receipts, f"of {reports}", f"{reports}", receipts == reports),
        Row("arrived exactly once", once, f"of {reports}", f"{reports}", once == reports, f"lost {lost}, counted twice {doubles}"),
        Row("ratio: bytes of a report here / by the plain form", (line.to_server + line.to_browser) / reports / plain, "", "< 1", (line.to_server + line.to_browser) / reports < plain, "both ways, calls made again included"),
    ]  # fmt: skip


if __name__ == "__main__":
    for row in run(Path(), reports=int(sys.argv[1]) if len(sys.argv) > 1 else 20):
        print(row.measure, "|", row.shown, row.unit, row.wanted, row.note)
