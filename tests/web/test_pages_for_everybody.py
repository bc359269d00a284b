"""Nobody is kept from using a page: every page, in languages of both directions, on a desk and on a telephone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.watch import barriers, watch
from tests.web.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

    from tests.web.conftest import Served

DESK: ViewportSize = {"width": 1440, "height": 900}
TELEPHONE: ViewportSize = {"width": 390, "height": 844}
# Who looks at which page; a word in braces is where the stage put something.
PAGES = {
    "/": "duty",
    "/reports/R-000001/": "duty",
    "/alerts/A-000004/": "duty",
    "/joint/": "duty",
    "/handover/": "duty",
    "{handover}": "duty",
    "/hotline/": "duty",
    "/hotline/calls/": "duty",
    "/visit/": "duty",
    "/radio-log/": "duty",
    "/warnings/": "duty",
    "/warnings/new/?alert=A-000004": "duty",
    "{released}": "duty",
    "{released}script/radio/fr/": "duty",
    "{draft}": "lead",
    "{incoming}": "duty",
    "/duty/": "lead",
    "/networks/": "lead",
    "/networks/N-000001/": "lead",
    "{authorities}": "lead",
    "/networks/node/F-000001/": "custodian",
    "/networks/signals/P-0003/": "lead",
    "/networks/N-000001/codes/": "lead",
    "{drill}": "lead",
    "/response/": "lead",
    "/review/scorecard/?from=2025-12-01": "lead",
    "/outlook/": "lead",
    "/policy/": "lead",
    "{version}": "lead",
    "{version}card/": "lead",
    "/policy/readings/": "lead",
    "/words/": "analyst",
    "/words/1/": "analyst",
    "/accounts/": "admin",
    "/gateways/": "admin",
    "/help/": "lead",
    "/report/": "",
    "/offline/{language}/": "",
    "/account/sign-in/": "",
}


@pytest.fixture(scope="module")
def stage(served: Served) -> dict[str, Any]:
    """Something on every page, and a session of everybody who looks at one."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.web.stage"], env=served.environment, capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def enter(browser: Browser, served: Served, stage: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page of somebody; each has one window for all tests of this file."""
    windows: dict[tuple[str, bool], BrowserContext] = {}
    complaints: list[str] = []

    def opened(account: str, *, script: bool = True) -> Page:
        if (account, script) not in windows:
            window = windows[account, script] = browser.new_context(java_script_enabled=script, viewport=DESK)
            complaints.extend(watch(window) if script else [])
            if account:
                window.add_cookies([{"name": "sessionid", "value": stage["keys"][account], "url": served.address}])
            window.new_page().set_default_timeout(30_000)
        return windows[account, script].pages[0]

    yield opened
    for window in windows.values():
        window.close()
    assert complaints == []


@pytest.fixture
def look(served: Served, stage: dict[str, Any], enter: Callable[..., Page]) -> Callable[..., Page]:
    """Return a function that opens an address in a language."""

    def at(path: str, account: str, language: str = "en", *, script: bool = True) -> Page:
        page = enter(account, script=script)
        page.set_viewport_size(DESK)
        page.context.add_cookies([{"name": "django_language", "value": language, "url": served.address}])
        answer = page.goto(served.address + path.format(language=language, **stage["at"]))
        assert answer is not None
        assert answer.status == 200
        return page

    return at


def too_wide(page: Page) -> list[str]:
    """Return by how much a page runs beyond the edge of a telephone, nothing when it does not."""
    page.set_viewport_size(TELEPHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    return [] if width <= TELEPHONE["width"] else [f"{width} wide"]


def faults(page: Page, language: str) -> list[str]:
    """Return what is wrong with an open page at both widths."""
    at_the_desk = barriers(page)
    found = [*at_the_desk, *too_wide(page), *barriers(page)]
    turned = page.get_attribute("html", "dir")
    return found if turned == ("rtl" if language == "ar" else "ltr") else [*found, f"runs {turned}"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_can_be_used_by_everybody_at_both_widths(look, path, language):
    assert faults(look(path, PAGES[path], language), language) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_in_french_is_no_wider_than_a_telephone(look, path):
    assert too_wide(look(path, PAGES[path], "fr")) == []


def test_what_keeps_somebody_out_and_what_is_too_wide_is_found(look):
    page = look("/help/", "lead")
    page.evaluate(
        "const [field, line] = ['input', 'hr'].map((one) => document.createElement(one));"
        "line.width = '2000'; document.querySelector('main').append(field, line)"
    )

    found = faults(page, "en")

    assert [line.split()[-1] if "wide" in line else line.split(":")[0] for line in found] == ["label", "wide", "label"]


def test_where_the_keyboard_stands_can_be_seen(look):
    page = look("/", "duty")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")

    shown = page.evaluate(
        "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
    )

    assert shown == ["solid", "3px"]


def test_somebody_signs_in_without_script(browser, served):
    window = browser.new_context(java_script_enabled=False)
    page = window.new_page()

    served.sign_in(page, "host")

    assert page.locator("nav.rooms").count() >= 1
    window.close()


def test_an_alert_is_acknowledged_and_decided_without_script(look):
    page = look("{alert}", "lead", script=False)
    acknowledge = page.locator("form[action$='/acknowledge/'] button")
    acknowledge.first.click()
    page.locator("form[action$='/decide/'] input[value='monitor']").check()
    page.locator("form[action$='/decide/'] textarea[name='why']").fill("Watched until the morning.")
    page.locator("form[action$='/decide/'] button.primary").click()

    assert "Watched until the morning." in page.content()
    assert acknowledge.count() == 0


def test_a_call_is_written_down_without_script(look):
    page = look("/hotline/", "duty", script=False)
    page.fill("#call-where", "Malka")
    page.fill("#call-what", "Armed men on the road")
    page.click("form.split button.primary")

    assert page.locator(".notice.success").count() == 1


def test_anybody_reports_without_script(look):
    page = look("/report/", "", script=False)
    page.fill("#text", "Armed men on the road to Malka")
    page.click("button.primary")

    assert page.locator(".number").count() == 1


def test_a_warning_is_released_by_the_second_person_without_script(look):
    page = look("{draft_to_release}", "lead", script=False)
    page.click("form[action$='/release/'] button.primary")

    assert "/warnings/W-" in page.url
    assert page.locator("form[action$='/cancel/']").count() == 1


def test_the_rate_of_response_is_asked_without_script(look):
    page = look("/response/", "lead", script=False)
    page.click("main form button.primary")

    assert page.locator("table").count() >= 2
    assert "priority=" in page.url


def test_a_policy_is_consulted_upon_without_script(look):
    page = look("{version_to_consult_on}", "lead", script=False)
    page.click("form[action$='/consult/'] button >> nth=-1")

    assert page.locator("h1").count() == 1
    assert "/policy/v/S-10/" in page.url


@pytest.mark.parametrize("path", ["/", "/reports/R-000001/", "/alerts/A-000004/"])
def test_a_page_shows_everything_without_script(look, path):
    page = look(path, "duty", script=False)

    assert page.locator("main form[method='post']").count() >= 1
    assert page.locator("nav.rooms.inner a, main h1").count() >= 1
