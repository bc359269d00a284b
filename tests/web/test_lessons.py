"""Lessons: searched, written, moved on with what each step asks for, and the review of warnings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.web.rooms import some_lesson
from tests.web.test_briefs import some_alert
from tests.web.test_matrix import text_of

if TYPE_CHECKING:
    from django.test import Client

LESSON = {"title": "Answer at night", "theme": "night", "observation": "Nobody answered at two in the morning."}


def test_a_new_mission_starts_with_what_others_learned(sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("lead").get(reverse("lessons"), {"q": "night patrol"}))

    assert "What others learned (0)" not in page
    assert "§" in page


def test_words_that_no_lesson_holds_find_none(sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("lead").get(reverse("lessons"), {"q": "xylophone"}))

    assert "No lesson holds these words." in page


def test_a_title_is_in_the_language_of_the_page(sign_in: Callable[..., Client]) -> None:
    french = text_of(sign_in("lead", language="fr").get(reverse("lessons"), {"theme": "imminence"}))

    assert "Convenir d’un seul seuil de menace imminente" in french


def test_a_lesson_is_tied_to_the_alert_it_came_from(sign_in: Callable[..., Client]) -> None:
    duty, alert = sign_in("duty"), some_alert()

    answer = duty.post(reverse("lesson_submit"), LESSON | {"alert": alert})

    page = text_of(duty.get(reverse("lessons")))
    assert answer.status_code == 302
    assert "Answer at night" in page
    assert reverse("alert", args=[alert]) in page


def test_a_lesson_without_an_observation_is_refused_and_what_was_typed_comes_back(
    sign_in: Callable[..., Client],
) -> None:
    answer = sign_in("duty").post(reverse("lesson_submit"), LESSON | {"observation": " "})

    assert answer.status_code == 422
    assert "A lesson needs a title and what was observed." in text_of(answer)
    assert 'value="Answer at night"' in text_of(answer)


def test_a_lesson_cannot_be_tied_to_an_alert_that_its_writer_may_not_see(sign_in: Callable[..., Client]) -> None:
    from django.apps import apps

    alert = some_alert()
    apps.get_model("tocsin", "Alert").objects.update(secrecy=3)

    refused = sign_in("commander").post(reverse("lesson_submit"), LESSON | {"alert": alert})
    taken = sign_in("duty").post(reverse("lesson_submit"), LESSON | {"alert": alert})

    assert (refused.status_code, taken.status_code) == (404, 302)


def test_a_lesson_moves_step_by_step_and_is_identified_only_with_owner_action_and_date(
    sign_in: Callable[..., Client],
) -> None:
    lead, where = sign_in("lead"), reverse("lesson_move", args=[some_lesson()])
    owned = {"owner": "Sector west", "action": "A second line on the night rota", "due_on": "2030-01-31"}

    jump = lead.post(where, {"to": "embedded"})
    steps = [lead.post(where, {"to": state}).status_code for state in ("screened", "analysed")]
    bare = lead.post(where, {"to": "identified"})
    whole = lead.post(where, {"to": "identified"} | owned)

    assert (jump.status_code, steps, bare.status_code, whole.status_code) == (422, [302, 302], 422, 302)
    assert "A second line on the night rota" in text_of(lead.get(reverse("lessons")))


def test_the_review_is_not_for_those_who_see_no_alerts(sign_in: Callable[..., Client]) -> None:
    lead, partner = (text_of(sign_in(account).get(reverse("lessons"))) for account in ("lead", "partner"))

    assert "Warned against happened" in lead
    assert "Warned against happened" not in partner


def test_an_alarm_acted_on_and_followed_by_nothing_is_not_called_false(sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("lead").get(reverse("lessons"), {"days": "365"}))

    assert "cannot be scored" in page
    assert "false alarm" not in page.lower()


@pytest.mark.parametrize(
    "asked", [{"days": "x"}, {"days": "99999999"}, {"theme": "<b>"}, {"q": "\x00"}, {"alert": "'"}]
)
def test_no_question_brings_the_lessons_down(asked: dict[str, str], sign_in: Callable[..., Client]) -> None:
    assert sign_in("lead").get(reverse("lessons"), asked).status_code == 200
