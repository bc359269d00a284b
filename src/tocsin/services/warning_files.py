"""The files of warnings: written, signed with the mission's own keys, read back, and those of others taken in."""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography import x509
from django.conf import settings
from django.db import transaction

from tocsin.briefs.cap12 import build
from tocsin.briefs.cap12 import keys as making
from tocsin.core.alerts.cap import CapAlert, CapArea, CapInfo, CapReading, SignatureFacts
from tocsin.core.places.distance import distance_km
from tocsin.core.places.types import Point
from tocsin.core.plans.community import CommunityWarning, event_words, named, written_languages
from tocsin.core.reference import wording
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import CapKind, CapScope, CapStatus, SignatureFact, WarningReach
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.feeds.cap12 import adapter
from tocsin.services.intake import account_viewer
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.queries import alerts
from tocsin.store.queries import warnings as read
from tocsin.store.writes import record
from tocsin.store.writes import warnings as write

PURPOSES: Final = ("live", "exercise")
MOST_BYTES: Final = adapter.MOST_BYTES
SUBSCRIBED: Final = timedelta(days=366)


def sender() -> str:
    """Return under what name the mission's files are known: its own, in letters that every reader takes."""
    named_so = settings.MISSION.get("cap_sender")
    plain = re.sub(r"[^a-z0-9]+", "-", str(settings.MISSION.get("mission", "")).lower()).strip("-")
    return str(named_so or plain or "tocsin")


def publish(row: Any, name: str, now: datetime) -> None:
    """Write, sign and keep the file of a warning; a public one does not leave without it.

    What was written is read back by our own reading, with its signature, before it is kept.
    """
    purpose = "exercise" if row.is_exercise else "live"
    key = read.key_in_use(purpose, now)
    if key is None:
        if row.reach == WarningReach.PUBLIC.value:
            raise Refusal(Because("warn.no_key", {"purpose": purpose}))
        return
    identifier = f"{sender()}.{row.ref}.{now:%Y%m%dT%H%M%SZ}"
    message = compose(row, identifier, name, now)
    body = build.sign(build.build(message), read.private_half(key), key.certificate)
    _read_back(body, key, now)
    write.change_warning(row, identifier=identifier, key=key, cap=body.decode())


def compose(row: Any, identifier: str, name: str, now: datetime) -> CapAlert:
    """Return the CAP message of a warning: one text a language, all areas in each, the earlier one named."""
    value = read.as_value(row, sent_at=now)
    is_public = value.reach is WarningReach.PUBLIC
    earlier = row.previous
    references: tuple[str, ...] = ()
    if earlier is not None and earlier.identifier:
        references = (
            CapAlert(
                earlier.identifier, sender(), earlier.released_at, CapStatus.ACTUAL, CapKind.ALERT, CapScope.PUBLIC
            ).reference,
        )
    incident = row.alert.incident.ref if row.alert and row.alert.incident else ""
    return CapAlert(
        identifier=identifier,
        sender=sender(),
        sent_at=now,
        status=CapStatus.EXERCISE if value.is_exercise else CapStatus.ACTUAL,
        kind=value.kind,
        scope=CapScope.PUBLIC if is_public else CapScope.RESTRICTED,
        restriction="" if is_public else wording.label("term.warning_reach.focal_points", "en"),
        note=wording.label("community.voice.exercise", "en") if value.is_exercise else "",
        references=references,
        # The record of what is held to happen, never of who told it.
        incidents=(incident,) if incident else (),
        infos=tuple(_info(value, text.language, name) for text in value.texts.values() if text.is_complete),
    )


def _info(value: CommunityWarning, language: str, name: str) -> CapInfo:
    text = value.texts[language]
    around = language if language in written_languages() else "en"
    exercise = f"{wording.label('community.word.exercise', around)}. " if value.is_exercise else ""
    limit = "" if value.kind is CapKind.CANCEL else f"\n{wording.label('community.limit', around)}"
    codes = tuple(("P-code", place.pcode) for place in value.places if place.pcode)
    return CapInfo(
        language=language,
        event=exercise + event_words(value.event, around),
        urgency=value.urgency,
        severity=value.severity,
        certainty=value.certainty,
        event_codes=(("tocsin:event", value.event),),
        responses=("AllClear",) if value.kind is CapKind.CANCEL else (),
        effective_at=value.sent_at,
        expires_at=value.expires_at,
        sender_name=name,
        headline=(exercise + text.headline)[:160],
        description=exercise + text.what,
        instruction=text.do + limit,
        areas=(CapArea(named(value.places, around) or text.headline, value.rings, value.circles, codes),),
    )


