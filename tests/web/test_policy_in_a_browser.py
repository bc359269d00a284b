"""Policy, rate of response and words in a browser: for everybody, in both directions, on a telephone, without a script."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.watch import barriers, watch
from tests.web.conftest import ROOT
from tests.web.test_maps_in_a_browser import in_language, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.web.conftest import Served

PATHS = (
    "/policy/", "/policy/v/B-9/", "/policy/v/B-9/card/", "/policy/readings/?days=365", "/response/?from=2026-01-01", "/words/",
)  # fmt: skip
DRAFT = (
    "import django; django.setup(); from datetime import UTC, datetime; from tocsin.services import policy; "
    "from tocsin.core.reference.viewer import SYSTEM; from tocsin.store.queries import policy as read; now = datetime.now(UTC); "
    "read.version_row(SYSTEM, 'B-9') or (policy.draft(SYSTEM, 'B-9', now=now), "
    "policy.open_consultation(SYSTEM, 'B-9', [('force', ''), ('police', '')], now=now))"
)


@pytest.fixture(scope="module")
def draft(served: Served) -> None:
    subprocess.run([sys.executable, "-c", DRAFT], env=served.environment, check=True, cwd=ROOT)


@pytest.fixture
def lead(browser: Browser, signed_in: Callable[[str], str], draft: None) -> Iterator[Page]:
    context = browser.new_context(storage_state=signed_in("lead"))
    complaints = watch(context)
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nobody_is_kept_from_using_these_rooms(lead: Page, served: Served, language: str) -> None:
    found = {}
    for path in PATHS:
        in_language(lead, served, language, path)
        found[path] = barriers(lead)

    assert {path: complaints for path, complaints in found.items() if complaints} == {}


def test_none_of_them_is_wider_than_a_telephone(lead: Page, served: Served) -> None:
    lead.set_viewport_size({"width": 390, "height": 800})

    wide = {path: opened(lead, served, path).evaluate("document.documentElement.scrollWidth") for path in PATHS}

    assert {path: width for path, width in wide.items() if width > 390} == {}


def test_a_draft_is_written_and_changed_without_a_script(lead: Page, served: Served, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([*lead.context.cookies(), {"name": "django_language", "value": "en", "url": served.address}])
    plain = context.new_page()
    plain.goto(f"{served.address}/policy/")
    plain.fill("#version", "B-10")
    plain.click("text=Write a draft")

    plain.select_option("#interpretation", "narrow")
    plain.click("text=Save the draft")

    assert "/policy/v/B-10/" in plain.url
    assert "Fields that differ" in plain.content()
    context.close()


def test_the_threshold_card_is_one_page_on_paper(lead: Page, served: Served) -> None:
    opened(lead, served, "/policy/v/B-9/card/?language=fr")

    printed = lead.pdf(prefer_css_page_size=True)

    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 1
