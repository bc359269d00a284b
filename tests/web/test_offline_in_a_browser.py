"""The form without a network as a person uses it: what it shows, what it keeps, what it sends."""

import json
import re

import pytest

from tests.watch import barriers
from tests.web.fronts import refusal

LANGUAGES = ["en", "fr", "ar"]
PIN = "river stone lamp goat"


def open_form(page, address, language="en"):
    """Open the form and wait until it is kept on the telephone."""
    page.goto(f"{address}/offline/{language}/")
    page.wait_for_function(
        "() => navigator.serviceWorker.ready.then(() => Boolean(document.querySelector('#room').textContent))"
    )
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def write(page, text, **fields):
    """Write a report and keep it."""
    page.fill("#text", text)
    for name, value in fields.items():
        page.fill(f"#{name}", value)
    page.click("#keep")
    page.wait_for_function("() => document.querySelector('#text').value === ''")


def wait_for(page, state, count=1):
    """Wait until so many lines of the list have come to `state`."""
    page.wait_for_function(
        "([state, count]) => document.querySelectorAll(`#queue [data-state=\"${state}\"]`).length === count", arg=[state, count], timeout=60_000
    )  # fmt: skip


def rows(page):
    """Return what the telephone holds, as somebody who copies it would find it."""
    return page.evaluate(
        """async () => {
          const base = await new Promise((done) => { indexedDB.open('tocsin-form').onsuccess = (e) => done(e.target.result); });
          const found = await new Promise((done) => { base.transaction('reports').objectStore('reports').getAll().onsuccess = (e) => done(e.target.result); });
          base.close();
          return found.map((row) => ({...row, box: row.box && Array.from(new Uint8Array(row.box.box)).map((b) => String.fromCharCode(b)).join('')}));
        }"""
    )


def stored(served, text):
    """Return how many messages of the mission hold this text."""
    import os
    import subprocess
    import sys

    script = (
        "import sys, django; django.setup(); from tocsin.store.models import Message; "
        "print(Message.objects.filter(text__startswith=sys.argv[1]).count())"
    )
    found = subprocess.run([sys.executable, "-c", script, text], env=served.environment, capture_output=True, text=True, check=True, cwd=os.getcwd())  # fmt: skip
    return int(found.stdout)


def set_pin(page, pin):
    page.click("#new-pin-title")
    page.fill("#pin-1", pin)
    page.fill("#pin-2", pin)
    page.click("#new-pin button")


def test_a_report_written_without_a_network_waits_and_goes_when_there_is_one(phone, served):
    open_form(phone, served.address)
    phone.context.set_offline(True)
    phone.reload()
    write(phone, "Smoke behind the school", place="Malka")

    assert "Not sent yet" in phone.inner_text("#told")
    assert "No network" in phone.inner_text("#state")
    wait_for(phone, "waiting")

    phone.context.set_offline(False)
    wait_for(phone, "sent")
    assert re.search(r"M-\d{6}", phone.inner_text("#queue"))
    assert stored(served, "Smoke behind the school") == 1


def test_sending_takes_the_words_off_the_telephone_and_leaves_the_receipt(phone, served):
    open_form(phone, served.address)
    write(phone, "Seven boats on the lake", place="Oru")
    wait_for(phone, "sent")

    kept = rows(phone)
    assert [(row["state"], row["words"]) for row in kept] == [("sent", None)]
    assert "boats" not in json.dumps(kept)
    assert "The words are no longer on this phone" in phone.inner_text("#queue")


def test_words_stay_hidden_until_somebody_taps(phone, served):
    open_form(phone, served.address)
    phone.context.set_offline(True)
    write(phone, "They took the cattle of the north well")

    assert "cattle" not in phone.inner_text("#queue")
    phone.click("#queue .words")
    phone.wait_for_function("() => document.querySelector('#queue').innerText.includes('cattle')")
    phone.click("#queue .words")
    phone.wait_for_function("() => !document.querySelector('#queue').innerText.includes('cattle')")


def test_a_draft_survives_a_reload_without_a_network(phone, served):
    open_form(phone, served.address)
    phone.context.set_offline(True)
    phone.fill("#text", "half a sent")
    phone.fill("#who", "six men")
    phone.wait_for_function("() => document.querySelector('#saved').textContent !== ''")
    phone.reload()
    phone.wait_for_function("() => document.querySelector('#text').value === 'half a sent'")

    assert phone.input_value("#who") == "six men"


