"""Accounts: open to administrators only; a telephone goes in sealed and never comes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.web.rooms import ACCOUNTS, make_missing_accounts

if TYPE_CHECKING:
    from django.test import Client

NUMBER = "+999 000 0177"


@pytest.mark.parametrize("role", sorted(ACCOUNTS))
def test_accounts_are_open_to_administrators_only(role: str, sign_in: Callable[..., Client]) -> None:
    make_missing_accounts()
    client = sign_in(ACCOUNTS[role])

    seen = client.get(reverse("accounts")).status_code
    changed = client.post(reverse("account_act", args=["component"]), {"account": "duty", "component": "police"})

    assert (seen, changed.status_code) == ((200, 302) if role == "administrator" else (404, 404))


def test_a_telephone_is_sealed_and_no_page_shows_it(sign_in: Callable[..., Client]) -> None:
    from tocsin.store.models import Account

    admin = sign_in("admin")
    admin.post(reverse("account_act", args=["telephone"]), {"account": "analyst", "telephone": NUMBER})
    again = admin.post(reverse("account_act", args=["telephone"]), {"account": "lead", "telephone": NUMBER})
    page = admin.get(reverse("accounts")).content.decode()

    row = Account.objects.get(username="analyst")
    assert (row.contact_sealed is not None, bool(row.contact_handle)) == (True, True)
    assert again.status_code == 422
    assert NUMBER not in page + again.content.decode()


def test_a_number_is_taken_away_on_purpose_and_not_by_an_empty_field(sign_in: Callable[..., Client]) -> None:
    from tocsin.store.models import Account

    admin, where = sign_in("admin"), reverse("account_act", args=["telephone"])
    slip = admin.post(where, {"account": "duty", "telephone": ""}).status_code
    kept = Account.objects.get(username="duty").contact_sealed

    admin.post(where, {"account": "duty", "telephone": "", "take_away": "yes"})

    row = Account.objects.get(username="duty")
    assert (slip, kept is not None) == (422, True)
    assert (row.contact_sealed, row.contact_handle) == (None, "")
    assert "on the screen only" in admin.get(reverse("accounts")).content.decode()


@pytest.mark.parametrize(("language", "word"), [("fr", "Comptes"), ("ar", "الحسابات")])
def test_the_page_speaks_its_reader_s_language(language: str, word: str, sign_in: Callable[..., Client]) -> None:
    assert word in sign_in("admin", language=language).get(reverse("accounts")).content.decode()
