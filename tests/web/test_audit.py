"""The audit log on screen: references only, filtered, verified, and its head to be written down."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.urls import reverse

from tests.web.rooms import some_place
from tests.web.test_matrix import text_of

if TYPE_CHECKING:
    from django.test import Client


def head_of(page: str) -> str:
    return "".join(re.findall(r"<span>([0-9a-f]{8})</span>", page))


def test_a_look_at_a_matrix_stands_in_the_log_under_the_account(sign_in: Callable[..., Client]) -> None:
    sign_in("lead").get(reverse("matrix"))
    auditor = sign_in("auditor")

    own = text_of(auditor.get(reverse("audit"), {"by": "lead"}))
    other = text_of(auditor.get(reverse("audit"), {"by": "commander"}))

    assert "Read the matrix" in own
    assert "Read the matrix" not in other


def test_the_log_is_searched_by_record(sign_in: Callable[..., Client]) -> None:
    place = some_place()
    sign_in("lead").post(reverse("matrix_act", args=[place]), {"owner": "Sector west"})

    page = text_of(sign_in("auditor").get(reverse("audit"), {"subject": place}))

    assert "Changed a line of the matrix" in page
    assert "Sector west" not in page


def test_reading_the_log_is_itself_entered(sign_in: Callable[..., Client]) -> None:
    auditor = sign_in("auditor")
    auditor.get(reverse("audit"))

    assert "Read this log" in text_of(auditor.get(reverse("audit")))


def test_a_log_nobody_changed_is_whole_and_gives_a_head_of_64_signs(sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("auditor").post(reverse("audit_verify")))

    assert "Nothing was changed." in page
    assert len(head_of(page)) == 64


def test_a_head_written_down_earlier_is_found_and_a_false_one_is_not(sign_in: Callable[..., Client]) -> None:
    auditor = sign_in("auditor")
    head = head_of(text_of(auditor.post(reverse("audit_verify"))))
    sign_in("lead").get(reverse("matrix"))
    spaced = " ".join(head[start : start + 8] for start in range(0, 64, 8))

    found = text_of(auditor.post(reverse("audit_verify"), {"head": spaced}))
    missing = text_of(auditor.post(reverse("audit_verify"), {"head": "0" * 63 + "1"}))

    assert "Nothing was changed." in found
    assert "The log was changed." in missing


def test_a_head_that_is_none_is_said_to_be_unreadable(sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("auditor").post(reverse("audit_verify"), {"head": "<script>"}))

    assert "The head you gave is not readable" in page
    assert "<script>x" not in page


def test_older_entries_stand_on_further_pages(sign_in: Callable[..., Client]) -> None:
    lead, auditor = sign_in("lead"), sign_in("auditor")
    for _ in range(101):
        lead.get(reverse("audit"))

    first = text_of(auditor.get(reverse("audit")))
    older = re.search(r"\?before=(\d+)", first)

    assert older
    assert text_of(auditor.get(reverse("audit"), {"before": older[1]})) != first
