"""Warning the people at risk: from the draft to the second person, the telephones, the file and the answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.store import rows
from tocsin.core.plans.community import Asked, WarningText
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import (
    CapKind,
    Likelihood,
    Priority,
    Role,
    Severity,
    Urgency,
    WarningReach,
    WelfareAnswer,
)
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import intake, sending, warning_files, warning_guards, warnings, welfare
from tocsin.services.refusals import Refusal, Refused
from tocsin.store.queries import warnings as read

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 12, 4, tzinfo=UTC)
MAKER = Viewer("duty", Role.DUTY_OFFICER)
SECOND = Viewer("lead", Role.PROTECTION_LEAD)
LIAISON = Viewer("liaison", Role.FIELD_LIAISON, sector="west")
ADMIN = Viewer("admin", Role.ADMINISTRATOR)
NO = Asked(promises_help=False, tells_of_troops=False, tells_who_reported=False)


@pytest.fixture
def night(db: None) -> Any:
    """An alert of priority 1 at Malka, where three people are registered: one without a number, one unwilling."""
    from tocsin.store import vault
    from tocsin.store.models import SealedContact

    oru = rows.place("P-0001", name="Oru", lat=6.1, lon=24.2, languages=["fr", "en"], people=2400)
    malka = rows.place("P-0003", name="Malka", lat=5.95, lon=24.36, languages=["oro"], people=650)
    told, without_number, unwilling = (
        rows.source(place=malka, languages=["oro", "fr"], role="can_focal_point") for _ in range(3)
    )
    for one in (told, unwilling):
        SealedContact.objects.create(source=one, sealed=vault.seal(Hidden("+999 000 0101"), f"contact:{one.ref}"))
    rows.report(source=unwilling, place=malka, flags=["consent_no_contact"])
    for name in ("duty", "lead"):
        rows.account(name)
    warning_files.make_key(ADMIN, purpose="live", now=NOW)
    assert without_number.place != oru
    return rows.alert(place=malka, place_text="", events=["ATK"], lat=5.95, lon=24.36, opened_at=NOW)


def draft_for(alert: Any, **changes: Any) -> warnings.Draft:
    draft = warnings.proposal(MAKER, alert=alert.ref, now=NOW)
    texts = {"fr": WarningText("fr", "Attaque : Malka", "Attaque attendue à Malka.", "Quittez la route.")}
    filled = replace(
        draft, texts=texts, asked=NO, by_voice=("oro",), certainty=Likelihood.LIKELY, urgency=Urgency.IMMEDIATE,
        severity=Severity.SEVERE, expires_at=NOW + timedelta(hours=12),
    )  # fmt: skip
    return replace(filled, **changes)


def release(viewer: Viewer, ref: str, *, now: datetime) -> Any:
    return warnings.release(viewer, ref, seen=mark(ref), now=now)


def at_once(viewer: Viewer, ref: str, *, why: str, now: datetime) -> Any:
    return warnings.release_in_emergency(viewer, ref, seen=mark(ref), why=why, now=now)


def mark(ref: str) -> str:
    return warning_guards.mark_of(read.warning_row(SYSTEM, ref))


def codes(refusal: Refusal) -> set[str]:
    return {reason.code for reason in refusal.reasons}


def test_its_author_cannot_release_a_warning_and_a_second_person_can(night):
    row = warnings.save(MAKER, draft_for(night), now=NOW)

    with pytest.raises(Refusal) as refused:
        release(MAKER, row.ref, now=NOW)
    released = release(SECOND, row.ref, now=NOW)

    assert codes(refused.value) == {"warn.same_person"}
    assert (released.made_by, released.released_by, released.state) == ("duty", "lead", "released")
    with pytest.raises(Refused):
        release(LIAISON, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)


def test_whoever_rewrites_a_draft_becomes_its_author(night):
    row = warnings.save(MAKER, draft_for(night), now=NOW)
    warnings.save(SECOND, draft_for(night), ref=row.ref, now=NOW)

    with pytest.raises(Refusal):
        release(SECOND, row.ref, now=NOW)

    assert release(MAKER, row.ref, now=NOW).released_by == "duty"


def test_a_release_is_refused_with_every_reason_that_stops_it(night):
    promising = {"en": WarningText("en", "Attack", "Attack expected.", "Stay. A patrol will reach you tonight.")}
    row = warnings.save(MAKER, draft_for(night, texts=promising, asked=Asked()), now=NOW)

    with pytest.raises(Refusal) as refused:
        release(SECOND, row.ref, now=NOW)

    assert {
        "warncheck.phrase_promises_without_task", "warncheck.promise_not_answered", "warncheck.troops_not_answered",
    } <= codes(refused.value)  # fmt: skip
    row.refresh_from_db()
    assert row.state == "draft"


def test_a_promise_may_leave_with_an_open_task_behind_it_and_not_once_it_is_done(night):
    from tocsin.store.models import Task

    task = Task.objects.create(alert=night, what="patrol", owner="commander", due_at=NOW, made_at=NOW, made_by="duty")
    promising = {"en": WarningText("en", "Attack", "Attack expected.", "Stay. A patrol will reach you tonight.")}
    draft = draft_for(night, texts=promising, asked=replace(NO, promises_help=True), tasks=(task.ref,))

    allowed = warnings.judge(MAKER, draft, now=NOW)
    Task.objects.update(state="done")
    refused = warnings.judge(MAKER, draft, now=NOW)

    assert allowed.may_leave
    assert not refused.may_leave


def test_one_person_may_tell_the_focal_points_at_once_and_only_for_priority_one(night):
    row = warnings.save(MAKER, draft_for(night), now=NOW)

    with pytest.raises(Refusal) as without_reason:
        at_once(MAKER, row.ref, why=" ", now=NOW)
    released = at_once(MAKER, row.ref, why="they are at the river", now=NOW)

    assert codes(without_reason.value) == {"warn.needs_why"}
    assert (released.reach, released.is_emergency, released.why) == ("focal_points", True, "they are at the river")
    assert warning_files.public_feed(NOW) == []
    night.priority = Priority.P2.value
    night.save()
    calm = warnings.save(MAKER, draft_for(night), now=NOW)
    with pytest.raises(Refusal) as not_urgent:
        at_once(MAKER, calm.ref, why="because", now=NOW)
    assert codes(not_urgent.value) == {"warn.not_an_emergency"}


def test_everybody_registered_there_is_told_once_and_their_answers_are_counted(night):
    from tocsin.store.models import OutgoingMessage, WarningRecipient

    row = release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
    told = list(WarningRecipient.objects.filter(warning=row).order_by("form"))
    message = type("Message", (), {"source": told[0].source, "text": "2", "channel": "sms"})
    is_all = welfare.take_answer(message, NOW + timedelta(hours=1))
    message.text = "merci"
    welfare.take_answer(message, NOW + timedelta(hours=2))

    told[0].refresh_from_db()
    assert sorted(one.form for one in told) == ["sms", "voice"]
    assert OutgoingMessage.objects.filter(purpose="warning").count() == 1
    assert "Quittez la route" in OutgoingMessage.objects.filter(purpose="warning").first().facts["text"]
    assert (told[0].answer, is_all) == ("help", False)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("1", WelfareAnswer.SAFE), ("Tuko salama.", WelfareAnswer.SAFE), ("نحن بخير", WelfareAnswer.SAFE),
        ("AIDE", WelfareAnswer.HELP), ("2", WelfareAnswer.HELP), ("asante", WelfareAnswer.HEARD),
        ("1 man was shot at the well", WelfareAnswer.WROTE), ("", WelfareAnswer.WROTE),
    ],
)  # fmt: skip
def test_an_answer_is_read_in_four_languages_and_a_report_is_never_only_ticked_off(text, answer):
    assert welfare.answer_in(text) is answer


def test_the_alert_tells_that_people_were_warned_and_that_nobody_was_sent(night):
    from tocsin.store.models import Alert, HistoryEntry

    Alert.objects.filter(pk=night.pk).update(response_class="")
    row = release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)

    night.refresh_from_db()
    entry = HistoryEntry.objects.filter(subject=night.ref, verb="people_warned").get()
    assert night.response_class == "2"
    assert entry.facts["warning"] == row.ref
    assert night.feedback_at is None


def test_an_exercise_has_its_own_key_and_status_and_leaves_by_no_gateway(night):
    from tocsin.store.models import OutgoingMessage, WarningRecipient

    draft = draft_for(night, is_exercise=True)
    row = warnings.save(MAKER, draft, now=NOW)
    with pytest.raises(Refusal) as no_key:
        release(SECOND, row.ref, now=NOW)
    key = warning_files.make_key(ADMIN, purpose="exercise", now=NOW)
    released = release(SECOND, row.ref, now=NOW)

    root = etree.fromstring(released.cap.encode())
    assert codes(no_key.value) == {"warn.no_key"}
    assert root.findtext("{*}status") == "Exercise"
    assert root.findtext("{*}info/{*}headline").startswith("EXERCICE")
    assert released.key == key
    assert WarningRecipient.objects.filter(warning=released).exists()
    assert not OutgoingMessage.objects.filter(purpose="warning").exists()
    assert warning_files.public_feed(NOW) == []
    assert warnings.judge(MAKER, draft, now=NOW).forms[0].sms.startswith("EXERCICE")


def test_an_update_and_a_cancellation_name_the_earlier_and_end_it(night):
    first = release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
    later = NOW + timedelta(hours=2)
    update = warnings.follow(MAKER, first.ref, CapKind.UPDATE, now=later)
    warnings.save(MAKER, replace(warnings.draft_of(MAKER, update.ref), asked=NO), ref=update.ref, now=later)
    update = release(SECOND, update.ref, now=later)
    cancel = warnings.follow(MAKER, update.ref, CapKind.CANCEL, now=later)
    warnings.save(MAKER, replace(warnings.draft_of(MAKER, cancel.ref), by_voice=("oro",)), ref=cancel.ref, now=later)
    cancel = release(SECOND, cancel.ref, now=later + timedelta(minutes=1))

    first.refresh_from_db()
    update.refresh_from_db()
    root = etree.fromstring(update.cap.encode())
    assert (first.state, update.state, cancel.state) == ("replaced", "cancelled", "released")
    assert root.findtext("{*}references") == f"{warning_files.sender()},{first.identifier},2027-03-12T04:00:00-00:00"
    assert etree.fromstring(cancel.cap.encode()).findtext("{*}msgType") == "Cancel"
    with pytest.raises(Refusal):
        warnings.follow(MAKER, first.ref, CapKind.UPDATE, now=later)


def test_what_leaves_passes_the_official_schema_and_an_independent_check_of_its_signature(night, data_dir: Path):
    from cryptography import x509
    from signxml import SignatureConfiguration, XMLVerifier

    schema = etree.XMLSchema(etree.parse(data_dir / "interop" / "cap12" / "CAP-v1.2-schema.xsd"))
    row = release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
    root = etree.fromstring(row.cap.encode())
    certificate = x509.load_pem_x509_certificate(row.key.certificate.encode())

    config = SignatureConfiguration(verification_time=NOW)
    verified = XMLVerifier().verify(row.cap.encode(), x509_cert=certificate, expect_config=config)

    assert schema.validate(root), schema.error_log
    assert verified.signed_xml.findtext("{*}identifier") == row.identifier
    assert row.cap.count("R-0") == 0


def test_a_retired_key_signs_no_more_and_what_it_signed_is_still_known(night):
    row = release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
    warning_files.retire_key(ADMIN, row.key.fingerprint[:12], now=NOW)
    next_one = warnings.save(MAKER, draft_for(night), now=NOW)

    with pytest.raises(Refusal) as refused:
        release(SECOND, next_one.ref, now=NOW)

    row.key.refresh_from_db()
    found = warning_files.check_file(row.cap.encode(), "own.xml", now=NOW)
    assert codes(refused.value) == {"warn.no_key"}
    assert row.key.private_sealed is None
    assert found.signature.holds


def test_the_same_file_of_another_sender_is_kept_once_and_a_broken_one_never(night):
    row = release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
    body = row.cap.encode()

    _, kept, is_new = warning_files.take_file(MAKER, body, "one.xml", now=NOW)
    _, again, is_again_new = warning_files.take_file(MAKER, body, "one.xml", now=NOW)
    altered, nothing, _ = warning_files.take_file(MAKER, body.replace(b"Malka", b"Tesh", 1), "two.xml", now=NOW)

    assert (kept.pk, is_new, is_again_new) == (again.pk, True, False)
    assert nothing is None
    assert altered.refused[0].code == "FEED-045"


def test_a_subscription_follows_its_place_and_opens_nothing_once_it_is_over(night):
    row = release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
    here = warning_files.subscribe(MAKER, label="radio", place=night.place.ref, radius_km=5, now=NOW)
    far = warning_files.subscribe(MAKER, label="radio", place="P-0001", radius_km=1, now=NOW)

    assert [one.pk for one in warning_files.followed_feed(here, NOW) or ()] == [row.pk]
    assert warning_files.followed_feed(far, NOW) == []
    assert warning_files.followed_feed("made up", NOW) is None
    assert warning_files.followed_feed(here, NOW + timedelta(days=400)) is None


def test_an_ended_warning_leaves_the_feed_by_itself(night):
    release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)

    assert len(warning_files.public_feed(NOW + timedelta(hours=11))) == 1
    assert warning_files.public_feed(NOW + timedelta(hours=13)) == []


def test_without_a_key_focal_points_are_told_all_the_same(night):
    warning_files.retire_key(ADMIN, warning_files.certificates(ADMIN)[0].fingerprint[:12], now=NOW)
    row = warnings.save(MAKER, draft_for(night, reach=WarningReach.FOCAL_POINTS), now=NOW)

    released = at_once(MAKER, row.ref, why="shots heard", now=NOW)

    assert (released.state, released.cap) == ("released", "")


def test_what_was_rewritten_after_it_was_read_is_not_released(night):
    row = warnings.save(MAKER, draft_for(night), now=NOW)
    seen = mark(row.ref)
    other = {"fr": WarningText("fr", "Attaque : Malka", "Attaque attendue à Malka.", "Restez chez vous.")}
    warnings.save(MAKER, draft_for(night, texts=other), ref=row.ref, now=NOW)

    with pytest.raises(Refusal) as rewritten:
        warnings.release(SECOND, row.ref, seen=seen, now=NOW)
    with pytest.raises(Refusal) as hurried:
        warnings.release_in_emergency(SECOND, row.ref, seen=seen, why="at the river", now=NOW)

    assert codes(rewritten.value) == codes(hurried.value) == {"warn.changed_since_seen"}
    assert release(SECOND, row.ref, now=NOW).state == "released"


def test_the_mark_follows_who_is_told_and_until_when_and_nothing_else(night):
    row = warnings.save(MAKER, draft_for(night), now=NOW)
    first = mark(row.ref)

    marks = []
    for changes in ({}, {"expires_at": NOW + timedelta(hours=13)}, {"places": ("P-0001",)}, {"by_voice": ()}):
        warnings.save(MAKER, draft_for(night, **changes), ref=row.ref, now=NOW)
        marks.append(mark(row.ref))

    assert marks[0] == first
    assert len(set(marks)) == 4


def test_only_who_may_read_alerts_sees_who_was_warned(night):
    row = release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)

    assert len(read.recipients(SECOND, row)) == 2
    assert read.recipients(Viewer("partner", Role.PARTNER), row) == []


@pytest.mark.parametrize("ended", ["expired", "cancelled", ""])
def test_a_message_whose_warning_is_over_does_not_leave(night, ended):
    from tocsin.store.models import AuditEntry, OutgoingMessage

    row = release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
    if ended == "cancelled":
        row.state = "cancelled"
        row.save()
    message = OutgoingMessage.objects.get(purpose="warning")

    sending.send(str(message.pk), NOW + timedelta(hours=13 if ended == "expired" else 1))

    message.refresh_from_db()
    held = bool(ended)
    assert (message.failed_at is not None, message.last_error == "warning_over") == (held, held)
    assert AuditEntry.objects.filter(verb="withdrawn").exists() is held


def test_a_warning_of_a_drill_is_an_exercise_whoever_says_otherwise(night):
    row = warnings.save(MAKER, draft_for(night, reach=WarningReach.FOCAL_POINTS), now=NOW)
    night.is_drill = True
    night.save()

    released = release(SECOND, row.ref, now=NOW)
    later = warnings.save(MAKER, draft_for(night, is_exercise=False), now=NOW)

    assert released.is_exercise
    assert later.is_exercise
    assert not released.recipients.exclude(outgoing=None).exists()


def test_one_person_alone_warns_near_an_open_alert_and_nowhere_else(night):
    rows.place("P-0009", name="Far", sector="east", lat=8.5, lon=24.3, languages=["fr"])
    near = rows.place("P-0008", name="Near", sector="east", lat=6.0, lon=24.4, languages=["fr"])
    refused = []
    for places, state in ((("P-0003", "P-0009"), "open"), (("P-0003",), "closed")):
        row = warnings.save(MAKER, draft_for(night, places=places), now=NOW)
        night.state = state
        night.save()
        with pytest.raises(Refusal) as why:
            at_once(MAKER, row.ref, why="they are at the river", now=NOW)
        refused.append(codes(why.value))
    night.state = "open"
    night.save()
    row = warnings.save(MAKER, draft_for(night, places=("P-0003", near.ref)), now=NOW)

    assert refused == [{"warn.far_from_alert"}, {"warn.alert_is_closed"}]
    assert at_once(MAKER, row.ref, why="they are at the river", now=NOW).state == "released"


def test_an_exercise_asks_nobody_for_an_answer(night):
    warning_files.make_key(ADMIN, purpose="exercise", now=NOW)
    real = release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
    source = real.recipients.get(form="sms").source
    release(SECOND, warnings.save(MAKER, draft_for(night, is_exercise=True), now=NOW).ref, now=NOW)

    assert [one.warning.ref for one in read.asked_of(source, NOW)] == [real.ref]


def test_an_answer_to_a_warning_is_a_heartbeat_too(night, monkeypatch):
    real = release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
    source = real.recipients.get(form="sms").source
    later = NOW + timedelta(hours=1)
    message = rows.message(source=source, text="1", received_at=later)
    heard = []
    monkeypatch.setattr(intake.silence, "heard", lambda row, now: heard.append(row.ref))

    intake.read_message(message.ref, later)

    assert heard == [message.ref]
    assert not message.reports.exists()
