"""No read of what is real holds anything of a drill: every function that reads is asked before and after one."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model, Q

from tests.store import rows
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.viewer import SYSTEM
from tocsin.store import queries
from tocsin.store.models import Account, Alert, AlertReport, CallBack, Drill, FocalPoint, Network, Report
from tocsin.store.queries.desk import QueueFilter

pytestmark = pytest.mark.django_db
LATER = rows.NIGHT + timedelta(hours=1)
# Reads that are asked for one record, or for the drill itself, or that tell machines and auditors of all there is.
OF_ONE_RECORD = {
    "alerts.alert_of_report", "alerts.inbox", "alerts.outgoing_row", "alerts.reports_of_alert", "alerts.unsent",
    "networks.drills", "networks.drill_reports", "networks.drill_check_ins", "networks.drill_of", "networks.unanswered",
    "networks.check_ins_of", "record.state_at", "record.timeline", "record.work_figures",
    "record.next_run_at", "changes.newest", "matrix.store_stamp", "response.newest",
}  # fmt: skip


def functions() -> dict[str, Callable[..., Any]]:
    """Return every public function of the rooms of `store.queries`."""
    found = {}
    for room in pkgutil.iter_modules(queries.__path__):
        module = import_module(f"{queries.__name__}.{room.name}")
        for name, one in inspect.getmembers(module, inspect.isfunction):
            if one.__module__ == module.__name__ and not name.startswith("_"):
                found[f"{room.name}.{name}"] = one
    return found


def given(name: str, parameter: inspect.Parameter, live: dict[str, Any]) -> Any:
    """Return something sensible for a parameter, by its name or by its type."""
    kind = str(parameter.annotation)
    if kind in live:
        return live[kind]
    if name in live:
        return live[name]
    known = {"datetime": LATER, "timedelta": timedelta(days=30), "date": LATER.date(), "int": 50, "float": 50.0, "str": "", "bool": False}  # fmt: skip
    if kind.startswith(("Sequence", "Iterable", "list", "tuple", "frozenset", "set", "Collection")):
        return []
    return known.get(kind.partition(" |")[0])


def plain(value: Any) -> Any:
    """Return a value in a form that can be compared."""
    if isinstance(value, Model):
        return (type(value).__name__, value.pk)
    if isinstance(value, dict):
        return sorted((str(plain(key)), plain(one)) for key, one in value.items())
    if isinstance(value, str | int | float | bool | datetime | date | type(None) | Hidden):
        return value
    if hasattr(value, "__iter__"):
        return [plain(one) for one in value]
    return str(value)


def ask(functions: dict[str, Callable[..., Any]], live: dict[str, Any]) -> dict[str, Any]:
    """Return what each function answers; what cannot be asked this way answers with its fault."""
    found = {}
    for name, one in functions.items():
        parameters = inspect.signature(one).parameters
        words = {
            key: given(key, parameter, live)
            for key, parameter in parameters.items()
            if parameter.default is inspect.Parameter.empty or key in ("as_of", "most")
        }
        try:
            found[name] = plain(one(**words))
        except Exception as fault:  # noqa: BLE001  the fault is the answer, and must be the same after the drill
            found[name] = type(fault).__name__
    return found


def world() -> dict[str, Any]:
    """Write one of each thing as it is in earnest."""
    place = rows.place("P-1", name="Malka")
    source = rows.source(place=place)
    message = rows.message(source=source, channel="hotline")
    report = rows.report(place=place, message=message, source=source, lat=place.lat, lon=place.lon, events=["ATK"])
    incident = rows.incident(place=place, lat=place.lat, lon=place.lon)
    Report.objects.filter(pk=report.pk).update(incident=incident)
    report.refresh_from_db()
    alert = Alert.objects.create(
        place=place, sector="west", level="red", priority="P1", imminence="ongoing", policy_version="x",
        opened_at=rows.NIGHT, lat=place.lat, lon=place.lon,
    )  # fmt: skip
    AlertReport.objects.create(alert=alert, report=report, joined_at=rows.NIGHT)
    network = Network.objects.create(name="N", kind="community_alert", sector="west")
    point = FocalPoint.objects.create(network=network, source=source, place=place, entered_at=rows.NIGHT, sector="west")
    account = Account.objects.create_user("duty", "a long phrase", role="duty_officer", rung=0, on_duty=True)
    return {
        "QueueFilter": QueueFilter(), "Q": Q(), "Alert": alert, "Report": report, "Incident": incident, "Message": message,
        "Network": network, "FocalPoint": point, "Source": source, "numbers": [incident.pk],
        "viewer": SYSTEM, "ref": report.ref, "report": report, "row": report, "alert": alert, "incident": incident,
        "place": place.ref, "network": network, "point": point, "source": source, "account": account, "most": 50,
        "as_of": LATER, "since": rows.NIGHT - timedelta(days=30), "until": LATER, "username": "duty", "km": 50.0,
        "points": [point], "box": (-180.0, -90.0, 180.0, 90.0), "message": message, "refs": [report.ref],
    }  # fmt: skip


def drill(live: dict[str, Any]) -> None:
    """Play one of each thing as a drill at the same place by the same people."""
    held = Drill.objects.create(network=live["network"], sector="west", begun_at=rows.NIGHT, begun_by="liaison")
    message = rows.message(source=live["source"], channel="hotline", drill=held)
    report = rows.report(
        place=live["report"].place, message=message, source=live["source"], lat=live["report"].lat, priority="P1",
        lon=live["report"].lon, events=["KIL"], is_drill=True, imminence="ongoing",
    )  # fmt: skip
    alert = Alert.objects.create(
        place=report.place, sector="west", level="black", priority="P1", imminence="ongoing", policy_version="x",
        opened_at=rows.NIGHT, is_drill=True, lat=report.lat, lon=report.lon,
    )  # fmt: skip
    AlertReport.objects.create(alert=alert, report=report, joined_at=rows.NIGHT)
    CallBack.objects.create(message=message, asked_at=rows.NIGHT, due_at=rows.NIGHT, sector="west", is_drill=True)


def test_a_drill_changes_nothing_that_a_read_of_what_is_real_returns() -> None:
    live = world()
    asked = {name: one for name, one in functions().items() if name not in OF_ONE_RECORD}
    before = ask(asked, live)

    drill(live)
    after = ask(asked, live)

    assert {name for name in asked if before[name] != after[name]} == set()


def test_every_read_of_a_viewer_could_be_asked() -> None:
    live = world()
    # What is read of a record of another kind, which the caller holds already, tells nothing of a drill.
    held = {model.__name__ for model in apps.get_app_config("tocsin").get_models()} - set(live)
    of_viewers = {
        name: one
        for name, one in functions().items()
        if "viewer" in (asked := inspect.signature(one).parameters)
        and not held & {str(parameter.annotation) for parameter in asked.values()}
    }

    answers = ask(of_viewers, live)

    assert {name: one for name, one in answers.items() if isinstance(one, str) and one.endswith("Error")} == {}


def test_a_read_that_forgot_the_drill_would_be_found() -> None:
    live = world()
    forgets = {"all": lambda viewer: list(Report.objects.all())}
    before = ask(forgets, live)

    drill(live)

    assert ask(forgets, live) != before


def test_the_list_of_reads_of_one_record_names_only_functions_that_are_there() -> None:
    assert set(functions()) >= OF_ONE_RECORD
