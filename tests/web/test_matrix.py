"""The protection matrix on screen and on paper."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from tests.web.rooms import some_place

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """Matrices of an earlier test's rows must not be shown to this one."""
    from tocsin.services import matrix

    matrix.forget()
    yield
    matrix.forget()


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def weight_kb(answer: Any) -> float:
    """Return what a first visit loads, compressed: the page, and every style sheet and script it names."""
    page = answer.content.decode()
    names = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|mjs))"', page)
    files = [Path(str(finders.find(name))).read_bytes() for name in names]
    return sum(len(gzip.compress(part)) for part in (answer.content, *files)) / 1000


def test_every_line_says_why_and_links_to_its_evidence(sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("lead").get(reverse("matrix")))

    assert "why?" in page
    assert re.search(r'href="/incidents/I-\d{6}/"', page)


def test_evidence_that_a_viewer_may_not_open_is_not_named(sign_in: Callable[..., Client]) -> None:
    seen = text_of(sign_in("lead").get(reverse("matrix")))
    hidden = text_of(sign_in("head").get(reverse("matrix")))

    assert re.search(r"I-\d{6}", seen)
    assert not re.search(r"I-\d{6}", hidden)


def test_two_roles_read_the_same_categories(sign_in: Callable[..., Client]) -> None:
    def categories(account: str) -> list[str]:
        return re.findall(
            r'<tr data-row="(\S+)" class="(\w+)"', sign_in(account).get(reverse("matrix")).content.decode()
        )

    assert categories("lead")
    assert categories("lead") == categories("head") == categories("commander")


def test_a_partner_sees_no_line_and_no_name(sign_in: Callable[..., Client]) -> None:
    names = re.findall(r"<bdi>(\w+)</bdi></a>", sign_in("lead").get(reverse("matrix")).content.decode())
    page = text_of(sign_in("partner").get(reverse("matrix")))

    assert names
    assert "No line of the matrix is open to you." in page
    assert not re.findall(
        r'<li class="(?:late|zero)?"><b>\d', sign_in("partner").get(reverse("matrix")).content.decode()
    )
    assert not [name for name in names if name in page]


def test_places_on_watch_are_summed_up_as_unknown_and_not_as_safe(sign_in: Callable[..., Client]) -> None:
    early = (datetime.now(UTC) - timedelta(days=4000)).strftime("%Y-%m-%dT%H:%M")

    page = text_of(sign_in("lead").get(reverse("matrix"), {"as_of": early}))

    assert "3 places on watch" in page
    assert "Unknown is not safe" in page


def test_what_is_unknown_is_the_word_and_never_a_nought(sign_in: Callable[..., Client]) -> None:
    from django.apps import apps

    place = some_place()
    apps.get_model("tocsin", "Place").objects.filter(ref=place).update(people=None, displaced_people=None)

    page = text_of(sign_in("lead").get(reverse("matrix")))

    line = page.split(f'data-row="{place}"')[1].split("</tr>")[0]
    assert "people: unknown" in line


def test_an_override_needs_its_reason_and_stays_visible_beside_the_rule(sign_in: Callable[..., Client]) -> None:
    lead, place = sign_in("lead"), some_place()

    without = lead.post(reverse("matrix_act", args=[place]), {"override": "watch"})
    lead.post(reverse("matrix_act", args=[place]), {"override": "watch", "why": "Moved away in May."})
    afterwards = text_of(lead.get(reverse("place", args=[place])))

    assert without.status_code == 422
    assert "Say why the category is set by hand." in text_of(without)
    assert "Moved away in May." in afterwards


def test_an_analyst_writes_an_owner_and_may_not_override(sign_in: Callable[..., Client]) -> None:
    analyst, place = sign_in("analyst"), some_place()

    owner = analyst.post(reverse("matrix_act", args=[place]), {"owner": "Sector west"})
    override = analyst.post(reverse("matrix_act", args=[place]), {"override": "must", "why": "I think so."})

    assert (owner.status_code, override.status_code) == (302, 404)
    assert "Sector west" in text_of(analyst.get(reverse("matrix")))


