"""What the form without a network survives: a browser killed, a new version, a server away, a line that loses."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error

from benchmarks.slow_line import Line
from tests.web.test_offline_in_a_browser import PIN, open_form, rows, set_pin, stored, wait_for, write

# Compressed, with an empty cache: what must come before a person can write, and all that is then kept.
FIRST_KB, KEPT_KB, AGAIN_KB = 25, 40, 2


@pytest.fixture
def line(served):
    """A line to the mission that a test can spoil."""
    found = Line(int(served.address.rpartition(":")[2]))
    yield found
    found.close()


@pytest.fixture
def pocket(browser, tmp_path):
    """A telephone whose browser keeps its folder: it can be killed and started again."""
    opened = []

    def start():
        flags = ["--no-sandbox", "--disable-dev-shm-usage"] if os.geteuid() == 0 else []
        context = browser.browser_type.launch_persistent_context(
            str(tmp_path / "profile"), executable_path="/usr/bin/chromium", args=flags, viewport={"width": 390, "height": 844}, locale="en"
        )  # fmt: skip
        opened.append(context)
        page = context.pages[0]
        page.set_default_timeout(30_000)
        return page

    start.folder = str(tmp_path / "profile")
    yield start
    for context in opened:
        with suppress(Error):  # one that was killed cannot be closed
            context.close()


def kill(folder):
    """End the browser of this folder as a flat battery does."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={folder}".encode() in words and not any(word.startswith(b"--type=") for word in words):
            os.kill(int(entry.name), signal.SIGKILL)
    time.sleep(1)


def newer(path, body):
    """Change the worker as a new version does."""
    return body.replace(b'VERSION = "', b'VERSION = "n') if path.endswith("worker.js") else body


def test_what_waits_and_what_is_typed_survive_a_killed_browser(pocket, line, served):
    page = pocket()
    address = f"http://127.0.0.1:{line.port}"
    open_form(page, address)
    line.is_cut = True
    line.hang_up()
    write(page, "kept before the battery died")
    page.fill("#text", "typed before the batt")
    page.wait_for_function("() => document.querySelector('#saved').textContent !== ''")
    kill(pocket.folder)

    page = pocket()
    page.goto(f"{address}/offline/en/")
    page.wait_for_function("() => document.querySelector('#text').value === 'typed before the batt'")
    assert [row["state"] for row in rows(page)].count("waiting") == 1
    line.is_cut = False
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(page, "sent")
    assert stored(served, "kept before the battery died") == 1


def test_a_browser_killed_while_it_sends_sends_once(pocket, line, served):
    page = pocket()
    address = f"http://127.0.0.1:{line.port}"
    open_form(page, address)
    line.far_s = 1.0
    page.fill("#text", "killed while it was sent")
    page.click("#keep")
    wait_for(page, "sending")
    kill(pocket.folder)
    line.far_s = 0.0

    page = pocket()
    page.goto(f"{address}/offline/en/")
    wait_for(page, "sent")
    assert stored(served, "killed while it was sent") == 1


def test_a_sealed_report_survives_a_killed_browser_and_stays_sealed_on_the_disk(pocket, line, served):
    page = pocket()
    address = f"http://127.0.0.1:{line.port}"
    open_form(page, address)
    set_pin(page, PIN)
    page.wait_for_selector("#lock:visible")
    line.is_cut = True
    line.hang_up()
    write(page, "xylophone caravan at dusk")
    kill(pocket.folder)
    found = [path for path in Path(pocket.folder).rglob("*") if path.is_file() and "IndexedDB" in str(path)]
    copied = b"".join(path.read_bytes() for path in found)

    assert found and b"waiting" in copied
    assert b"xylophone" not in copied and "xylophone".encode("utf-16-le") not in copied
    line.is_cut = False
    page = pocket()
    page.goto(f"{address}/offline/en/")
    page.fill("#pin", PIN)
    page.click("#open-pin button")
    wait_for(page, "sent")
    assert stored(served, "xylophone caravan at dusk") == 1


def test_an_open_report_can_be_read_from_the_disk_as_the_page_says(pocket, line):
    page = pocket()
    open_form(page, f"http://127.0.0.1:{line.port}")
    line.is_cut = True
    line.hang_up()
    write(page, "xylophone caravan at dusk")
    said = page.inner_text("section[aria-labelledby=pin-title]")
    kill(pocket.folder)
    copied = b"".join(path.read_bytes() for path in Path(pocket.folder).rglob("*") if path.is_file() and "IndexedDB" in str(path))  # fmt: skip

    assert b"xylophone" in copied or "xylophone".encode("utf-16-le") in copied
    assert "Without a PIN, whoever unlocks the phone can read what waits here" in said


