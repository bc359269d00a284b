"""Refused and absent look the same to the viewer; the log knows the difference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.store import rows
from tocsin.core.reference.terms import DecisionKind, GapState, Role, VerificationState
from tocsin.core.reference.viewer import Viewer
from tocsin.services import alerting, allocation, erasing, planning, replay, verification, viewing
from tocsin.services.refusals import Refused
from tocsin.store.models import AuditEntry

pytestmark = pytest.mark.django_db
NOW = rows.NIGHT
EAST = rows.viewer(Role.FIELD_LIAISON, sector="east")
Ask = Callable[[Viewer, str], Any]
DOORS: dict[str, tuple[str, Ask]] = {
    "show_report": ("R", lambda who, ref: viewing.show_report(who, ref, now=NOW)),
    "show_alert": ("A", lambda who, ref: viewing.show_alert(who, ref, now=NOW)),
    "replay_report": ("R", lambda who, ref: replay.as_it_was(who, ref, as_of=NOW, now=NOW)),
    "replay_alert": ("A", lambda who, ref: replay.as_it_was(who, ref, as_of=NOW, now=NOW)),
    "replay_gap": ("G", lambda who, ref: replay.as_it_was(who, ref, as_of=NOW, now=NOW)),
    "take": ("R", lambda who, ref: verification.take(who, ref, now=NOW)),
    "move": ("R", lambda who, ref: verification.move(who, ref, to=VerificationState.VALIDATED, why="seen", now=NOW)),
    "open_by_hand": ("R", lambda who, ref: alerting.open_by_hand(who, ref, why="now", now=NOW)),
    "acknowledge": ("A", lambda who, ref: alerting.acknowledge(who, ref, now=NOW)),
    "escalate": ("A", lambda who, ref: alerting.escalate(who, ref, why="now", now=NOW)),
    "decide": ("A", lambda who, ref: planning.decide(who, ref, kind=DecisionKind.MONITOR, why="quiet", now=NOW)),
    "close": ("A", lambda who, ref: planning.close(who, ref, determination="over", now=NOW)),
    "move_gap": ("G", lambda who, ref: allocation.move_gap(who, ref, to=GapState.OPEN, why="now", now=NOW)),
    "erase": ("S", lambda who, ref: erasing.erase_source(who, ref, now=NOW)),
}


def answer(ask: Ask, ref: str) -> tuple[str, tuple[Any, ...]]:
    with pytest.raises(Refused) as fault:
        ask(EAST, ref)
    return str(fault.value), fault.value.args


@pytest.mark.parametrize("door", DOORS)
def test_each_door_gives_one_answer_to_refused_and_absent(door):
    letter, ask = DOORS[door]
    rows.account("field_liaison", Role.FIELD_LIAISON, sector="east")
    hidden = {"R": rows.report, "A": rows.alert, "G": rows.gap, "S": rows.source}[letter]()
    entries = AuditEntry.objects.count()

    refused, absent = answer(ask, hidden.ref), answer(ask, f"{letter}-999999")

    assert refused == absent
    assert refused[0] == "There is no such record, or you may not see it."
    assert AuditEntry.objects.count() == entries


def test_the_log_tells_refused_from_absent():
    hidden = rows.report()

    for subject in (hidden.ref, "R-999999", "reports"):
        viewing.note_refusal(EAST, "opened", subject, now=NOW)

    entries = AuditEntry.objects.order_by("pk").values_list("subjects", "result")
    assert list(entries) == [([hidden.ref], "refused"), (["R-999999"], "absent"), (["reports"], "refused")]


def test_a_look_at_a_report_says_what_groups_of_fields_were_seen():
    report = rows.report(secrecy=2)

    _, text = viewing.show_report(rows.viewer(Role.DUTY_OFFICER), report.ref, now=NOW)
    _, nothing = viewing.show_report(rows.viewer(Role.COMPONENT_PLANNER), report.ref, now=NOW)

    assert (text, nothing) == ("armed men near the bridge", None)
    assert list(AuditEntry.objects.order_by("pk").values_list("groups", flat=True)) == [
        ["narrative", "summary"], ["summary"]
    ]  # fmt: skip
