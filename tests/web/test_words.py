"""Proposals for the word lists: tried before they are accepted, never with the text of a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests.web.rooms import ACCOUNTS, make_missing_accounts
from tests.web.test_matrix import text_of

if TYPE_CHECKING:
    from django.test import Client

WORD = "zumbarak"
TRY = {"entry": WORD, "concept": "ATK"}


@pytest.fixture(autouse=True)
def mission_folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.MISSION_FOLDER = tmp_path
    yield tmp_path


@pytest.fixture
def proposal(world: None) -> Any:
    from tocsin.store.models import Message, Report, WordProposal

    message = Message.objects.create(
        dedupe_key="w-1",
        channel="sms",
        text=f"{WORD} in the village",
        received_at=datetime.now(UTC),
        recorded_at=datetime.now(UTC),
    )
    report = Report.objects.create(
        message=message, kind="unread", imminence="none", priority="P3", language="en", sensitivity="low",
        received_at=datetime.now(UTC), sector="west",
    )  # fmt: skip
    return WordProposal.objects.create(
        report=report, language="en", field="events", words="", read_as="", corrected_to="ATK", proposed_by="duty",
        proposed_at=datetime.now(UTC),
    )  # fmt: skip


@pytest.mark.parametrize("page", ["words", "words_proposal", "words_settle", "words_export"])
def test_word_lists_open_to_who_looks_after_them(page: str, proposal: Any, sign_in: Callable[..., Client]) -> None:
    make_missing_accounts()
    args = {"words": [], "words_export": ["en"]}.get(page, [proposal.pk])
    method = "post" if page == "words_settle" else "get"

    answers = {
        role: getattr(sign_in(account), method)(reverse(page, args=args)).status_code
        for role, account in ACCOUNTS.items()
    }

    assert {role for role, status in answers.items() if status != 404} == {"analyst", "protection_lead"}


def test_proposals_that_say_the_same_stand_together(proposal: Any, sign_in: Callable[..., Client]) -> None:
    type(proposal).objects.create(
        report=proposal.report, language="en", field="events", corrected_to="ATK", proposed_by="lead",
        proposed_at=datetime.now(UTC),
    )  # fmt: skip

    groups = sign_in("analyst").get(reverse("words")).context["groups"]

    assert [(one.corrected_to, one.reports) for one in groups] == [("ATK", (proposal.report.ref,))]


def test_a_word_is_tried_on_recent_reports_and_changes_nothing(
    proposal: Any, mission_folder: Path, sign_in: Callable[..., Client]
) -> None:
    answer = sign_in("analyst").get(reverse("words_proposal", args=[proposal.pk]), TRY)

    tried = answer.context["tried"]
    assert [one.ref for one in tried.reports] == [proposal.report.ref]
    assert "ATK" in tried.reports[0].after[1]
    assert tried.tried_examples > 100
    assert list(mission_folder.iterdir()) == []


def test_a_word_that_spoils_the_examples_says_so(proposal: Any, sign_in: Callable[..., Client]) -> None:
    answer = sign_in("analyst").get(
        reverse("words_proposal", args=[proposal.pk]), {"entry": "people", "concept": "KIL"}
    )

    assert answer.context["tried"].broken > 0
    assert re.search("no longer read as (it|they) should", text_of(answer))


def test_an_accepted_word_is_read_from_the_next_message_on(
    proposal: Any, mission_folder: Path, sign_in: Callable[..., Client]
) -> None:
    from tests.store.rows import sms
    from tocsin.services import intake, work
    from tocsin.store.models import Report

    sign_in("analyst").post(reverse("words_settle", args=[proposal.pk]), TRY | {"verdict": "accept"})
    now = datetime.now(UTC)
    intake.receive(sms(f"{WORD} in the village", received_at=now), now=now)
    work.drain("test", now=now)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.entry, proposal.settled_by) == ("accepted", WORD, "analyst")
    assert WORD in (mission_folder / "words" / "en.yaml").read_text("utf-8")
    assert "ATK" in Report.objects.latest("pk").events


def test_a_proposal_is_rejected_with_its_reason_and_settled_once(proposal: Any, sign_in: Callable[..., Client]) -> None:
    client, where = sign_in("lead"), reverse("words_settle", args=[proposal.pk])

    wordless = client.post(where, {"verdict": "reject", "why": " "})
    done = client.post(where, {"verdict": "reject", "why": "A name of a person."})
    again = client.post(where, TRY | {"verdict": "accept"})

    assert (wordless.status_code, done.status_code, again.status_code) == (422, 302, 404)
    assert "A name of a person." in text_of(client.get(reverse("words")))


@pytest.mark.parametrize("entry", ["call 0999 12 34 56", "a b c d e", "ab", "x" * 70, "..", "*"])
def test_text_of_a_report_cannot_become_an_entry(
    entry: str, proposal: Any, mission_folder: Path, sign_in: Callable[..., Client]
) -> None:
    where = reverse("words_settle", args=[proposal.pk])

    answer = sign_in("analyst").post(where, {"verdict": "accept", "entry": entry, "concept": "ATK"})

    assert answer.status_code == 422
    assert list(mission_folder.iterdir()) == []


def test_what_is_exported_holds_the_word_and_nothing_of_a_report(proposal: Any, sign_in: Callable[..., Client]) -> None:
    client = sign_in("analyst")
    client.post(reverse("words_settle", args=[proposal.pk]), TRY | {"verdict": "accept"})

    text = client.get(reverse("words_export", args=["en"])).content.decode()

    assert text == f"ATK:\n- {WORD}\n"


def test_a_proposal_on_a_report_that_one_may_not_see_is_not_there(
    proposal: Any, sign_in: Callable[..., Client]
) -> None:
    type(proposal.report).objects.filter(pk=proposal.report.pk).update(secrecy=4)

    client = sign_in("analyst")

    assert client.get(reverse("words")).context["groups"] == ()
    assert client.get(reverse("words_proposal", args=[proposal.pk])).status_code == 404
