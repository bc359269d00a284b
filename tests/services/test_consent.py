"""What somebody agreed to stays with what they told, and forbids what it forbids."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store import rows
from tocsin.core.reference.terms import Channel
from tocsin.services import intake, work
from tocsin.store.models import Message, Report

pytestmark = pytest.mark.django_db
NOW = rows.NIGHT


def told(**given) -> Report:
    message = replace(rows.sms("Armed men attack Malka now"), channel=Channel.HOTLINE, **given)
    intake.receive(message, now=NOW)
    work.drain("test", now=NOW, wall=NOW)
    return Report.objects.get()


@pytest.mark.parametrize(
    ("consent", "flags"),
    [
        ("none", {"do_not_share_without_consent", "consent_no_contact"}),
        ("referral_only", {"do_not_share_without_consent", "consent_limited"}),
        ("anon_use", {"no_names"}),
    ],
)
def test_an_answer_on_consent_is_kept_and_forbids_what_it_forbids(consent, flags):
    report = told(consent=consent)

    assert Message.objects.get().consent == consent
    assert flags <= set(report.flags)


def test_where_nobody_asked_nothing_is_said_to_be_agreed():
    report = told()

    assert Message.objects.get().consent is None
    assert not {flag for flag in report.flags if "consent" in flag}


def test_a_report_that_waited_on_a_telephone_is_read_as_of_when_it_was_written():
    two_days_ago = NOW - timedelta(days=2)
    message = replace(
        rows.sms("Armed men attacked Malka this morning, 2 dead"), channel=Channel.OFFLINE_FORM, claimed_at=two_days_ago
    )

    intake.receive(message, now=NOW)
    work.drain("test", now=NOW, wall=NOW)

    report = Report.objects.get()
    assert report.starts_at < two_days_ago + timedelta(hours=1)
    assert report.received_at == message.received_at
