from dataclasses import replace

from tests.core.assessment.ardenya import FERREKO, MBIRAWE, NOON, OULANGA, at
from tocsin.core.lessons.review import compare
from tocsin.core.lessons.types import Happened, Review, Warned
from tocsin.core.reference.terms import ImminenceState

ALERT = Warned("A-1", OULANGA.point, NOON, ImminenceState.IMMINENT, acted=False)
ATTACK = Happened("I-1", OULANGA.point, at(9), 3)


LONG_AFTER = at(500)


def review(warned, happened, as_of=LONG_AFTER) -> Review:
    return compare(warned, happened, as_of=as_of, within_km=10, within_h=72)


def test_an_attack_after_an_alert_nearby_was_warned_of():
    found = review([ALERT], [ATTACK])

    assert found.warned == (("A-1", "I-1", 9.0),)
    assert (found.recall_share, found.median_lead_h) == (1.0, 9.0)


def test_an_alert_opened_when_the_attack_had_begun_is_no_warning():
    found = review([replace(ALERT, opened_at=at(9))], [ATTACK])

    assert found.unwarned == ("I-1",)
    assert found.recall_share == 0.0


def test_an_alert_too_far_away_or_too_long_before_is_no_warning():
    assert review([replace(ALERT, point=FERREKO.point)], [ATTACK]).unwarned == ("I-1",)
    assert review([ALERT], [replace(ATTACK, start=at(73))]).unwarned == ("I-1",)


def test_an_alarm_that_was_acted_on_and_followed_by_nothing_is_unscorable_and_not_false():
    acted = replace(ALERT, ref="A-2", acted=True)

    found = review([ALERT, acted], [])

    assert found.followed_by_nothing == ("A-1",)
    assert found.unscorable == ("A-2",)


def test_an_alarm_that_was_acted_on_and_still_followed_by_an_attack_counts():
    assert review([replace(ALERT, acted=True)], [ATTACK]).warned == (("A-1", "I-1", 9.0),)


def test_an_alert_whose_time_is_not_over_is_not_judged():
    found = review([ALERT], [], as_of=at(71))

    assert found.open_still == ("A-1",)
    assert found.followed_by_nothing == ()


def test_where_nothing_happened_the_recall_is_unknown():
    found = review([ALERT], [])

    assert found.recall_share is None
    assert found.median_lead_h is None


def test_what_had_not_happened_yet_is_not_seen():
    assert review([ALERT], [ATTACK], as_of=at(8)).warned == ()
    assert review([replace(ALERT, opened_at=at(1))], [], as_of=NOON).open_still == ()


def test_of_two_alerts_the_earlier_gives_the_lead_and_neither_is_false():
    later = replace(ALERT, ref="A-0", opened_at=at(5))

    found = review([later, ALERT], [ATTACK])

    assert found.warned == (("A-1", "I-1", 9.0),)
    assert found.followed_by_nothing == ()


def test_one_alert_may_warn_of_two_attacks_and_each_attack_counts_once():
    found = review(
        [ALERT], [ATTACK, replace(ATTACK, ref="I-2", start=at(20)), replace(ATTACK, ref="I-3", point=MBIRAWE.point)]
    )

    assert [attack for _, attack, _ in found.warned] == ["I-1", "I-2"]
    assert found.unwarned == ("I-3",)


def test_nothing_warned_and_nothing_happened_is_an_empty_review():
    assert review([], []) == Review((), (), (), (), (), None, None)
