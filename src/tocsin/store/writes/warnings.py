"""Writes of warnings to the people at risk, of keys, and of the warnings of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tocsin.core.alerts.cap import CapAlert
from tocsin.core.places.shapes import Ring
from tocsin.core.places.types import Point
from tocsin.core.reference.results import Hidden
from tocsin.store import vault
from tocsin.store.convert.warnings import shape_of
from tocsin.store.models import (
    Account,
    CommunityWarning,
    FeedSubscription,
    IncomingWarning,
    OutgoingMessage,
    Place,
    SigningKey,
    Source,
    TrustAnchor,
    WarningRecipient,
)


def save_warning(
    row: CommunityWarning | None,
    places: Sequence[Place],
    *,
    rings: Iterable[Ring],
    circles: Iterable[tuple[Point, float]],
    **fields: Any,
) -> CommunityWarning:
    """Write a draft with its places and its shape."""
    found = row or CommunityWarning()
    for name, value in {**fields, "shape": shape_of(rings, circles)}.items():
        setattr(found, name, value)
    found.save()
    found.places.set(places)
    return found


def change_warning(row: CommunityWarning, **fields: Any) -> CommunityWarning:
    """Set fields of a warning."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    return row


def claim_release(row: CommunityWarning, *, by: str, at: datetime) -> bool:
    """Take a draft for its release; False when another took it first."""
    won = CommunityWarning.objects.filter(pk=row.pk, state="draft").update(
        state="released", released_by=by, released_at=at
    )
    return won == 1


def tell(warning: CommunityWarning, source: Source, *, language: str, form: str, outgoing_key: str = "") -> bool:
    """Put somebody on the list of a warning, once."""
    outgoing = OutgoingMessage.objects.filter(dedupe_key=outgoing_key).first() if outgoing_key else None
    _, is_new = WarningRecipient.objects.get_or_create(
        warning=warning,
        source=source,
        defaults={"place": source.place, "role": source.role, "language": language, "form": form, "outgoing": outgoing},
    )
    return is_new


def answer(row: WarningRecipient, *, answer: str, at: datetime, through: str) -> None:
    """Write what somebody answered; a need of help is not taken back by a later word of thanks."""
    if row.answer == "help" and answer in ("heard", "wrote"):
        return
    row.answer, row.answered_at, row.answered_through = answer, at, through
    row.save(update_fields=["answer", "answered_at", "answered_through"])


def called(row: WarningRecipient, *, at: datetime, by: str) -> None:
    """Write that somebody was called."""
    row.called_at, row.called_by = at, by
    row.save(update_fields=["called_at", "called_by"])


def keep_key(
    *,
    purpose: str,
    name: str,
    fingerprint: str,
    private: Hidden[str],
    certificate: str,
    request: str,
    not_before: datetime,
    not_after: datetime,
    at: datetime,
    by: str,
) -> SigningKey:
    """Keep a new key, its private half sealed to its own mark."""
    return SigningKey.objects.create(
        purpose=purpose,
        name=name[:64],
        fingerprint=fingerprint,
        private_sealed=vault.seal(private, f"cap_key:{fingerprint}"),
        certificate=certificate,
        request=request,
        not_before=not_before,
        not_after=not_after,
        made_at=at,
        made_by=by,
    )


def certify(
    row: SigningKey, private: Hidden[str], *, certificate: str, mark: str, since: datetime, until: datetime
) -> None:
    """Put a certificate that others issued in the place of the one we made; the seal follows the new mark."""
    row.private_sealed = vault.seal(private, f"cap_key:{mark}")
    row.certificate, row.fingerprint, row.not_before, row.not_after = certificate, mark, since, until
    row.save(update_fields=["private_sealed", "certificate", "fingerprint", "not_before", "not_after"])


def retire_key(row: SigningKey, *, at: datetime, by: str) -> None:
    """End a key and destroy its private half; its certificate stays, for what it signed stays signed."""
    row.retired_at, row.retired_by, row.private_sealed = at, by, None
    row.save(update_fields=["retired_at", "retired_by", "private_sealed"])


def trust(name: str, *, certificate: str, fingerprint: str, at: datetime, by: str) -> bool:
    """Keep a certificate as an anchor; False when it was there."""
    _, is_new = TrustAnchor.objects.get_or_create(
        fingerprint=fingerprint,
        defaults={"name": name[:80], "certificate": certificate, "added_at": at, "added_by": by},
    )
    return is_new


def subscribe(
    account: Account,
    token: str,
    *,
    label: str,
    sector: str,
    place: Place | None,
    radius_km: float | None,
    at: datetime,
    expires_at: datetime,
) -> FeedSubscription:
    """Keep the fingerprint of a feed's token with what it follows."""
    return FeedSubscription.objects.create(
        account=account,
        label=label[:60],
        fingerprint=vault.token_fingerprint(token),
        sector=sector,
        place=place,
        radius_km=radius_km,
        created_at=at,
        expires_at=expires_at,
    )


def end_subscription(account: str, number: int, *, at: datetime) -> int:
    """End one subscription of an account; return how many that were."""
    rows = FeedSubscription.objects.filter(pk=number, account__username=account, revoked_at=None)
    return rows.update(revoked_at=at)


def keep_incoming(
    found: CapAlert, body: bytes, *, signature: dict[str, Any], doubts: list[dict[str, Any]], at: datetime, by: str
) -> tuple[IncomingWarning, bool]:
    """Keep a warning of another sender once; the same identifier, sender and time is the same warning."""
    areas = [area for info in found.infos for area in info.areas]
    drawn = {ring.tobytes(): ring for area in areas for ring in area.drawn()}
    circles = {(centre.lat, centre.lon, km) for area in areas for centre, km in area.circles}
    shape = shape_of(drawn.values(), ())
    said = [
        {
            "language": info.language,
            "event": info.event,
            "urgency": info.urgency.value,
            "severity": info.severity.value,
            "certainty": info.certainty.value,
            "headline": info.headline,
            "description": info.description,
            "instruction": info.instruction,
            "sender_name": info.sender_name,
            "areas": [area.description for area in info.areas],
            "expires_at": info.expires_at.isoformat() if info.expires_at else None,
        }
        for info in found.infos
    ]
    return IncomingWarning.objects.get_or_create(
        sender=found.sender[:200],
        identifier=found.identifier[:300],
        sent_at=found.sent_at,
        defaults={
            "status": found.status.value,
            "kind": found.kind.value,
            "scope": found.scope.value,
            "references": list(found.references),
            "said": said,
            "rings": shape["rings"],
            "circles": [list(circle) for circle in sorted(circles)],
            "expires_at": found.expires_at,
            "signature": signature,
            "doubts": doubts,
            "body": body,
            "received_at": at,
            "received_by": by,
        },
    )
