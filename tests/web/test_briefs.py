"""Briefs: built from what the reader may know, in the language and form asked for, and written down when they leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.web.test_matrix import text_of

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """Matrices of an earlier test's rows must not be shown to this one."""
    from tocsin.services import matrix

    matrix.forget()
    yield


def some_alert() -> str:
    from tocsin.core.reference.viewer import SYSTEM
    from tocsin.store.queries import alerts

    return str(next(row for row in alerts.alerts(SYSTEM) if row.secrecy <= 2).ref)


def words_of(pdf: bytes) -> str:
    from pypdf import PdfReader

    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("kind", ["weekly_matrix", "flash_alert", "gap_statement"])
def test_every_brief_comes_as_pdf_and_as_docx(kind: str, sign_in: Callable[..., Client]) -> None:
    order = {"kind": kind, "language": "en", "alert": some_alert()}
    duty = sign_in("duty")

    pdf = duty.post(reverse("brief_build"), order | {"form": "pdf"})
    docx = duty.post(reverse("brief_build"), order | {"form": "docx"})

    assert (pdf.status_code, docx.status_code) == (200, 200)
    assert pdf.content.startswith(b"%PDF")
    assert docx.content.startswith(b"PK")
    assert "attachment" in pdf["Content-Disposition"]
    assert pdf["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_matrix_is_printed_in_every_language(language: str, sign_in: Callable[..., Client]) -> None:
    order = {"kind": "weekly_matrix", "language": language, "form": "pdf"}

    answer = sign_in("lead").post(reverse("brief_build"), order)

    assert answer.content.startswith(b"%PDF")
    assert f"_{language}.pdf" in answer["Content-Disposition"]


def test_that_a_brief_left_is_written_down(sign_in: Callable[..., Client]) -> None:
    sign_in("lead").post(reverse("brief_build"), {"kind": "gap_statement", "language": "en", "form": "docx"})

    log = text_of(sign_in("auditor").get(reverse("audit"), {"by": "lead"}))

    assert "Took a brief away" in log
    assert "brief:gap_statement" in log


def test_a_flash_alert_carries_no_word_of_the_source(sign_in: Callable[..., Client]) -> None:
    from tocsin.core.reference.viewer import SYSTEM
    from tocsin.store.queries import alerts, evidence

    reference = some_alert()
    row = alerts.alert_row(SYSTEM, reference)
    assert row is not None
    told = [evidence.text_for(SYSTEM, report) or "" for report in alerts.reports_of_alert(SYSTEM, row)]

    answer = sign_in("duty").post(
        reverse("brief_build"), {"kind": "flash_alert", "language": "en", "form": "pdf", "alert": reference}
    )

    words = " ".join(words_of(answer.content).split())
    assert reference in words
    assert told
    assert not [text for text in told if text[:25] in words]


def test_the_public_statement_of_gaps_names_no_place(sign_in: Callable[..., Client]) -> None:
    from tocsin.core.reference.viewer import SYSTEM
    from tocsin.store.queries import places

    order = {"kind": "gap_statement", "language": "en", "form": "pdf", "hours": "0.05"}
    lead = sign_in("lead")

    named = words_of(lead.post(reverse("brief_build"), order).content)
    public = words_of(lead.post(reverse("brief_build"), order | {"public": "yes"}).content)

    names = [row.name for row in places.places(SYSTEM)]
    assert [name for name in names if name in named]
    assert not [name for name in names if name in public]


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "diary", "language": "en", "form": "pdf"},
        {"kind": "weekly_matrix", "language": "sw", "form": "pdf"},
        {"kind": "weekly_matrix", "language": "en", "form": "exe"},
        {"kind": "flash_alert", "language": "en", "form": "pdf", "alert": ""},
        {"kind": "weekly_matrix", "language": "en", "form": "pdf", "moment": "yesterday"},
        {"kind": "weekly_matrix", "language": "en", "form": "pdf", "moment": "1700-01-01T00:00"},
        {},
    ],
)
def test_an_order_that_makes_no_sense_is_refused_with_its_reason(
    order: dict[str, str], sign_in: Callable[..., Client]
) -> None:
    answer = sign_in("lead").post(reverse("brief_build"), order)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_an_alert_that_the_reader_may_not_see_gives_no_brief(sign_in: Callable[..., Client]) -> None:
    from django.apps import apps

    reference = some_alert()
    order = {"kind": "flash_alert", "language": "en", "form": "docx", "alert": reference}
    before = sign_in("commander").post(reverse("brief_build"), order).status_code
    apps.get_model("tocsin", "Alert").objects.update(secrecy=3)

    planner, duty = (
        sign_in(account).post(reverse("brief_build"), order).status_code for account in ("commander", "duty")
    )

    assert (before, planner, duty) == (200, 404, 200)
