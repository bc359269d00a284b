"""What the tests of the planning rooms share: who may open what, and a place of Three Villages."""

from __future__ import annotations

from typing import Any

# Account of Three Villages by role; those without one are made by the test that needs them.
ACCOUNTS = {
    "duty_officer": "duty", "protection_lead": "lead", "component_planner": "commander", "resource_allocator": "head",
    "field_liaison": "liaison", "analyst": "analyst", "source_custodian": "custodian", "auditor": "auditor",
    "administrator": "admin", "partner": "partner", "host_authority": "host", "reporter": "reporter",
    "public_reader": "reader",
}  # fmt: skip
STAFF = frozenset({"duty_officer", "analyst", "protection_lead", "component_planner", "resource_allocator"})


def make_missing_accounts() -> None:
    """Give the two roles without an account one, so that every role is asked."""
    from django.contrib.auth import get_user_model

    from tocsin.core.reference.terms import Role

    for role in ("reporter", "public_reader"):
        if not get_user_model().objects.filter(username=ACCOUNTS[role]).exists():
            get_user_model().objects.create_user(ACCOUNTS[role], "a phrase that only the tests know", role=Role(role))


def some_place() -> str:
    """Return the reference of a place in the sector of the liaison."""
    from tocsin.core.reference.viewer import SYSTEM
    from tocsin.store.queries import finding

    return str(finding.find_places(SYSTEM, sector="west")[0][0].ref)


def some_incident() -> Any:
    """Return an incident that every role with a right to incidents may open."""
    from datetime import UTC, datetime

    from tocsin.core.reference.viewer import SYSTEM
    from tocsin.store.queries import evidence

    rows = evidence.incidents_in_box(SYSTEM, (-180, -90, 180, 90), as_of=datetime.now(UTC), days=3000)
    return next(row for row in rows if row.secrecy <= 2 and row.sector == "west")


def some_gap() -> str:
    """Return the reference of a gap of the liaison's sector, opened for it."""
    from datetime import UTC, datetime

    from tocsin.core.reference.viewer import SYSTEM
    from tocsin.store.queries import places
    from tocsin.store.writes import plans

    row = places.place_row(SYSTEM, some_place())
    gap = plans.raise_gap(
        kind="mobility_air", by="lead", at=datetime.now(UTC), because=[], closes_with=["util_heli@B-1"], place=row
    )
    return str(gap.ref)


def some_notice() -> str:
    """Return the reference of a surge that the machine put before people."""
    from datetime import UTC, datetime

    from tocsin.store.models import HistoryEntry, Place

    place = Place.objects.order_by("ref").values_list("ref", flat=True)[0]
    after = {"state": "open", "place": place, "places": [place], "p": 0.001}
    entry = HistoryEntry(subject="U-20270312-1", at=datetime.now(UTC), verb="surge_noticed", by="system", after=after)
    if not HistoryEntry.objects.filter(subject=entry.subject).exists():
        entry.save()
    return entry.subject


def some_lesson() -> str:
    """Return the reference of a lesson, submitted for it."""
    from datetime import UTC, datetime

    from tocsin.store.writes import plans

    made = plans.make_lesson(
        by="lead", at=datetime.now(UTC), title="Answer at night", theme="night", observation="Nobody answered at two."
    )
    return str(made.ref)


def some_version() -> str:
    """Return a draft of the policy, written for it."""
    from datetime import UTC, datetime

    from tocsin.core.reference.viewer import SYSTEM
    from tocsin.services import policy
    from tocsin.store.queries import policy as read

    if read.version_row(SYSTEM, "T-8") is None:
        policy.draft(SYSTEM, "T-8", now=datetime.now(UTC))
    return "T-8"


def some_proposal() -> int:
    """Return the number of a proposal on an alert that every desk may see."""
    from datetime import UTC, datetime

    from tocsin.store.models import Alert, ImminencePolicy, PolicyProposal

    version = ImminencePolicy.objects.get(version=some_version())
    alert = Alert.objects.filter(secrecy__lte=2, sector="west").exclude(state="closed").first()
    made, _ = PolicyProposal.objects.get_or_create(
        policy=version, alert=alert, defaults={"before": "imminent", "after": "ongoing", "made_at": datetime.now(UTC)}
    )
    return int(made.pk)