def test_two_windows_never_write_into_one_draft(phone, served):
    open_form(phone, served.address)
    phone.fill("#text", "first window")
    phone.wait_for_function("() => document.querySelector('#saved').textContent !== ''")
    other = phone.context.new_page()
    open_form(other, served.address)
    other.fill("#text", "second window")
    other.wait_for_function("() => document.querySelector('#saved').textContent !== ''")

    assert sorted(row["words"]["text"] for row in rows(phone)) == ["first window", "second window"]


def test_what_waits_can_be_changed_and_the_earlier_words_wait_until_then(phone, served):
    open_form(phone, served.address)
    phone.context.set_offline(True)
    write(phone, "two dead at the mill")
    phone.click("[data-deed=edit]")
    phone.wait_for_function("() => document.querySelector('#text').value === 'two dead at the mill'")
    phone.fill("#text", "three dead at the mill")
    phone.wait_for_function("() => document.querySelector('#saved').textContent !== ''")

    assert {(row["state"], row["words"]["text"]) for row in rows(phone)} == {
        ("waiting", "two dead at the mill"),
        ("draft", "three dead at the mill"),
    }
    phone.click("#keep")
    phone.wait_for_function("() => document.querySelector('#text').value === ''")
    assert [(row["n"], row["words"]["text"], row["after"]) for row in rows(phone)] == [
        (1, "three dead at the mill", False)
    ]


def test_nothing_is_deleted_without_a_yes(phone, served):
    open_form(phone, served.address)
    phone.context.set_offline(True)
    write(phone, "keep me")
    phone.click("[data-deed=delete]")
    phone.click("#sure button[value=no]")
    assert len(rows(phone)) == 1

    phone.click("[data-deed=delete]")
    phone.click("#sure button[value=yes]")
    phone.wait_for_selector("#nothing:visible")
    assert rows(phone) == []


def test_what_waits_can_be_carried_by_another_way(phone, served):
    open_form(phone, served.address)
    phone.context.set_offline(True)
    write(phone, "road cut at the ford", place="Tesh", count="20 families")
    phone.click("#queue .words")

    with phone.expect_download() as found:
        phone.click("[data-deed=file]")
    text = found.value.path().read_text("utf-8")
    link = phone.get_attribute("#queue a[href^='sms:']", "href")

    assert text == "road cut at the ford\nTesh\n20 families"
    assert link == "sms:?&body=road%20cut%20at%20the%20ford%0ATesh%0A20%20families"
    assert "road" not in found.value.suggested_filename
    assert rows(phone)[0]["state"] == "waiting"


def test_a_position_goes_along_only_on_asking_and_rounded_unless_wanted(phone, front):
    phone.context.grant_permissions(["geolocation"], origin=front.address)
    phone.context.set_geolocation({"latitude": 1.234567, "longitude": 28.765432})
    open_form(phone, front.address)
    write(phone, "without a point")
    wait_for(phone, "sent", 1)
    phone.click("#locate")
    phone.wait_for_selector("#point-line:visible")
    write(phone, "with a rounded point")
    wait_for(phone, "sent", 2)
    phone.uncheck("#roughly")
    phone.click("#locate")
    phone.wait_for_selector("#point-line:visible")
    write(phone, "with an exact point")
    wait_for(phone, "sent", 3)

    points = [(one.get("lat"), one.get("lon")) for one in map(json.loads, front.posts)]
    assert points == [(None, None), ("1.23", "28.77"), ("1.23457", "28.76543")]


def test_a_call_carries_only_what_was_said_no_cookie_and_less_than_two_kilobytes(phone, front):
    phone.context.add_cookies([{"name": "sessionid", "value": "x" * 32, "url": front.address}])
    open_form(phone, front.address)
    phone.check("#callback")
    write(phone, "أطلقوا النار " * 40, contact="+999 000 0131", who="رجال", count="20 أسرة")
    wait_for(phone, "sent")

    body, head = front.posts[0], front.heads[0]
    size = (
        len(body)
        + sum(len(name) + len(value) + 4 for name, value in head.items())
        + len("POST /report/offline/ HTTP/1.1\r\n\r\n")
    )
    assert size < 2048
    assert "Cookie" not in head and "Referer" not in head
    assert json.loads(body).keys() == {
        "id",
        "made_at",
        "sent_at",
        "text",
        "who",
        "count",
        "contact",
        "callback",
        "language",
    }


