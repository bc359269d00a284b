from datetime import timedelta

from tests.core.assessment.ardenya import NOON
from tocsin.core.alerts.budget import Alarm, SentOut, within_budget
from tocsin.core.reference.terms import Outlet, RaisedBy

SURGE = Alarm("S-9", "east", RaisedBy.MACHINE, is_page_worthy=True)
PAGE, ALERT, DIGEST = Outlet.PAGE, Outlet.ALERT, Outlet.DIGEST


def gone(*outlets, days=1.0, sector="east", raised_by=RaisedBy.MACHINE):
    at = NOON - timedelta(days=days)
    return [SentOut(f"S-{number}", sector, raised_by, at, outlet) for number, outlet in enumerate(outlets)]


def ruled(asked, sent=()):
    return [one.value for one in within_budget(asked, sent, as_of=NOON)]


def weekly(outlets):
    """Tell whether a list of outlets keeps the budget of a week."""
    return sum(one is not DIGEST for one in outlets) <= 3 and outlets.count(PAGE) <= 1


def test_three_alarms_of_a_machine_go_out_in_a_week_and_one_wakes_somebody():
    assert ruled([SURGE]) == [PAGE]
    assert ruled([SURGE], gone(PAGE)) == [ALERT]
    assert ruled([SURGE], gone(PAGE, ALERT, ALERT)) == [DIGEST]


def test_what_is_over_the_budget_says_so_and_names_what_spent_it():
    (found,) = within_budget([SURGE], gone(PAGE, ALERT, ALERT), as_of=NOON)

    assert [because.code for because in found.reasons] == ["budget.spent"]
    assert found.reasons[0].evidence == ("S-0", "S-1", "S-2")
    assert found.reasons[0].facts["most"] == 3


def test_what_a_community_or_a_person_told_is_never_held_back_and_spends_nothing():
    spent = gone(PAGE, ALERT, ALERT)
    told = [Alarm(f"A-{number}", "east", RaisedBy.COMMUNITY, is_page_worthy=True) for number in range(20)]
    by_hand = Alarm("A-99", "east", RaisedBy.PERSON)

    assert ruled([*told, by_hand], spent) == [PAGE] * 20 + [ALERT]
    assert ruled([SURGE], gone(*[PAGE] * 20, raised_by=RaisedBy.COMMUNITY)) == [PAGE]


def test_a_sector_spends_only_its_own_budget():
    assert ruled([SURGE], gone(PAGE, ALERT, ALERT, sector="west")) == [PAGE]


def test_a_week_moves_on_and_what_waited_for_the_digest_spent_nothing():
    assert ruled([SURGE], gone(PAGE, ALERT, ALERT, days=7.1)) == [PAGE]
    assert ruled([SURGE], gone(DIGEST, DIGEST, DIGEST, DIGEST)) == [PAGE]


def test_three_alarms_on_a_sunday_leave_none_for_monday():
    assert ruled([SURGE], gone(PAGE, ALERT, ALERT, days=0.5)) == [DIGEST]


def test_of_many_alarms_at_once_the_most_pressing_go_out_whatever_their_order():
    many = [Alarm(f"S-{n}", "east", RaisedBy.MACHINE, weight=n, is_page_worthy=True) for n in (1, 5, 2, 4, 3)]

    assert ruled(many) == [DIGEST, PAGE, DIGEST, ALERT, ALERT]


def test_an_alarm_that_is_not_worth_waking_anybody_leaves_the_page_to_another():
    quiet = Alarm("S-8", "east", RaisedBy.MACHINE, weight=9)

    assert ruled([quiet, SURGE]) == [ALERT, PAGE]


def test_a_gate_that_lets_everything_through_would_be_found():
    many = [Alarm(f"S-{n}", "east", RaisedBy.MACHINE, weight=n, is_page_worthy=True) for n in range(9)]

    assert weekly(ruled(many))
    assert not weekly([PAGE for _ in many])
