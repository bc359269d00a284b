"""A warning in every form and language, and what stops it before it leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from tocsin.core.places.shapes import ring_around
from tocsin.core.places.types import Place, Point
from tocsin.core.plans import community
from tocsin.core.plans import warning_checks as checks
from tocsin.core.plans.community import Asked, CommunityWarning, WarningText
from tocsin.core.plans.segments import count_segments, levelled
from tocsin.core.plans.warning_checks import Ground
from tocsin.core.plans.warning_forms import forms_of
from tocsin.core.reference import wording
from tocsin.core.reference.terms import CapKind, Likelihood, Severity, Urgency, WarningReach

NOW = datetime(2027, 3, 4, 18, 30, tzinfo=UTC)
ZONE = timezone(timedelta(hours=2))
ORU = Place("P-1", "Oru", Point(6.1, 24.2), people=2400, languages=("fr", "en"))
MALKA = Place("P-3", "Malka", Point(5.95, 24.36), people=650, languages=("oro", "fr"))
NO = Asked(promises_help=False, tells_of_troops=False, tells_who_reported=False)
CALM = {"en": "Leave the road.", "fr": "Quittez la route.", "ar": "ابتعدوا عن الطريق.", "sw": "Ondokeni barabarani."}


def text(do: str, language: str = "en") -> WarningText:
    return WarningText(language, "Danger: Malka", "Attack expected.", do)


def warning(*texts: WarningText, **changes: object) -> CommunityWarning:
    given = {
        "kind": CapKind.ALERT, "is_exercise": False, "reach": WarningReach.PUBLIC, "event": "ATK",
        "urgency": Urgency.IMMEDIATE, "severity": Severity.SEVERE, "certainty": Likelihood.LIKELY, "sent_at": NOW,
        "expires_at": NOW + timedelta(hours=12), "places": (MALKA,), "rings": (ring_around(MALKA.point, 5),),
        "asked": NO, "texts": {one.language: one for one in texts or (text("Quittez la route.", "fr"),)},
    }  # fmt: skip
    return CommunityWarning(**{**given, **changes})  # type: ignore[arg-type]  # each test gives what it changes


def stops(one: CommunityWarning, ground: Ground | None = None) -> set[str]:
    found = checks.check(one, ground or Ground(places=(ORU, MALKA)), as_of=NOW)
    return {finding.because.code.removeprefix("warncheck.") for finding in found if finding.is_blocking}


def test_a_plain_warning_may_leave():
    assert stops(warning()) == set()


@pytest.mark.parametrize("language", community.written_languages())
def test_what_we_begin_with_in_each_language_stands_the_checks_and_says_its_limit(language):
    events = community.events_to_warn_of()
    drafts = [warning(event=event, texts={}) for event in events]
    begun = [community.drafted_text(draft, language, zone=ZONE) for draft in drafts]

    found = [
        stops(replace(draft, texts={language: one}, by_voice=("fr",))) for draft, one in zip(drafts, begun, strict=True)
    ]
    forms = forms_of(drafts[0], begun[0], sender="MINUVAL", zone=ZONE)

    assert found == [set()] * len(events)
    assert forms.segments.parts <= 4
    assert levelled(wording.label("community.limit.short", language)) in forms.sms
    assert wording.label("community.radio.repeat", language) in forms.radio
    assert len(forms.voice) > 6
    assert max(len(line) for line in forms.voice) < 140


@pytest.mark.parametrize("language", community.written_languages())
def test_an_exercise_begins_every_form_with_its_word(language):
    drill = warning(is_exercise=True)
    forms = forms_of(drill, text(CALM[language], language), sender="MINUVAL", zone=ZONE)

    word = wording.label("community.word.exercise", language)
    assert [form.startswith(word) for form in (forms.sms, forms.voice[0], forms.radio[0])] == [True] * 3
    assert word not in forms_of(warning(), text(CALM[language], language), sender="MINUVAL", zone=ZONE).sms


@pytest.mark.parametrize(
    ("language", "promise"),
    [
        ("en", "A patrol will reach you tonight."), ("en", "We'll come at dawn."), ("en", "Help is on the way."),
        ("fr", "Une patrouille arrive ce soir."), ("fr", "Nous vous protégerons."), ("fr", "Les secours arrivent."),
        ("ar", "ستصل دورية الليلة."), ("ar", "سنحميكم."), ("sw", "Doria itafika usiku."), ("sw", "Tutawalinda."),
    ],
)  # fmt: skip
def test_no_promise_leaves_without_an_open_task_behind_it(language, promise):
    promising = warning(text(promise, language), by_voice=("fr",))
    behind = Ground(places=(ORU, MALKA), open_tasks=frozenset({"T-000001"}))

    assert stops(promising) == {"phrase_promises_without_task"}
    assert stops(replace(promising, asked=replace(NO, promises_help=True))) >= {"promise_without_task"}
    assert stops(replace(promising, tasks=("T-000001",)), behind) == set()
    assert stops(replace(promising, tasks=("T-000002",)), behind) == {"phrase_promises_without_task"}


@pytest.mark.parametrize(
    ("language", "words", "code"),
    [
        ("en", "The soldiers are at the bridge.", "phrase_tells_of_troops"),
        ("fr", "Il n'y a pas de patrouille cette nuit.", "phrase_tells_of_troops"),
        ("ar", "لا توجد دورية الليلة.", "phrase_tells_of_troops"),
        ("sw", "Hakuna askari leo.", "phrase_tells_of_troops"),
        ("en", "A tribe from the hills comes.", "phrase_blames_a_community"),
        ("fr", "Les éleveurs attaquent.", "phrase_blames_a_community"),
        ("sw", "Wafugaji wanashambulia.", "phrase_blames_a_community"),
        ("en", "Call +999 000 0101.", "tells_source"),
        ("fr", "Selon notre source, ils arrivent.", "tells_source"),
        ("ar", "حسب شاهد عيان.", "tells_source"),
    ],
)
def test_troops_communities_and_sources_stay_out_of_the_text(language, words, code):
    assert stops(warning(text(words, language), by_voice=("fr",))) == {code}
    assert stops(warning(text(CALM[language], language), by_voice=("fr",))) == set()


def test_a_community_on_record_is_never_named():
    ground = Ground(places=(ORU, MALKA), communities=("Hill Herders",))

    assert stops(warning(text("The hill herders come.", "fr")), ground) == {"names_a_community"}


def test_the_questions_must_be_answered():
    assert stops(warning(asked=Asked())) == {"promise_not_answered", "troops_not_answered"}
    assert stops(warning(asked=replace(NO, tells_of_troops=True))) == {"troops_told"}


def test_where_one_person_could_have_told_it_is_asked_for_a_day_and_no_longer():
    lone = Ground(places=(ORU, MALKA), reporters=1, reported_at=NOW - timedelta(hours=2))
    unanswered = warning(asked=replace(NO, tells_who_reported=None))

    assert stops(unanswered, lone) == {"who_reported_not_answered"}
    assert stops(warning(asked=replace(NO, tells_who_reported=True)), lone) == {"who_reported_told"}
    assert stops(unanswered, replace(lone, reporters=9)) == set()
    assert stops(unanswered, replace(lone, reported_at=NOW - timedelta(hours=25))) == set()
    assert stops(unanswered, replace(lone, reporters=None)) == {"who_reported_not_answered"}


@pytest.mark.parametrize(
    ("corners", "code"),
    [
        ([(5.9, 24.3), (6.0, 24.4), (5.9, 24.4), (6.0, 24.3), (5.9, 24.3)], "ring_crosses"),
        ([(5.9, 24.3), (5.9, 24.4), (6.0, 24.4), (6.0, 24.3)], "ring_open"),
        ([(5.9, 24.3), (5.9, 24.4)], "ring_too_short"),
        ([(5.9, 24.3), (5.9, 24.3001), (5.9001, 24.3001), (5.9, 24.3)], "ring_empty"),
        ([(24.3, 5.9), (24.4, 5.9), (24.4, 6.0), (24.3, 5.9)], "area_outside"),
    ],
)
def test_a_shape_that_cannot_be_meant_is_stopped(corners, code):
    assert code in stops(warning(rings=(np.array(corners, float),)))


def test_a_crossing_names_its_point_and_a_turned_ring_is_only_told():
    bow = np.array([(5.9, 24.3), (6.0, 24.4), (5.9, 24.4), (6.0, 24.3), (5.9, 24.3)])
    found = checks.check(warning(rings=(bow,)), Ground(), as_of=NOW)
    turned = checks.check(warning(rings=(ring_around(MALKA.point, 5)[::-1],)), Ground(), as_of=NOW)

    facts = next(one.because.facts for one in found if one.because.code == "warncheck.ring_crosses")
    assert (facts["lat"], facts["lon"]) == (5.95, 24.35)
    assert [(one.because.code, one.is_blocking) for one in turned if "ring" in one.because.code] == [
        ("warncheck.ring_turned", False)
    ]


def test_an_absurd_size_and_no_area_at_all_are_stopped():
    assert stops(warning(rings=(), circles=((MALKA.point, 400.0),))) >= {"area_too_large"}
    assert stops(warning(rings=(), places=())) == {"area_missing"}
    assert stops(warning(rings=(ring_around(MALKA.point, 5, 1200),))) == {"ring_too_long"}


@pytest.mark.parametrize(
    ("hours", "code"), [(-1, "expires_before_sent"), (0, "expires_before_sent"), (24 * 8, "expires_too_late")]
)
def test_a_warning_ends_after_it_is_sent_and_within_a_week(hours, code):
    assert stops(warning(expires_at=NOW + timedelta(hours=hours))) == {code}


def test_every_place_has_a_text_or_an_interpreter_in_a_language_of_its_own():
    english = warning(text("Leave."))

    assert stops(english) == {"place_without_language"}
    assert stops(replace(english, by_voice=("oro",))) == set()
    assert stops(english, Ground(places=(ORU, MALKA), is_emergency=True)) == {"emergency_is_not_public"}
    assert stops(warning(texts={})) == {"text_missing", "place_without_language"}


def test_the_languages_of_the_most_people_come_first():
    assert community.languages_of((MALKA, ORU)) == ("fr", "en", "oro")
    assert community.languages_of((), otherwise=("ar",)) == ("ar",)


@pytest.mark.parametrize(
    ("words", "alphabet", "parts"),
    [("a" * 160, "gsm7", 1), ("a" * 161, "gsm7", 2), ("€" * 80, "gsm7", 1), ("€" * 81, "gsm7", 2),
     ("خ" * 70, "ucs2", 1), ("خ" * 71, "ucs2", 2), ("😀" * 35, "ucs2", 1), ("😀" * 36, "ucs2", 2), ("", "gsm7", 1)],
)  # fmt: skip
def test_a_text_message_is_counted_as_the_network_counts_it(words, alphabet, parts):
    counted = count_segments(words)

    assert (counted.alphabet, counted.parts) == (alphabet, parts)