def _read_back(body: bytes, key: Any, now: datetime) -> None:
    own = adapter.read_bytes(body, "file", as_of=now, anchors=_certificates(key.certificate))
    if own.alert is None or own.signature.signature is not SignatureFact.INTACT or own.signature.read_as != "as_is":
        found = ", ".join(problem.code for problem in own.refused) or own.signature.signature.value
        raise Refusal(Because("warn.own_reading_failed", {"found": found}))


def make_key(viewer: Viewer, *, purpose: str, now: datetime) -> Any:
    """Make a key for live warnings or for exercises; the newest one is used from now on."""
    if purpose not in PURPOSES:
        raise Refusal(Because("warn.key_purpose"))
    with transaction.atomic():
        access.require(viewer, "create", "cap_key")
        made = making.make_key(sender(), purpose=purpose, now=now)
        row = write.keep_key(
            purpose=purpose,
            name=sender(),
            fingerprint=made.fingerprint,
            private=made.private,
            certificate=made.certificate,
            request=made.request,
            not_before=now - timedelta(hours=1),
            not_after=made.not_after,
            at=now,
            by=viewer.account,
        )
        record.note_many(viewer, "cap_key_made", [f"cap-key:{row.fingerprint[:16]}"], at=now, groups=[purpose])
        return row


def certify_key(viewer: Viewer, mark: str, certificate: str, *, now: datetime) -> Any:
    """Put a certificate that an authority issued in the place of the one we made for a key."""
    with transaction.atomic():
        access.require(viewer, "change", "cap_key")
        row = read.key_by_mark(mark)
        if row is None:
            raise Refusal(Because("warn.key_retired"))
        private = read.private_half(row)
        try:
            fingerprint, since, until = making.read_certificate(certificate)
            is_ours = making.is_for_key(certificate, private)
        except (ValueError, IndexError):
            raise Refusal(Because("warn.certificate_unreadable")) from None
        if not is_ours:
            raise Refusal(Because("warn.certificate_other_key"))
        write.certify(row, private, certificate=certificate, mark=fingerprint, since=since, until=until)
        record.note_many(viewer, "cap_key_certified", [f"cap-key:{fingerprint[:16]}"], at=now)
        return row


def retire_key(viewer: Viewer, mark: str, *, now: datetime) -> Any:
    """End a key: its private half is destroyed, what it signed stays signed."""
    with transaction.atomic():
        access.require(viewer, "change", "cap_key")
        row = read.key_by_mark(mark)
        if row is None:
            raise Refusal(Because("warn.key_retired"))
        write.retire_key(row, at=now, by=viewer.account)
        record.note_many(viewer, "cap_key_retired", [f"cap-key:{row.fingerprint[:16]}"], at=now)
        return row


def trust(viewer: Viewer, name: str, certificate: str, *, now: datetime) -> str:
    """Keep a certificate as one that the mission trusts; return its mark."""
    with transaction.atomic():
        access.require(viewer, "change", "cap_key")
        try:
            fingerprint, _, _ = making.read_certificate(certificate)
        except (ValueError, IndexError):
            raise Refusal(Because("warn.certificate_unreadable")) from None
        write.trust(name, certificate=certificate, fingerprint=fingerprint, at=now, by=viewer.account)
        record.note_many(viewer, "cap_trusted", [f"cap-key:{fingerprint[:16]}"], at=now)
        return fingerprint


def check_file(body: bytes, name: str, *, now: datetime) -> CapReading:
    """Return what a CAP file holds and the three facts of its signature; nothing is kept."""
    known = [anchor.certificate for anchor in read.anchors()] + read.own_certificates()
    anchors = [found for pem in known for found in _certificates(pem)]
    return adapter.read_bytes(body, name, as_of=now, anchors=anchors)