def test_a_new_version_waits_for_a_yes_and_loses_nothing(phone, front, served):
    open_form(phone, front.address)
    phone.context.set_offline(True)
    write(phone, "written before the update")
    phone.fill("#text", "a draft across the update")
    phone.wait_for_function("() => document.querySelector('#saved').textContent !== ''")
    front.change = newer
    phone.context.set_offline(False)
    wait_for(phone, "sent")
    phone.evaluate("navigator.serviceWorker.ready.then((found) => { found.update(); })")
    phone.wait_for_selector("#news:visible")
    before = phone.evaluate("caches.keys()")
    phone.wait_for_timeout(1_500)

    assert phone.evaluate("navigator.serviceWorker.ready.then((found) => Boolean(found.waiting))")
    assert len(before) == 2
    with phone.expect_navigation():
        phone.click("#renew")
    phone.wait_for_function("() => document.querySelector('#text').value === 'a draft across the update'")
    assert len(phone.evaluate("caches.keys()")) == 1
    assert sorted(row["state"] for row in rows(phone)) == ["draft", "sent"]


def test_no_new_version_is_announced_where_there_is_none(phone, front):
    open_form(phone, front.address)
    phone.evaluate("navigator.serviceWorker.ready.then((found) => found.update())")
    phone.wait_for_timeout(1_500)

    assert phone.is_hidden("#news")


def test_a_report_whose_answer_was_lost_is_sent_again_and_counted_once(phone, line, served):
    open_form(phone, f"http://127.0.0.1:{line.port}")
    line.loses_answers = True
    line.hang_up()
    write(phone, "the answer was lost")
    phone.wait_for_function("() => document.querySelector('#queue').innerText.includes('No answer came')")
    assert stored(served, "the answer was lost") == 1

    line.loses_answers = False
    wait_for(phone, "sent")
    assert stored(served, "the answer was lost") == 1
    assert rows(phone)[0]["tries"] >= 2


def test_a_wording_changed_after_a_try_goes_as_a_report_of_its_own(phone, line, served):
    open_form(phone, f"http://127.0.0.1:{line.port}")
    line.loses_answers = True
    line.hang_up()
    write(phone, "four houses burn at Tesh")
    phone.wait_for_function("() => document.querySelector('#queue').innerText.includes('No answer came')")
    phone.click("[data-deed=edit]")
    phone.wait_for_function("() => document.querySelector('#text').value !== ''")
    phone.fill("#text", "nine houses burn at Tesh")
    line.loses_answers = False
    phone.click("#keep")
    wait_for(phone, "sent")

    assert stored(served, "nine houses burn at Tesh") == 1
    assert stored(served, "four houses burn at Tesh") == 1


def test_a_server_that_is_away_is_asked_at_longer_and_longer_pauses(phone, line):
    open_form(phone, f"http://127.0.0.1:{line.port}")
    line.is_cut = True
    line.hang_up()
    write(phone, "nobody answers")
    phone.wait_for_timeout(16_000)

    assert 2 <= rows(phone)[0]["tries"] <= 4
    wait_for(phone, "waiting")


def test_every_report_crosses_a_slow_and_lossy_line_exactly_once(phone, line, served):
    open_form(phone, f"http://127.0.0.1:{line.port}")
    phone.context.set_offline(True)
    for number in range(5):
        write(phone, f"lossy {number}: armed men on the road", place="Malka", who="thirty men")
    line.become_bad()
    phone.context.set_offline(False)
    phone.wait_for_function("() => document.querySelectorAll('#queue [data-state=sent]').length === 5", timeout=240_000)

    refs = [row["ref"] for row in rows(phone)]
    assert len(set(refs)) == 5
    assert stored(served, "lossy ") == 5


@pytest.fixture
def scale(browser):
    """A browser that weighs what comes over the line; nothing else watches it, for that would turn its cache off."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    listener = page.context.new_cdp_session(page)
    listener.send("Network.enable")
    sizes = []
    listener.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))

    def weigh(address):
        sizes.clear()
        page.goto(address)
        page.wait_for_selector("#keep:visible")
        page.wait_for_timeout(1_500)
        return sum(sizes) / 1000

    yield weigh
    context.close()


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_form_is_light_the_first_time_and_costs_nothing_after(scale, line, language):
    address = f"http://127.0.0.1:{line.port}/offline/{language}/"
    first = scale(address)
    time.sleep(2)
    kept = line.to_browser / 1000
    scale(address)
    again = line.to_browser / 1000 - kept

    assert first <= FIRST_KB, (first, kept, again)
    assert kept <= KEPT_KB
    assert again <= AGAIN_KB


def test_the_pause_doubles_ends_at_a_quarter_of_an_hour_and_never_keeps_step(phone, served):
    open_form(phone, served.address)
    found = phone.evaluate(
        """async () => {
          const address = document.querySelector('script[type=module]').src.replace('page.mjs', 'send.mjs');
          const {pause} = await import(address);
          return [pause(1, 1), pause(2, 1), pause(3, 1), pause(50, 1), pause(1, 0)];
        }"""
    )

    assert found == [5_000, 10_000, 20_000, 900_000, 2_500]
