"""The scorecard drawn from the record: what is on it, what is not, and what was known when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.store import rows
from tocsin.core.reference.terms import DecisionKind, Disposition, RaisedBy, Role, WhyUnwarned
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import scorecard
from tocsin.services.refusals import Refusal
from tocsin.services.scorecard import Asked
from tocsin.store import access
from tocsin.store.models import AlertReport, Decision, HistoryEntry

pytestmark = pytest.mark.django_db
NIGHT, DAY = rows.NIGHT, timedelta(days=1)
LATER = NIGHT + 40 * DAY
HERE = {"lat": 6.0, "lon": 24.0}


def sheet(viewer: Any = SYSTEM, *, as_of: Any = None, now: Any = LATER) -> Any:
    scorecard._shelf.clear()
    return scorecard.sheet(viewer, Asked(NIGHT - 10 * DAY, as_of or LATER, as_of), now=now).sheet


def month(found: Any) -> Any:
    return found.whole.predictive[-1]


def decided(alert: Any, kind: DecisionKind) -> None:
    Decision.objects.create(
        alert=alert, kind=kind.value, why="x", made_by="duty", made_at=NIGHT, picture={}, picture_digest="x"
    )


def test_harm_after_an_alert_had_a_warning_and_harm_before_it_had_none():
    rows.alert(**HERE)
    rows.incident(at=NIGHT + 2 * DAY)
    rows.incident(at=NIGHT - DAY)

    found = sheet()

    assert (found.whole.recalls[0].found.found.count, found.whole.attacks) == (1, 2)
    assert [one.why for one in found.unwarned] == [WhyUnwarned.NO_REPORT]


def test_an_alert_acted_on_and_followed_by_nothing_is_unscorable_and_one_declined_is_not():
    rows.alert(**HERE, response_class="4")
    decided(rows.alert(**HERE), DecisionKind.DECLINE_NO_MEANS)
    rows.alert(**HERE, response_class="1")

    by = month(sheet()).by

    assert (by[Disposition.ACTED], by[Disposition.NOTHING], by[Disposition.UNVERIFIABLE]) == (1, 1, 1)


def test_what_was_found_out_later_is_not_held_against_an_earlier_moment():
    alert = rows.alert(**HERE, response_class="4", truth="threat_real", opened_at=NIGHT - 5 * DAY)
    for at, after in ((NIGHT - 5 * DAY, {"response_class": None}), (NIGHT + 35 * DAY, {"response_class": "4"})):
        HistoryEntry.objects.create(subject=alert.ref, at=at, verb="x", by="duty", after=after)

    then, now = month(sheet(as_of=NIGHT + 30 * DAY)).by, month(sheet()).by

    assert (then[Disposition.UNVERIFIABLE], then[Disposition.ACTED]) == (1, 0)
    assert (now[Disposition.UNVERIFIABLE], now[Disposition.ACTED]) == (0, 1)


def test_the_likelihood_is_the_one_stated_when_the_alert_was_opened():
    alert = rows.alert(**HERE, imminence="ongoing", priority="P1")
    said = {"imminence": "emerging", "priority": "P3"}
    HistoryEntry.objects.create(subject=alert.ref, at=NIGHT, verb="alert_opened", by="system", after=said)
    rows.incident(at=NIGHT + DAY)

    assert {one.name for one in sheet().whole.bands} == {"emerging", "P3"}


def test_who_raised_a_warning_is_told_by_its_first_report():
    for component in ("", "police"):
        alert = rows.alert(**HERE)
        AlertReport.objects.create(alert=alert, report=rows.report(component=component), joined_at=NIGHT)
    rows.alert(**HERE)

    assert dict(sheet().whole.by_maker) == {RaisedBy.COMMUNITY: 1, RaisedBy.PERSON: 1, None: 1}


def test_attacks_on_the_mission_and_threats_that_did_not_come_are_no_harm_to_civilians():
    rows.incident(at=NIGHT, victim="mission")
    rows.incident(at=NIGHT, imminence="imminent")
    rows.incident(at=NIGHT, state="refuted")
    rows.incident(at=NIGHT, events=["FMV"])

    assert sheet().whole.attacks == 0


def test_a_report_nobody_had_read_is_named_as_the_reason():
    report = rows.report(**HERE, events=["MOB"], kind="threat_warning")
    rows.incident(at=NIGHT + DAY)

    (found,) = sheet().unwarned

    assert (found.why, found.report) == (WhyUnwarned.UNREAD, report.ref)


def test_a_report_closed_to_the_reader_is_no_reason_shown_to_them():
    rows.report(**HERE, secrecy=3, events=["MOB"], kind="threat_warning")
    rows.incident(at=NIGHT + DAY)

    (found,) = sheet(rows.viewer(Role.COMPONENT_PLANNER)).unwarned

    assert (found.why, found.report) == (WhyUnwarned.NO_REPORT, "")


def test_whoever_may_not_read_incidents_gets_no_scorecard():
    with pytest.raises(access.Refused):
        sheet(rows.viewer(Role.RESOURCE_ALLOCATOR))


def test_a_liaison_reads_the_figures_of_the_own_sector_only():
    rows.incident(at=NIGHT)
    rows.incident(at=NIGHT, sector="east")

    assert sheet(rows.viewer(Role.FIELD_LIAISON)).whole.attacks == 1
    assert sheet().whole.attacks == 2


def test_a_period_of_more_than_three_years_is_refused():
    with pytest.raises(Refusal):
        scorecard.sheet(SYSTEM, Asked(LATER - 1200 * DAY, LATER), now=LATER)
