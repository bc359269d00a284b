"""Reads of warnings to the people at risk, of keys, and of the warnings of others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, DateTimeField, Q, QuerySet

from tocsin.core.plans.community import CommunityWarning as CommunityWarningValue
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access, vault
from tocsin.store.convert import warnings as convert
from tocsin.store.models import (
    Actor,
    Alert,
    CommunityWarning,
    FeedSubscription,
    FocalPoint,
    IncomingWarning,
    Place,
    Report,
    SigningKey,
    Source,
    Task,
    TrustAnchor,
    WarningRecipient,
)
from tocsin.store.prepared import Prepared
from tocsin.store.queries.evidence import number_of

OPEN_TASKS = ("assigned", "accepted", "en_route", "on_scene")


def warning_row(viewer: Viewer, ref: str, *, for_change: bool = False) -> CommunityWarning | None:
    """Return one warning, None when there is none or the viewer may not see it."""
    rows = CommunityWarning.objects.select_for_update() if for_change else _warnings()
    return access.visible(viewer, "warning", rows.filter(pk=number_of(ref, "W"))).first()


def warnings(viewer: Viewer, *, most: int = 100) -> list[Any]:
    """Return warnings, drafts first, then the newest, each with how many were told and answered."""
    told = Count("recipients")
    answered = Count("recipients", filter=~Q(recipients__answer=""))
    help_asked = Count("recipients", filter=Q(recipients__answer="help"))
    rows = access.visible(viewer, "warning", _warnings()).annotate(told=told, answered=answered, help_asked=help_asked)
    found = list(rows.order_by("-made_at", "-pk")[:most])
    return sorted(found, key=lambda row: row.state != "draft")


def warnings_of_alert(viewer: Viewer, alert: Alert) -> list[CommunityWarning]:
    """Return the warnings made from an alert, oldest first."""
    return list(access.visible(viewer, "warning", _warnings().filter(alert=alert)).order_by("pk"))


def in_force(as_of: datetime, *, public: bool, exercise: bool = False) -> list[CommunityWarning]:
    """Return released warnings that have not ended, cancellations among them, newest first; for feeds."""
    rows = _warnings().filter(
        state__in=("released", "replaced", "cancelled"), expires_at__gt=as_of, is_exercise=exercise
    )
    if public:
        rows = rows.filter(reach="public")
    return list(rows.exclude(cap="").prefetch_related("places").order_by("-released_at", "-pk")[:200])


def as_value(row: CommunityWarning, *, sent_at: datetime) -> CommunityWarningValue:
    """Return a warning as the checks and the forms see it."""
    return convert.warning(row, sent_at=sent_at)


def by_identifier(identifier: str) -> CommunityWarning | None:
    """Return a released warning by the identifier under which it left."""
    return _warnings().filter(identifier=identifier).exclude(cap="").first()


def places_named(viewer: Viewer, refs: Sequence[str]) -> list[Place]:
    """Return the places with these references, as far as the viewer may see them."""
    return list(access.visible(viewer, "place", Place.objects.filter(ref__in=refs)).order_by("name", "pk"))


def open_tasks(viewer: Viewer, alert: Alert | None) -> list[Task]:
    """Return the tasks that are not done, of an alert; without one, none stands behind a promise."""
    if alert is None or not access.may(viewer, "read", "alert"):
        return []
    return list(Task.objects.filter(alert=alert, state__in=OPEN_TASKS).order_by("due_at", "pk"))


def communities() -> tuple[str, ...]:
    """Return the names of communities on record: they are never blamed."""
    rows = Actor.objects.filter(actor_type="community")
    return tuple(name for row in rows for name in (row.name, *row.aliases))


def reporters(alert: Alert | None, places: Sequence[Place], as_of: datetime) -> tuple[int | None, datetime | None]:
    """Return how many registered people could have told of an alert, and when the first report came."""
    if alert is None:
        return None, None
    first = Report.objects.filter(alert_report__alert=alert).order_by("received_at").first()
    return len(people_in(places, as_of)), first.received_at if first else None


def people_in(places: Sequence[Place], as_of: datetime) -> list[Source]:
    """Return who is registered in these places and may be told: focal points first, each once.

    Left out are those whom we erased, and those who asked not to be contacted.
    """
    chosen = [place.pk for place in places]
    on_watch = FocalPoint.objects.filter(place__in=chosen, source__isnull=False).filter(
        Q(until_on__isnull=True) | Q(until_on__gte=as_of.date())
    )
    points = list(on_watch.values_list("source_id", flat=True))
    rows = Source.objects.filter(Q(place__in=chosen) | Q(pk__in=points), erased_at=None)
    found = list(rows.select_related("place", "contact").order_by("pk"))
    told = Report.objects.filter(source__in=found).values_list("source_id", "flags")
    silent = {source for source, flags in told if "consent_no_contact" in flags}
    return sorted((row for row in found if row.pk not in silent), key=lambda row: row.pk not in points)


def recipients(viewer: Viewer, warning: CommunityWarning) -> list[WarningRecipient]:
    """Return who was told of a warning, those who need help first, then those who have not answered.

    Nobody for whoever may not read alerts: a partner reads what was said, and not to whom.
    """
    if not access.may(viewer, "read", "alert"):
        return []
    rows = WarningRecipient.objects.filter(warning=warning).select_related("source", "place", "outgoing")
    order = {"help": 0, "": 1, "wrote": 2, "heard": 3, "safe": 4}
    return sorted(rows.order_by("place__name", "pk"), key=lambda row: order.get(row.answer, 5))


def warning_of_message(number: int) -> CommunityWarning | None:
    """Return the warning that an outgoing message carries."""
    return CommunityWarning.objects.filter(recipients__outgoing=number).first()


def recipient_row(warning: CommunityWarning, number: int) -> WarningRecipient | None:
    """Return one of those who were told of a warning."""
    return WarningRecipient.objects.filter(warning=warning, pk=number).first()


def asked_of(source: Source, since: datetime) -> list[WarningRecipient]:
    """Return what a source was really warned of since a moment, newest first; no exercise, for nothing left in it."""
    return _ASKED_OF.rows(source.pk, since)


def _asked_of(source: Any, since: Any) -> QuerySet[WarningRecipient]:
    rows = WarningRecipient.objects.filter(source=source, warning__released_at__gte=since, warning__is_exercise=False)
    return rows.select_related("warning", "place").order_by("-warning__released_at", "-pk")


_ASKED_OF = Prepared(_asked_of, BigIntegerField(), DateTimeField())


def keys(viewer: Viewer) -> list[SigningKey]:
    """Return the mission's keys, newest first."""
    access.require(viewer, "read", "cap_key")
    return list(SigningKey.objects.order_by("-made_at", "-pk"))