def test_what_is_too_long_for_a_bad_line_is_said_before_it_is_kept(phone, served):
    open_form(phone, served.address)
    phone.fill("#text", "a" * 1400)
    phone.click("#keep")

    assert "Too long" in phone.inner_text("#wrong")
    assert phone.input_value("#text") == "a" * 1400
    phone.fill("#text", "a" * 1100)
    phone.click("#keep")
    wait_for(phone, "sent")


@pytest.mark.parametrize("status", [400, 409, 413, 422])
def test_a_refusal_is_shown_with_its_reason_and_not_sent_again(phone, front, status):
    open_form(phone, front.address)
    front.answers = [refusal(status, message="the reason given")]
    write(phone, "not taken")
    wait_for(phone, "refused")
    phone.wait_for_timeout(8_000)

    assert "the reason given" in phone.inner_text("#queue")
    assert len(front.posts) == 1
    phone.click("[data-deed=again]")
    wait_for(phone, "sent")


@pytest.mark.parametrize(
    "answer",
    [
        refusal(503, "CHN-020"),
        refusal(429),
        (200, {"Content-Type": "text/html"}, b"<title>Hotel Wi-Fi</title>"),
        (302, {"Location": "/account/sign-in/"}, b""),
        (404, {"Content-Type": "text/html"}, b"gone"),
        (201, {"Content-Type": "application/json"}, b'{"ref": "M-0'),
    ],
    ids=["store away", "too many", "a page of the hotel", "led elsewhere", "door away", "half an answer"],
)
def test_what_is_no_answer_of_the_mission_is_tried_again_until_the_receipt(phone, front, answer):
    open_form(phone, front.address)
    front.answers = [answer]
    write(phone, "try again")
    phone.wait_for_function(
        "() => /cannot take it now|Something else answered/.test(document.querySelector('#queue').innerText)"
    )

    wait_for(phone, "sent")
    first, second = map(json.loads, front.posts)
    assert first["id"] == second["id"]


def test_a_telephone_whose_clock_is_wrong_is_told_so(phone, served):
    open_form(phone, served.address)
    write(phone, "the clock is right")
    wait_for(phone, "sent", 1)
    assert phone.is_hidden("#clock")

    phone.evaluate("(() => { const real = Date.now; Date.now = () => real() - 3 * 3600 * 1000; })()")
    write(phone, "the clock is wrong")
    wait_for(phone, "sent", 2)
    assert "wrong by about 3 h" in re.sub("[\u2068\u2069]", "", phone.inner_text("#clock"))


def test_a_telephone_without_room_keeps_the_words_in_the_form_and_says_so(phone, served):
    open_form(phone, served.address)
    phone.evaluate(
        """() => { const real = IDBObjectStore.prototype.put;
           IDBObjectStore.prototype.put = function () { throw new DOMException('full', 'QuotaExceededError'); };
           window.mend = () => { IDBObjectStore.prototype.put = real; }; }"""
    )
    phone.fill("#text", "no room for this")
    phone.click("#keep")
    phone.wait_for_selector("#wrong:visible")

    assert "NOT kept" in phone.inner_text("#wrong")
    assert phone.input_value("#text") == "no room for this"
    phone.evaluate("mend()")
    phone.click("#keep")
    wait_for(phone, "sent")


def test_under_a_pin_nothing_on_the_telephone_can_be_read_and_without_one_it_can(phone, served):
    open_form(phone, served.address)
    phone.context.set_offline(True)
    write(phone, "forty men near the well", place="Oru")
    assert "forty men" in json.dumps(rows(phone))

    set_pin(phone, PIN)
    phone.wait_for_selector("#lock:visible")
    phone.fill("#text", "a draft of sixty men")
    phone.wait_for_function("() => document.querySelector('#saved').textContent !== ''")
    copied = json.dumps(rows(phone))
    assert "men" not in copied and "Oru" not in copied and PIN not in copied
    assert [row["state"] for row in rows(phone)].count("draft") == 1