def take_file(viewer: Viewer, body: bytes, name: str, *, now: datetime) -> tuple[CapReading, Any, bool]:
    """Take in a warning of another sender; return how it read, its record and whether it is new.

    A broken or altered file leaves no record but the note that it came.
    """
    with transaction.atomic():
        access.require(viewer, "create", "warning")
        found = check_file(body, name, now=now)
        if found.alert is None:
            record.note_many(viewer, "cap_refused", [one.code for one in found.refused], at=now)
            return found, None, False
        doubts = [doubt.as_json() for doubt in found.doubts]
        row, is_new = write.keep_incoming(
            found.alert, body, signature=facts_json(found.signature), doubts=doubts, at=now, by=viewer.account
        )
        record.note_many(viewer, "cap_taken" if is_new else "cap_repeated", [row.ref], at=now)
        return found, row, is_new


def facts_json(facts: SignatureFacts) -> dict[str, Any]:
    """Return the three facts as plain values."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(facts).items()}


def subscribe(
    viewer: Viewer, *, label: str, sector: str = "", place: str = "", radius_km: float | None = None, now: datetime
) -> str:
    """Return the token of a feed of the warnings of a sector, or of a place and its surroundings; shown once."""
    with transaction.atomic():
        access.require(viewer, "read", "warning")
        account = found_or_refuse(alerts.account(viewer.account), "account")
        rows = read.places_named(viewer, [place]) if place else []
        if place and not rows:
            raise Refusal(Because("warn.no_place", {"ref": place}))
        token = secrets.token_urlsafe(24)
        write.subscribe(
            account,
            token,
            label=label or viewer.account,
            sector=sector,
            place=rows[0] if rows else None,
            radius_km=radius_km,
            at=now,
            expires_at=now + SUBSCRIBED,
        )
        record.note_many(viewer, "feed_subscribed", [f"account:{viewer.account}"], at=now)
        return token


def unsubscribe(viewer: Viewer, number: int, *, now: datetime) -> None:
    """End one of the viewer's own subscriptions."""
    with transaction.atomic():
        write.end_subscription(viewer.account, number, at=now)
        record.note_many(viewer, "feed_unsubscribed", [f"account:{viewer.account}"], at=now)


def public_feed(now: datetime) -> list[Any]:
    """Return what everybody may follow: real warnings to the public that have not ended."""
    return read.in_force(now, public=True)


def followed_feed(token: str, now: datetime) -> list[Any] | None:
    """Return what a subscription follows, None when the token opens nothing."""
    found = read.subscription(token, as_of=now)
    if found is None:
        return None
    viewer = account_viewer(found.account)
    rows = [row for row in read.in_force(now, public=False) if access.why_not(viewer, "read", "warning", row) is None]
    return [row for row in rows if _is_followed(found, row)]


def _is_followed(subscription: Any, row: Any) -> bool:
    if subscription.sector and row.sector and row.sector != subscription.sector:
        return False
    if subscription.place is None:
        return True
    here = Point(subscription.place.lat, subscription.place.lon)
    reach = subscription.radius_km or 0.0
    return any(distance_km(here, Point(place.lat, place.lon)) <= reach + 0.01 for place in row.places.all())


def file_for(viewer: Viewer | None, identifier: str, *, token: str = "", now: datetime) -> str | None:
    """Return the signed file of a warning to whoever may have it: a public one to everybody."""
    row = read.by_identifier(identifier)
    if row is None:
        return None
    if row.reach == WarningReach.PUBLIC.value and not row.is_exercise:
        return str(row.cap)
    if viewer is not None and access.why_not(viewer, "read", "warning", row) is None:
        return str(row.cap)
    followed = followed_feed(token, now) if token else None
    return str(row.cap) if followed and any(one.pk == row.pk for one in followed) else None


def certificates(viewer: Viewer = SYSTEM) -> list[Any]:
    """Return the keys in use, whose certificates everybody may have to check our files by."""
    return [row for row in read.keys(viewer) if row.retired_at is None]


def _certificates(pem: str) -> list[x509.Certificate]:
    return list(x509.load_pem_x509_certificates(pem.encode()))
