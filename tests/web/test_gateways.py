"""Administrators see which ways are open and what did not arrive, and never to whom; nobody else sees any of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.gateways import fake_gateway, make_fake_gateway
from tests.store import rows
from tests.web.rooms import ACCOUNTS, make_missing_accounts
from tocsin.core.reference.results import Hidden
from tocsin.services import gateways, sending
from tocsin.store.models import AuditEntry, Gateway, OutgoingMessage
from tocsin.store.writes import alerts, evidence

__all__ = ["fake_gateway", "make_fake_gateway"]


def put_out(key: str = "feedback:1") -> str:
    source = evidence.source_of(Hidden(rows.NUMBER))
    alerts.put_out(
        key, purpose="feedback", code="outgoing.feedback", facts={"ref": "M-1"}, created_at=rows.NIGHT, source=source
    )
    return str(OutgoingMessage.objects.get(dedupe_key=key).pk)


@pytest.mark.parametrize("role", ACCOUNTS)
def test_only_administrators_see_gateways(sign_in, role):
    make_missing_accounts()
    gateways.make_gateway("north", channel="twilio", now=datetime.now(UTC))
    client = sign_in(ACCOUNTS[role])

    seen = client.get(reverse("gateways")).status_code
    changed = client.post(reverse("gateway_switch", args=["north"]), {"on": "no"}).status_code

    assert (seen, changed) == ((200, 302) if role == "administrator" else (404, 404))
    assert Gateway.objects.get(name="north").is_active is (role != "administrator")


def test_the_page_tells_what_failed_and_what_did_not_arrive_without_a_number_or_a_secret(sign_in, fake_gateway):
    fake_gateway.register(now=rows.NIGHT).behave("error")
    sending.send(put_out(), rows.NIGHT)

    page = sign_in("admin").get(reverse("gateways")).content.decode()

    assert "http_500" in page
    assert "O-" in page
    assert "failing" in page
    assert rows.NUMBER not in page
    assert fake_gateway.secret not in page
    assert fake_gateway.url not in page


def test_a_gateway_is_closed_opened_and_ranked_and_that_is_written_down(sign_in):
    gateways.make_gateway("north", channel="twilio", now=datetime.now(UTC))
    client = sign_in("admin")

    client.post(reverse("gateway_switch", args=["north"]), {"on": "no"})
    closed = Gateway.objects.get().is_active
    client.post(reverse("gateway_switch", args=["north"]), {"on": "yes"})
    client.post(reverse("gateway_rank", args=["north"]), {"rank": "3"})
    absent = client.post(reverse("gateway_switch", args=["nowhere"]), {"on": "no"})

    assert (closed, Gateway.objects.get().is_active, Gateway.objects.get().rank) == (False, True, 3)
    assert absent.status_code == 404
    assert set(AuditEntry.objects.filter(subjects=["gateway:north"]).values_list("verb", flat=True)) >= {
        "gateway_off",
        "gateway_on",
        "gateway_ranked",
    }


@pytest.mark.parametrize(("language", "word"), [("fr", "Passerelles"), ("ar", "البوابات")])
def test_the_page_speaks_the_language_of_its_reader(sign_in, language, word):
    page = sign_in("admin", language=language).get(reverse("gateways")).content.decode()

    assert word in page
