"""The imminence policy: shown, compared before it is approved, and never without a person's word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.web.test_matrix import text_of

if TYPE_CHECKING:
    from django.test import Client

# A month of attacks counts as one pattern, wherever they are.
WIDE = {"pattern_days": "3650", "pattern_km": "500", "pattern_attacks": "1", "reach_h": "240"}


def test_the_version_in_force_is_shown_with_its_thresholds_and_their_sources(sign_in: Callable[..., Client]) -> None:
    from tocsin.services.alerting import policy_at

    page = text_of(sign_in("lead").get(reverse("policy")))

    assert policy_at(datetime.now(UTC)).version in page
    assert page.count("proposed default") >= 5


def test_a_changed_threshold_is_compared_and_changes_nothing(sign_in: Callable[..., Client]) -> None:
    from tocsin.services.alerting import policy_at

    before = policy_at(datetime.now(UTC))

    page = text_of(sign_in("lead").get(reverse("policy"), WIDE | {"compare": "yes"}))

    assert "would be judged otherwise" in page
    assert policy_at(datetime.now(UTC)) == before


def test_the_same_thresholds_change_no_place(sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("lead").get(reverse("policy"), {"compare": "yes"}))

    assert "No place would be judged otherwise" in page


def test_an_administrator_reads_the_policy_and_is_shown_no_place(sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("admin").get(reverse("policy"), WIDE | {"compare": "yes"}))

    assert "Your role sees no places" in page
    assert reverse("policy_approve") not in page


def test_a_version_is_approved_only_with_a_name_of_its_own_and_a_persons_word(sign_in: Callable[..., Client]) -> None:
    from tocsin.services.alerting import policy_at

    lead, where = sign_in("lead"), reverse("policy_approve")
    old = policy_at(datetime.now(UTC)).version

    taken = lead.post(where, WIDE | {"version": old, "agreed": "yes"})
    silent = lead.post(where, WIDE | {"version": "T-2"})
    approved = lead.post(where, WIDE | {"version": "T-2", "agreed": "yes"})

    found = policy_at(datetime.now(UTC))
    assert (taken.status_code, silent.status_code, approved.status_code) == (422, 422, 302)
    assert (found.version, found.approved_by, found.thresholds["pattern_km"]) == ("T-2", "lead", 500)


def test_the_past_keeps_the_version_it_was_judged_by(sign_in: Callable[..., Client]) -> None:
    from tocsin.services.alerting import policy_at

    moment = datetime.now(UTC)
    before = policy_at(moment).version

    sign_in("lead").post(reverse("policy_approve"), WIDE | {"version": "T-2", "agreed": "yes"})

    assert policy_at(moment).version == before
    assert policy_at(datetime.now(UTC)).version == "T-2"


@pytest.mark.parametrize("value", ["x", "-1", "0", "nan", "inf", "1e300", ""])
def test_a_number_that_makes_no_sense_leaves_the_threshold_as_it_is(value: str, sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("lead").get(reverse("policy"), {"pattern_km": value, "compare": "yes"}))

    assert "No place would be judged otherwise" in page