def test_a_locked_report_goes_once_its_pin_is_given_and_not_before(phone, served):
    open_form(phone, served.address)
    set_pin(phone, PIN)
    phone.wait_for_selector("#lock:visible")
    phone.context.set_offline(True)
    write(phone, "sealed and waiting")
    phone.reload()
    phone.context.set_offline(False)
    phone.fill("#pin", "river stone lamp ghost")
    phone.click("#open-pin button")
    phone.wait_for_function("() => document.querySelector('#pin-told').className.includes('error')")
    phone.wait_for_timeout(4_000)
    wait_for(phone, "waiting")
    assert "Locked" in phone.inner_text("#queue")

    phone.fill("#pin", PIN)
    phone.click("#open-pin button")
    wait_for(phone, "sent")
    assert stored(served, "sealed and waiting") == 1


def test_a_locked_telephone_still_takes_and_sends_a_report(phone, served):
    open_form(phone, served.address)
    set_pin(phone, PIN)
    phone.wait_for_selector("#lock:visible")
    phone.click("#lock")
    write(phone, "written without the PIN")

    wait_for(phone, "sent")


def test_what_is_typed_while_the_telephone_locks_is_not_taken_away(phone, served):
    open_form(phone, served.address)
    set_pin(phone, PIN)
    phone.wait_for_selector("#lock:visible")
    phone.fill("#text", "half a sentence of before")
    phone.evaluate(
        """() => { const text = document.querySelector('#text');
           document.querySelector('#lock').click();
           text.value = 'typed as soon as it was locked';
           text.dispatchEvent(new Event('input', {bubbles: true})); }"""
    )
    phone.wait_for_selector("#open-pin:visible")
    phone.click("#keep")

    wait_for(phone, "sent")
    assert stored(served, "typed as soon as it was locked") == 1
    assert stored(served, "half a sentence of before") == 0
    assert sorted(row["state"] for row in rows(phone)) == ["draft", "sent"]


def test_what_one_person_keeps_is_there_after_another_used_the_telephone(phone, served):
    open_form(phone, served.address)
    phone.context.set_offline(True)
    set_pin(phone, PIN)
    phone.wait_for_selector("#lock:visible")
    write(phone, "of the first person")
    phone.click("#lock")
    set_pin(phone, "quite another phrase")
    phone.wait_for_selector("#lock:visible")
    write(phone, "of the second person")

    assert phone.locator("#queue .words:visible").count() == 1
    phone.click("#lock")
    phone.fill("#pin", PIN)
    phone.click("#open-pin button")
    phone.wait_for_selector("#lock:visible")
    phone.click("#queue .words:visible")
    phone.wait_for_function("() => document.querySelector('#queue').innerText.includes('of the first person')")
    assert "of the second" not in phone.inner_text("#queue")
    assert phone.locator("#queue li").count() == 2


def test_everything_can_be_deleted_at_once(phone, served):
    open_form(phone, served.address)
    phone.context.set_offline(True)
    write(phone, "away with it")
    phone.click("#wipe")
    phone.click("#sure button[value=yes]")
    phone.wait_for_selector("#nothing:visible")

    assert rows(phone) == []
    assert phone.evaluate("caches.keys()") == []
    assert phone.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_can_be_used_by_everybody_with_or_without_a_network(phone, served, language):
    open_form(phone, served.address, language)
    phone.context.set_offline(True)
    phone.reload()
    write(phone, "x", place="y")
    wait_for(phone, "waiting")
    phone.click("#queue .words")
    phone.click("#new-pin-title")

    assert phone.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert barriers(phone) == []
    small = phone.evaluate(
        "[...document.querySelectorAll('#app button, #app .button, #app select, #app summary')].filter((one) => one.offsetParent && one.offsetHeight < 40).map((one) => one.textContent)"
    )
    assert small == []


def test_every_language_opens_without_a_network_after_one_visit(phone, served):
    open_form(phone, served.address, "fr")
    phone.context.set_offline(True)
    phone.goto(f"{served.address}/offline/ar/")

    assert phone.get_attribute("html", "lang") == "ar"
    phone.wait_for_selector("#keep:visible")


def test_the_worker_answers_for_the_form_alone(phone, served):
    open_form(phone, served.address)
    scope = phone.evaluate("navigator.serviceWorker.ready.then((found) => found.scope)")
    phone.context.set_offline(True)

    assert scope == f"{served.address}/offline/"
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        phone.goto(f"{served.address}/report/")


def test_without_script_the_way_to_the_plain_form_is_shown(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served.address}/offline/en/")

    assert page.is_hidden("#app")
    page.click("noscript a.button")
    page.fill("#text", "Smoke over the mill")
    page.click("form.panel button.primary")
    assert page.locator(".number").inner_text().startswith("M-")
    context.close()
