"""What the form without a network is served as: the same for everybody, whole, and apart from all else."""

import json
import re
from unittest import mock

import pytest
from django.test import Client

from tocsin.services import doors
from tocsin.web.pages import offline

LANGUAGES = ["en", "fr", "ar"]


def test_a_browser_is_led_to_the_form_in_its_language(db):
    answer = Client().get("/offline/", headers={"Accept-Language": "fr"})

    assert answer["Location"] == "/offline/fr/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_is_the_same_for_everybody_and_sets_no_cookie(sign_in, language):
    stranger, officer = Client().get(f"/offline/{language}/"), sign_in("duty").get(f"/offline/{language}/")

    assert stranger.content == officer.content
    assert not stranger.cookies
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in stranger.content.decode()


def test_a_language_that_is_not_spoken_here_has_no_form(db):
    assert Client().get("/offline/xx/").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manifest_names_the_form_in_its_language_and_reaches_no_further(db, language):
    told = json.loads(Client().get(f"/offline/{language}/form.webmanifest").content)

    assert (told["scope"], told["start_url"]) == ("/offline/", f"/offline/{language}/")
    assert told["display"] == "standalone" and told["lang"] == language
    assert told["dir"] == ("rtl" if language == "ar" else "ltr")
    assert {icon["sizes"] for icon in told["icons"]} == {"any", "192x192", "512x512"}
    assert all(Client().get(icon["src"]).status_code == 200 for icon in told["icons"])


def test_the_manifests_differ_by_language(db):
    names = {json.loads(Client().get(f"/offline/{code}/form.webmanifest").content)["name"] for code in LANGUAGES}

    assert len(names) == 3


def test_everything_the_worker_keeps_is_there(db):
    script = Client().get("/offline/worker.js").content.decode()
    files = json.loads(re.search(r"FILES = (\[.*?\]);", script).group(1))

    ours = [name for name in files if name.startswith("/offline/")]
    assert len(ours) >= 10
    assert [Client().get(name).status_code for name in ours] == [200] * len(ours)


def test_a_part_of_another_version_is_not_served(db):
    now = offline.version()

    assert Client().get(f"/offline/{now}/page.mjs").status_code == 200
    assert Client().get("/offline/0123456789ab/page.mjs").status_code == 404
    assert Client().get(f"/offline/{now}/worker.py").status_code == 404


def test_another_byte_anywhere_is_another_version(db):
    before = offline.version()
    with mock.patch.object(offline, "_file", lambda name: b"changed" if name == "send.mjs" else b"as it was"):
        changed = offline.version.__wrapped__()
    with mock.patch.object(offline, "_file", lambda name: b"as it was"):
        unchanged = offline.version.__wrapped__()

    assert len({before, changed, unchanged}) == 3
    assert offline.version.__wrapped__() == before


def test_the_page_asks_for_nothing_inline_and_nothing_elsewhere(db):
    answer = Client().get("/offline/en/")
    page = answer.content.decode()

    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert "manifest-src 'self'" in answer["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*(src=|application/json))| style=| on[a-z]+=", page)
    assert not re.search(r'(src|href)="(https?:)?//', page)


def test_the_page_leaves_room_for_the_headers_below_two_kilobytes():
    assert offline._BODY + offline._HEADERS == doors.most_bytes("offline_form") == 2048


@pytest.mark.parametrize("wording", offline.WORDS.items(), ids=lambda item: item[0])
def test_every_sentence_keeps_its_numbers_in_every_language(wording):
    from django.utils import translation

    _key, sentence = wording
    wanted = set(re.findall(r"\{\w+\}", str(sentence)))
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(str(sentence))

    assert [set(re.findall(r"\{\w+\}", one)) for one in said] == [wanted] * 3
