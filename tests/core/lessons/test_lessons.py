from dataclasses import replace
from datetime import date

import pytest

from tocsin.core.lessons.index import search, starting_lessons, themes
from tocsin.core.lessons.states import may_move, moves
from tocsin.core.lessons.types import LessonMove
from tocsin.core.reference.terms import LessonState
from tocsin.core.reference.wording import LANGUAGES, has

OWNED = LessonMove("analyst", owner="sector", action="night rota", due_on=date(2027, 6, 1))


def codes(state, to, move) -> set[str]:
    return {reason.code for reason in may_move(state, to, move).reasons}


def found(words: str, **more) -> list[str]:
    return [each.lesson.ref for each in search(starting_lessons(), words, **more)]


def test_a_lesson_can_go_from_an_observation_to_practice():
    way = [
        (LessonState.SCREENED, OWNED),
        (LessonState.ANALYSED, OWNED),
        (LessonState.IDENTIFIED, OWNED),
        (LessonState.ENDORSED, OWNED),
        (LessonState.ACTIONED, OWNED),
        (LessonState.VALIDATED, replace(OWNED, evidence="two quiet months")),
        (LessonState.EMBEDDED, replace(OWNED, embedded_in="patrol checklist")),
        (LessonState.RETIRED, replace(OWNED, why="mission closed")),
    ]

    states = [LessonState.SUBMITTED, *(state for state, _ in way)]
    allowed = [may_move(before, to, move).value for before, (to, move) in zip(states, way, strict=False)]

    assert allowed == [True] * 8


@pytest.mark.parametrize("state", list(LessonState))
def test_every_state_of_a_lesson_has_a_way_on(state):
    assert moves(state)


def test_a_lesson_is_identified_only_with_owner_action_and_date():
    assert codes(LessonState.ANALYSED, LessonState.IDENTIFIED, LessonMove("analyst")) == {
        "lesson.needs_owner",
        "lesson.needs_action",
        "lesson.needs_due",
    }


def test_a_lesson_is_learned_only_with_evidence():
    assert codes(LessonState.ACTIONED, LessonState.VALIDATED, OWNED) == {"lesson.needs_evidence"}


def test_no_step_towards_learning_is_skipped():
    assert codes(LessonState.IDENTIFIED, LessonState.VALIDATED, OWNED) == {"lesson.not_from_here"}


def test_a_lesson_seen_again_goes_back_to_the_analysis_with_the_reason():
    assert codes(LessonState.EMBEDDED, LessonState.ANALYSED, OWNED) == {"lesson.needs_why"}
    assert may_move(LessonState.EMBEDDED, LessonState.ANALYSED, replace(OWNED, why="seen again")).value
    assert may_move(LessonState.SCREENED, LessonState.ANALYSED, OWNED).value


def test_a_rejection_says_why_and_by_whom():
    refused = codes(LessonState.SUBMITTED, LessonState.REJECTED, LessonMove())

    assert refused == {"lesson.needs_person", "lesson.needs_why"}


def test_a_new_mission_starts_with_lessons_that_state_their_limits():
    lessons = starting_lessons()

    assert len(lessons) >= 12
    assert len({lesson.ref for lesson in lessons}) == len(lessons)
    assert all(lesson.conditions and lesson.harm and lesson.paragraph for lesson in lessons)
    assert all(set(lesson.title) == set(LANGUAGES) for lesson in lessons)


def test_every_theme_of_a_lesson_has_its_label():
    assert [theme for theme in themes(starting_lessons()) if not has(f"term.theme.{theme}")] == []


def test_a_title_weighs_more_than_a_mention():
    assert found("night")[0] == "L-007"


def test_a_lesson_is_found_in_each_language_of_the_screens():
    assert "L-007" in found("nuit")
    assert "L-007" in found("ليل") == found("الليل")


def test_accents_and_capitals_do_not_hide_a_lesson():
    assert "L-001" in found("MENACE")
    assert found("prevoir") == found("prévoir") == ["L-012"]


def test_a_word_finds_longer_ones_and_a_short_one_does_not():
    assert "L-009" in found("escort")
    assert found("idp") == ["L-012"]
    assert found("id") == []


def test_a_theme_without_words_gives_all_its_lessons():
    assert found("", theme="early_warning") == ["L-010", "L-011"]
    assert found("phone", theme="night") == []


def test_what_no_lesson_holds_is_not_found():
    assert found("submarine") == []


def test_a_find_shows_which_words_led_to_it():
    first = search(starting_lessons(), "firewood submarine")[0]

    assert (first.lesson.ref, first.matched) == ("L-009", ("firewood",))
