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
from tocsin.core.reference.viewer import Viewer
from tocsin.services import warning_files, warnings, welfare
from tocsin.services.refusals import Refusal, Refused

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


def codes(refusal: Refusal) -> set[str]:
    return {reason.code for reason in refusal.reasons}


def test_its_author_cannot_release_a_warning_and_a_second_person_can(night):
    row = warnings.save(MAKER, draft_for(night), now=NOW)

    with pytest.raises(Refusal) as refused:
        warnings.release(MAKER, row.ref, now=NOW)
    released = warnings.release(SECOND, row.ref, now=NOW)

    assert codes(refused.value) == {"warn.same_person"}
    assert (released.made_by, released.released_by, released.state) == ("duty", "lead", "released")
    with pytest.raises(Refused):
        warnings.release(LIAISON, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)


def test_whoever_rewrites_a_draft_becomes_its_author(night):
    row = warnings.save(MAKER, draft_for(night), now=NOW)
    warnings.save(SECOND, draft_for(night), ref=row.ref, now=NOW)

    with pytest.raises(Refusal):
        warnings.release(SECOND, row.ref, now=NOW)

    assert warnings.release(MAKER, row.ref, now=NOW).released_by == "duty"


def test_a_release_is_refused_with_every_reason_that_stops_it(night):
    promising = {"en": WarningText("en", "Attack", "Attack expected.", "Stay. A patrol will reach you tonight.")}
    row = warnings.save(MAKER, draft_for(night, texts=promising, asked=Asked()), now=NOW)

    with pytest.raises(Refusal) as refused:
        warnings.release(SECOND, row.ref, now=NOW)

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
        warnings.release_in_emergency(MAKER, row.ref, why=" ", now=NOW)
    released = warnings.release_in_emergency(MAKER, row.ref, why="they are at the river", now=NOW)

    assert codes(without_reason.value) == {"warn.needs_why"}
    assert (released.reach, released.is_emergency, released.why) == ("focal_points", True, "they are at the river")
    assert warning_files.public_feed(NOW) == []
    night.priority = Priority.P2.value
    night.save()
    calm = warnings.save(MAKER, draft_for(night), now=NOW)
    with pytest.raises(Refusal) as not_urgent:
        warnings.release_in_emergency(MAKER, calm.ref, why="because", now=NOW)
    assert codes(not_urgent.value) == {"warn.not_an_emergency"}


def test_everybody_registered_there_is_told_once_and_their_answers_are_counted(night):
    from tocsin.store.models import OutgoingMessage, WarningRecipient

    row = warnings.release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
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
    row = warnings.release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)

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
        warnings.release(SECOND, row.ref, now=NOW)
    key = warning_files.make_key(ADMIN, purpose="exercise", now=NOW)
    released = warnings.release(SECOND, row.ref, now=NOW)

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
    first = warnings.release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
    later = NOW + timedelta(hours=2)
    update = warnings.follow(MAKER, first.ref, CapKind.UPDATE, now=later)
    warnings.save(MAKER, replace(warnings.draft_of(MAKER, update.ref), asked=NO), ref=update.ref, now=later)
    update = warnings.release(SECOND, update.ref, now=later)
    cancel = warnings.follow(MAKER, update.ref, CapKind.CANCEL, now=later)
    warnings.save(MAKER, replace(warnings.draft_of(MAKER, cancel.ref), by_voice=("oro",)), ref=cancel.ref, now=later)
    cancel = warnings.release(SECOND, cancel.ref, now=later + timedelta(minutes=1))

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
    row = warnings.release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
    root = etree.fromstring(row.cap.encode())
    certificate = x509.load_pem_x509_certificate(row.key.certificate.encode())

    config = SignatureConfiguration(verification_time=NOW)
    verified = XMLVerifier().verify(row.cap.encode(), x509_cert=certificate, expect_config=config)

    assert schema.validate(root), schema.error_log
    assert verified.signed_xml.findtext("{*}identifier") == row.identifier
    assert row.cap.count("R-0") == 0


def test_a_retired_key_signs_no_more_and_what_it_signed_is_still_known(night):
    row = warnings.release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
    warning_files.retire_key(ADMIN, row.key.fingerprint[:12], now=NOW)
    next_one = warnings.save(MAKER, draft_for(night), now=NOW)

    with pytest.raises(Refusal) as refused:
        warnings.release(SECOND, next_one.ref, now=NOW)

    row.key.refresh_from_db()
    found = warning_files.check_file(row.cap.encode(), "own.xml", now=NOW)
    assert codes(refused.value) == {"warn.no_key"}
    assert row.key.private_sealed is None
    assert found.signature.holds


def test_the_same_file_of_another_sender_is_kept_once_and_a_broken_one_never(night):
    row = warnings.release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
    body = row.cap.encode()

    _, kept, is_new = warning_files.take_file(MAKER, body, "one.xml", now=NOW)
    _, again, is_again_new = warning_files.take_file(MAKER, body, "one.xml", now=NOW)
    altered, nothing, _ = warning_files.take_file(MAKER, body.replace(b"Malka", b"Tesh", 1), "two.xml", now=NOW)

    assert (kept.pk, is_new, is_again_new) == (again.pk, True, False)
    assert nothing is None
    assert altered.refused[0].code == "FEED-045"


def test_a_subscription_follows_its_place_and_opens_nothing_once_it_is_over(night):
    row = warnings.release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)
    here = warning_files.subscribe(MAKER, label="radio", place=night.place.ref, radius_km=5, now=NOW)
    far = warning_files.subscribe(MAKER, label="radio", place="P-0001", radius_km=1, now=NOW)

    assert [one.pk for one in warning_files.followed_feed(here, NOW) or ()] == [row.pk]
    assert warning_files.followed_feed(far, NOW) == []
    assert warning_files.followed_feed("made up", NOW) is None
    assert warning_files.followed_feed(here, NOW + timedelta(days=400)) is None


def test_an_ended_warning_leaves_the_feed_by_itself(night):
    warnings.release(SECOND, warnings.save(MAKER, draft_for(night), now=NOW).ref, now=NOW)

    assert len(warning_files.public_feed(NOW + timedelta(hours=11))) == 1
    assert warning_files.public_feed(NOW + timedelta(hours=13)) == []


def test_without_a_key_focal_points_are_told_all_the_same(night):
    warning_files.retire_key(ADMIN, warning_files.certificates(ADMIN)[0].fingerprint[:12], now=NOW)
    row = warnings.save(MAKER, draft_for(night, reach=WarningReach.FOCAL_POINTS), now=NOW)

    released = warnings.release_in_emergency(MAKER, row.ref, why="shots heard", now=NOW)

    assert (released.state, released.cap) == ("released", "")
