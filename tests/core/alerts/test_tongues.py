"""Who can call back in whose language; a language nobody on watch speaks is an alarm on the first day."""

from __future__ import annotations

from datetime import time

from tocsin.core.alerts.tongues import tongues, unheard
from tocsin.core.alerts.types import OnDuty
from tocsin.core.reference.terms import Component, Role

NOON, NIGHT = time(12), time(2)


def on_watch(account: str, *speaks: str) -> OnDuty:
    return OnDuty(account, "", Role.DUTY_OFFICER, Component.FORCE, "", speaks, 0, None)


def test_a_caller_in_a_language_nobody_on_watch_speaks_is_an_alarm_and_stands_first():
    found = tongues({"fr": 3, "swa": 1}, [on_watch("duty", "fr")], quiet={}, local=NOON)

    assert [(one.language, one.is_alarm) for one in found] == [("swa", True), ("fr", False)]


def test_whoever_has_quiet_hours_cannot_call_back_now_and_is_named():
    quiet = {"lead": (time(22), time(6))}
    watch = [on_watch("lead", "swa")]

    at_night = tongues({"swa": 1}, watch, quiet=quiet, local=NIGHT)[0]
    by_day = tongues({"swa": 1}, watch, quiet=quiet, local=NOON)[0]

    assert at_night.is_alarm and [one.account for one in at_night.resting] == ["lead"]
    assert not by_day.is_alarm


def test_a_language_that_could_not_be_told_alarms_nobody():
    assert tongues({"und": 4}, [], quiet={}, local=NOON) == ()


def test_a_village_that_nobody_on_watch_can_speak_with_is_named_with_the_units_that_can():
    villages = {"Kiwanja": ("swa", "nyn"), "Oru": ("fr",), "Unentered": ()}

    found = unheard(villages, [on_watch("duty", "fr")], {"Company 2": ("swa",), "Company 3": ("ur",)})

    assert [(one.place, one.units) for one in found] == [("Kiwanja", ("Company 2",))]
