"""A reply gives a number and what happens next, and nothing that endangers who holds the phone."""

from __future__ import annotations

import pytest

from tests.core.evidence.ardenya import actors, gazetteer, read
from tocsin.core.evidence import replies
from tocsin.core.reference.languages import normalise
from tocsin.core.reference.terms import Channel

GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


@pytest.mark.parametrize("language", ["fr", "en", "ar", "sw", "", "xx", "fr+en"])
@pytest.mark.parametrize("channel", list(Channel))
def test_every_receipt_holds_its_number_and_nothing_secret(language, channel):
    text = replies.receipt("M-000141", channel=channel, language=language)
    names = {
        normalise(name) for name in (*(place.name for place in gazetteer().places), *(actor.name for actor in actors()))
    }

    assert "M-000141" in text
    assert not any(f" {name} " in f" {normalise(text)} " for name in names)
    assert not {"attaque", "attack", "mission", "nations", "هجوم"} & set(normalise(text).split())


@pytest.mark.parametrize(("language", "most"), [("fr", 160), ("en", 160), ("sw", 160), ("ar", 70), ("", 160)])
def test_a_text_message_is_one_text_message(language, most):
    text = replies.receipt("M-0001410", channel=Channel.SMS, language=language)

    assert len(text) <= most
    assert language == "ar" or set(text) <= GSM


def test_one_question_is_asked_where_the_place_is_not_known_and_none_where_it_is():
    open_place = read("attaque à Nyaroko", at="")[0]
    nowhere = read("ils attaquent", at="")[0]
    clear = read("attaque à Ferreko")[0]

    assert "voisin" in replies.question(open_place, "M-1", language="fr")
    assert "lieu" in replies.question(nowhere, "M-1", language="fr")
    assert replies.question(clear, "M-1", language="fr") is None


def test_a_question_never_repeats_the_message():
    reading = read("zork Nyaroko grunk attaque", at="")[0]
    asked = replies.question(reading, "M-1", language="en")

    assert "Nyaroko" not in asked
    assert "attaque" not in asked