def key_in_use(purpose: str, as_of: datetime) -> SigningKey | None:
    """Return the newest key of a purpose that is good at a moment."""
    rows = SigningKey.objects.filter(
        purpose=purpose, retired_at=None, not_before__lte=as_of, not_after__gt=as_of, private_sealed__isnull=False
    )
    return rows.order_by("-made_at", "-pk").first()


def key_by_mark(fingerprint: str) -> SigningKey | None:
    """Return a key that is in use by the beginning of its mark, None where it is not one and only one."""
    rows = list(SigningKey.objects.filter(fingerprint__startswith=fingerprint.lower(), retired_at=None)[:2])
    return rows[0] if len(rows) == 1 and len(fingerprint) >= 8 else None


def private_half(row: SigningKey) -> Hidden[str]:
    """Return the private half of a key; opened here and nowhere else."""
    return vault.unseal(row.private_sealed or b"", f"cap_key:{row.fingerprint}")


def anchors() -> list[TrustAnchor]:
    """Return the certificates that the mission trusts."""
    return list(TrustAnchor.objects.order_by("name", "pk"))


def own_certificates() -> list[str]:
    """Return the certificates of our own keys, those retired too: what they signed stays signed."""
    return list(SigningKey.objects.values_list("certificate", flat=True))


def subscription(token: str, *, as_of: datetime) -> FeedSubscription | None:
    """Return the subscription that a token opens, None when it is unknown, over, revoked, or its account is closed."""
    rows = FeedSubscription.objects.select_related("account", "place").filter(
        fingerprint=vault.token_fingerprint(token), account__is_active=True, expires_at__gt=as_of, revoked_at=None
    )
    return rows.first()


def subscriptions(viewer: Viewer) -> list[FeedSubscription]:
    """Return the viewer's own subscriptions, newest first."""
    rows = FeedSubscription.objects.filter(account__username=viewer.account, revoked_at=None)
    return list(rows.select_related("place").order_by("-pk"))


def incoming(viewer: Viewer, *, most: int = 100) -> list[IncomingWarning]:
    """Return the warnings of others, newest first."""
    return list(_others(viewer).defer("body").order_by("-received_at", "-pk")[:most])


def incoming_row(viewer: Viewer, ref: str) -> IncomingWarning | None:
    """Return one warning of another sender."""
    return _others(viewer).filter(pk=number_of(ref, "X")).first()


def _others(viewer: Viewer) -> QuerySet[IncomingWarning]:
    """Return the warnings of others: they belong to no sector, so only their secrecy counts."""
    rows = IncomingWarning.objects.filter(secrecy__lte=int(access.grant_of(viewer, "warning").ceiling))
    return rows if access.may(viewer, "read", "warning") else rows.none()


def state_of(row: CommunityWarning) -> dict[str, Any]:
    """Return a warning as plain values."""
    return convert.warning_state(row)


def _warnings() -> QuerySet[CommunityWarning]:
    return CommunityWarning.objects.select_related("alert", "previous", "key")
