"""Every page of the planning rooms for every role: the table is the rule, and a page without a row fails."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.web.rooms import (
    ACCOUNTS,
    STAFF,
    make_missing_accounts,
    some_gap,
    some_incident,
    some_lesson,
    some_notice,
    some_place,
    some_proposal,
    some_version,
)

if TYPE_CHECKING:
    from django.test import Client

ROOMS = ("places", "matrix", "outlook", "maps", "coverage", "briefs", "lessons", "audit", "policy")
GROUND = STAFF | {"field_liaison"}

# Page: the method that counts, and the roles to which it opens; to all others it is not there.
TABLE: dict[str, tuple[str, frozenset[str]]] = {
    "places": ("get", GROUND),
    "place": ("get", GROUND),
    "incident": ("get", GROUND - {"resource_allocator"}),
    "matrix": ("get", STAFF | {"partner"}),
    "matrix_print": ("get", STAFF | {"partner"}),
    "matrix_keep": ("post", frozenset({"analyst", "protection_lead"})),
    "matrix_act": ("post", frozenset({"analyst", "protection_lead"})),
    "outlook": ("get", STAFF),
    "outlook_settle": ("post", frozenset({"duty_officer", "protection_lead"})),
    "outlook_csv": ("get", STAFF),
    "outlook_json": ("get", STAFF),
    "map": ("get", GROUND),
    "map_large": ("get", GROUND),
    "coverage": ("get", STAFF),
    "gap_open": ("post", STAFF - {"analyst"}),
    "gaps": ("get", STAFF),
    "gap_move": ("post", frozenset({"protection_lead", "resource_allocator"})),
    "briefs": ("get", STAFF),
    "brief_build": ("post", STAFF),
    "lessons": ("get", GROUND | {"partner"}),
    "lesson_submit": ("post", GROUND),
    "lesson_move": ("post", frozenset({"protection_lead"})),
    "audit": ("get", frozenset({"auditor"})),
    "audit_verify": ("post", frozenset({"auditor"})),
    "policy": ("get", GROUND | {"administrator"}),
    "policy_version": ("get", GROUND | {"administrator"}),
    "policy_card": ("get", GROUND | {"administrator"}),
    "policy_readings": ("get", GROUND),
    "policy_settle": ("post", STAFF - {"analyst"}),
    "policy_draft": ("post", frozenset({"protection_lead"})),
    "policy_change": ("post", frozenset({"protection_lead"})),
    "policy_consult": ("post", frozenset({"protection_lead"})),
    "policy_back": ("post", frozenset({"protection_lead"})),
    "policy_opinion": ("post", GROUND),
    "policy_acknowledge": ("post", GROUND),
    "policy_approve": ("post", frozenset({"protection_lead", "resource_allocator"})),
}
FORMS = {
    "gap_move": {"to": "raised_field", "why": "Told the field office."},
    "lesson_move": {"to": "screened", "why": "Read."},
    "lesson_submit": {"title": "A title", "theme": "night", "observation": "Seen."},
    "matrix_act": {"owner": "Sector west"},
    "outlook_settle": {"state": "watch"},
    "policy_approve": {"agreed": "yes"},
    "policy_draft": {"version": "T-9"},
}


OF_A_VERSION = tuple(
    name
    for name in TABLE
    if name.startswith("policy_") and name not in {"policy_readings", "policy_draft", "policy_settle"}
)


def pages() -> set[str]:
    found = (entry.name for room in ROOMS for entry in import_module(f"tocsin.web.pages.{room}").urlpatterns)
    return {name for name in found if name}


def address(page: str) -> str:
    refs = {
        "place": some_place, "matrix_act": some_place, "gap_open": some_place, "gap_move": some_gap,
        "lesson_move": some_lesson, "outlook_settle": some_notice, "incident": lambda: some_incident().ref, "policy_settle": some_proposal,
        **dict.fromkeys(OF_A_VERSION, some_version),
    }  # fmt: skip
    return reverse(page, args=[refs[page]()] if page in refs else [])


def test_every_page_has_a_row() -> None:
    assert pages() == set(TABLE)


@pytest.mark.parametrize("page", sorted(TABLE))
def test_a_page_opens_to_the_roles_of_the_table_and_is_not_there_for_the_others(
    page: str, sign_in: Callable[..., Client]
) -> None:
    make_missing_accounts()
    method, roles = TABLE[page]
    where = address(page)

    answers = {
        role: getattr(sign_in(account), method)(where, FORMS.get(page, {})).status_code
        for role, account in ACCOUNTS.items()
    }

    assert {role for role, status in answers.items() if status != 404} == roles
    assert set(answers.values()) <= {200, 302, 404, 409, 422}


@pytest.mark.parametrize("page", sorted(TABLE))
def test_nobody_opens_a_page_without_signing_in(page: str, world: None, client: Client) -> None:
    answer = client.get(address(page))

    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]


def test_a_refusal_is_entered_in_the_audit_log(sign_in: Callable[..., Client]) -> None:
    sign_in("auditor").get(reverse("matrix"))

    page = sign_in("auditor").get(reverse("audit")).content.decode()

    assert "refused" in page


def test_a_liaison_does_not_see_a_place_of_another_sector(sign_in: Callable[..., Client]) -> None:
    from tocsin.core.reference.viewer import SYSTEM
    from tocsin.store.queries import places

    row = places.place_row(SYSTEM, some_place())
    assert row is not None
    own = sign_in("liaison").get(reverse("place", args=[row.ref]))
    type(row).objects.filter(pk=row.pk).update(sector="east")

    other = sign_in("liaison").get(reverse("place", args=[row.ref]))

    assert (own.status_code, other.status_code) == (200, 404)
    assert row.name not in other.content.decode()
