"""From a message at the gateway's door to the duty officer's screen, in a real browser, at a steady rate.

The whole house runs as ``tocsin serve`` runs it. Messages come open-loop: each has its moment, whether or
not the one before was answered, and its time counts from that moment.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import Any

from pysqlite3 import dbapi2 as sqlite3

from benchmarks.rows import Row
from benchmarks.timing import median, p95
from tocsin.core.evidence.signatures import sign

ROOT = Path(__file__).resolve().parent.parent
TOCSIN = (sys.executable, "-c", "from tocsin.cli.main import main; main()")
TEXTS = (
    "Attaque à Malka maintenant, hommes armés, maisons brûlent, {n} morts",
    "Armed men near {place} tonight, about {n}, they say they will attack",
    "Urgent {place}! ils tirent, les gens fuient vers la rivière, {n} blessés",
    "Rien à signaler à {place} ce jour",
    "Watu wenye silaha wameingia {place}, wanachoma nyumba, watu {n} wameuawa",
)
PLACES = ("Malka", "Oru", "Tesh")
# Notes for every line of a list when it first stands on the page.
OBSERVE = """
window.tocsinSeen = {};
const note = () => { for (const one of document.querySelectorAll('[data-row]'))
  tocsinSeen[one.dataset.row] ??= Date.now() / 1000; };
note();
new MutationObserver(note).observe(document.documentElement, {childList: true, subtree: true});
"""
TINY = {"seconds": 3, "per_second": 3}


@dataclass
class Sent:
    """When each message was to be sent and when its receipt came, by the gateway's number."""

    due: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)