def test_what_was_typed_comes_back_with_the_refusal(sign_in: Callable[..., Client]) -> None:
    answer = sign_in("lead").post(
        reverse("matrix_act", args=[some_place()]), {"owner": "Sector <west>", "override": "must", "why": " "}
    )

    assert "Sector &lt;west&gt;" in text_of(answer)


def test_a_kept_matrix_is_shown_as_kept_and_old_once_something_was_written_since(
    sign_in: Callable[..., Client],
) -> None:
    from tocsin.services import matrix

    lead = sign_in("lead")
    lead.post(reverse("matrix_keep"))
    matrix.forget()
    fresh = text_of(lead.get(reverse("matrix")))
    lead.post(reverse("matrix_act", args=[some_place()]), {"owner": "Sector west"})
    matrix.forget()

    later = text_of(lead.get(reverse("matrix")))

    assert "Kept assessment" in fresh
    assert "Something was written since" not in fresh
    assert "Something was written since" in later
    assert "Kept assessment" not in text_of(lead.get(reverse("matrix"), {"afresh": "yes"}))


def test_a_matrix_that_nothing_changed_is_worked_out_once(
    sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tocsin.services import assessment

    times: list[int] = []
    real = assessment.assess
    monkeypatch.setattr(assessment, "assess", lambda *given, **named: (times.append(1), real(*given, **named))[1])
    lead = sign_in("lead")
    lead.get(reverse("matrix"))
    lead.get(reverse("coverage"))
    before = len(times)
    lead.post(reverse("matrix_act", args=[some_place()]), {"owner": "Sector west"})

    lead.get(reverse("matrix"))

    assert (before, len(times)) == (1, 2)


def test_the_past_shows_a_banner_and_no_form(sign_in: Callable[..., Client]) -> None:
    lead = sign_in("lead")
    day = (datetime.now(UTC) - timedelta(days=20)).strftime("%Y-%m-%dT%H:%M")

    past, present = text_of(lead.get(reverse("matrix"), {"as_of": day})), text_of(lead.get(reverse("matrix")))

    assert "What became known later is not shown" in past
    assert reverse("matrix_act", args=[some_place()]) in present
    assert reverse("matrix_act", args=[some_place()]) not in past


@pytest.mark.parametrize("as_of", ["1800-01-01", "2199-01-01T00:00", "0001-01-01T00:00+14:00", "yesterday"])
def test_a_moment_that_cannot_be_judged_is_not_understood(as_of: str, sign_in: Callable[..., Client]) -> None:
    answer = sign_in("lead").get(reverse("matrix"), {"as_of": as_of})

    assert answer.status_code == 400


def test_the_printed_page_holds_its_secrecy_and_moment_and_reads_in_grey(sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("lead").get(reverse("matrix_print")))
    sheet = Path(str(finders.find("css/print.css"))).read_text("utf-8")
    colours = re.findall(r"#([0-9a-f]{3}|[0-9a-f]{6})\b", sheet)

    assert page.count("STRICTLY CONFIDENTIAL") == 2
    assert "T threat, V vulnerability" in page
    assert "size: A3 landscape" in sheet
    assert colours
    assert [
        one for one in colours if len({one[at : at + len(one) // 3] for at in range(0, len(one), len(one) // 3)}) > 1
    ] == []


def test_the_printed_page_weighs_less_than_60_kb(sign_in: Callable[..., Client]) -> None:
    assert weight_kb(sign_in("lead").get(reverse("matrix_print"))) < 60


@pytest.mark.parametrize("page", ["matrix", "matrix_print", "map", "coverage", "places", "gaps", "lessons", "policy"])
def test_arabic_pages_run_from_right_to_left(page: str, sign_in: Callable[..., Client]) -> None:
    arabic = sign_in("lead", language="ar").get(reverse(page)).content.decode()
    english = sign_in("lead", language="en").get(reverse(page)).content.decode()

    assert '<html lang="ar" dir="rtl">' in arabic
    assert '<html lang="en" dir="ltr">' in english


@pytest.mark.parametrize(
    "page", ["matrix", "matrix_print", "map", "coverage", "places", "gaps", "briefs", "lessons", "policy"]
)
def test_no_page_carries_a_style_or_a_script_of_its_own(page: str, sign_in: Callable[..., Client]) -> None:
    html = sign_in("lead").get(reverse(page)).content.decode()

    assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)
