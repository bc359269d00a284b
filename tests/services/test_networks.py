"""Village networks at work: codes read, hearts heard, silence noticed, drills kept apart, calls called back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from tests.store import rows
from tocsin.core.evidence.codebook import CodeEntry
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Role, SignalKind, SignalMeaning, SignalPattern
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import drills, hotline, intake, networks, silence, work
from tocsin.services.refusals import Refusal, Refused
from tocsin.store.models import (
    Account,
    Alert,
    AuditEntry,
    CallBack,
    CheckIn,
    FocalPoint,
    Incident,
    Message,
    OutgoingMessage,
    Place,
    Report,
    Silence,
    Source,
    WorkItem,
)
from tocsin.store.queries import evidence
from tocsin.store.queries import networks as read

pytestmark = pytest.mark.django_db
NOW = rows.NIGHT
LIAISON, LEAD, CUSTODIAN = rows.viewer(Role.FIELD_LIAISON), rows.viewer(Role.PROTECTION_LEAD, sector=""), rows.viewer(Role.SOURCE_CUSTODIAN, sector="")  # fmt: skip
DUTY = rows.viewer(Role.DUTY_OFFICER, sector="")
SHEET = """
name: Short code
fields:
  - {key: what, label: What, kind: codes, codes: {A: ATK, Z: {nothing: true}}}
  - {key: dead, label: Killed, kind: count, toll: killed}
  - {key: where, label: Where, kind: place, codes: {MAL: P-1, ORU: P-2}}