def run(data: Path, *, seconds: int = 60, per_second: int = 20) -> list[Row]:
    """Return receipts and lines on the screen: how many, and how long after their moment."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-screen-"))
    house: subprocess.Popen[bytes] | None = None
    try:
        environment = make_mission(folder / "mission")
        secret = json.loads(_tocsin(environment, "gateway", "bench", "--json"))["secret"]
        port = free_port()
        house = subprocess.Popen([*TOCSIN, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        sent, seen = _play(address, secret, environment, seconds, per_second)
        return list(_rows(folder / "mission", sent, seen, seconds * per_second))
    finally:
        if house is not None:
            os.killpg(house.pid, signal.SIGTERM)
            house.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def make_mission(mission: Path) -> dict[str, str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TOCSIN_", "DJANGO_"))}
    environment["TOCSIN_MISSION"] = str(mission)
    _tocsin(environment, "init", str(mission), "--world", "three_villages", "--ending", "today")
    return environment


def _tocsin(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run([*TOCSIN, *words], env=environment, capture_output=True, text=True, cwd=ROOT, check=True)
    return done.stdout


def free_port() -> int:
    with closing(socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/report/", timeout=2).close()  # noqa: S310  an address of this machine
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"nothing answers at {address}")


def _play(
    address: str, secret: str, environment: dict[str, str], seconds: int, per_second: int
) -> tuple[Sent, dict[str, float]]:
    from playwright.sync_api import sync_playwright

    sent = Sent()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"])  # fmt: skip
        page = browser.new_page()
        _sign_in(page, address, environment)
        page.goto(f"{address}/")
        page.evaluate(OBSERVE)
        sender = threading.Thread(target=_send_all, args=(address, secret.encode(), seconds, per_second, sent))
        sender.start()
        while sender.is_alive():
            page.wait_for_timeout(500)
        page.wait_for_timeout(10_000)
        seen = dict(page.evaluate("window.tocsinSeen"))
        browser.close()
    return sent, seen


def _sign_in(page: Any, address: str, environment: dict[str, str]) -> None:
    accounts = json.loads((Path(environment["TOCSIN_MISSION"]) / "demo-accounts.json").read_text("utf-8"))
    duty = next(one for one in accounts if one["account"] == "duty")
    page.goto(f"{address}/account/sign-in/")
    page.fill("#login", "duty")
    page.fill("#password", duty["passphrase"])
    page.press("#password", "Enter")
    page.wait_for_selector("#code")
    code = "".join(sign for sign in _tocsin(environment, "account", "code", "duty") if sign.isdecimal())
    page.fill("#code", code)
    page.press("#code", "Enter")
    page.wait_for_selector("#living")


def _send_all(address: str, secret: bytes, seconds: int, per_second: int, sent: Sent) -> None:
    begin = time.time() + 1
    with ThreadPoolExecutor(32) as pool:
        for number in range(seconds * per_second):
            due = begin + number / per_second
            time.sleep(max(due - time.time(), 0))
            name = f"m{number}"
            sent.due[name] = due
            pool.submit(_send, address, secret, number, sent)


def _send(address: str, secret: bytes, number: int, sent: Sent) -> None:
    text = TEXTS[number % len(TEXTS)].format(n=number % 9 + 1, place=PLACES[number % len(PLACES)])
    body = json.dumps({"id": f"m{number}", "from": f"+99900{number % 400:05d}", "text": text}).encode()
    stamp, nonce = str(int(time.time())), secrets.token_hex(8)
    headers = {
        "Content-Type": "application/json", "X-Tocsin-Gateway": "bench", "X-Tocsin-Timestamp": stamp,
        "X-Tocsin-Nonce": nonce, "X-Tocsin-Signature": sign(secret, stamp, nonce, body),
    }  # fmt: skip
    request = urllib.request.Request(f"{address}/in/bench/", body, headers)  # noqa: S310  an address of this machine
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  an address of this machine
            answer.read()
        sent.answered[f"m{number}"] = time.time()
    except OSError as fault:
        sent.refused.append(getattr(fault, "code", 0))


def _rows(mission: Path, sent: Sent, seen: dict[str, float], wanted: int) -> list[Row]:
    with closing(sqlite3.connect(f"file:{mission}/mission.db?mode=ro", uri=True)) as store:
        found = store.execute(
            "SELECT m.vendor_id, r.id, r.priority FROM tocsin_report r JOIN tocsin_message m ON m.id = r.message_id"
        ).fetchall()
    shown: dict[str, float] = {}
    urgent: dict[str, bool] = {}
    for vendor_id, number, priority in found:
        name = vendor_id.rpartition(":")[2]
        at = seen.get(f"R-{number:06d}")
        urgent[name] = priority == "P1"
        if name in sent.due and at is not None:
            shown[name] = min(at - sent.due[name], shown.get(name, 1e9))
    receipts = [sent.answered[name] - due for name, due in sent.due.items() if name in sent.answered]
    first = [took for name, took in shown.items() if urgent.get(name)]
    took = list(shown.values())
    every = [name for name in sent.due if urgent.get(name)]
    middle, receipt = median(took), median(receipts)
    return [
        Row("messages sent, open loop", len(sent.due), "", note=f"of {wanted}; turned away: {len(sent.refused)}"),
        Row("of these read into reports", sum(1 for name in sent.due if name in urgent), ""),
        Row("receipt, 95 of 100 below", 1000 * p95(receipts), "ms"),
        Row("lines seen on the desk", len(took), "", note="the page shows the most urgent and newest first"),
        Row("message in to duty screen, median", 1000 * middle, "ms"),
        Row("message in to duty screen, 95 of 100 below", 1000 * p95(took), "ms", "<= 1000", p95(took) <= 1),
        Row("of the most urgent, seen", len(first), f"of {len(every)}"),
        Row("the most urgent, 95 of 100 below", 1000 * p95(first), "ms"),
        Row("ratio: on the screen / receipt alone", middle / receipt, "x"),
    ]


if __name__ == "__main__":
    for row in run(Path(), seconds=int(sys.argv[1]) if len(sys.argv) > 1 else 20):
        print(row.measure, "|", row.shown, row.unit, row.wanted, row.note)
