"""Writes of a world folder and of accounts: the start of a mission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from tocsin.core.allocation.types import Asset as AssetValue
from tocsin.core.evidence.types import Count
from tocsin.core.evidence.types import Incident as IncidentValue
from tocsin.core.places import types as places
from tocsin.core.reference.languages import normalise
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import ActorType, Role
from tocsin.store import vault
from tocsin.store.convert import evidence as convert
from tocsin.store.models import (
    Account,
    Actor,
    Alert,
    Asset,
    Base,
    Displacement,
    Incident,
    PartnerPresence,
    Place,
    Road,
    RoadClosure,
    SealedContact,
    Site,
    Source,
)


def save_ground(
    spots: Sequence[places.Place],
    sites: Sequence[places.Site],
    roads: Sequence[places.Road],
    closures: Sequence[places.RoadClosure],
    *,
    country: str,
    at: datetime,
) -> None:
    """Write places, their sites, roads and closures."""
    Place.objects.bulk_create(
        Place(
            ref=spot.ref,
            name=spot.name,
            folded_name=normalise(spot.name),
            province=spot.province,
            country=country,
            lat=spot.point.lat,
            lon=spot.point.lon,
            kind=spot.kind.value,
            people=spot.people,
            people_source="world",
            displaced_people=spot.displaced_people,
            languages=list(spot.languages),
            aliases=list(spot.aliases),
            features=list(spot.features),
            sector=spot.sector,
            pcode=spot.pcode,
        )
        for spot in spots
    )
    _save_sites(sites)
    _save_roads(roads, closures, at=at)


def _save_sites(sites: Sequence[places.Site]) -> None:
    rows = _by_ref(Place)
    Site.objects.bulk_create(
        Site(
            place=rows[site.place],
            kind=site.kind.value,
            name=site.name,
            lat=site.point.lat if site.point else None,
            lon=site.point.lon if site.point else None,
            days=list(site.days),
            distance_km=site.distance_km,
        )
        for site in sites
    )


def _save_roads(roads: Sequence[places.Road], closures: Sequence[places.RoadClosure], *, at: datetime) -> None:
    rows = _by_ref(Place)
    Road.objects.bulk_create(
        Road(
            ref=road.ref,
            origin=rows[road.origin],
            destination=rows[road.destination],
            km=road.km,
            road_class=road.road_class.value,
            dry=road.dry.value,
            wet=road.wet.value,
        )
        for road in roads
    )
    ways = _by_ref(Road)
    RoadClosure.objects.bulk_create(
        RoadClosure(
            road=ways[closure.road],
            status=closure.status.value,
            reason=closure.reason,
            since_on=closure.since_on,
            until_on=closure.until_on,
            recorded_at=at,
        )
        for closure in closures
    )


def save_means(bases: Sequence[places.Base], assets: Sequence[AssetValue]) -> None:
    """Write bases and what stands at them."""
    rows = _by_ref(Place)
    Base.objects.bulk_create(
        Base(
            ref=base.ref,
            name=base.name,
            kind=base.kind.value,
            place=rows.get(base.place or ""),
            lat=base.point.lat,
            lon=base.point.lon,
            province=base.province,
            sector=base.sector,
        )
        for base in bases
    )
    homes = _by_ref(Base)
    Asset.objects.bulk_create(
        Asset(
            ref=asset.ref,
            kind=asset.kind.value,
            base=homes[asset.base],
            strength=asset.strength,
            authorised=asset.authorised,
            deployed=asset.deployed,
            serviceable=asset.serviceable,
            tasked=asset.tasked,
            notice_min=asset.notice_min,
            night_capable=asset.night_capable,
            languages=list(asset.languages),
            women=asset.women,
            restrictions=list(asset.restrictions),
            contingent=asset.contingent,
            sector=asset.sector,
        )
        for asset in assets
    )


def save_actor(ref: str, name: str, actor_type: ActorType, *, aliases: Sequence[str], host: bool, note: str) -> None:
    """Write a party."""
    Actor.objects.create(
        ref=ref, name=name, actor_type=actor_type.value, aliases=list(aliases), is_host=host, note=note[:200]
    )


def save_source(
    ref: str, role: str, *, place: str | None, languages: Sequence[str], letter: str, contact: Hidden[str], network: str
) -> None:
    """Register a source; the contact goes sealed into a table of its own."""
    row = Source.objects.create(
        ref=ref,
        handle=vault.fingerprint(contact),
        role=role,
        place=Place.objects.filter(ref=place).first(),
        languages=list(languages),
        letter=letter,
        network=network,
    )
    SealedContact.objects.create(source=row, sealed=vault.seal(contact, f"contact:{ref}"))


def save_incidents(
    found: Sequence[IncidentValue],
    tolls: Mapping[str, Mapping[str, Count]],
    discovered: Mapping[str, str],
    *,
    country: str,
    world: str,
    at: datetime,
) -> None:
    """Write the incidents of a world's past."""
    rows = _by_ref(Place)
    Incident.objects.bulk_create(
        (
            Incident(
                feed_id=f"{world}:{one.ref}",
                origin="world",
                events=[code.value for code in one.events],
                place=rows.get(one.place or ""),
                lat=one.point.lat,
                lon=one.point.lon,
                started_at=one.start,
                ended_at=one.end,
                started_day=convert.day_number(one.start),
                known_at=one.known_at,
                recorded_at=at,
                actor=one.actor or "",
                actor_type=one.actor_type.value,
                victim=one.victim,
                deaths_least=one.deaths.least,
                deaths_most=one.deaths.most,
                toll={key: count.as_json() for key, count in tolls.get(one.ref, {}).items()},
                state=one.state.value,
                imminence=one.imminence.value,
                is_ended=one.ended,
                sources_count=one.sources,
                priority=one.priority.value if one.priority else "",
                grade=str(one.grade),
                country=country,
                sector=rows[one.place].sector if one.place in rows else "",
                discovered_by=discovered.get(one.ref, ""),
            )
            for one in found
        ),
        batch_size=500,
    )