"""


@pytest.fixture(autouse=True)
def desk(db: None) -> None:
    """Somebody to wake, who speaks French."""
    Account.objects.create_user(
        "duty", "a long enough phrase", role="duty_officer", rung=0, on_duty=True, speaks=["fr"], sector=""
    )


def network(**fields: object) -> str:
    given = {"name": f"Network {Source.objects.count()}", "kind": "community_alert", "rhythm": "none", **fields}
    return str(networks.save_network(LIAISON, given, now=NOW).ref)


def focal(into: str, number: int, place: Place, **fields: object) -> FocalPoint:
    given = {"place": place.ref, "role": "can_focal_point", "languages": ["fr"], **fields}
    return networks.save_focal_point(LIAISON, into, given, contact=Hidden(f"+999 000 {number:04d}"), now=NOW)


def send(text: str, number: int = 101, *, after: timedelta = timedelta(0)) -> Report:
    moment = NOW + after
    receipt = intake.receive(rows.sms(text, number=f"+999 000 {number:04d}", received_at=moment), now=moment)
    work.drain("test", now=moment, wall=moment)
    return Report.objects.get(message=Message.objects.get(pk=int(receipt.ref[2:])), position=0)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


# Who keeps watch


def test_a_liaison_enters_a_focal_point_of_the_own_sector_and_nobody_reads_the_number_back() -> None:
    malka, far = rows.place("P-1", name="Malka"), rows.place("P-9", sector="east")
    ref = network()

    point = focal(ref, 101, malka)

    assert (point.source.place, point.sector, point.source.handle == "") == (malka, "west", False)
    with pytest.raises(Refusal):
        focal(ref, 102, far)
    with pytest.raises(Refused):
        networks.show_number(LIAISON, point.ref, why="I want to call", now=NOW)
    shown = networks.show_number(CUSTODIAN, point.ref, why="Safety call", now=NOW)
    assert shown.reveal(purpose="test") == "+999 000 0101"
    assert AuditEntry.objects.filter(verb="identity_shown", by=CUSTODIAN.account).count() == 2


@pytest.mark.parametrize("role", [Role.DUTY_OFFICER, Role.ANALYST, Role.PARTNER, Role.HOST_AUTHORITY])
def test_who_may_not_set_networks_up_is_refused(role: Role) -> None:
    with pytest.raises(Refused):
        networks.save_network(rows.viewer(role), {"name": "N", "kind": "hotline"}, now=NOW)


def test_a_contact_stands_once_in_a_network_and_nobody_is_their_own_backup() -> None:
    malka = rows.place("P-1", name="Malka")
    ref = network()
    point = focal(ref, 101, malka)

    with pytest.raises(Refusal):
        focal(ref, 101, malka)
    with pytest.raises(Refusal):
        networks.save_focal_point(LIAISON, ref, {"place": "P-1", "backup": point.ref}, now=NOW, ref=point.ref)


# Signals


def code(signal: str, meaning: str, pattern: str = "any") -> CodeEntry:
    return CodeEntry(SignalKind(signal), SignalPattern(pattern), SignalMeaning(meaning))


def test_a_signal_is_read_by_the_code_of_its_village_and_wakes_somebody() -> None:
    mbirawe = rows.place("P-1", name="Mbirawe")
    networks.save_code_book(LIAISON, "P-1", [code("pots", "red")], valid_from=NOW - hours(1), valid_until=None, now=NOW)

    red = send("[signal] pots beaten for more than 10 minutes at Mbirawe")
    unknown = send("[signal] a bell at Mbirawe, three times", 102)

    assert ("signal_code:RED" in red.flags, red.priority, red.imminence, red.place) == (True, "P1", "imminent", mbirawe)
    assert not [flag for flag in unknown.flags if flag.startswith("signal_code")]
    assert "signal_code_unknown" in unknown.doubts
    assert Alert.objects.filter(priority="P1").exists()
    assert AuditEntry.objects.filter(verb="code_book_read", by="system").exists()


def test_what_signals_mean_stands_nowhere_in_the_store_and_each_look_is_audited() -> None:
    rows.place("P-1", name="Mbirawe")
    networks.save_code_book(LIAISON, "P-1", [code("lamp", "amber", "three")], valid_from=NOW, valid_until=None, now=NOW)

    values = " ".join(_everything())

    assert "three" not in values
    assert '"amber"' not in values
    told = networks.show_code_books(LIAISON, "P-1", now=NOW)
    assert told[0][1].entries == (code("lamp", "amber", "three"),)
    assert AuditEntry.objects.filter(verb="code_book_read", by=LIAISON.account).count() == 1
    for viewer in (DUTY, CUSTODIAN, rows.viewer(Role.FIELD_LIAISON, sector="east")):
        with pytest.raises(Refused):
            networks.show_code_books(viewer, "P-1", now=NOW)


def test_a_secret_kept_in_the_clear_would_be_found() -> None:
    rows.place("P-1", name="Mbirawe", aliases=["three"])

    assert "three" in " ".join(_everything())


def _everything() -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("tocsin_"):
                cursor.execute(f'SELECT * FROM "{table}"')
                found += [
                    str(bytes(cell)) if isinstance(cell, memoryview) else str(cell) for row in cursor for cell in row
                ]
    return found


# Coded messages


def test_a_coded_message_becomes_a_placed_graded_report() -> None:
    malka, oru = rows.place("P-1", name="Malka"), rows.place("P-2", name="Oru")
    ref = network()
    focal(ref, 101, oru)
    networks.save_code_sheet(LIAISON, ref, SHEET, now=NOW)

    report = send("A 3 MAL")

    assert (report.place, report.events, report.priority) == (malka, ["ATK"], "P1")
    assert (report.toll, report.grade_source, report.kind) == ({"killed": [3, 3]}, report.grade_source, "incident")
    assert Alert.objects.filter(place=malka).exists()


def test_a_wrong_place_code_is_asked_about_in_the_senders_language_and_kept(settings, tmp_path) -> None:
    settings.MISSION = {**settings.MISSION, "outgoing_spool": "out"}
    settings.MISSION_FOLDER = tmp_path
    (tmp_path / "out").mkdir()
    ref = network()
    focal(ref, 101, rows.place("P-2", name="Oru"))
    networks.save_code_sheet(LIAISON, ref, SHEET, now=NOW)

    report = send("A 3 MLK")

    asked = OutgoingMessage.objects.get(purpose="question")
    assert "partie 3" in asked.facts["text"]
    assert (report.events, report.priority, "coded_place_unknown" in report.doubts) == (["ATK"], "P1", True)


def test_somebody_of_no_network_is_read_as_ever() -> None:
    rows.place("P-1", name="Malka")
    ref = network()
    networks.save_code_sheet(LIAISON, ref, SHEET, now=NOW)

    report = send("A 3 MAL", 777)

    assert "coded" not in report.flags


# Heartbeat and silence


def test_any_message_is_a_heartbeat_and_ends_the_silence() -> None:
    ref = network(rhythm="daily", check_times=["06:00"])
    point = focal(ref, 101, rows.place("P-1", name="Malka"))
    silence.look("networks", NOW + hours(40))
    before = Silence.objects.get()

    send("Rien a signaler", after=hours(41))

    assert (before.focal_point, before.ended_at) == (point, None)
    before.refresh_from_db()
    assert before.ended_at == NOW + hours(41)


def test_silence_is_noticed_once_and_never_called_calm() -> None:
    focal(network(rhythm="daily", check_times=["06:00"]), 101, rows.place("P-1", name="Malka"))

    silence.look("networks", NOW + hours(10))
    early = Silence.objects.count()
    silence.look("networks", NOW + hours(40))
    silence.look("networks", NOW + hours(41))

    assert (early, Silence.objects.count(), Alert.objects.count()) == (0, 1, 0)
    assert Silence.objects.get().because[0]["code"] == "silence.past_limit"


def test_several_silent_nodes_of_one_area_open_one_alert_with_its_clock() -> None:
    ref = network(rhythm="daily", check_times=["06:00"])
    for number in (101, 102, 103):
        focal(ref, number, rows.place(name=f"Village {number}"))

    silence.look("networks", NOW + hours(40))
    silence.look("networks", NOW + hours(41))

    alert = Alert.objects.get()
    assert (alert.imminence, alert.priority, alert.sector) == ("potential", "P2", "west")
    assert {row.alert for row in Silence.objects.all()} == {alert}
    assert WorkItem.objects.filter(verb="watch", subject=alert.ref).exists()


def test_silence_after_a_threat_opens_an_alert() -> None:
    malka = rows.place("P-1", name="Malka")
    focal(network(rhythm="daily", check_times=["06:00"]), 101, malka)
    rows.report(place=malka, imminence="imminent", received_at=NOW + hours(2))

    silence.look("networks", NOW + hours(40))

    assert Alert.objects.get().because[1]["code"] == "silence.after_threat"


def test_the_look_plans_exactly_one_next_look_however_often_it_is_asked_for() -> None:
    for _ in range(3):
        silence.keep_watch(NOW)
    silence.look("networks", NOW + timedelta(minutes=5))
    silence.look("networks", NOW + timedelta(minutes=6))

    planned = list(WorkItem.objects.filter(verb="silence").order_by("run_at").values_list("run_at", flat=True))

    assert planned == sorted(set(planned))
    assert len(planned) <= 2
    done = work.drain("test", now=NOW + timedelta(minutes=21), wall=NOW + timedelta(minutes=21))
    assert done >= 1
    assert WorkItem.objects.filter(verb="silence", done_at=None).count() == 1


def test_a_network_is_asked_at_its_hour_once_and_the_backup_after_no_answer() -> None:
    malka = rows.place("P-1", name="Malka")
    ref = network(rhythm="daily", check_times=["06:00"])
    backup = focal(ref, 102, malka)
    focal(ref, 101, malka, backup=backup.ref)
    six = NOW.astimezone(intake.zone()).replace(hour=6, minute=0)

    silence.look("networks", six + timedelta(minutes=5))
    silence.look("networks", six + timedelta(minutes=15))
    asked = CheckIn.objects.count()
    silence.look("networks", six + hours(7))

    assert asked == 2
    assert OutgoingMessage.objects.filter(purpose="check_in", source=backup.source).count() == 2


# Drills


def test_a_drill_stays_apart_and_an_alarm_without_the_word_is_taken_for_real() -> None:
    rows.place("P-1", name="Malka")
    ref = network()
    focal(ref, 101, rows.place("P-2", name="Oru"))
    focal(ref, 102, rows.place("P-3", name="Tesh"))
    drill = drills.begin_drill(LIAISON, ref, text="Where do you go?", now=NOW)

    played = send("EXERCICE ils attaquent Malka, 3 morts", after=timedelta(minutes=2))
    real = send("Urgent ils attaquent Malka, 3 morts, ils tirent", 102, after=timedelta(minutes=3))

    assert (played.is_drill, real.is_drill, "during_drill" in real.doubts) == (True, False, True)
    assert [row.pk for row in evidence.queue(SYSTEM)] == [real.pk]
    assert sorted(Alert.objects.values_list("is_drill", flat=True)) == [False, True]
    assert (Incident.objects.count(), played.incident) == (1, None)
    assert [one.answered_at is not None for one in read.drill_check_ins(LIAISON, drill)].count(True) == 1


def test_what_proves_real_in_a_drill_is_declared_live_with_one_word() -> None:
    rows.place("P-1", name="Malka")
    ref = network()
    focal(ref, 101, rows.place("P-2", name="Oru"))
    drill = drills.begin_drill(LIAISON, ref, text="", now=NOW)
    played = send("EXERCICE ils attaquent Malka, 3 morts", after=timedelta(minutes=2))

    drills.declare_live(DUTY, played.ref, now=NOW + timedelta(minutes=4))
    work.drain("test", now=NOW + timedelta(minutes=4), wall=NOW + timedelta(minutes=4))

    played.refresh_from_db()
    drill.refresh_from_db()
    assert (played.is_drill, played.incident is None, drill.declared_live) == (False, False, [played.ref])
    assert [alert.is_drill for alert in Alert.objects.all()] == [False]
    with pytest.raises(Refusal):
        drills.declare_live(DUTY, played.ref, now=NOW)


def test_after_a_drill_all_is_real_again_and_everybody_is_told() -> None:
    ref = network()
    focal(ref, 101, rows.place("P-1", name="Malka"))
    drill = drills.begin_drill(LIAISON, ref, text="", now=NOW)
    drills.end_drill(LIAISON, drill.ref, now=NOW + hours(1))

    after = send("EXERCICE ils attaquent Malka", after=hours(2))

    assert after.is_drill is False
    assert OutgoingMessage.objects.filter(code="outgoing.drill_over").count() == 1
    with pytest.raises(Refusal):
        drills.end_drill(LIAISON, drill.ref, now=NOW + hours(3))


# Hotline


def test_who_asks_to_be_called_back_stands_on_the_list_with_who_can_speak_to_them() -> None:
    value = rows.sms("they burn houses in Malka", callback_ok=True, language_hint="fr")
    intake.receive(value, now=NOW)

    found = hotline.waiting(DUTY, now=NOW)

    assert [[one.account for one in row.can_call] for row in found] == [["duty"]]
    hotline.call_back(DUTY, found[0].row.ref, outcome="no_answer", now=NOW)
    assert hotline.waiting(DUTY, now=NOW)[0].row.tries == 1
    hotline.call_back(DUTY, found[0].row.ref, outcome="reached", now=NOW)
    assert hotline.waiting(DUTY, now=NOW) == []


def test_a_call_back_past_its_time_is_told_upwards_once() -> None:
    intake.receive(rows.sms("call me", callback_ok=True, language_hint="fr"), now=NOW)

    silence.look("networks", NOW + hours(3))
    silence.look("networks", NOW + hours(4))

    assert CallBack.objects.get().escalated_at == NOW + hours(3)
    assert OutgoingMessage.objects.filter(purpose="call_back").count() == 1


def test_a_code_sheet_may_come_as_a_table() -> None:
    table = (
        "part,label,kind,code,events,toll,place,nothing,meaning\n"
        "what,What,codes,A,ATK,,,,attack\n"
        "what,What,codes,Z,,,,1,nothing\n"
        "dead,Killed,count,,,killed,,,\n"
        "where,Where,place,MAL,,,P-1,,\n"
    )
    malka = rows.place("P-1", name="Malka")

    sheet, problems, _ = networks.sheet_from(table)
    wrong, found, _ = networks.sheet_from("part,label,kind,code,events\nwhat,What,colour,A,QQQ\n")

    assert (problems, wrong) == ((), None)
    assert {one.code for one in found} >= {"NET-011"}
    coded, reading = networks.try_out(sheet, "A 2 MAL", now=NOW)
    assert (coded is not None, reading.place and reading.place.ref, reading.priority.value) == (True, malka.ref, "P1")
