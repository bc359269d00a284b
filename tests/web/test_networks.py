"""The pages of community networks: who may open them, what they show, and what they never show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.web.rooms import ACCOUNTS, make_missing_accounts, some_place

if TYPE_CHECKING:
    from django.test import Client

NUMBER = "+999 000 7777"
SEES = frozenset({"field_liaison", "duty_officer", "analyst", "protection_lead", "source_custodian"})
SETS_UP = frozenset({"field_liaison", "protection_lead"})
DRILLS = SETS_UP | {"duty_officer"}
TABLE: dict[str, tuple[str, frozenset[str]]] = {
    "networks": ("get", SEES),
    "network": ("get", SEES),
    "node": ("get", SEES),
    "network_new": ("post", SETS_UP),
    "network_change": ("post", SETS_UP),
    "network_people": ("post", SETS_UP),
    "network_import": ("post", SETS_UP),
    "network_meeting": ("post", SETS_UP),
    "node_change": ("post", SETS_UP),
    "node_number": ("post", frozenset({"source_custodian"})),
    "signals": ("get", SETS_UP),
    "signals_new": ("post", SETS_UP),
    "code_sheet": ("get", SEES),
    "drill": ("get", SEES),
    "drill_begin": ("post", DRILLS),
    "drill_end": ("post", DRILLS),
    "declare_live": ("post", frozenset()),
    "calls": ("get", DRILLS),
    "called": ("post", frozenset()),
}
FORMS: dict[str, dict[str, Any]] = {
    "network_new": {"name": "Another network", "kind": "village_watch", "sector": "west"},
    "network_change": {"name": "Village watch west", "kind": "village_watch", "sector": "west"},
    "network_people": {"place": "P-0001", "number": "+999 000 8888"},
    "node_change": {"place": "P-0001"},
    "node_number": {"why": "Safety call"},
    "network_import": {"text": "place,contact\nTesh,+999 000 6666\n"},
}


def begin() -> dict[str, Any]:
    """Make a network with one node and a drill, as the lead of the mission would."""
    from tests.stories import night
    from tocsin.core.reference.results import Hidden
    from tocsin.services import drills, networks

    lead, now = night.viewer("lead"), datetime.now(UTC)
    fields = {"name": "Village watch west", "kind": "village_watch", "sector": "west"}
    network = networks.save_network(lead, fields, now=now)
    point = networks.save_focal_point(
        lead, network.ref, {"place": some_place(), "languages": ["fr"]}, contact=Hidden(NUMBER), now=now
    )
    drill = drills.begin_drill(lead, network.ref, text="Where do you go?", now=now)
    return {"network": network, "node": point, "drill": drill, "place": some_place()}


def address(page: str, made: dict[str, Any]) -> str:
    refs = {
        "network": "network", "network_change": "network", "network_people": "network", "network_import": "network",
        "network_meeting": "network", "node": "node", "node_change": "node", "node_number": "node",
        "code_sheet": "network", "drill": "drill", "drill_begin": "network", "drill_end": "drill",
    }  # fmt: skip
    if page.startswith("signals"):
        return reverse(page, args=[made["place"]])
    if page in ("declare_live", "called"):
        return reverse(page, args=["R-999999"])
    return reverse(page, args=[made[refs[page]].ref] if page in refs else [])


@pytest.mark.parametrize("page", sorted(TABLE))
def test_a_page_opens_to_the_roles_of_the_table_and_is_not_there_for_the_others(
    page: str, sign_in: Callable[..., Client]
) -> None:
    make_missing_accounts()
    made = begin()
    method, roles = TABLE[page]
    where = address(page, made)

    answers = {
        role: getattr(sign_in(account), method)(where, FORMS.get(page, {})).status_code
        for role, account in ACCOUNTS.items()
    }

    assert {role for role, status in answers.items() if status != 404} == roles
    assert set(answers.values()) <= {200, 302, 404, 422}


@pytest.mark.parametrize("account", ["duty", "liaison", "lead", "analyst", "custodian"])
@pytest.mark.parametrize("page", ["networks", "network", "node"])
def test_no_page_shows_a_number(account: str, page: str, sign_in: Callable[..., Client]) -> None:
    made = begin()

    text = sign_in(account).get(address(page, made)).content.decode()

    assert "7777" not in text
    assert made["node"].source.handle not in text


def test_a_custodian_sees_the_number_with_a_reason_and_the_look_is_on_record(sign_in: Callable[..., Client]) -> None:
    from tocsin.store.models import AuditEntry

    made = begin()
    custodian = sign_in("custodian")

    without = custodian.post(address("node_number", made), {"why": ""})
    shown = custodian.post(address("node_number", made), {"why": "Safety call"})

    assert (without.status_code, shown.status_code) == (422, 200)
    assert NUMBER in shown.content.decode()
    assert AuditEntry.objects.filter(verb="identity_shown", by="custodian").exists()


def test_a_sheet_keeps_its_good_lines_and_names_the_wrong_ones(sign_in: Callable[..., Client]) -> None:
    from tocsin.store.models import FocalPoint

    made = begin()
    rows = (
        "place,contact,languages,hours_from,backup,charge\n"
        "Malka,+999 000 1111,fr|en,06:00,+999 000 2222,ok\n"
        "Tesh,+999 000 2222,fr,,,low\n"
        "Nowhere,+999 000 3333,fr,,,ok\n"
        "Oru,+999 000 4444,fr,25:99,,full\n"
    )

    answer = sign_in("lead").post(
        address("network_import", made), {"sheet": SimpleUploadedFile("nodes.csv", rows.encode())}
    )
    text = answer.content.decode()

    assert answer.status_code == 422
    assert ["NET-023" in text, "NET-021" in text, "NET-011" in text, "line 4, place" in text] == [True] * 4
    assert FocalPoint.objects.filter(network=made["network"]).count() == 3
    assert FocalPoint.objects.get(place__name="Malka", hours_from="06:00").backup.place.name == "Tesh"
    assert "3333" not in text


def test_a_code_sheet_is_tried_out_before_it_is_put_in_force(sign_in: Callable[..., Client]) -> None:
    from tocsin.store.models import CodeSheet

    made = begin()
    definition = (
        "name: Short\nfields:\n  - {key: what, label: What, kind: codes, codes: {A: ATK}}\n"
        "  - {key: dead, label: Killed, kind: count, toll: killed}\n"
        "  - {key: where, label: Where, kind: place, codes: {MAL: P-0003}}\n"
    )
    lead = sign_in("lead")

    tried = lead.post(
        address("code_sheet", made), {"definition": definition, "message": "A x MAL"}, headers={"HX-Request": "true"}
    ).content.decode()
    wrong = lead.post(address("code_sheet", made), {"definition": "name: [", "save": "yes"})
    saved = lead.post(address("code_sheet", made), {"definition": definition, "save": "yes"})

    assert ("NET-002" in tried, "Malka" in tried, "<html" in tried) == (True, True, False)
    assert (wrong.status_code, saved.status_code, CodeSheet.objects.filter(network=made["network"]).count()) == (
        422,
        302,
        1,
    )


def test_signals_are_sealed_and_shown_to_who_may(sign_in: Callable[..., Client]) -> None:
    made = begin()
    liaison = sign_in("liaison")

    saved = liaison.post(
        address("signals_new", made), {"signal_0": "pots", "pattern_0": "continuous", "meaning_0": "red"}
    )
    shown = liaison.get(address("signals", made)).content.decode()

    assert saved.status_code == 302
    assert "RED: attack, flee" in shown
    assert sign_in("duty").get(address("signals", made)).status_code == 404


def test_a_silent_node_stands_first_and_is_not_called_calm(sign_in: Callable[..., Client]) -> None:
    from tocsin.store.models import FocalPoint

    made = begin()
    FocalPoint.objects.filter(pk=made["node"].pk).update(entered_at=datetime.now(UTC) - timedelta(days=30))

    text = sign_in("duty").get(reverse("networks")).content.decode()

    assert "never heard since it was entered" in text
    assert "node silent" in text


def test_a_drill_says_so_on_its_page_and_ends_with_one_word(sign_in: Callable[..., Client]) -> None:
    made = begin()
    duty = sign_in("duty")

    before = duty.get(address("drill", made)).content.decode()
    ended = duty.post(address("drill_end", made))
    again = duty.post(address("drill_end", made))

    assert "banner exercise" in before
    assert (ended.status_code, again.status_code) == (302, 422)


def test_a_call_back_is_shown_with_who_speaks_the_language(sign_in: Callable[..., Client]) -> None:
    from tests.store import rows
    from tocsin.services import intake
    from tocsin.store.models import CallBack

    now = datetime.now(UTC)
    intake.receive(rows.sms("please call", callback_ok=True, language_hint="sw", received_at=now), now=now)
    duty = sign_in("duty")

    shown = duty.get(reverse("calls")).content.decode()
    done = duty.post(
        reverse("called", args=[CallBack.objects.get(done_at=None, language="sw").ref]), {"outcome": "reached"}
    )

    assert "Nobody on duty speaks this language" in shown
    assert done.status_code == 302


def test_authorities_show_who_is_told_and_that_the_alleged_author_is_not(sign_in: Callable[..., Client]) -> None:
    from tests.stories import night
    from tocsin.services import networks

    fields = {"name": "Authorities", "kind": "authorities", "sector": "west"}
    row = networks.save_network(night.viewer("lead"), fields, now=datetime.now(UTC))

    text = sign_in("lead").get(reverse("network", args=[row.ref])).content.decode()

    assert "An alleged author is never told." in text
    assert "Host army liaison officer" in text


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("page", ["networks", "network", "node", "drill", "code_sheet", "signals", "calls"])
def test_pages_stand_in_every_language(page: str, language: str, sign_in: Callable[..., Client]) -> None:
    made = begin()

    answer = sign_in("lead", language=language).get(address(page, made))

    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.content.decode()
