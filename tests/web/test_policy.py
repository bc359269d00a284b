"""The imminence policy on its pages: drafted, compared, consulted and approved, and never without a person's word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests.web.test_matrix import text_of

if TYPE_CHECKING:
    from django.test import Client


def in_force() -> Any:
    from tocsin.services.alerting import policy_at

    return policy_at(datetime.now(UTC))


def filled(**fields: str) -> dict[str, Any]:
    """What the form of a draft sends when nothing is changed but `fields`."""
    held = in_force()
    form: dict[str, Any] = {name: str(value) for name, value in held.thresholds.items()}
    form |= {"interpretation": held.interpretation.value, "qualifier": "yes" if held.qualifier else ""}
    return (
        form | {"mandate_ref": held.mandate_ref, "mandate_text": held.mandate_text, "grade_preparatory": "C3"} | fields
    )


@pytest.fixture
def lead(sign_in: Callable[..., Client]) -> Client:
    client = sign_in("lead")
    client.post(reverse("policy_draft"), {"version": "T-2"})
    return client


def plant_threat() -> None:
    """An alert on a threat to come: the broad reading calls it imminent, the narrow one does not."""
    from tests.services.test_policy import told_alert

    told_alert(opened_at=datetime.now(UTC) - timedelta(hours=3))


def seen_by(client: Client) -> str:
    page = client.get(reverse("policy_version", args=["T-2"]))
    return str(page.context["difference"].digest)


def test_the_version_in_force_is_shown_with_its_thresholds_and_their_sources(sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("lead").get(reverse("policy")))

    assert in_force().version in page
    assert page.count("proposed default") >= 5


def test_every_desk_reads_the_threshold_and_only_the_lead_drafts(sign_in: Callable[..., Client]) -> None:
    lead, duty = (text_of(sign_in(name).get(reverse("policy"))) for name in ("lead", "duty"))

    assert in_force().version in duty
    assert ("Write a draft" in lead, "Write a draft" in duty) == (True, False)


def test_a_draft_changes_nothing_that_is_in_force(lead: Client) -> None:
    before = in_force()

    answer = lead.post(reverse("policy_change", args=["T-2"]), filled(pattern_km="500", interpretation="narrow"))

    page = text_of(lead.get(reverse("policy_version", args=["T-2"])))
    assert answer.status_code == 302
    assert "What it would change against" in page
    assert in_force() == before


def test_the_difference_shows_each_field_and_the_alerts_that_would_be_judged_otherwise(lead: Client) -> None:
    plant_threat()
    lead.post(reverse("policy_change", args=["T-2"]), filled(interpretation="narrow", pattern_km="500"))

    shown = lead.get(reverse("policy_version", args=["T-2"]), {"days": "365"}).context["difference"]

    assert [one.field for one in shown.fields if "." in one.field or one.field == "interpretation"] == [
        "interpretation", "threshold.pattern_km",
    ]  # fmt: skip
    assert shown.looked_at > 0
    assert any(one.crosses == "no_more" for one in shown.past)


@pytest.mark.parametrize("value", ["x", "-1", "0", "nan", "inf", "1e300", ""])
def test_a_number_that_makes_no_sense_is_refused_and_nothing_is_guessed(value: str, lead: Client) -> None:
    from tocsin.store.models import ImminencePolicy

    answer = lead.post(reverse("policy_change", args=["T-2"]), filled(pattern_km=value))

    assert answer.status_code == 422
    assert ImminencePolicy.objects.get(version="T-2").thresholds == in_force().thresholds


@pytest.mark.parametrize(("grade", "status"), [("G1", 422), ("C7", 422), ("B2", 302), ("", 302)])
def test_a_grade_is_a_letter_and_a_figure_or_none(grade: str, status: int, lead: Client) -> None:
    answer = lead.post(reverse("policy_change", args=["T-2"]), filled(grade_ultimatum=grade))

    assert answer.status_code == status


@pytest.mark.parametrize("name", ["", "a/b", "x" * 21, "../x", "with blank"])
def test_a_version_has_a_name_that_can_stand_in_an_address(name: str, sign_in: Callable[..., Client]) -> None:
    answer = sign_in("lead").post(reverse("policy_draft"), {"version": name})

    assert answer.status_code == 422


def test_a_version_is_approved_with_consultation_or_reason_and_a_persons_word(lead: Client) -> None:
    where = reverse("policy_approve", args=["T-2"])
    seen = seen_by(lead)

    silent = lead.post(where, {"seen": seen, "why": "New mandate."})
    alone = lead.post(where, {"seen": seen, "agreed": "yes"})
    made = lead.post(where, {"seen": seen, "agreed": "yes", "why": "New mandate."})

    assert (silent.status_code, alone.status_code, made.status_code) == (422, 422, 302)
    assert (in_force().version, in_force().approved_by) == ("T-2", "lead")


def test_consultation_to_acknowledgement_by_the_pages_alone(
    lead: Client, sign_in: Callable[..., Client], django_user_model: Any
) -> None:
    django_user_model.objects.filter(username="commander").update(component="force")
    commander, one = sign_in("commander"), ["T-2"]

    lead.post(reverse("policy_consult", args=one), {"party": ["force|"]})
    given = commander.post(
        reverse("policy_opinion", args=one), {"party": "force|", "opinion": "caveat", "text": "By day only."}
    )
    lead.post(reverse("policy_approve", args=one), {"seen": seen_by(lead), "agreed": "yes"})
    commander.post(reverse("policy_acknowledge", args=one), {"party": "force|", "caveats": "Not over the river."})

    page = text_of(lead.get(reverse("policy_version", args=one)))
    assert given.status_code == 302
    assert "By day only." in page
    assert "Not over the river." in page


def test_the_past_keeps_the_version_it_was_judged_by(lead: Client) -> None:
    from tocsin.services.alerting import policy_at

    moment = datetime.now(UTC)
    before = policy_at(moment).version

    lead.post(reverse("policy_approve", args=["T-2"]), {"seen": seen_by(lead), "agreed": "yes", "why": "x"})

    assert policy_at(moment).version == before
    assert in_force().version == "T-2"


def test_an_administrator_reads_the_policy_and_is_shown_no_alert(lead: Client, sign_in: Callable[..., Client]) -> None:
    lead.post(reverse("policy_change", args=["T-2"]), filled(interpretation="narrow"))

    page = text_of(sign_in("admin").get(reverse("policy_version", args=["T-2"]), {"compare": "yes"}))

    assert "Your role sees no alerts" in page
    assert reverse("policy_approve", args=["T-2"]) not in page


def test_readings_stand_side_by_side_for_whoever_sees_alerts(sign_in: Callable[..., Client]) -> None:
    shown = sign_in("duty").get(reverse("policy_readings"), {"days": "365"})
    hidden = sign_in("admin").get(reverse("policy_readings"))

    counts = dict(shown.context["counts"])
    assert [len(row["cells"]) for row in shown.context["rows"]] == [3] * shown.context["total"]
    assert list(counts.values()) == sorted(counts.values())
    assert shown.context["total"] > 0
    assert hidden.status_code == 404


@pytest.mark.parametrize(
    ("language", "word", "direction"), [("en", "Intent", "ltr"), ("fr", "Intention", "ltr"), ("ar", "النية", "rtl")]
)
def test_the_threshold_card_is_one_page_in_each_language(
    language: str, word: str, direction: str, lead: Client
) -> None:
    page = lead.get(reverse("policy_card", args=["T-2"]), {"language": language}).content.decode()

    assert f'dir="{direction}"' in page
    assert word in page
    assert "use of force" in page or language != "en"


def test_what_an_approved_version_proposes_for_open_alerts_waits_for_a_person(lead: Client) -> None:
    from tocsin.services import work
    from tocsin.store.models import Alert, PolicyProposal

    plant_threat()
    lead.post(reverse("policy_change", args=["T-2"]), filled(interpretation="narrow"))
    before = list(Alert.objects.order_by("pk").values("imminence", "policy_version", "level"))
    lead.post(reverse("policy_approve", args=["T-2"]), {"seen": seen_by(lead), "agreed": "yes", "why": "x"})
    work.drain("test", now=datetime.now(UTC))

    page = text_of(lead.get(reverse("policy")))

    assert list(Alert.objects.order_by("pk").values("imminence", "policy_version", "level")) == before
    proposal = PolicyProposal.objects.first()
    assert proposal is not None
    assert proposal.alert.ref in page
    left = lead.post(reverse("policy_settle", args=[proposal.pk]), {"verdict": "leave"})
    assert left.status_code == 302


def test_who_has_not_acknowledged_stands_on_the_desk_of_the_lead_alone(
    lead: Client, sign_in: Callable[..., Client], django_user_model: Any
) -> None:
    django_user_model.objects.filter(username="commander").update(component="force")
    lead.post(reverse("policy_approve", args=["T-2"]), {"seen": seen_by(lead), "agreed": "yes", "why": "x"})

    desks = [text_of(sign_in(name).get(reverse("desk"))) for name in ("lead", "duty")]

    assert ["The policy waits for you" in desk for desk in desks] == [True, False]