def save_past_alert(world: str, values: dict[str, Any], *, place: str, incident: str | None) -> Alert:
    """Write an alert of a world's past with its timeline."""
    spot = Place.objects.get(ref=place)
    happened = Incident.objects.filter(feed_id=f"{world}:{incident}").first() if incident else None
    return Alert.objects.create(
        feed_id=f"{world}:{values.pop('ref')}",
        place=spot,
        lat=spot.lat,
        lon=spot.lon,
        sector=spot.sector,
        incident=happened,
        events=happened.events if happened else [],
        actors=[happened.actor] if happened else [],
        is_provisional=False,
        **values,
    )


def save_displacement(world: str, place: str, *, as_at_on: Any, people: int, origin: str, country: str) -> None:
    """Write how many displaced people a place held on a day."""
    spot = Place.objects.get(ref=place)
    Displacement.objects.update_or_create(
        feed_id=f"{world}:{place}:{as_at_on}:{origin}",
        defaults={
            "measure": "stock",
            "group": "idp",
            "where": spot.name,
            "country": country,
            "origin": origin,
            "people": people,
            "as_at_on": as_at_on,
            "lat": spot.lat,
            "lon": spot.lon,
            "place": spot,
        },
    )


def save_partner(organisation: str, place: str, *, work: str, since_on: Any) -> None:
    """Write that a partner works in a place."""
    PartnerPresence.objects.get_or_create(
        organisation=organisation, place=Place.objects.get(ref=place), work=work, defaults={"since_on": since_on}
    )


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk or post that signs in. `title` is a post, never a person's name."""

    username: str
    role: Role
    title: str = ""
    sector: str = ""
    language: str = "en"
    rung: int | None = None
    on_duty: bool = True
    actor: str = ""
    contact: Hidden[str] | None = None


def make_account(desk: Desk, passphrase: str) -> Account:
    """Make an account, its contact sealed."""
    account = Account.objects.create_user(
        desk.username,
        passphrase,
        role=desk.role.value,
        title=desk.title,
        sector=desk.sector,
        language=desk.language,
        rung=desk.rung,
        on_duty=desk.on_duty,
        actor=desk.actor,
    )
    if desk.contact is not None:
        account.contact_sealed = vault.seal(desk.contact, f"account:{desk.username}")
        account.contact_handle = vault.fingerprint(desk.contact)
        account.save(update_fields=["contact_sealed", "contact_handle"])
    return account


def give_second_factor(username: str, secret: str) -> None:
    """Enrol a time-based second factor whose secret the caller hands to the account's holder."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    account = Account.objects.get(username=username)
    Authenticator.objects.filter(user=account).delete()
    TOTP.activate(account, secret)
    RecoveryCodes.activate(account)


def second_factor_code(username: str, *, now: datetime) -> str | None:
    """Return the present code of an account's second factor, None when it has none."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
    from allauth.mfa.utils import decrypt

    found = Authenticator.objects.filter(user__username=username, type="totp").first()
    if found is None:
        return None
    counter = int(now.timestamp()) // 30
    return str(format_hotp_value(hotp_value(decrypt(found.data["secret"]), counter)))


def zone() -> str:
    """Return the mission's offset from UTC such as ``+01:00``."""
    return str(settings.MISSION.get("zone", "+00:00"))


def _by_ref(model: Any) -> dict[str, Any]:
    return {row.ref: row for row in model.objects.all()}
