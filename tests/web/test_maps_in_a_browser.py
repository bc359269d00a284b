"""The planning rooms in a browser: for everybody, in both directions of script, on a telephone, and without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.watch import barriers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.web.conftest import Served

PATHS = (
    "/matrix/", "/map/?uncovered=yes&days=365", "/coverage/?hours=1", "/places/", "/places/P-0001/", "/gaps/", "/briefs/",
    "/lessons/", "/matrix/print/",
)  # fmt: skip


def in_language(page: Page, served: Served, language: str, path: str) -> None:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": served.address}])
    opened(page, served, path)


def opened(page: Page, served: Served, path: str) -> Page:
    answer = page.goto(served.address + path)
    assert answer is not None
    assert answer.status == 200
    return page


@pytest.mark.parametrize(
    ("path", "language"), [*((path, "en") for path in PATHS), *((path, "ar") for path in (*PATHS[:3], PATHS[4]))]
)
def test_nobody_is_kept_from_using_a_planning_room(desk: Page, served: Served, path: str, language: str) -> None:
    in_language(desk, served, language, path)

    assert desk.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    assert barriers(desk) == []


def test_the_dark_theme_of_the_rooms_can_be_read_too(desk: Page, served: Served) -> None:
    desk.emulate_media(color_scheme="dark")

    found = {path: barriers(opened(desk, served, path)) for path in PATHS[:5]}

    assert [path for path, complaints in found.items() if complaints] == []


@pytest.mark.parametrize("path", PATHS[:-1])
def test_no_planning_room_is_wider_than_a_telephone(desk: Page, served: Served, path: str) -> None:
    desk.set_viewport_size({"width": 360, "height": 700})
    opened(desk, served, path)

    assert desk.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_large_map_is_drawn_under_the_strict_policy_and_asks_nobody_else(desk: Page, served: Served) -> None:
    opened(desk, served, "/map/large/")

    desk.wait_for_selector("#large[data-ready]", timeout=30_000)

    assert desk.locator("#large canvas").count() == 1
    assert desk.locator("input[data-layer]:checked").count() == 4


def test_the_reasons_open_without_a_script(browser: Browser, served: Served, at_the_desk: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=at_the_desk["path"])
    page = context.new_page()
    opened(page, served, "/matrix/")

    page.locator("details.why > summary").first.click()

    assert page.locator("details.why[open] .reasons li").first.is_visible()
    context.close()


def test_the_map_moves_without_a_script(browser: Browser, served: Served, at_the_desk: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=at_the_desk["path"])
    page = context.new_page()
    opened(page, served, "/map/")
    before = page.locator("svg.map").first.inner_html()

    page.locator(".compass a").first.click()

    assert page.locator("svg.map").first.inner_html() != before
    context.close()
