"""Help: for everybody, beginning with one's own role, and in every language of the screens."""

import pytest
from django.test import Client

from tocsin.core.reference.terms import Role
from tocsin.web.pages.help import STEPS


def test_help_is_open_before_sign_in_and_says_what_cannot_be_hidden(world):
    page = Client().get("/help/").content.decode()

    assert "What cannot be hidden" in page
    assert "First steps" not in page


def test_help_begins_with_the_first_steps_of_ones_own_role(sign_in):
    duty, auditor = (sign_in(name).get("/help/").content.decode() for name in ("duty", "auditor"))

    assert str(STEPS[Role.DUTY_OFFICER][0]) in duty
    assert str(STEPS[Role.DUTY_OFFICER][0]) not in auditor


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_every_grade_level_and_word_is_explained_in_each_language(sign_in, language):
    page = sign_in("duty", language=language).get("/help/")

    assert page.status_code == 200
    assert page.content.decode().count('class="grade"') == 12
    assert len(page.context["words"]) > 40


def test_the_language_of_the_screens_is_chosen_by_a_form_and_kept(world):
    client = Client()

    client.post("/language/", {"language": "ar", "next": "/help/"})
    page = client.get("/help/").content.decode()

    assert 'lang="ar" dir="rtl"' in page


def test_an_account_sees_its_own_language_until_it_chooses_another(sign_in):
    client = sign_in("lead")
    del client.cookies["django_language"]

    assert 'lang="fr"' in client.get("/help/").content.decode()
